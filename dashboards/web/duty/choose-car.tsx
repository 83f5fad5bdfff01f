// Which car inside stands at the exit: those that may be meant, what is different in each plate, one digit and Enter.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { readStays, type StayView } from "../data/api.ts";
import type { CandidateHeard, Waiting } from "../data/queue.ts";
import { Drawer } from "../parts/drawer.tsx";
import { Moment, Plate, ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { order } from "./commands.tsx";
import { Frame } from "./frame.tsx";
import { useOrderName } from "./open-gate.tsx";

interface Candidate extends CandidateHeard {
  readonly stay: StayView & { readonly plate: string };
}

async function readCandidates(heard: readonly CandidateHeard[]): Promise<Candidate[] | Problem> {
  const answers = await Promise.all(heard.map(({ visit }) => readStays({ visit })));
  const found: Candidate[] = [];
  for (const [index, answer] of answers.entries()) {
    if (!answer.ok) return answer.problem;
    const stay = answer.value.items[0];
    const one = heard[index];
    if (one !== undefined && stay !== undefined && stay.plate !== null) found.push({ ...one, stay: { ...stay, plate: stay.plate } });
  }
  return found;
}

/** The plate letter by letter: where it is not what was read, the letter is underlined and says so. */
function Letters({ candidate }: { candidate: Candidate }) {
  const say = words.value.chooseCar;
  return (
    <span class="plate large candidate-plate">
      <span class="unseen">{candidate.stay.plate}</span>
      {[...candidate.stay.plate].map((letter, index) => {
        const different = candidate.characters.find(({ at }) => at === index + 1);
        return (
          <span
            key={index}
            aria-hidden="true"
            class={different === undefined ? "" : "different"}
            title={different && say.read(different.read)}
          >
            {letter}
          </span>
        );
      })}
    </span>
  );
}

export function ChooseCar({ waiting, close }: { waiting: Waiting; close: () => void }) {
  const say = words.value.chooseCar;
  const name = useOrderName();
  const [candidates, setCandidates] = useState<Candidate[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [chosen, setChosen] = useState(0);
  const sending = useRef(false);
  const list = useRef<HTMLFieldSetElement>(null);
  const { lane } = waiting;
  // The candidates of the moment at which the dialog was opened: what is chosen is judged again by the gateway.
  const [heard] = useState(waiting.candidates);
  useEffect(() => {
    void readCandidates(heard).then((found) => ("status" in found ? setProblem(found) : setCandidates(found)));
  }, [heard]);
  useEffect(() => list.current?.querySelector("input")?.focus(), [candidates]);

  const send = () => {
    const one = candidates?.[chosen];
    if (one === undefined || sending.current) return;
    sending.current = true;
    setProblem(null);
    const args = { lane: lane.id, visit: one.visit, plate: one.stay.plate };
    void order({ site: lane.site, gateway: lane.gateway, action: "lane.choose", args, reason: say.reason }, name).then((answer) => {
      sending.current = false;
      if (answer.ok) close();
      else setProblem(answer.problem);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const digit = Number(event.key);
    if (Number.isInteger(digit) && digit >= 1 && digit <= (candidates?.length ?? 0)) setChosen(digit - 1);
    else if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    else send();
    event.preventDefault();
  };
  return (
    <Drawer title={`${say.title} · ${lane.name}`} kind="middle" onClose={close}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the digits are short for the choices inside */}
      <div class="choose-car" data-choose-car={lane.id} onKeyDown={onKeyDown}>
        <Frame key={waiting.frame} frame={waiting.frame} name={lane.name} large />
        <p class="choose-read">
          {say.readAs} <Plate plate={lane.last?.plate ?? null} large />
        </p>
        {problem !== null && <ProblemNote problem={problem} />}
        {candidates === null && problem === null && <p class="muted late">{words.value.loading}</p>}
        {candidates?.length === 0 && <p class="muted">{say.none}</p>}
        {candidates !== null && candidates.length > 0 && (
          <>
            <fieldset ref={list} class="candidates">
              <legend>{say.legend}</legend>
              {candidates.map((one, index) => (
                <label key={one.visit} class={index === chosen ? "chosen" : ""} data-candidate={one.visit}>
                  <input type="radio" name="candidate" checked={index === chosen} onChange={() => setChosen(index)} />
                  <kbd>{index + 1}</kbd>
                  <Letters candidate={one} />
                  <span class="muted">
                    {say.entered} <Moment at={one.stay.entered_at} />
                  </span>
                </label>
              ))}
            </fieldset>
            <p class="form-acts">
              <button type="button" class="primary" onClick={send}>
                <kbd>Enter</kbd> {say.send}
              </button>
            </p>
            <p class="muted">{say.about}</p>
          </>
        )}
      </div>
    </Drawer>
  );
}
