// From a tap to a session to its end, with protection played by the test and time told. Whatever is repeated, lost or restarted, a session is one session.
import { expect, test } from "vitest";
import type { Fact, SafetyToSite, SocketReading } from "#gateway/link/messages.ts";
import { asks, type Bench, bench, charging, socket } from "#test/charging/played-protection.ts";

test.each([
  //  what                              first reading            then                                        sessions
  ["the first sight starts nothing", {}, {}, 0],
  ["a tap starts a session", {}, { request_seq: 8 }, 1],
  ["over the end of the counter", { request_seq: 65_535 }, { request_seq: 0 }, 1],
  ["a pile that started anew", { request_seq: 900 }, { request_seq: 0 }, 0],
  ["nothing plugged in", {}, { request_seq: 8, plugged: false }, 0],
  ["plugged unknown", {}, { request_seq: 8, plugged: null }, 0],
  ["a reading that is not good", {}, { request_seq: 8, quality: "stale" }, 0],
  ["a counter that cannot be read", {}, { request_seq: null }, 0],
  ["a locked socket", {}, { request_seq: 8, state: "latched" }, 0],
  ["a welded socket", {}, { request_seq: 8, state: "welded" }, 0],
  ["a socket of no station of ours", { socket: "station-9/1" }, { socket: "station-9/1", request_seq: 8 }, 0],
] as const)("%s", (_what, first, then, sessions) => {
  const site = bench();
  site.hello();
  site.read(first as Partial<SocketReading>);
  site.read(then as Partial<SocketReading>);
  site.read(then as Partial<SocketReading>); // the same counter again is no second request
  expect(asks(site)).toBe(sessions);
  expect(site.journal.get("SELECT count(*) AS n FROM charge")).toEqual({ n: sessions });
  expect(site.events()).toEqual([]); // a session begins when the relay is seen closed
});

test("a tap that came while we were down starts its session; a first start on a running site starts none", () => {
  const site = bench();
  site.hello();
  site.read();
  const later = bench({ journal: site.journal, clock: site.clock, lastFact: 0 });
  later.hello();
  later.read({ request_seq: 9 });
  expect(asks(later)).toBe(1);
});

test("session and authority are in the journal before protection is asked", () => {
  const site = bench();
  site.hello();
  site.read();
  let written: unknown;
  const push = site.sent.push.bind(site.sent);
  site.sent.push = (...messages) => {
    written = site.journal.get("SELECT session, authority, authority_state FROM charge");
    return push(...messages);
  };
  site.read({ request_seq: 8 });
  const { id, session, duration_ms } = site.authority();
  expect(written).toEqual({ session, authority: id, authority_state: "asked" });
  expect(duration_ms).toBe(36_000_000 + 10_000 + 5000);
});

test("a whole session: started with the closed relay, ended with energy by the pile's meter", () => {
  const site = charging();
  const { id, session } = site.authority();
  expect(site.data("session.started")).toEqual([{ session, socket, card: "4294967295", authority: id, energy_mWh: 1_000_000 }]);
  site.fact({ kind: "ended", authority: id, session, socket, cause: "full", energy_mWh: 1_512_000, seconds: 5400 });
  expect(site.data("session.ended")).toEqual([{ session, socket, cause: "full", energy_mWh: 512_000, seconds: 5400 }]);
  expect(site.sent.at(-1)).toEqual({ type: "spool-taken", upTo: 2 });
});

test("facts are taken once, however often they come; another spool counts anew", () => {
  const site = charging();
  const { id, session } = site.authority();
  const ended: Fact = { kind: "ended", authority: id, session, socket, cause: "unplugged", energy_mWh: null, seconds: 60 };
  const message: SafetyToSite = { type: "facts", facts: [{ id: 2, at: site.clock.stamp(), fact: ended }] };
  site.charging.heard(message);
  site.charging.heard(message);
  expect(site.data("session.ended")).toHaveLength(1);
  expect(site.data("session.ended")[0]).toMatchObject({ energy_mWh: null, seconds: 60 });
  expect(site.sent.slice(-2)).toEqual([
    { type: "spool-taken", upTo: 2 },
    { type: "spool-taken", upTo: 2 },
  ]);
  const again = bench({ journal: site.journal, clock: site.clock, lastFact: 0 });
  again.charging.heard({ type: "hello", boot: "b", authorities: [], spool: "spool-a", last_fact: 2 });
  again.charging.heard(message);
  expect(again.data("session.ended")).toHaveLength(1);
  again.hello([], "spool-b");
  again.fact({ kind: "station-answers", station: "station-1" }); // number 1 of the new spool
  expect(again.data("station.answers")).toHaveLength(1);
});

test("a cut is an event, and ends its session with the same cause", () => {
  const site = charging();
  const { id, session } = site.authority();
  const cut: Fact = {
    kind: "cut",
    trip: "run1-station-1-3-1",
    socket,
    authority: id,
    session,
    cause: "over-current",
    value: 9000,
    limit: 4400,
    unit: "mA",
    decided_after_ms: 3,
    off_after_ms: 4,
    latched: true,
    energy_mWh: 1_001_000,
    seconds: 12,
  };
  site.fact(cut);
  site.fact({ kind: "opened", trip: cut.trip, socket, confirmed_after_ms: 2100 });
  expect(site.data("charging.cut")).toMatchObject([{ trip: cut.trip, session, cause: "over-current", off_after_ms: 4, latched: true }]);
  expect(site.data("charging.cut")[0]).not.toHaveProperty("energy_mWh");
  expect(site.data("session.ended")).toEqual([{ session, socket, cause: "over-current", energy_mWh: 1000, seconds: 12 }]);
  expect(site.data("charging.opened")).toHaveLength(1);
  site.read({ request_seq: 8, state: "latched" });
  expect(asks(site)).toBe(1);
});

test("cut before the closed relay was seen: the session has begun all the same", () => {
  const site = bench();
  site.hello();
  site.read();
  site.read({ request_seq: 8 });
  const { id, session } = site.authority();
  const rest = { value: null, limit: null, unit: "", decided_after_ms: 1, off_after_ms: 2, latched: true, energy_mWh: null, seconds: 0 };
  site.fact({ kind: "cut", trip: "run1-station-1-3-1", socket, authority: id, session, cause: "smoke", ...rest });
  expect(site.data("session.started")).toHaveLength(1);
  expect(site.data("session.ended")).toMatchObject([{ session, cause: "smoke" }]);
});

test("a refused authority leaves no session behind, and the socket may be asked for again", () => {
  const site = bench();
  site.hello();
  site.read();
  site.read({ request_seq: 8 });
  const { id, session } = site.authority();
  site.fact({ kind: "refused", authority: id, session, socket, code: "blind", zh: "看不到", en: "blind" });
  expect(site.events()).toEqual(["charging.refused"]); // why, and no session
  site.read({ request_seq: 9 });
  expect(asks(site)).toBe(2);
});

test.each([
  ["an unknown cause", { kind: "ended", authority: "a", session: "s", socket, cause: "bored", energy_mWh: null, seconds: 1 }],
  ["an unknown kind", { kind: "sang", socket }],
])("%s is put aside and does not hold up what follows", (_what, odd) => {
  const site = charging();
  site.fact(odd as Fact);
  site.fact({ kind: "station-silent", station: "station-1", silent_ms: 3000 });
  expect(site.data("station.silent")).toHaveLength(1);
  expect(site.journal.get("SELECT count(*) AS n FROM odd_fact")).toEqual({ n: 1 });
  expect(site.sent.at(-1)).toEqual({ type: "spool-taken", upTo: 3 });
});

test("a line that is late, and in time again, are events with what was measured and what was promised", () => {
  const site = charging();
  const times = { line: "line-1", of: "round", measured_ms: 2_300, promised_ms: 1_000 } as const;
  site.fact({ kind: "line-late", ...times });
  site.fact({ kind: "line-in-time", ...times, measured_ms: 410 });
  expect(site.data("line.late")).toEqual([{ line: "line-1", of: "round", value: 2_300, limit: 1_000, unit: "ms" }]);
  expect(site.data("line.in-time")).toMatchObject([{ line: "line-1", value: 410 }]);
});

test("protection that is silent for 5 s is an event, once; and its return, even after a restart of ours", () => {
  const site = bench();
  site.clock.advance(4999);
  expect(site.events()).toEqual([]);
  site.clock.advance(1);
  site.clock.advance(20_000);
  expect(site.data("protection.silent")).toEqual([{ silent_ms: 5000 }]);
  expect(site.charging.silentFor()).toBe(25_000);
  site.charging.stop();
  const later = bench({ journal: site.journal, clock: site.clock, lastFact: 0 });
  later.clock.advance(10_000);
  expect(later.data("protection.silent")).toHaveLength(1);
  later.hello();
  later.read();
  expect(later.data("protection.answers")).toEqual([{ boot: "safety-1" }]);
  expect(later.charging.silentFor()).toBeUndefined();
});

// A cut that may be tried again: the session waits for word of it, and a fresh authority is in the journal before it is asked for.
const brownOut = (site: Bench, rearm: boolean): void => {
  const { id, session } = site.authority();
  site.fact({
    kind: "cut",
    trip: "trip-0001",
    socket,
    authority: id,
    session,
    cause: "under-voltage",
    value: 150_000,
    limit: 176_000,
    unit: "mV",
    decided_after_ms: 0,
    off_after_ms: 5,
    latched: false,
    energy_mWh: 1_200_000,
    seconds: 600,
    ...(rearm ? { rearm: true } : {}),
  });
};
const rearm = (site: Bench, ready: boolean, session = site.authority().session): void =>
  site.fact({ kind: "rearm", trip: "trip-0001", socket, session, ready, n: 1, of: 2 });

test("cut and ready again: the same session, a fresh authority written first, and the cloud is told once it is closed", () => {
  const site = charging();
  const first = site.authority();
  brownOut(site, true);
  expect(site.data("charging.cut")).toMatchObject([{ cause: "under-voltage", rearm: true }]);
  site.read({ state: "waiting", request_seq: 8 });
  expect(asks(site)).toBe(1);
  rearm(site, true);
  expect(asks(site)).toBe(1); // a good sight of the socket comes first
  site.read({ request_seq: 8 });
  const second = site.authority();
  expect(asks(site)).toBe(2);
  expect(second).toMatchObject({ session: first.session });
  expect(second.id).not.toBe(first.id);
  expect(second.duration_ms).toBeLessThan(first.duration_ms - 500_000);
  const row = site.journal.get<{ authority: string; authority_state: string }>("SELECT authority, authority_state FROM charge");
  expect(row).toEqual({ authority: second.id, authority_state: "asked" });
  expect(site.data("charging.rearmed")).toEqual([]);
  site.fact({ kind: "closed", authority: second.id, session: second.session, socket, energy_mWh: 1_200_000 });
  expect(site.data("charging.rearmed")).toEqual([{ trip: "trip-0001", socket, session: first.session, n: 1, of: 2 }]);
  site.fact({ kind: "ended", authority: second.id, session: second.session, socket, cause: "full", energy_mWh: 1_500_000, seconds: 900 });
  expect(site.data("session.ended")).toEqual([{ session: first.session, socket, cause: "full", energy_mWh: 500_000, seconds: 1500 }]);
  expect(site.data("session.started")).toHaveLength(1);
});

test.each<[string, (site: Bench) => void]>([
  ["nobody waits any more", (site) => rearm(site, false)],
  [
    "protection began anew: what was cut is never tried again by a start",
    (site) => site.fact({ kind: "started", boot: "safety-2", after: "start" }),
  ],
])("cut, and %s: the session ends by its cause, with what was used, and nothing is asked for", (_, happens) => {
  const site = charging();
  const { session } = site.authority();
  brownOut(site, true);
  happens(site);
  site.hello();
  for (let i = 0; i < 5; i += 1) site.read({ request_seq: 8 });
  expect(asks(site)).toBe(1);
  expect(site.data("session.ended")).toEqual([{ session, socket, cause: "under-voltage", energy_mWh: 200_000, seconds: 600 }]);
  rearm(site, true, session);
  site.read({ request_seq: 8 });
  expect(asks(site)).toBe(1);
});

test("a site process that begins anew waits on, and tries again when it is told", () => {
  const site = charging();
  const { session } = site.authority();
  brownOut(site, true);
  const after = bench(site);
  after.hello();
  after.read({ request_seq: 8, state: "waiting" });
  expect(asks(after)).toBe(0);
  rearm(after, true, session);
  after.read({ request_seq: 8 });
  expect(after.authority().session).toBe(session);
});

test("the vehicle is gone when it is ready: the session ends, and nothing is asked for", () => {
  const site = charging();
  brownOut(site, true);
  rearm(site, true);
  site.read({ request_seq: 8, plugged: false });
  expect(asks(site)).toBe(1);
  expect(site.data("session.ended")).toMatchObject([{ cause: "unplugged" }]);
});

test("a cut that is not to be tried again ends the session at once", () => {
  const site = charging();
  brownOut(site, false);
  expect(site.data("session.ended")).toMatchObject([{ cause: "under-voltage", seconds: 600 }]);
});
