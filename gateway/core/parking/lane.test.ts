// The lane's decisions as tables: what stands before the arm, and what is done about it.
import { expect, test } from "vitest";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import {
  type Ahead,
  type Arm,
  answerRepeat,
  decideEntry,
  decideExit,
  type EntrySight,
  type Match,
  type Settlement,
  unfit,
  whenFree,
} from "./lane.ts";

const plate = (text: string) => text as Plate;
const mine = plate("闽C80123");
type Known = Exclude<Arm, "unknown">;
const arm = (is: Partial<Known> = {}): Known => ({ open: false, closed: false, moving: false, approach: true, under: false, ...is });
const down = arm({ closed: true });
const rising = arm({ moving: true });
const up = arm({ open: true });
const under = arm({ open: true, under: true });
const falling = arm({ moving: true });
const fallingOverCar = arm({ moving: true, under: true });
const other: Ahead = { visit: "v-other", plate: plate("闽C99999") };
const self: Ahead = { visit: "v1", plate: mine };
const misread: Ahead = { visit: "v1", plate: plate("闽C8D123") };
const byHand: Ahead = { visit: null, plate: null };

test.each<[string, Parameters<typeof unfit>[0], Parameters<typeof unfit>[1], string | undefined]>([
  ["fit", { plate: mine, noPlate: false, confidence: 96, turnedBack: false }, undefined, undefined],
  ["the camera gives no confidence", { plate: mine, noPlate: false, confidence: null, turnedBack: false }, undefined, undefined],
  ["just enough", { plate: mine, noPlate: false, confidence: 60, turnedBack: false }, undefined, undefined],
  ["not enough", { plate: mine, noPlate: false, confidence: 59, turnedBack: false }, undefined, "low-confidence"],
  ["no plate of any kind", { plate: null, noPlate: false, confidence: 99, turnedBack: false }, undefined, "low-confidence"],
  ["a car without a plate", { plate: null, noPlate: true, confidence: 99, turnedBack: false }, undefined, "no-plate"],
  ["it turned back", { plate: mine, noPlate: false, confidence: 99, turnedBack: true }, undefined, "turn-back"],
  ["time before all else", { plate: null, noPlate: true, confidence: 1, turnedBack: true }, "offline-read", "offline-read"],
])("unfit: %s", (_what, read, stale, expected) => {
  expect(unfit(read, stale)).toBe(expected);
});

test.each<[string, Partial<Parameters<typeof answerRepeat>[0]>, "same-answer" | "stop"]>([
  ["the answer was lost", {}, "same-answer"],
  ["the board does not answer", { arm: "unknown" }, "same-answer"],
  ["it was no opening", { opened: false }, "stop"],
  ["the gate was seen open", { gateSeenOpen: true }, "stop"],
  ["too late", { fresh: false }, "stop"],
  ["the arm is on its way", { arm: rising }, "stop"],
  ["the arm is up", { arm: up }, "stop"],
  ["the gate was asked for somebody else since", { newerOrder: true }, "stop"],
])("repeat: %s", (_what, change, expected) => {
  expect(answerRepeat({ opened: true, gateSeenOpen: false, fresh: true, arm: down, newerOrder: false, ...change })).toBe(expected);
});

const inside = (thisLane: boolean, passedAgo_ms: number | null): EntrySight["inside"] => ({ visit: "v1", thisLane, passedAgo_ms });
test.each<[string, Arm, Ahead | null, EntrySight["inside"], string]>([
  // what                                            arm             ahead    inside                 decision
  ["an empty lane", down, null, null, "open new new-visit"],
  ["the board does not answer", "unknown", null, null, "open new new-visit"],
  ["the board does not answer, another one ahead", "unknown", other, null, "open new new-visit behind"],
  ["read again before it passed", down, self, inside(true, null), "open v1 same-visit"],
  ["read again while the arm rises for it", rising, self, inside(true, null), "open v1 same-visit"],
  ["read again while it is under the arm", under, self, inside(true, null), "open v1 same-visit"],
  ["read otherwise before it passed", rising, misread, null, "open v1 same-visit"],
  [
    "a neighbour's plate in a row is another car",
    rising,
    { visit: "v-other", plate: plate("闽C80124") },
    null,
    "open new new-visit behind",
  ],
  ["another one ahead, arm down (it turned back, or waits)", down, other, null, "open new new-visit behind"],
  ["the arm rises for another one", rising, other, null, "open new new-visit behind"],
  ["another one is under the arm", under, other, null, "stay gate-busy"],
  ["the arm falls and another one is under it", fallingOverCar, other, null, "stay gate-busy"],
  ["the arm falls behind another one", falling, other, null, "open new new-visit behind"],
  ["somebody under the arm that we did not let in", under, null, null, "open new new-visit"],
  ["somebody under the arm that was let in by hand", under, byHand, null, "stay gate-busy"],
  ["the loop under a closed arm is broken", arm({ closed: true, under: true }), other, null, "open new new-visit behind"],
  ["it drove through a moment ago", falling, null, inside(true, 9_999), "stay just-passed"],
  ["it drove through, and comes again", down, null, inside(true, 10_000), "open new already-inside"],
  ["it is inside by another lane", down, null, inside(false, null), "open new already-inside"],
  ["its offline record opened a visit here", down, null, inside(true, null), "open v1 same-visit"],
])("entry: %s", (_what, armSeen, ahead, visit, expected) => {
  const decision = decideEntry({ plate: mine, arm: armSeen, ahead, inside: visit });
  expect(
    decision.do === "open" ? `open ${decision.visit} ${decision.why}${decision.behind ? " behind" : ""}` : `stay ${decision.why}`,
  ).toBe(expected);
});

const exact: Match = { kind: "exact", visit: "v1" };
const none: Match = { kind: "none" };
test.each<[string, Arm, Ahead | null, Match, Settlement, number | null, string]>([
  ["nothing owed", down, null, exact, "nothing-owed", null, "open v1"],
  ["a similar plate, the only one", down, null, { kind: "similar", visit: "v1" }, "nothing-owed", null, "open v1"],
  ["owed", down, null, exact, "owed", null, "stay unpaid v1"],
  ["no tariff is no price of 0", down, null, exact, "no-tariff", null, "stay no-tariff v1"],
  ["never seen to come in", down, null, none, "nothing-owed", null, "stay no-entry null"],
  ["it left a moment ago", falling, null, none, "nothing-owed", 3_000, "stay just-passed null"],
  ["it left long ago", down, null, none, "nothing-owed", 60_000, "stay no-entry null"],
  ["another one is under the arm", under, other, exact, "nothing-owed", null, "stay gate-busy v1"],
  ["owed, and another one is under the arm", under, other, exact, "owed", null, "stay unpaid v1"],
  ["read again while under the arm", under, self, exact, "nothing-owed", null, "open v1"],
  ["another one ahead", rising, other, exact, "nothing-owed", null, "open v1 behind"],
])("exit: %s", (_what, armSeen, ahead, match, settled, leftAgo_ms, expected) => {
  const decision = decideExit({ plate: mine, arm: armSeen, ahead, match, leftAgo_ms }, () => settled);
  expect(
    decision.do === "open" ? `open ${decision.visit}${decision.behind ? " behind" : ""}` : `stay ${decision.why} ${decision.visit}`,
  ).toBe(expected);
});

const empty = { approach: false };
test.each<[string, { fresh?: boolean; letIn?: boolean }, Arm, Ahead | null, string]>([
  ["the other one is still under", {}, under, other, "wait"],
  ["the other one is not counted yet", {}, falling, other, "wait"],
  ["the other one is through, this one stands there", {}, falling, null, "open"],
  ["the arm is down, this one stands there", {}, down, null, "open"],
  ["the arm is up, this one stands there", {}, up, null, "open"],
  ["nobody stands there any more", {}, arm({ closed: true, ...empty }), null, "call-a-person"],
  ["the read grew old", { fresh: false }, down, null, "call-a-person"],
  ["the board does not answer", {}, "unknown", null, "wait"],
  ["let in: the arm is still up for it", { letIn: true }, up, self, "wait"],
  ["let in: the arm came down before it", { letIn: true }, down, self, "open"],
  ["let in: it drove through", { letIn: true }, arm({ closed: true, ...empty }), null, "done"],
  ["let in: the read grew old", { letIn: true, fresh: false }, down, self, "done"],
])("waiting: %s", (_what, is, armSeen, ahead, expected) => {
  expect(whenFree({ plate: mine, fresh: is.fresh ?? true, letIn: is.letIn ?? false }, armSeen, ahead)).toBe(expected);
});
