// Why a charge is cut, warned of or ended: the codes that the decisions, the events, the alarms and the page's words share.

/** Causes by which protection opens a relay against the session's will: each is an alarm and an entry in the property's own list; "shed" is its shed's. */
export const cutCauses = [
  "over-current",
  "instantaneous",
  "over-power",
  "over-temperature",
  "temperature-rise",
  "over-voltage",
  "under-voltage",
  "leakage",
  "feeder-leakage",
  "second-rise",
  "smoke",
  "blind",
  "shed",
] as const;
export type CutCause = (typeof cutCauses)[number];
/** What is said and cuts nothing. */
export const warnCauses = ["over-temperature", "feeder-leakage", "long-charge"] as const;
export type WarnCause = (typeof warnCauses)[number];
/** Ordinary ends of a charge. */
export const endCauses = [
  "full",
  "unplugged",
  "no-load",
  "never-charging",
  "max-time",
  "released",
  "interrupted",
  "expired",
  "load",
] as const;
export type EndCause = (typeof endCauses)[number];
/** What ends a charge by the customer's own choice, or by a rule of the house. */
export const chosenEnds = ["money", "time", "energy", "night"] as const;
export type ChosenEnd = (typeof chosenEnds)[number];
