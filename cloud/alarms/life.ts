// An alarm's life after ISA-18.2 (IEC 62682) as one table: what each state becomes by each thing that can happen to it. Pure: who asks, when, and whether he may, is judged elsewhere.

/** What the plant and the people have said of it. "pending": its on-delay runs. "latched": the condition is gone, and a person must still reset it. */
export const conditions = [
  "normal",
  "pending",
  "active-unacknowledged",
  "active-acknowledged",
  "cleared-unacknowledged",
  "latched-unacknowledged",
  "latched-acknowledged",
] as const;
export type Condition = (typeof conditions)[number];

/** What keeps it from calling anybody: a person for a while, a design rule while another alarm explains it, or works on the thing itself. */
export const holds = ["none", "shelved", "suppressed", "out-of-service"] as const;
export type Hold = (typeof holds)[number];

/** "moment": it has no clearing, its acknowledgement closes it. "latched": it stays until it is reset. */
export const kinds = ["standing", "moment", "latched"] as const;
export type Kind = (typeof kinds)[number];

export interface Life {
  readonly condition: Condition;
  readonly hold: Hold;
}

const conditionInputs = ["raise", "raise-delayed", "due", "clear", "acknowledge", "reset"] as const;
const holdInputs = ["shelve", "unshelve", "suppress", "unsuppress", "remove", "return"] as const;
export const inputs = [...conditionInputs, ...holdInputs] as const;
export type ConditionInput = (typeof conditionInputs)[number];
export type HoldInput = (typeof holdInputs)[number];
export type Input = (typeof inputs)[number];

/** Why not; the words stand in acts.ts. */
export type No =
  | "nothing-to-acknowledge"
  | "not-latched"
  | "still-active"
  | "acknowledge-first"
  | "already-held"
  | "not-held"
  | "is-held"
  | "nothing-to-hold";
export type Step = Life | { readonly no: No };

type Cell = Condition | { readonly no: No } | { readonly byKind: Readonly<Record<Kind, Condition>> };
const no = (code: No): { readonly no: No } => ({ no: code });
const kindly = (standing: Condition, moment: Condition, latched: Condition): Cell => ({ byKind: { standing, moment, latched } });

const nothing = no("nothing-to-acknowledge");
const gone = kindly("cleared-unacknowledged", "cleared-unacknowledged", "latched-unacknowledged");
const seen = kindly("active-acknowledged", "normal", "active-acknowledged");
const over = kindly("normal", "normal", "latched-acknowledged");

/** Columns: raise, raise with an on-delay, the delay is over, clear, acknowledge, reset. */
const table: Readonly<Record<Condition, readonly [Cell, Cell, Cell, Cell, Cell, Cell]>> = {
  normal: ["active-unacknowledged", "pending", "normal", "normal", nothing, no("not-latched")],
  pending: ["active-unacknowledged", "pending", "active-unacknowledged", "normal", nothing, no("not-latched")],
  "active-unacknowledged": ["active-unacknowledged", "active-unacknowledged", "active-unacknowledged", gone, seen, no("still-active")],
  "active-acknowledged": [
    "active-acknowledged",
    "active-acknowledged",
    "active-acknowledged",
    over,
    "active-acknowledged",
    no("still-active"),
  ],
  "cleared-unacknowledged": [
    ...(["active-unacknowledged", "active-unacknowledged", "cleared-unacknowledged", "cleared-unacknowledged", "normal"] as const),
    no("not-latched"),
  ],
  "latched-unacknowledged": [
    ...(["active-unacknowledged", "active-unacknowledged", "latched-unacknowledged", "latched-unacknowledged"] as const),
    "latched-acknowledged",
    no("acknowledge-first"),
  ],
  "latched-acknowledged": [
    ...(["active-unacknowledged", "active-unacknowledged", "latched-acknowledged", "latched-acknowledged"] as const),
    "latched-acknowledged",
    "normal",
  ],
};

/** Columns: shelve, unshelve, suppress, unsuppress, remove from service, return to service. Works on the thing outrank everything; a design rule outranks a person's shelf. */
const holding: Readonly<Record<Hold, readonly (Hold | { readonly no: No })[]>> = {
  none: ["shelved", no("not-held"), "suppressed", no("not-held"), "out-of-service", no("not-held")],
  shelved: [no("already-held"), "none", "suppressed", no("not-held"), "out-of-service", no("not-held")],
  suppressed: [no("already-held"), no("not-held"), "suppressed", "none", "out-of-service", no("not-held")],
  "out-of-service": [no("already-held"), no("not-held"), "out-of-service", "out-of-service", no("already-held"), "none"],
};

/** While it is held nobody was called, so nobody has to acknowledge what went by. */
const unseen: Partial<Readonly<Record<Condition, Condition>>> = { "cleared-unacknowledged": "normal" };

/** Back among the others: what still stands calls anew; what has gone by meanwhile does not. */
const released: Readonly<Record<Condition, Condition>> = {
  normal: "normal",
  pending: "pending",
  "active-unacknowledged": "active-unacknowledged",
  "active-acknowledged": "active-unacknowledged",
  "cleared-unacknowledged": "normal",
  "latched-unacknowledged": "latched-unacknowledged",
  "latched-acknowledged": "latched-unacknowledged",
};

const isConditionInput = (input: Input): input is ConditionInput => (conditionInputs as readonly Input[]).includes(input);

export function step(life: Life, input: Input, kind: Kind): Step {
  if (isConditionInput(input)) {
    if (life.hold !== "none" && (input === "acknowledge" || input === "reset")) return no("is-held");
    const cell = table[life.condition][conditionInputs.indexOf(input)] ?? life.condition;
    if (typeof cell !== "string" && "no" in cell) return cell;
    const next = typeof cell === "string" ? cell : cell.byKind[kind];
    return { condition: life.hold === "none" ? next : (unseen[next] ?? next), hold: life.hold };
  }
  const next = holding[life.hold][holdInputs.indexOf(input)] ?? no("not-held");
  if (typeof next !== "string") return next;
  // What is over is acknowledged, not shelved.
  if (life.hold === "none" && (life.condition === "normal" || life.condition === "cleared-unacknowledged")) return no("nothing-to-hold");
  const condition = life.hold !== "none" && next === "none" ? released[life.condition] : life.condition;
  return { condition, hold: next };
}

export const isNo = (step: Step): step is { readonly no: No } => "no" in step;

/** Somebody is called exactly when it begins to stand in the list unseen: by being raised, or by coming back from where it was held. */
export const calls = (before: Life, after: Life): boolean =>
  after.hold === "none" &&
  after.condition === "active-unacknowledged" &&
  (before.condition !== "active-unacknowledged" || before.hold !== "none");

/** What is shown as its one state. */
export const shownState = ({ condition, hold }: Life): Exclude<Hold, "none"> | Exclude<Condition, "normal"> | "cleared" =>
  condition === "normal" ? "cleared" : hold === "none" ? condition : hold;
