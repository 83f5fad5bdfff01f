// An order to a gate as it goes: issued by the cloud, received by the gateway, seen in place. Pure. Only what was told moves it, never what was hoped.
import type { CommandView } from "#protocols/api/commands.ts";
import type { EventView } from "#protocols/api/views.ts";
import { parseMoment } from "../format/moments.ts";

/** No word of the arm after this long is itself news. */
export const feedbackMs = 3_000;
/** An arm seen open later than this was opened by something else. */
const longestMs = 30_000;

export interface Followed {
  readonly id: string;
  readonly site: string;
  readonly gateway: string;
  readonly lane: string;
  readonly action: string;
  /** Times as they were told, RFC 3339. */
  readonly issued: string;
  readonly received: string | null;
  readonly inPlace: string | null;
  readonly ended: { readonly outcome: string; readonly code: string; readonly zh: string; readonly en: string } | null;
  /** The gateway itself gave up waiting for the arm. */
  readonly unanswered: boolean;
}

export const follow = (view: CommandView): Followed => ({
  ...{ id: view.id, site: view.site, gateway: view.gateway, lane: String(view.args.lane ?? ""), action: view.action },
  ...{ issued: view.issued ?? view.asked, received: view.received, inPlace: null, unanswered: false },
  ended: null,
});

const membersOf = (event: EventView): Readonly<Record<string, unknown>> =>
  typeof event.data === "object" && event.data !== null ? (event.data as Readonly<Record<string, unknown>>) : {};

/** Of one lane, opened by hand, after this gateway had the order: both times are of the gateway's own clock. */
function opensFor(one: Followed, event: EventView): boolean {
  const { lane, cause } = membersOf(event);
  const [from, at] = [parseMoment(one.received), parseMoment(event.at)];
  if (event.type !== "gate.opened" || lane !== one.lane || cause !== "manual" || from === undefined || at === undefined) return false;
  return at >= from && at - from <= longestMs;
}

/** What an event changes; the same one again changes nothing. */
export function hearOf(one: Followed, event: EventView): Followed {
  if (event.site !== one.site || event.gateway !== one.gateway) return one;
  const { command, lane, outcome, code, zh, en } = membersOf(event);
  if (event.type === "command.received" && command === one.id && one.received === null) return { ...one, received: event.at };
  if (event.type === "command.ended" && command === one.id && one.ended === null)
    return { ...one, ended: { outcome: String(outcome), code: String(code ?? ""), zh: String(zh ?? ""), en: String(en ?? "") } };
  if (one.inPlace === null && opensFor(one, event)) return { ...one, inPlace: event.at };
  const since = parseMoment(one.received ?? one.issued);
  const at = parseMoment(event.at);
  if (event.type === "gate.unanswered" && lane === one.lane && since !== undefined && at !== undefined && at >= since)
    return { ...one, unanswered: true };
  return one;
}

/** Oldest first: an opening counts only after the order was received. */
export const hearAll = (one: Followed, newestFirst: readonly EventView[]): Followed =>
  [...newestFirst].reverse().reduce((followed, event) => hearOf(followed, event), one);

export type Standing = "issued" | "received" | "in-place" | "no-feedback" | "chosen" | "refused";

/** `late`: the time for a word of the arm has run out, by this page's own clock. */
export function standing(one: Followed, late: boolean): Standing {
  if (one.inPlace !== null) return "in-place";
  if (one.ended !== null && one.ended.outcome !== "done") return "refused";
  // A choice after which money is due opens nothing yet, and says so itself.
  if (one.action === "lane.choose" && one.ended?.code === "due") return "chosen";
  if (one.unanswered || late) return "no-feedback";
  return one.received === null ? "issued" : "received";
}
