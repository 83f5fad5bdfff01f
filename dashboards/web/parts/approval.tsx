// The second person: a button for whoever may be it, and for everybody else the reason why not.
import type { Answer } from "../data/api.ts";
import { isCalled } from "../data/api.ts";
import { useSending } from "./sending.ts";
import { ProblemNote } from "./small.tsx";

export interface ApprovalWords {
  readonly approve: string;
  readonly approving: string;
  readonly samePerson: string;
  readonly wrongRole: string;
}

export function Approval<T>({
  may,
  say,
  ask,
  done,
}: {
  may: "yes" | "same-person" | "wrong-role";
  say: ApprovalWords;
  ask: () => Promise<Answer<T>>;
  done: (value: T) => void;
}) {
  const { sending, problem, go } = useSending(ask, done);
  return (
    <div class="approval" data-may={may}>
      {may === "yes" && (
        <button type="button" class="primary" data-act="approve" aria-disabled={sending} onClick={go}>
          {sending ? say.approving : say.approve}
        </button>
      )}
      {may === "same-person" && <p class="muted">{say.samePerson}</p>}
      {may === "wrong-role" && <p class="muted">{say.wrongRole}</p>}
      {problem !== null && <ProblemNote problem={isCalled(problem, "same-person") ? { ...problem, detail: say.samePerson } : problem} />}
    </div>
  );
}
