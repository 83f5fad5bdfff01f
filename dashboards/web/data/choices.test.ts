// What the page shows of what it knows: what is fresh, which alarm stands first, what the strip counts.
import { expect, test } from "vitest";
import { fromRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { alarmOrder, byStation, countByPriority, firstWord, freshness, shownState } from "./choices.ts";
import { alarm, at, gateway, socket } from "./samples-for-tests.ts";

const zero = fromRfc3339(at(0)) ?? wall(0);
const later = (seconds: number) => wall(zero + seconds * 1000);

const interval = 5;

test.each([
  ["a reading of now", 1, {}, "online", "fresh"],
  ["twice its interval old", 2 * interval, {}, "online", "fresh"],
  ["older than that", 2 * interval + 1, {}, "online", "stale"],
  ["five times its interval old", 5 * interval + 1, {}, "online", "offline"],
  ["marked stale by the gateway", 1, { quality: "stale" }, "online", "stale"],
  ["not to be trusted", 1, { quality: "bad" }, "online", "offline"],
  ["of a gateway that is gone", 1, {}, "offline", "stale"],
  ["never seen", 1, { seen: null }, "online", "offline"],
] as const)("freshness: %s", (_, age, given, state, wanted) => {
  expect(freshness(socket(1, given), { gateway: gateway({ state }), connected: true, now: later(age) })).toBe(wanted);
});

test.each([
  ["told by an event", { state: "cut" }, "cut"],
  ["not told, drawing nothing", { state: "unknown", power_mW: 0 }, "idle"],
  ["not told, drawing power", { state: "unknown", power_mW: 468_000 }, "charging"],
  ["not told, never read", { state: "unknown", power_mW: null }, "unknown"],
  ["not told, not to be trusted", { state: "unknown", quality: "bad" }, "unknown"],
] as const)("the state of a socket, %s", (_, given, wanted) => {
  expect(shownState(socket(1, given))).toBe(wanted);
});

test("nothing is fresh while the page does not hear the cloud", () => {
  expect(freshness(socket(1), { gateway: gateway(), connected: false, now: later(1) })).toBe("stale");
});

test("alarms: unacknowledged first, then priority, then newest", () => {
  const list = [
    alarm("acknowledged-1", { state: "active-acknowledged", priority: 1 }),
    alarm("old-2", { priority: 2, last: at(1) }),
    alarm("new-2", { priority: 2, last: at(9) }),
    alarm("cleared-unseen-3", { priority: 3, state: "cleared-unacknowledged" }),
    alarm("first", { priority: 1 }),
  ];
  expect(list.sort(alarmOrder).map((one) => one.id)).toEqual(["first", "new-2", "old-2", "cleared-unseen-3", "acknowledged-1"]);
});

test.each([
  ["nobody has said it", [["raise", 0]], 100, null],
  [
    "said, and it waits",
    [
      ["raise", 0],
      ["close-asked", 10],
    ],
    40,
    1_770_000,
  ],
  [
    "an acknowledgement changes nothing",
    [
      ["close-asked", 10],
      ["acknowledge", 20],
    ],
    40,
    1_770_000,
  ],
  [
    "raised anew: of before",
    [
      ["close-asked", 10],
      ["clear", 20],
      ["raise", 30],
    ],
    40,
    null,
  ],
  ["its half hour is over", [["close-asked", 10]], 10 + 1_801, null],
  [
    "the second first word counts",
    [
      ["close-asked", 0],
      ["raise", 5],
      ["close-asked", 10],
    ],
    10,
    1_800_000,
  ],
] as const)("the first of two words to close: %s", (_, told, now, left_ms) => {
  const steps = told.map(([input, second]) => ({ at: at(second), input, from: "", to: "", person: "manager", reason: "装置已拆除" }));
  const found = firstWord({ alarm: alarm("a"), steps }, later(now));
  expect(found).toEqual(left_ms === null ? null : { person: "manager", reason: "装置已拆除", left_ms });
});

test("the strip counts what stands and what nobody has seen, never what is over", () => {
  const list = [
    alarm("a"),
    alarm("b", { priority: 2 }),
    alarm("c", { priority: 2, state: "cleared" }),
    alarm("d", { priority: 4, state: "cleared-unacknowledged" }),
  ];
  expect(countByPriority(list)).toEqual({ 1: 1, 2: 1, 3: 0, 4: 1 });
});

test("stations of two gateways with one name stay apart", () => {
  const groups = byStation([socket(1), socket(2), socket(1, { gateway: "gw-2" })]);
  expect(groups.map((one) => [one.station, one.sockets.length])).toEqual([
    ["station-1", 2],
    ["station-1", 1],
  ]);
});
