// A hand-over that waits: whoever was named takes it over or not; whoever signed it may take it back; everybody else sees that it waits.
import { useState } from "preact/hooks";
import type { HandoverView } from "#protocols/api/handovers.ts";
import type { Problem } from "#protocols/api/views.ts";
import type { Answer } from "../data/api.ts";
import { answerHandover, withdrawHandover } from "../data/handovers-api.ts";
import { ProblemNote } from "../parts/small.tsx";
import { person } from "../shell/session.ts";
import { maySit } from "./may.ts";
import { say } from "./say.ts";

export function Answering({ view, done }: { view: HandoverView; done: () => void }) {
  const words = say.value;
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const me = person.value;
  if (view.state !== "signed" || me === null) return null;
  const mine = maySit() && me.id === view.to;
  const taken = maySit() && (me.id === view.signed_by || me.id === view.from || me.role === "property-manager");
  const finish = (sent: Promise<Answer<HandoverView>>): void => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    void sent.then((answer) => {
      setBusy(false);
      if (!answer.ok) return setProblem(answer.problem);
      setNote("");
      done();
    });
  };
  return (
    <section class="panel handover-waiting no-print" data-waiting-handover={view.id} aria-label={words.state.signed}>
      <p>
        <b>{mine ? words.mine(view.from_name) : words.waiting(view.from_name, view.to_name)}</b>
      </p>
      {(mine || taken) && (
        <form class="form" onSubmit={(event) => event.preventDefault()}>
          <label>
            {mine ? words.note : words.withdrawWhy}
            <textarea name="note" rows={2} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          </label>
          {problem !== null && <ProblemNote problem={problem} />}
          <p class="form-acts">
            {mine && (
              <>
                <button
                  type="button"
                  class="primary"
                  data-act="accept"
                  aria-disabled={busy}
                  onClick={() => finish(answerHandover(view.id, { accept: true, note }))}
                >
                  {busy ? words.sending : words.accept}
                </button>
                <button
                  type="button"
                  data-act="refuse"
                  aria-disabled={busy}
                  onClick={() => finish(answerHandover(view.id, { accept: false, note }))}
                >
                  {words.refuse}
                </button>
              </>
            )}
            {taken && !mine && (
              <button type="button" data-act="withdraw" aria-disabled={busy} onClick={() => finish(withdrawHandover(view.id, note))}>
                {busy ? words.sending : words.withdraw}
              </button>
            )}
          </p>
        </form>
      )}
    </section>
  );
}
