// What an order's silence means, second by second; nothing is done before it was told.
import { expect, test } from "vitest";
import type { CommandView } from "#protocols/api/commands.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { awaiting, mayApprove, type Standing, standingOf, stepsOf } from "./standing.ts";

const begin = Date.UTC(2026, 10, 25, 4);
const at = (s: number): string => toRfc3339(wall(begin + s * 1000));
const order = (given: Partial<CommandView> = {}): CommandView => ({
  ...{ id: "c-1", site: "jinxiu", gateway: "gw-1", action: "gate.close", action_zh: "远程落杆", action_en: "send an arm down" },
  ...{ dangerous: false, args: { lane: "east-in" }, person: "booth", approver: null, reason: "设备故障", state: "issued" as const },
  ...{ asked: at(0), issued: at(0), expires: at(10), received: null, ended: null, code: null, zh: null, en: null },
  ...given,
});
const lock = { dangerous: true, action: "gate.lock", state: "waiting", issued: null, expires: null } as const;

test.each<readonly [string, Partial<CommandView>, number, Standing]>([
  ["just issued", {}, 1, "issued"],
  ["not received at once", {}, 4, "not-received"],
  ["its life is over, whether the cloud has swept or not", {}, 11, "expired"],
  ["the cloud says so", { state: "expired", ended: at(12) }, 12, "expired"],
  ["received", { state: "received", received: at(1) }, 2, "received"],
  ["received, and nothing since", { state: "received", received: at(1) }, 12, "no-word"],
  ["done", { state: "done", received: at(1), ended: at(2) }, 3, "done"],
  ["refused", { state: "refused", received: at(1), ended: at(1) }, 3, "refused"],
  ["died in the middle", { state: "unknown", received: at(1), ended: at(9) }, 20, "unknown"],
  ["waits for another", lock, 60, "waiting"],
  ["waited too long", lock, 15 * 60 + 1, "waited-too-long"],
])("%s", (_, given, s, standing) => {
  expect(standingOf(order(given), wall(begin + s * 1000))).toBe(standing);
});

test.each<readonly [string, Partial<CommandView>, number, string]>([
  ["issued", {}, 1, "issued:now received:to-come ended:to-come"],
  ["received", { state: "received", received: at(1) }, 2, "issued:told received:now ended:to-come"],
  ["done", { state: "done", received: at(1), ended: at(2) }, 3, "issued:told received:told ended:told"],
  ["expired", {}, 11, "issued:told received:never ended:never"],
  ["the end was heard before the receipt", { state: "done", ended: at(2) }, 3, "issued:told received:never ended:told"],
  ["waits", lock, 5, "asked:now approved:to-come issued:to-come received:to-come ended:to-come"],
  [
    "approved and issued",
    { ...lock, state: "issued", approver: "manager", issued: at(9), expires: at(69) },
    10,
    "asked:told approved:told issued:now received:to-come ended:to-come",
  ],
])("the steps of an order: %s", (_, given, s, steps) => {
  expect(
    stepsOf(order(given), wall(begin + s * 1000))
      .map(({ name, how }) => `${name}:${how}`)
      .join(" "),
  ).toBe(steps);
});

test("those that wait stand with the oldest first, and what waited too long is no more among them", () => {
  const rows = [
    order({ ...lock, id: "b", asked: at(700) }),
    order({ ...lock, id: "a", asked: at(300) }),
    order({ ...lock, id: "late", asked: at(-200) }),
    order(),
  ];
  expect(awaiting(rows, wall(begin + 800_000)).map(({ id }) => id)).toEqual(["a", "b"]);
});

test.each([
  [{ id: "manager", role: "property-manager" }, "yes"],
  // As whichever post: it is the same human being.
  [{ id: "booth", role: "property-manager" }, "same-person"],
  [{ id: "other", role: "booth" }, "wrong-role"],
  [null, "wrong-role"],
] as const)("who may be the second person: %j", (who, may) => {
  expect(mayApprove(order(lock), who)).toBe(may);
});
