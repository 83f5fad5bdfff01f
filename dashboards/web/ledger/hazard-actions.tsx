// What this person may do with a hazard now: exactly what the server says, each with the note that it needs. A refusal keeps what was typed.
import { useState } from "preact/hooks";
import type { HazardAction, HazardTransition, HazardView, Problem } from "#protocols/api/views.ts";
import { moveHazard } from "../data/api.ts";
import { takeView } from "../data/live.ts";
import { inputToRfc3339 } from "../format/moments.ts";
import { ProblemNote } from "../parts/small.tsx";
import { choosing } from "../shell/session.ts";
import { wordOf, words } from "../words/language.ts";

interface FormProps {
  readonly hazard: HazardView;
  readonly action: HazardAction;
  readonly done: () => void;
}

function TransitionForm({ hazard, action, done }: FormProps) {
  const say = words.value.ledger;
  const [note, setNote] = useState("");
  const [responsible, setResponsible] = useState(hazard.responsible ?? "");
  const [deadline, setDeadline] = useState("");
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const dispatches = action === "dispatch";
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (sending) return;
    const assignment = {
      ...(responsible.trim() === "" ? {} : { responsible: responsible.trim() }),
      ...(deadline === "" ? {} : { deadline: inputToRfc3339(deadline) }),
    };
    const transition: HazardTransition = { action, note: note.trim(), ...(dispatches ? assignment : {}) };
    setSending(true);
    setProblem(null);
    void moveHazard(hazard.id, transition).then((answer) => {
      setSending(false);
      if (!answer.ok) return setProblem(answer.problem);
      takeView({ kind: "hazard", view: answer.value });
      done();
    });
  };
  return (
    <form class="form transition" onSubmit={send} data-form={action}>
      {dispatches && (
        <div class="form-pair">
          <label>
            {say.responsible}
            <input
              required
              maxLength={64}
              name="responsible"
              value={responsible}
              onInput={(event) => setResponsible(event.currentTarget.value)}
            />
          </label>
          <label>
            {say.deadline}
            <input type="datetime-local" name="deadline" value={deadline} onInput={(event) => setDeadline(event.currentTarget.value)} />
            <small class="muted">{say.deadlineHint}</small>
          </label>
        </div>
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

export function HazardActions({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  const [chosen, setChosen] = useState<HazardAction | null>(null);
  if (hazard.state === "已销号") return <p class="notice calm">{say.closed}</p>;
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
  return (
    <section class="hazard-actions" aria-label={say.actions}>
      <h3>{say.actions}</h3>
      <div class="action-buttons">
        {hazard.actions.map((action) => (
          <button
            key={action}
            type="button"
            class={action === "return" || action === "archive-false-alarm" ? "" : "primary-outline"}
            aria-expanded={open === action}
            data-action={action}
            title={wordOf(say.hint, action)}
            onClick={() => setChosen(open === action ? null : action)}
          >
            {say.action[action]}
          </button>
        ))}
      </div>
      {open !== null && <p class="muted action-hint">{say.hint[open]}</p>}
      {open !== null && <TransitionForm key={open} hazard={hazard} action={open} done={() => setChosen(null)} />}
    </section>
  );
}
