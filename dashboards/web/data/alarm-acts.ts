// What an alarm's state and priority offer to whoever answers for it, and for how long.
import type { AlarmView } from "#protocols/api/views.ts";

/** A shelf has a form of its own (alarms/shelve.tsx). */
export type Act = "remove" | "reset" | "unshelve" | "return";

/** Minutes that are offered; the server holds the longest. What is for life and fire is never held. */
export const removals: Readonly<Record<number, readonly number[]>> = {
  2: [1_440, 4_320, 10_080],
  3: [1_440, 10_080, 43_200],
  4: [1_440, 10_080, 43_200],
};

/** Which of them fit this state. */
export function actsOf({ state, priority }: Pick<AlarmView, "state" | "priority">): readonly Act[] {
  if (state === "shelved") return ["unshelve"];
  if (state === "out-of-service") return ["return"];
  if (state === "latched-acknowledged") return ["reset"];
  return state.startsWith("active") && priority > 1 ? ["remove"] : [];
}
