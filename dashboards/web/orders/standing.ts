// How an order to a gateway stands: what was told of it, and what its silence means by now. Pure. Nothing is ever shown as done that the gateway has not said.
import { commandApprovalWithin_ms } from "#protocols/api/approval.ts";
import type { CommandView } from "#protocols/api/commands.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import { parseMoment } from "../format/moments.ts";

/** A gateway on line receives within a blink: later than this is news. */
export const receivedWithin_ms = 3_000;
/** Carried out, or refused, within this of being received; a gate's own word comes sooner. */
export const endedWithin_ms = 10_000;

export type Standing =
  | "waiting"
  | "waited-too-long"
  | "issued"
  | "not-received"
  | "received"
  | "no-word"
  | "done"
  | "refused"
  | "failed"
  | "unknown"
  | "expired";

const after = (at: string | null, now: Wall): number => now - (parseMoment(at) ?? now);

export function standingOf(view: CommandView, now: Wall): Standing {
  const { state, asked, issued, expires, received } = view;
  if (state === "waiting") return after(asked, now) > commandApprovalWithin_ms ? "waited-too-long" : "waiting";
  if (state === "issued") {
    // The cloud says so a moment later itself; until then this page does not pretend that it may still come.
    if (after(expires, now) > 0) return "expired";
    return after(issued, now) > receivedWithin_ms ? "not-received" : "issued";
  }
  if (state === "received") return after(received, now) > endedWithin_ms ? "no-word" : "received";
  return state;
}

export const isOver = (standing: Standing): boolean =>
  standing !== "waiting" && standing !== "issued" && standing !== "not-received" && standing !== "received" && standing !== "no-word";
/** Asks for a look: it did not go as asked. */
export const isAmiss = (standing: Standing): boolean =>
  ["not-received", "no-word", "refused", "failed", "unknown", "expired", "waited-too-long"].includes(standing);

export type StepName = "asked" | "approved" | "issued" | "received" | "ended";
export interface Step {
  readonly name: StepName;
  /** As it was told; null: not yet, or never. */
  readonly at: string | null;
  readonly how: "told" | "now" | "to-come" | "never";
}

/** The steps in their order. A dangerous one is asked and approved before it is issued; what is over has no step to come. */
export function stepsOf(view: CommandView, now: Wall): readonly Step[] {
  const standing = standingOf(view, now);
  const over = isOver(standing);
  const times: readonly (readonly [StepName, string | null])[] = [
    ...(view.dangerous ? ([["asked", view.asked]] as const) : []),
    ...(view.dangerous ? ([["approved", view.approver === null ? null : view.issued]] as const) : []),
    ["issued", view.issued],
    ["received", view.received],
    ["ended", view.ended],
  ];
  const last = times.reduce((found, [, at], index) => (at === null ? found : index), -1);
  return times.map(([name, at], index) => {
    if (at !== null) return { name, at, how: !over && index === last ? "now" : "told" };
    // A gateway that refused at once, or never heard of it, leaves steps behind that nothing will fill.
    return { name, at, how: over || index < last ? "never" : "to-come" };
  });
}

export const leftToApprove_ms = (view: CommandView, now: Wall): number => Math.max(0, commandApprovalWithin_ms - after(view.asked, now));

/** Those that another person must still approve, the oldest first: it is the next to run out. */
export const awaiting = (views: readonly CommandView[], now: Wall): readonly CommandView[] =>
  views.filter((view) => standingOf(view, now) === "waiting").sort((a, b) => (a.asked < b.asked ? -1 : 1));

export type MayApprove = "yes" | "same-person" | "wrong-role";
export function mayApprove(view: CommandView, who: { readonly id: string; readonly role: string } | null): MayApprove {
  if (who?.role !== "property-manager") return "wrong-role";
  return who.id === view.person ? "same-person" : "yes";
}
