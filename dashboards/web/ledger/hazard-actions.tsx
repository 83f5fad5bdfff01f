// What this person may do with a hazard now: exactly what the server says, each with the note that it needs. A refusal keeps what was typed.
import { useState } from "preact/hooks";
import { inputs } from "#protocols/api/hazard-tables.ts";
import type { HazardAction, HazardView, Problem } from "#protocols/api/views.ts";
import { readHazard } from "../data/ledger-api.ts";
import { takeView } from "../data/live.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { choosing } from "../shell/session.ts";
import { wordOf, words } from "../words/language.ts";
import { GivenInput, said } from "./given-input.tsx";
import { sendAll } from "./send.ts";

interface FormProps {
  readonly hazard: HazardView;
  readonly action: HazardAction;
  readonly done: () => void;
}

/** With these a picture of the work is shown. */
const pictured: ReadonlySet<HazardAction> = new Set(["request-reinspection", "reinspect"]);

function TransitionForm({ hazard, action, done }: FormProps) {
  const say = words.value.ledger;
  const [note, setNote] = useState("");
  const [values, setValues] = useState<Readonly<Record<string, string>>>({ responsible: hazard.responsible ?? "" });
  const [photo, setPhoto] = useState<File | null>(null);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // What was on the page when the form was opened: the stream may bring a newer one under it.
  const [version, setVersion] = useState(hazard.version);
  const { needed, also } = inputs[action];
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (sending || (problem?.status === 412 && version !== hazard.version)) return;
    setSending(true);
    setProblem(null);
    void sendAll(hazard.id, { transition: { action, note: note.trim(), ...said([...needed, ...also], values) }, photo, version }).then(
      (answer) => {
        setSending(false);
        if (!answer.ok) {
          setProblem(answer.problem);
          // What the other one wrote is shown beside what was typed here.
          if (answer.problem.status === 412)
            void readHazard(hazard.id).then((now) => {
              if (now.ok) takeView({ kind: "hazard", view: now.value });
            });
          return;
        }
        takeView({ kind: "hazard", view: answer.value });
        done();
      },
    );
  };
  return (
    <form class="form transition" onSubmit={send} data-form={action}>
      {[...needed, ...also].map((name) => (
        <GivenInput
          key={name}
          name={name}
          required={needed.includes(name)}
          value={values[name] ?? ""}
          set={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      {pictured.has(action) && (
        <label>
          {say.fields.photo}
          <input
            type="file"
            name="photo"
            accept="image/jpeg,image/png,image/webp"
            onChange={(event) => setPhoto(event.currentTarget.files?.[0] ?? null)}
          />
        </label>
      )}
      <label>
        {say.note}
        <textarea
          required
          name="note"
          rows={2}
          maxLength={500}
          placeholder={say.notePlaceholder}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {problem !== null && <ProblemNote problem={problem} />}
      {problem?.status === 412 && (
        <Conflict
          hazard={hazard}
          since={version}
          mine={note}
          keep={() => {
            setVersion(hazard.version);
            setProblem(null);
          }}
          drop={done}
        />
      )}
      <p class="form-acts">
        <button type="submit" class="primary" aria-disabled={sending}>
          {sending ? say.sending : `${say.confirm} · ${say.action[action]}`}
        </button>
        <button type="button" onClick={done}>
          {say.cancel}
        </button>
      </p>
    </form>
  );
}

interface ConflictProps {
  readonly hazard: HazardView;
  readonly since: number;
  readonly mine: string;
  readonly keep: () => void;
  readonly drop: () => void;
}

/** Side by side: what I was about to say, and what others have said since I began. Nothing is lost whichever is chosen. */
function Conflict({ hazard, since, mine, keep, drop }: ConflictProps) {
  const say = words.value.ledger.conflict;
  return (
    <div class="conflict" data-conflict>
      <section>
        <h4>{say.mine}</h4>
        <p data-mine>{mine}</p>
      </section>
      <section>
        <h4>{say.theirs}</h4>
        {hazard.steps
          .filter((step) => step.seq > since)
          .map((step) => (
            <p key={step.seq} data-theirs={step.seq}>
              <b>{wordOf(words.value.ledger.action, step.action)}</b> {step.note}
              <small class="muted">
                {step.person === null ? words.value.ledger.system : step.person_name} · <Moment at={step.at} />
              </small>
            </p>
          ))}
      </section>
      <p class="form-acts">
        <button type="button" data-keep="mine" onClick={keep}>
          {say.keepMine}
        </button>
        <button type="button" data-keep="theirs" onClick={drop}>
          {say.keepTheirs}
        </button>
      </p>
    </div>
  );
}

/** What takes the matter on, in the order of its way; the first of them that may be done is what is waited for. */
const forward: readonly HazardAction[] = [
  ...(["dispatch", "receive", "request-reinspection", "reinspect", "close"] as const),
  ...(["grant-postponement", "refuse-postponement", "confirm-major", "return"] as const),
];

export function HazardActions({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  const [chosen, setChosen] = useState<HazardAction | null>(null);
  if (hazard.state === "已销号" && hazard.actions.length === 0) return <p class="notice calm">{say.closed}</p>;
  const open = chosen !== null && hazard.actions.includes(chosen) ? chosen : null;
  if (hazard.actions.length === 0)
    return (
      <div class="notice calm">
        <p>{say.noActions}</p>
        <button
          type="button"
          onClick={() => {
            choosing.value = true;
          }}
        >
          {words.value.person.choose}
        </button>
      </div>
    );
  const next = forward.filter((action) => hazard.actions.includes(action));
  const button = (action: HazardAction, look: string) => (
    <button
      key={action}
      type="button"
      class={look}
      aria-expanded={open === action}
      data-action={action}
      title={wordOf(say.hint, action)}
      onClick={() => setChosen(open === action ? null : action)}
    >
      {say.action[action]}
    </button>
  );
  return (
    <section class="hazard-actions" aria-label={say.actions}>
      <h3>{say.actions}</h3>
      {next.length > 0 && (
        <div class="action-buttons">{next.map((action) => button(action, action === next[0] ? "primary" : "primary-outline"))}</div>
      )}
      <div class="action-buttons other-actions">
        {hazard.actions.filter((action) => !forward.includes(action)).map((action) => button(action, "small"))}
      </div>
      {open !== null && <p class="muted action-hint">{say.hint[open]}</p>}
      {open !== null && <TransitionForm key={open} hazard={hazard} action={open} done={() => setChosen(null)} />}
    </section>
  );
}
