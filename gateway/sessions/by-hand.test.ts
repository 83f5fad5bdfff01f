// Charges that a person begins: journalled before protection is asked, once, and refused in words; where nobody sees the plug, one goes on only after a short absence.
import pino from "pino";
import { expect, test } from "vitest";
import type { Fact, SiteToSafety, SocketReading } from "#gateway/link/messages.ts";
import type { MilliAmpere, MilliVolt, MilliWatt, MilliWattHour } from "#protocols/vocabulary/electricity.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "../journal/journal.ts";
import type { ChargeSeen } from "../site-context.ts";
import { chargeSeen } from "./by-hand.ts";
import { startCharging } from "./charging.ts";
import { tables } from "./tables.ts";

/** Put together from a relay and a meter: nothing tells of a plug or of a card. */
const built = "diy/2";
/** A pile with a card reader. */
const pile = "station-1/3";
const charge = "charge-0001";

function bench() {
  const clock = toldClock();
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  const sent: SiteToSafety[] = [];
  const charging = startCharging({
    journal,
    clock,
    chance: toldChance(),
    log: pino({ level: "silent" }),
    limitsOf: (name) => (name === built || name === pile ? { max_time_s: 36_000, blind_ms: 10_000, tells_plug: name === pile } : undefined),
    send: (message) => {
      sent.push(message);
      return true;
    },
  });
  let facts = 0;
  const made = {
    clock,
    journal,
    sent,
    charging,
    hello: () => charging.heard({ type: "hello", boot: "safety-1", authorities: [], spool: "spool-a", last_fact: facts }),
    fact(fact: Fact) {
      facts += 1;
      charging.heard({ type: "facts", facts: [{ id: facts, at: clock.stamp(), fact }] });
    },
    read: (over: Partial<SocketReading> = {}) =>
      charging.heard({ type: "readings", at: clock.stamp(), sockets: [reading(over)], lines: [] }),
    begin: (over: Partial<Parameters<typeof charging.begin>[0]> = {}) =>
      charging.begin({ charge, socket: built, person: "张工", by: "console", ...over }),
    asked: () => sent.filter((message) => message.type === "energise").map(({ authority }) => authority),
    seen: () => chargeSeen(journal, charge) as ChargeSeen,
    events: (type: string) =>
      journal.all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type).map(({ data }) => JSON.parse(data)),
  };
  made.hello();
  return made;
}

const reading = (over: Partial<SocketReading>): SocketReading => ({
  socket: built,
  ...{ quality: "good", age_ms: 100, relay: "open", plugged: null, state: "idle", trip: null, authority: null, test: null },
  ...{ request_seq: null, request_card: null, temperature_mC: null },
  voltage_mV: 220_000 as MilliVolt,
  current_mA: 0 as MilliAmpere,
  power_mW: 0 as MilliWatt,
  energy_mWh: 1_000_000 as MilliWattHour,
  ...over,
});

/** It was begun and its relay is closed. */
function charging(): ReturnType<typeof bench> {
  const site = bench();
  site.read();
  site.begin();
  const { id, session } = site.asked()[0] ?? expect.fail("nothing was asked");
  site.fact({ kind: "closed", authority: id, session, socket: built, energy_mWh: 1_000_000 });
  return site;
}

test("person, socket and authority are in the journal before protection is asked; begun once, however often it is asked for", () => {
  const site = bench();
  site.read();
  let written: unknown;
  const push = site.sent.push.bind(site.sent);
  site.sent.push = (...messages) => {
    written = [site.journal.get("SELECT session, socket, person, state FROM charge"), site.events("session.asked")];
    return push(...messages);
  };
  expect(site.begin()).toEqual({ charge, socket: built, person: "张工", state: "asked", seconds: 0, why: null });
  expect(written).toEqual([
    { session: charge, socket: built, person: "张工", state: "open" },
    [{ session: charge, socket: built, person: "张工", by: "console" }],
  ]);
  expect(site.begin()).toMatchObject({ state: "asked" });
  expect(site.begin({ socket: pile })).toMatchObject({ kind: "refusal", code: "charge-differs" });
  expect(site.asked()).toHaveLength(1);
  expect(site.asked()[0]).toMatchObject({ socket: built, session: charge, duration_ms: 36_015_000 });
});

test("a whole charge: asked, charging, ended with its energy and its cause", () => {
  const site = charging();
  expect(site.seen().state).toBe("charging");
  const { id } = site.asked()[0] ?? expect.fail();
  site.fact({ kind: "ended", authority: id, session: charge, socket: built, cause: "full", energy_mWh: 1_400_000, seconds: 3_600 });
  expect(site.seen()).toEqual({ charge, socket: built, person: "张工", state: "ended", seconds: 3_600, why: "full" });
  expect(site.events("session.ended")).toMatchObject([{ session: charge, energy_mWh: 400_000, cause: "full" }]);
});

test("what protection refuses is not begun, and says why", () => {
  const site = bench();
  site.read();
  site.begin();
  const { id } = site.asked()[0] ?? expect.fail();
  site.fact({
    kind: "refused",
    authority: id,
    session: charge,
    socket: built,
    code: "shed-latched",
    zh: "棚已锁定",
    en: "the shed is latched",
  });
  expect(site.seen()).toMatchObject({ state: "not-begun", why: "棚已锁定 / the shed is latched" });
  expect(site.events("session.started")).toEqual([]);
});

test.each<[string, string, Partial<SocketReading> | undefined, string]>([
  ["no such socket", "diy/9", {}, "no-such-place"],
  ["protection is not heard", built, undefined, "not-connected"],
  ["another socket was read, not this", built, { socket: "diy/1" }, "not-seen"],
  ["an old reading", built, { quality: "stale" }, "not-seen"],
  ["a reading that cannot be true", built, { quality: "bad" }, "not-seen"],
  ["blind", built, { state: "blind" }, "not-seen"],
  ["latched", built, { state: "latched" }, "locked"],
  ["welded", built, { state: "welded" }, "locked"],
  ["a pile with nothing plugged in", pile, { socket: pile, plugged: false }, "not-plugged"],
  ["a pile that does not say whether", pile, { socket: pile, plugged: null }, "not-plugged"],
])("refused: %s", (_what, socket, read, code) => {
  const site = bench();
  if (read !== undefined) site.read(read);
  expect(site.begin({ socket })).toMatchObject({ kind: "refusal", code });
  expect([site.asked(), site.journal.get("SELECT count(*) AS n FROM charge")]).toEqual([[], { n: 0 }]);
});

test("a pile with something plugged in may be begun by hand as well; a socket that charges already may not", () => {
  const site = bench();
  site.read({ socket: pile, plugged: true, request_seq: 7 });
  expect(site.begin({ socket: pile })).toMatchObject({ state: "asked" });
  expect(site.begin({ socket: pile, charge: "charge-0002" })).toMatchObject({ code: "busy" });
});

test.each<[string, number, Partial<SocketReading>, string]>([
  ["a moment", 4_000, {}, "again"],
  ["nine minutes", 9 * 60_000, {}, "again"],
  ["eleven minutes: another vehicle may stand there", 11 * 60_000, {}, "interrupted"],
  ["a moment, and the socket is locked", 4_000, { state: "latched" }, "interrupted"],
  ["a moment, and it is not seen well", 4_000, { quality: "bad" }, "waits"],
])("protection was gone for %s", (_what, away, over, then) => {
  const site = charging();
  site.clock.advance(3_600_000);
  const told = { state: "charging", relay: "closed", authority: site.asked()[0]?.id ?? null } as const;
  site.read(told);
  site.clock.advance(31_000);
  site.read(told); // what it has had is kept each half minute
  site.clock.advance(away);
  site.hello();
  site.fact({ kind: "started", boot: "safety-2", after: "start" });
  site.read(over);
  site.read(over);
  expect(site.asked().length).toBe(then === "again" ? 2 : 1);
  expect(site.events("session.ended").map(({ cause }: { cause: string }) => cause)).toEqual(then === "interrupted" ? ["interrupted"] : []);
  if (then === "again") expect(site.asked()[1]).toMatchObject({ session: charge, socket: built });
});
