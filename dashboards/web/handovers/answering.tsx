// A hand-over that waits: whoever was named takes it over or not; whoever signed it may take it back; everybody else sees that it waits.
import { useState } from "preact/hooks";
import type { HandoverView } from "#protocols/api/handovers.ts";
import { answerHandover, withdrawHandover } from "../data/handovers-api.ts";
import { useSending } from "../parts/sending.ts";
import { ProblemNote } from "../parts/small.tsx";
import { narrow, route } from "../shell/route.ts";
import { person } from "../shell/session.ts";
import { maySit } from "./may.ts";
import { say } from "./say.ts";

export function Answering({ view, done }: { view: HandoverView; done: () => void }) {
  const words = say.value;
  const [note, setNote] = useState("");
  const over = () => {
    setNote("");
    done();
  };
  const accepting = useSending(() => answerHandover(view.id, { accept: true, note }), over);
  const refusing = useSending(() => answerHandover(view.id, { accept: false, note }), over);
  const withdrawing = useSending(() => withdrawHandover(view.id, note), over);
  const problem = accepting.problem ?? refusing.problem ?? withdrawing.problem;
  const busy = accepting.sending || refusing.sending || withdrawing.sending;
  const me = person.value;
  if (view.state !== "signed" || me === null) return null;
  const mine = maySit() && me.id === view.to;
  const taken = maySit() && (me.id === view.signed_by || me.id === view.from || me.role === "property-manager");
  return (
    <section class="panel handover-waiting no-print" data-waiting-handover={view.id} aria-label={words.state.signed}>
      <p>
        <b>{mine ? words.mine(view.from_name) : words.waiting(view.from_name, view.to_name)}</b>{" "}
        {route.value.filters.unit !== view.id && (
          <button
            type="button"
            class="text row-link"
            data-act="open-slip"
            onClick={() => narrow({ ...route.peek().filters, unit: view.id })}
          >
            {words.asSigned(view.number)}
          </button>
        )}
      </p>
      {view.notes !== "" && <p class="handover-notes">{view.notes}</p>}
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
                <button type="button" class="primary" data-act="accept" aria-disabled={busy} onClick={accepting.go}>
                  {busy ? words.sending : words.accept}
                </button>
                <button type="button" data-act="refuse" aria-disabled={busy} onClick={refusing.go}>
                  {words.refuse}
                </button>
              </>
            )}
            {taken && !mine && (
              <button type="button" data-act="withdraw" aria-disabled={busy} onClick={withdrawing.go}>
                {busy ? words.sending : words.withdraw}
              </button>
            )}
          </p>
        </form>
      )}
    </section>
  );
}
