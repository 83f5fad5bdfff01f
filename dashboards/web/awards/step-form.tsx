// One step of a way: its day, its document, what was done. A vote is chosen from those that passed.
import { useState } from "preact/hooks";
import { type Course, type StepRule, takeStep } from "../data/awards-api.ts";
import { serverNow } from "../data/live.ts";
import { readVotes, type Vote } from "../data/votes-api.ts";
import { fullMoment } from "../format/moments.ts";
import { useAsked } from "../parts/asked.ts";
import { useSending } from "../parts/sending.ts";
import { ProblemNote } from "../parts/small.tsx";
import { said } from "../words/language.ts";
import { say } from "./say.ts";

interface StepProps {
  readonly course: Course;
  readonly rule: StepRule;
  readonly done: () => void;
  readonly close: () => void;
}

interface PassedVotesProps {
  readonly site: string;
  readonly matter: string | undefined;
  readonly value: string;
  readonly set: (number: string) => void;
}

function PassedVotes({ site, matter, value, set }: PassedVotesProps) {
  const t = say.value.ways;
  const { value: votes, problem } = useAsked<Vote[]>(`votes ${site}`, () => readVotes(site));
  if (problem !== null) return <ProblemNote problem={problem} />;
  const passed = (votes ?? []).filter(
    (vote) => vote.passed && vote.replaced_by === null && (matter === undefined || vote.matter === matter),
  );
  return (
    <label>
      {t.vote}
      <select name="reference" required value={value} onChange={(event) => set(event.currentTarget.value)}>
        <option value="" />
        {passed.map(({ number, subject }) => (
          <option key={number} value={number}>
            {number} · {subject}
          </option>
        ))}
      </select>
      {votes !== null && passed.length === 0 && <span class="muted">{t.noVote}</span>}
    </label>
  );
}

export function StepForm({ course, rule, done, close }: StepProps) {
  const t = say.value.ways;
  const today = fullMoment(serverNow.peek()).slice(0, 10);
  const [typed, setTyped] = useState({ day: today, reference: "", note: "" });
  const { sending, problem, go } = useSending(() => {
    const reference = typed.reference.trim();
    return takeStep(course.id, { step: rule.id, day: typed.day, note: typed.note.trim(), ...(reference === "" ? {} : { reference }) });
  }, done);
  return (
    <form class="form" onSubmit={go} data-step-form={rule.id}>
      <div class="form-pair">
        <label>
          {t.day}
          <input
            type="date"
            name="day"
            required
            min={course.steps.at(-1)?.day}
            max={today}
            value={typed.day}
            onInput={(event) => setTyped({ ...typed, day: event.currentTarget.value })}
          />
        </label>
        {rule.needs === "passed-vote" ? (
          <PassedVotes
            site={course.site}
            matter={rule.matter}
            value={typed.reference}
            set={(reference) => setTyped({ ...typed, reference })}
          />
        ) : (
          <label>
            {t.reference}
            <input
              name="reference"
              required={rule.needs === "document"}
              maxLength={300}
              value={typed.reference}
              onInput={(event) => setTyped({ ...typed, reference: event.currentTarget.value })}
            />
          </label>
        )}
      </div>
      <label>
        {t.note}
        <textarea
          name="note"
          required
          rows={2}
          maxLength={300}
          value={typed.note}
          onInput={(event) => setTyped({ ...typed, note: event.currentTarget.value })}
        />
      </label>
      {problem !== null && <ProblemNote problem={problem} />}
      <p class="form-acts">
        <button type="submit" class="primary" aria-disabled={sending}>
          {sending ? t.sending : t.send(said(rule))}
        </button>
        <button type="button" onClick={close}>
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
