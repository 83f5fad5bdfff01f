// The second person: a button for whoever may be it, and for everybody else the reason why not.
import { useState } from "preact/hooks";
import type { CommandView } from "#protocols/api/commands.ts";
import type { Problem } from "#protocols/api/views.ts";
import { isCalled } from "../data/api.ts";
import { serverNow } from "../data/live.ts";
import { approveOrder } from "../data/orders-api.ts";
import { ProblemNote } from "../parts/small.tsx";
import { person } from "../shell/session.ts";
import { say } from "./say.ts";
import { mayApprove, standingOf } from "./standing.ts";

export function Approval({ view, done }: { view: CommandView; done: () => void }) {
  const words = say.value.queue;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (standingOf(view, serverNow.value) !== "waiting") return null;
  const may = mayApprove(view, person.value);
  const approve = () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    void approveOrder(view.id).then((answer) => {
      setBusy(false);
      if (answer.ok) done();
      else setProblem(answer.problem);
    });
  };
  return (
    <div class="approval" data-may={may}>
      {may === "yes" && (
        <button type="button" class="primary" data-act="approve" aria-disabled={busy} onClick={approve}>
          {busy ? words.approving : words.approve}
        </button>
      )}
      {may === "same-person" && <p class="muted">{words.samePerson}</p>}
      {may === "wrong-role" && <p class="muted">{words.wrongRole}</p>}
      {problem !== null && <ProblemNote problem={isCalled(problem, "same-person") ? { ...problem, detail: words.samePerson } : problem} />}
    </div>
  );
}
