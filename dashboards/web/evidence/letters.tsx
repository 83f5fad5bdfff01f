// What could have no effect: kept with its reason, tried again by whoever may, and every try stands under it.
import { useEffect, useState } from "preact/hooks";
import type { LetterView } from "#protocols/api/letters.ts";
import type { Problem } from "#protocols/api/views.ts";
import { readLetters, requeueLetter } from "../data/api.ts";
import { live } from "../data/live.ts";
import { useSending } from "../parts/sending.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { person, personName } from "../shell/session.ts";
import { words } from "../words/language.ts";

const mayRequeue = (): boolean => person.value?.role === "property-manager" || person.value?.role === "administrator";

function Letter({ letter, changed }: { letter: LetterView; changed: (letter: LetterView) => void }) {
  const say = words.value.letters;
  const { sending, problem, go } = useSending(() => requeueLetter(letter.id), changed);
  return (
    <li class="entry" data-letter={letter.id} data-state={letter.state}>
      <div class="entry-head">
        <span class="state">{say.state[letter.state]}</span>
        <h3>{say.kind[letter.kind]}</h3>
        <span class="muted">
          {letter.gateway} · <Moment at={letter.last} /> · {say.times(letter.times)}
        </span>
      </div>
      <p>
        <code>{letter.key ?? letter.topic}</code>
      </p>
      <p class="muted">{letter.reason}</p>
      {letter.requeues.map((one) => (
        <p key={one.at} data-outcome={one.outcome}>
          <Moment at={one.at} /> {say.tried(personName(one.person), say.outcome[one.outcome])} {one.reason}
        </p>
      ))}
      {problem !== null && <ProblemNote problem={problem} />}
      {letter.state === "waiting" && letter.kind !== "conflict" && mayRequeue() && (
        <button type="button" class="requeue" aria-disabled={sending} onClick={go}>
          {sending ? words.value.ledger.sending : say.requeue}
        </button>
      )}
    </li>
  );
}

export function Letters() {
  const say = words.value.letters;
  const [found, setFound] = useState<readonly LetterView[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const waiting = live.value?.counts.dead_letters;
  // Asked again whenever their number changes, or somebody presses retry (`round`).
  useEffect(() => {
    let current = true;
    setProblem(null);
    void readLetters().then((answer) => {
      if (!current) return;
      if (answer.ok) setFound(answer.value);
      else setProblem(answer.problem);
    });
    return () => {
      current = false;
    };
  }, [waiting, round]);
  const changed = (letter: LetterView): void => setFound((found ?? []).map((one) => (one.id === letter.id ? letter : one)));
  if (problem !== null) return <ProblemNote problem={problem} retry={() => setRound(round + 1)} />;
  if (found === null) return <p class="muted late">{words.value.evidence.loading}</p>;
  if (found.length === 0) return <p class="muted">{say.none}</p>;
  return (
    <ul class="entries">
      {found.map((letter) => (
        <Letter key={letter.id} letter={letter} changed={changed} />
      ))}
    </ul>
  );
}
