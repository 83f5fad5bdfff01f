// What a request to the simulators comes to: done, perhaps with a note, or a refusal.
import type { Refusal } from "#protocols/vocabulary/faults.ts";

export interface Done {
  readonly kind: "done";
  readonly note?: string;
}
export type Outcome = Done | Refusal;

export const done = (note?: string): Done => (note === undefined ? { kind: "done" } : { kind: "done", note });
