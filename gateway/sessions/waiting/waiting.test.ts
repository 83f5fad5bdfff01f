// Starts that wait, with protection played by the test and time told: told why and until when, begun in turn, kept through a restart, and never without room.
import pino from "pino";
import { expect, test } from "vitest";
import type { Fact, ShedReading, SiteToSafety, SocketReading } from "#gateway/link/messages.ts";
import type { MilliAmpere, MilliVolt, MilliWatt, MilliWattHour } from "#protocols/vocabulary/electricity.ts";
import { fromCivil } from "#protocols/vocabulary/time.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { type Journal, openJournal } from "../../journal/journal.ts";
import type { ChargeSeen } from "../../site-context.ts";
import { accountOf } from "../accounts.ts";
import { chargeSeen } from "../by-hand.ts";
import { openCharges } from "../charges.ts";
import { startCharging } from "../charging.ts";
import { type ChargingRules, noRules } from "../rules.ts";
import { tables } from "../tables.ts";
import { roomOf } from "./room.ts";
import type { Supply, SupplySocket } from "./supply.ts";
import { startWaiting } from "./waiting.ts";

const kW = 1_000_000;
const most = { mA: 5_000, mW: kW };
const names = ["s/1", "s/2", "s/3", "s/4"];
/** Two sockets of a kilowatt fit; the pile's socket opens above half a kilowatt. */
const supply = (limit = 2 * kW, pile = false): Supply => ({
  budgets: [
    {
      id: "t-1",
      kind: "transformer",
      name: { zh: "变压器", en: "transformer" },
      unit: "mW",
      limit,
      sockets: new Set([...names, ...(pile ? ["pile-1/1"] : [])]),
    },
  ],
  sockets: new Map<string, SupplySocket>([
    ...names.map((name): [string, SupplySocket] => [name, { most, longest_s: 36_000, pile: false }]),
    ["pile-1/1", { most: { mA: 2_526, mW: kW / 2 }, longest_s: 28_800, pile: true }],
  ]),
});
const planned: ChargingRules = { ...noRules, planning: { assumed_s: 6 * 3600 } };
const name = { zh: "段", en: "band" };
const day = (hour: number) => hour * 3600;
const withValley: ChargingRules = {
  ...planned,
  price: {
    ...{ id: "p", name, source: undefined, demonstration: true },
    versions: [
      {
        ...{
          id: "1",
          from: fromCivil({ year: 2026, month: 1, day: 1 }),
          until: undefined,
          rounding: "half-up",
          minimum_fen: undefined,
          cap_fen: undefined,
        },
        ...{
          free: undefined,
          monthly: undefined,
          discounts: [],
          occupied: undefined,
          tiers: { by: "moment", hold_s: 0, table: [] },
          service: { kind: "free" },
        },
        bands: [
          { id: "day", name, spans: [{ from: day(8), until: day(23) }] },
          {
            id: "valley",
            name,
            spans: [
              { from: 0, until: day(8) },
              { from: day(23), until: day(24) },
            ],
          },
        ],
        electricity: { kind: "energy", rates: [6_000, 3_000] },
      },
    ],
  },
};

interface From {
  readonly rules?: ChargingRules;
  readonly supply?: Supply;
  readonly journal?: Journal;
  readonly clock?: ReturnType<typeof toldClock>;
  readonly extra?: readonly SocketReading[];
}

function bench({ rules = planned, supply: of = supply(), journal: kept, clock = toldClock(), extra = [] }: From = {}) {
  const journal = kept ?? openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  const sent: SiteToSafety[] = [];
  const over = new Map<string, Partial<SocketReading>>();
  let value = 0;
  let facts = 0;
  const log = pino({ level: "silent" });
  const charging = startCharging({
    ...{ journal, clock, chance: toldChance(kept === undefined ? 3 : 99), log, rules },
    limitsOf: (socket) => (names.includes(socket) ? { max_time_s: 36_000, blind_ms: 10_000, tells_plug: true } : undefined),
    send: (message) => sent.push(message) > 0,
    judge: (asked) => waiting.judge(asked),
  });
  const readings = (): SocketReading[] => [...charging.readings(), ...extra];
  const waiting = startWaiting({
    ...{ supply: of, rules, journal, clock, log, readings, tellsPlug: () => true },
    room: () => {
      const charges = openCharges(journal).map((charge) => ({ charge, choice: accountOf(journal, charge.session)?.choice }));
      return roomOf(of, { readings: readings(), sheds: charging.sheds(), charges, now: clock.stamp() });
    },
    begin: (asked) => charging.begin(asked, true),
  });
  const made = {
    ...{ journal, clock, charging, waiting, over, sent },
    /** Protection says what it sees: sockets that it holds, and what the transformer carries. */
    read(shown = value, by: "sum" | "meter" = "sum"): void {
      value = shown;
      const budgets = [{ budget: "t-1", of: "transformer", value, reserved: 0, limit: 2 * kW, unit: "mW", by }] as const;
      const sheds = [{ shed: "shed-1", state: "serving", budgets }] as unknown as ShedReading[];
      charging.heard({
        type: "readings",
        at: clock.stamp(),
        sockets: names.map((socket) => reading(socket, over.get(socket))),
        lines: [],
        sheds,
      });
    },
    begin: (socket: string, more: object = {}) =>
      charging.begin({ charge: `charge-${socket}`, socket, person: "张工", by: "console", ...more }) as ChargeSeen & { code?: string },
    fact(fact: Fact): void {
      facts += 1;
      charging.heard({ type: "facts", facts: [{ id: facts, at: clock.stamp(), fact }] });
    },
    /** The relay closes, and draws so much. */
    closes(socket: string, power_mW: number): void {
      const authority = made.asked().find((one) => one.socket === socket) ?? expect.fail(`${socket}: nothing was asked`);
      made.fact({ kind: "closed", authority: authority.id, session: authority.session, socket, energy_mWh: 0 });
      const current_mA = Math.round(power_mW / 220) as MilliAmpere;
      over.set(socket, { state: "charging", relay: "closed", authority: authority.id, power_mW: power_mW as MilliWatt, current_mA });
    },
    ends(socket: string): void {
      const { id, session } = made.asked().find((one) => one.socket === socket) ?? expect.fail(`${socket}: nothing was asked`);
      made.fact({ kind: "ended", authority: id, session, socket, cause: "full", energy_mWh: 100, seconds: 60 } as Fact);
      over.delete(socket);
    },
    asked: () => sent.flatMap((message) => (message.type === "energise" ? [message.authority] : [])).toReversed(),
    seen: (socket: string) => chargeSeen(journal, `charge-${socket}`) as ChargeSeen,
    data: (type: string) =>
      journal.all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type).map(({ data }) => JSON.parse(data)),
  };
  charging.heard({ type: "hello", boot: "safety-1", authorities: [], spool: "spool-a", last_fact: 0 });
  return made;
}

const reading = (socket: string, over: Partial<SocketReading> = {}): SocketReading => ({
  socket,
  ...{ quality: "good", age_ms: 100, relay: "open", plugged: true, state: "idle", trip: null, authority: null, test: null },
  ...{ request_seq: 7, request_card: 0, temperature_mC: null },
  voltage_mV: 220_000 as MilliVolt,
  current_mA: 0 as MilliAmpere,
  power_mW: 0 as MilliWatt,
  energy_mWh: 0 as MilliWattHour,
  ...over,
});

/** Two charges of a kilowatt each fill the transformer. */
function full(from?: From): ReturnType<typeof bench> {
  const site = bench(from);
  site.read(0);
  for (const socket of ["s/1", "s/2"]) {
    expect(site.begin(socket).state).toBe("asked");
    site.closes(socket, kW);
  }
  site.read(2 * kW);
  return site;
}

test("beyond the limit a start waits, is told why and until when, and begins by itself when something ends", () => {
  const site = full();
  const told = site.begin("s/3");
  expect(told).toMatchObject({
    state: "waiting",
    waits: { zh: expect.stringMatching(/^变压器已用 2.00 kW，再加 1.00 kW 将超过 2.00 kW：排第 1 位等候，最迟 22:00 开始$/) },
  });
  expect(site.begin("s/3")).toEqual(told);
  expect(site.begin("s/4")).toMatchObject({ state: "waiting", waits: { en: expect.stringMatching(/number 2 to wait/) } });
  expect(site.data("session.waiting")).toHaveLength(2);
  expect(site.charging.begin({ charge: "charge-other", socket: "s/3", person: "李", by: "console" })).toMatchObject({ code: "busy" });
  site.clock.advance(60_000);
  expect(site.asked()).toHaveLength(2);
  site.ends("s/2");
  site.read(kW);
  site.clock.advance(5_000);
  expect([site.seen("s/3").state, site.seen("s/4").state, site.asked()[0]?.socket]).toEqual(["asked", "waiting", "s/3"]);
});

test("what is asked for and not seen by protection yet counts at its most", () => {
  const site = bench();
  site.read(0);
  expect([site.begin("s/1"), site.begin("s/2"), site.begin("s/3")].map(({ state }) => state)).toEqual(["asked", "asked", "waiting"]);
});

test("it survives a restart, and begins in the next life in its old place", () => {
  const { journal, clock, ...before } = full();
  before.begin("s/3");
  clock.advance(1_000);
  before.begin("s/4");
  before.waiting.stop();
  before.charging.stop();
  const site = bench({ journal, clock });
  expect(chargeSeen(journal, "charge-s/3")).toMatchObject({ state: "waiting" });
  // Not heard yet: what flows is not known, and nothing begins.
  clock.advance(5_000);
  expect(site.asked()).toHaveLength(0);
  expect(site.seen("s/3").why).toMatch(/读不到变压器的用量/);
  journal.commit((tx) => tx.run("UPDATE charge SET state = 'over' WHERE socket = 's/1'"));
  for (const socket of ["s/2"]) {
    const charge = openCharges(journal).find((one) => one.socket === socket);
    site.over.set(socket, { state: "charging", relay: "closed", authority: charge?.authority ?? null, power_mW: kW as MilliWatt });
  }
  site.read(kW);
  clock.advance(5_000);
  expect([site.seen("s/3").state, site.seen("s/4").state]).toEqual(["asked", "waiting"]);
});

test("a card waits like anybody; unplugged or withdrawn it is over, and says so", () => {
  const site = full();
  site.over.set("s/3", { request_seq: 8, request_card: 77 });
  site.read();
  const [told] = site.data("session.waiting");
  expect(told).toMatchObject({ socket: "s/3" });
  expect(chargeSeen(site.journal, told.session)).toMatchObject({ state: "waiting", person: "card 77" });
  site.over.set("s/3", { request_seq: 8, plugged: false });
  site.read();
  site.clock.advance(5_000);
  expect(chargeSeen(site.journal, told.session)).toMatchObject({ state: "not-begun", why: expect.stringMatching(/拔出/) });
  site.begin("s/4");
  expect([site.waiting.withdraw("s/4"), site.waiting.withdraw("s/4")]).toEqual([true, false]);
  expect(site.data("charging.refused").map(({ code }) => code)).toEqual(["unplugged", "withdrawn"]);
});

test("where protection has no room after all, it waits again and loses nothing; asked again a minute later", () => {
  const site = bench();
  site.read(0);
  site.begin("s/1");
  const { id, session } = site.asked()[0] ?? expect.fail("nothing was asked");
  site.fact({ kind: "refused", authority: id, session, socket: "s/1", code: "over-budget", zh: "已用满", en: "full" } as Fact);
  expect(site.seen("s/1")).toMatchObject({ state: "waiting", why: "已用满 / full" });
  site.clock.advance(30_000);
  expect(site.asked()).toHaveLength(1);
  site.read(0);
  site.clock.advance(40_000);
  expect([site.asked().length, site.seen("s/1").state]).toEqual([2, "asked"]);
});

test("a socket that is not seen when its turn comes is given up after ten minutes, and keeps nobody waiting", () => {
  const site = full();
  site.begin("s/3");
  site.over.set("s/3", { quality: "stale" });
  site.ends("s/2");
  site.read(kW);
  site.clock.advance(9 * 60_000);
  expect(site.seen("s/3").state).toBe("waiting");
  site.read(kW);
  site.clock.advance(2 * 60_000);
  expect(site.seen("s/3")).toMatchObject({ state: "not-begun", why: expect.stringMatching(/看不清/) });
});

test("ready by the morning: it waits for the valley, and begins there; with a clock that is not set it begins at once", () => {
  const at = { wall: fromCivil({ year: 2026, month: 11, day: 25, hour: 19 }) };
  const site = bench({ rules: withValley, clock: toldClock(at) });
  site.read(0);
  expect(site.begin("s/1", { ready_by_s: day(7) })).toMatchObject({
    state: "waiting",
    waits: { zh: "07:00 前充好即可：等到 23:00 谷段，最迟 23:00 开始" },
  });
  site.clock.advance(4 * 3_600_000 - 10_000);
  expect(site.asked()).toHaveLength(0);
  site.read(0);
  site.clock.advance(15_000);
  expect(site.asked()).toHaveLength(1);
  const unset = bench({ rules: withValley, clock: toldClock({ ...at, synchronised: false }) });
  unset.read(0);
  expect(unset.begin("s/1", { ready_by_s: day(7) }).state).toBe("asked");
  const unplanned = bench({ rules: noRules });
  unplanned.read(0);
  expect(unplanned.begin("s/1", { ready_by_s: day(7) })).toMatchObject({ code: "no-planning" });
});

test.each([
  ["never heard: its declared most", [], "sum", "waiting"],
  ["heard to be idle: nothing", [reading("pile-1/1", {})], "sum", "asked"],
  ["heard idle, but long ago: its declared most", [reading("pile-1/1", { quality: "stale" })], "sum", "waiting"],
  ["heard to charge without our word: its declared most", [reading("pile-1/1", { relay: "closed", state: "charging" })], "sum", "waiting"],
  ["the same below a meter that shows it: nothing more", [reading("pile-1/1", { relay: "closed", state: "charging" })], "meter", "asked"],
  ["never heard, below a meter: its declared most", [], "meter", "waiting"],
] as const)("a pile's socket counts — %s", (_, extra, by, state) => {
  const site = bench({ supply: supply(2 * kW, true), extra });
  site.read(kW, by);
  expect(site.begin("s/1").state).toBe(state);
});

test("without planning a start beyond a limit that a pile shares is refused in words; without a pile protection alone decides", () => {
  const site = bench({ rules: noRules, supply: supply(2 * kW, true) });
  site.read(kW);
  expect(site.begin("s/1")).toMatchObject({ kind: "refusal", code: "over-budget", zh: expect.stringMatching(/将超过 2.00 kW/) });
  const alone = bench({ rules: noRules });
  alone.read(2 * kW);
  expect(alone.begin("s/1").state).toBe("asked");
});
