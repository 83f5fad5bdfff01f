// Visits that never left: what proves that a car is gone although no exit saw it, and what only makes a person look. Nobody is billed for time that nobody saw, and nothing is closed
// because it is old: an arm that stood up, or an exit that was not stored, is our fault and not the driver's.
import type { Wall } from "#protocols/vocabulary/time.ts";

export type Rule = "entered-again" | "entered-elsewhere" | "turned-back";

/** The same plate came in later, and was seen through. */
export interface Later {
  readonly visit: string;
  readonly at: Wall;
  /** Into the same lot, or into one that is no part of it. */
  readonly where: "same" | "elsewhere";
}

export interface Lingering {
  readonly entered: Wall;
  /** Let in and not come through: the order that lapsed. */
  readonly turnedBack: { readonly at: Wall; readonly order: string } | null;
  readonly later: Later | null;
  /** It was seen at an exit last, and what it was asked for there is not paid. */
  readonly seenAtExit: Wall | null;
}

export interface LingeringRules {
  /** A contradiction is given so long in which a person may clear it up. */
  readonly settles_ms: number;
  /** A visit in doubt is given so long to be seen again. */
  readonly doubt_ms: number;
  /** Then a person is told, once. */
  readonly askAfter_ms: number;
}

export interface Evidence {
  readonly kind: "visit" | "order" | "exit-read";
  readonly at: Wall;
  readonly ref: string;
}

export type Verdict =
  | { readonly do: "keep" }
  | { readonly do: "ask" }
  | { readonly do: "close"; readonly rule: Rule; readonly from: Wall; readonly until: Wall; readonly evidence: readonly Evidence[] };

export function judgeLingering({ entered, turnedBack, later, seenAtExit }: Lingering, rules: LingeringRules, now: Wall): Verdict {
  if (later !== null && later.at > entered && now - later.at >= rules.settles_ms) {
    const seen: Evidence[] = seenAtExit === null || seenAtExit > later.at ? [] : [{ kind: "exit-read", at: seenAtExit, ref: "" }];
    return {
      do: "close",
      rule: later.where === "same" ? "entered-again" : "entered-elsewhere",
      from: seen[0]?.at ?? entered,
      until: later.at,
      evidence: [...seen, { kind: "visit", at: later.at, ref: later.visit }],
    };
  }
  if (turnedBack !== null && now - turnedBack.at >= rules.doubt_ms)
    return {
      do: "close",
      rule: "turned-back",
      from: turnedBack.at,
      until: turnedBack.at,
      evidence: [{ kind: "order", at: turnedBack.at, ref: turnedBack.order }],
    };
  return now - entered >= rules.askAfter_ms ? { do: "ask" } : { do: "keep" };
}
