// The end of a form: what was refused, the button that sends, and beside it whatever else may be pressed.
import type { ComponentChildren } from "preact";
import type { Sending } from "./sending.ts";
import { ProblemNote } from "./small.tsx";

export function SendFoot({
  form,
  send,
  busy,
  children,
}: {
  form: Pick<Sending, "sending" | "problem">;
  send: string;
  busy: string;
  children?: ComponentChildren;
}) {
  return (
    <>
      {form.problem !== null && <ProblemNote problem={form.problem} />}
      <p class="form-acts">
        <button type="submit" class="primary" aria-disabled={form.sending}>
          {form.sending ? busy : send}
        </button>
        {children}
      </p>
    </>
  );
}
