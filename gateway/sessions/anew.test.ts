// A charge that goes on: after protection began anew, under a shed that is not ready yet, with another meter, after interruptions; one session, and never longer than it may.
import { expect, test } from "vitest";
import type { Fact, ShedReading, SocketReading } from "#gateway/link/messages.ts";
import type { MilliWattHour } from "#protocols/vocabulary/electricity.ts";
import { asks, bench, charging, socket } from "#test/charging/played-protection.ts";

test.each([
  //  after protection began anew     reading                        asked again   session
  ["the vehicle is still there", {}, 1, undefined],
  ["the vehicle is gone", { plugged: false }, 0, "unplugged"],
  ["the socket is locked", { state: "latched" }, 0, "interrupted"],
  ["it is not seen well", { quality: "bad" }, 0, undefined],
  ["its relay is still opening", { state: "opening" }, 0, undefined],
] as const)("protection began anew, and %s", (_what, over, again, ended) => {
  const site = charging();
  const { session, id } = site.authority();
  site.clock.advance(4000);
  site.hello([]);
  site.fact({ kind: "started", boot: "safety-2", after: "start" });
  site.read({ request_seq: 8, ...over } as Partial<SocketReading>);
  expect(asks(site)).toBe(1 + again);
  if (again > 0) {
    expect(site.authority().session).toBe(session);
    expect(site.authority().id).not.toBe(id);
    site.fact({ kind: "closed", authority: site.authority().id, session, socket, energy_mWh: 1_050_000 });
    site.fact({ kind: "ended", authority: site.authority().id, session, socket, cause: "full", energy_mWh: 1_400_000, seconds: 1000 });
    expect(site.data("session.started")).toHaveLength(1);
    expect(site.data("session.ended")).toMatchObject([{ session, cause: "full", energy_mWh: 400_000 }]);
  } else expect(site.data("session.ended").map((data) => data.cause)).toEqual(ended === undefined ? [] : [ended]);
});

const shed = (state: ShedReading["state"]): ShedReading[] => [
  {
    ...{ shed: "shed-1", state, trip: null, cause: null, source: null, inputs: [], contactor: "none", residual_mA: null },
    ...{ leaking: false, power_mW: null, budgets: [] },
  },
];

test.each([
  //  the shed, from one reading to the next   asked again   session ended for
  [["waiting", "waiting", "serving"], 1, undefined],
  [["blind", "blind", "blind"], 0, undefined],
  [["waiting", "latched"], 0, "interrupted"],
] as const)("protection began anew, and the shed above is %s", (states, again, ended) => {
  const site = charging({ shed: "shed-1" });
  site.hello([]);
  site.fact({ kind: "started", boot: "safety-2", after: "start" });
  for (const state of states) {
    expect(asks(site)).toBe(1);
    site.read({ request_seq: 8 }, shed(state));
  }
  expect(asks(site)).toBe(1 + again);
  expect(site.data("session.ended").map(({ cause }) => cause)).toEqual(ended === undefined ? [] : [ended]);
});

test("a charge that was under way waits out a contactor that is not closed yet; whoever only asks is told", () => {
  const site = charging();
  site.hello([]);
  site.fact({ kind: "started", boot: "safety-2", after: "start" });
  const refuse = (): void => {
    const { id, session } = site.authority();
    site.fact({ kind: "refused", authority: id, session, socket, code: "contactor-open", zh: "未闭合", en: "open" });
  };
  site.read({ request_seq: 8 });
  refuse();
  site.read({ request_seq: 8 });
  expect(asks(site)).toBe(3);
  expect(site.events()).toEqual(["session.started"]);
  for (let turn = 0; turn < 30; turn += 1) {
    refuse();
    site.read({ request_seq: 8 });
  }
  // Not for ever.
  expect(site.data("session.ended")).toMatchObject([{ cause: "interrupted" }]);
  expect(site.data("charging.refused")).toMatchObject([{ code: "contactor-open" }]);

  const other = bench();
  other.hello();
  other.read();
  other.read({ request_seq: 8 });
  const { id, session } = other.authority();
  other.fact({ kind: "refused", authority: id, session, socket, code: "contactor-open", zh: "未闭合", en: "open" });
  expect([other.events(), asks(other)]).toEqual([["charging.refused"], 1]);
});

test.each([
  //  what became of the meter between two parts   seen at the second closing   at the end    energy of the session
  ["nothing", 1_050_000, 1_400_000, 400_000],
  ["a new one that begins at nothing", 0, 300_000, null],
  ["a new one that begins at nothing and is not read at closing", null, 300_000, null],
  ["another's, with a longer life behind it", 985_000_000, 985_300_000, null],
  ["the same, seen at the end only", null, 985_300_000, null],
  ["one that was reset during the second part", 1_050_000, 12_000, null],
  ["one that wrapped", 1_050_000, 4, null],
] as const)("a meter is changed during a charge: %s: never negative, never another meter's energy", (_what, closing, ending, used) => {
  const site = charging();
  const { session } = site.authority();
  site.clock.advance(4000);
  site.hello([]);
  site.fact({ kind: "started", boot: "safety-2", after: "start" });
  site.read({ request_seq: 8 });
  const { id } = site.authority();
  site.fact({ kind: "closed", authority: id, session, socket, energy_mWh: closing });
  site.fact({ kind: "ended", authority: id, session, socket, cause: "full", energy_mWh: ending as MilliWattHour, seconds: 3000 });
  expect(site.data("session.ended")).toMatchObject([{ session, energy_mWh: used, cause: "full" }]);
});

test("an authority whose end still waits in the spool is not taken for lost", () => {
  const site = charging();
  const { id, session } = site.authority();
  site.up = false;
  site.charging.linkDown();
  site.up = true;
  site.lastFact = 2; // protection wrote the end while we were away
  site.hello([]);
  site.read({ request_seq: 8 });
  site.read({ request_seq: 8 });
  expect(asks(site)).toBe(1);
  const fact: Fact = { kind: "ended", authority: id, session, socket, cause: "full", energy_mWh: 2_000_000, seconds: 3600 };
  site.charging.heard({ type: "facts", facts: [{ id: 2, at: site.clock.stamp(), fact }] });
  site.read({ request_seq: 8 });
  expect(asks(site)).toBe(1);
  expect(site.data("session.ended")).toMatchObject([{ cause: "full", seconds: 3600 }]);
});

test("a held authority is left alone; one that protection never heard is asked for again", () => {
  const site = charging();
  site.hello([site.authority().id]);
  site.read({ request_seq: 8, authority: site.authority().id, state: "charging" });
  expect(asks(site)).toBe(1);

  const other = bench();
  other.hello();
  other.read();
  other.up = false; // the message goes nowhere
  other.read({ request_seq: 8 });
  other.charging.linkDown();
  expect(asks(other)).toBe(0);
  other.up = true;
  other.hello();
  other.read({ request_seq: 8 });
  expect(asks(other)).toBe(1);
});

test("interruptions do not add time: the longest charge bounds all parts together, and a flapping socket is given up", () => {
  const site = charging();
  const first = site.authority();
  site.clock.advance(10_000_000);
  site.fact({
    kind: "ended",
    authority: first.id,
    session: first.session,
    socket,
    cause: "interrupted",
    energy_mWh: null,
    seconds: 10_000,
  });
  site.read({ request_seq: 8 });
  expect(site.authority().duration_ms).toBe(26_000_000 + 15_000);
  for (let n = 0; n < 40 && asks(site) < 30; n += 1) {
    const { id, session } = site.authority();
    site.fact({ kind: "ended", authority: id, session, socket, cause: "interrupted", energy_mWh: 1_700_000, seconds: 1 });
    site.read({ request_seq: 8 });
  }
  expect(asks(site)).toBe(20);
  expect(site.data("session.ended")).toMatchObject([{ cause: "interrupted", energy_mWh: 700_000, seconds: 10_019 }]);
});

test("a site that comes back a day later does not go on with yesterday's charge", () => {
  const site = charging();
  site.clock.advance(36_000_001);
  site.hello([]);
  site.fact({ kind: "started", boot: "safety-2", after: "start" });
  site.read({ request_seq: 8 });
  expect(asks(site)).toBe(1);
  expect(site.data("session.ended")).toMatchObject([{ cause: "expired" }]);
});

test("of a part whose end nobody saw, the time that was seen is counted", () => {
  const site = charging();
  for (let s = 0; s < 100; s += 1) {
    site.clock.advance(1000);
    site.read({ request_seq: 8, authority: site.authority().id, state: "charging", relay: "closed" });
  }
  site.hello([]);
  site.fact({ kind: "started", boot: "safety-2", after: "gap" });
  site.read({ request_seq: 8, plugged: false });
  expect(site.data("session.ended")).toMatchObject([{ cause: "unplugged", seconds: 100 }]);
});
