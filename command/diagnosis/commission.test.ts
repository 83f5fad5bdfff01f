// Sheds wired wrongly on purpose, in told time, through the simulated stations' own registers; and what is said of them. Every case names what must be found, and where.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { stationDriver } from "#gateway/drivers/station.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { chance } from "#sim/chance.ts";
import { stationMemory } from "#sim/charging/registers.ts";
import { plugIn, testLoad } from "#sim/charging/socket.ts";
import { advanceStation, newStation, rearm, type Station, switchRelay } from "#sim/charging/station.ts";
import { type WireOption, wiresFrom } from "#sim/charging/wires.ts";
import { answerPdu } from "#sim/modbus/answer.ts";
import { counted } from "#test/promise.ts";
import { type Finding, type FindingCode, judgeCommission, type Look, type Setup, type Step } from "./commission.ts";
import { commissionWords, judgedText } from "./commission-words.ts";

const profileOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../protocols/profiles/stations/${name}.json`, import.meta.url), "utf8")) as Profile;
const ten = profileOf("ten-socket");
/** The same board with meters that tell which way power flows. */
const signed: Profile = { ...ten, points: ten.points.map((point) => (point.name === "power_mW" ? { ...point, type: "i16" } : point)) };
const load_W = 100;

interface Case {
  readonly what: string;
  readonly wires?: Partial<Record<WireOption, readonly string[]>>;
  readonly profile?: Profile;
  /** The one load is carried from socket to socket; or every socket has one; or none. */
  readonly loads?: "one" | "all" | "none";
  readonly resistive?: boolean;
  readonly weld?: number;
  /** By socket: what must be found, and nothing else. Sockets that are not named must be proved. */
  readonly found: Readonly<Record<number, readonly string[]>>;
}

const names = Array.from({ length: 10 }, (_, at) => `s/${at + 1}`);

function lookAt(station: Station, now: number): Look {
  const driver = stationDriver({ profile: station.profile, unit: 1 });
  const pdus = driver.blocks.map((_, block) => answerPdu(stationMemory(station, now), driver.poll(block).pdu) ?? new Uint8Array());
  const said = driver.understand(pdus);
  if ("kind" in said) throw new Error(said.reason);
  const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
  return new Map(
    said.sockets.map((one, at) => [
      names[at] ?? "",
      {
        relay: typeof one.relay_closed === "boolean" ? one.relay_closed : undefined,
        meter: { voltage_mV: number(one.voltage_mV), current_mA: number(one.current_mA), power_mW: number(one.power_mW) },
      },
    ]),
  );
}

/** As the command does it: look, close, keep, look, open, look. */
function steps({ wires = {}, profile = ten, loads = "one", weld }: Case, seed: number): Step[] {
  const wired = wiresFrom(wires, 10);
  if (typeof wired === "string") throw new Error(wired);
  const station = newStation({ id: "s", unit: 1, profile, wires: wired }, chance(seed), 0);
  let now = 0;
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 500) {
      now += 500;
      rearm(station, now);
    }
    advanceStation(station, now);
  };
  if (weld !== undefined) station.bays[weld - 1]?.faults.set("weld", { amount: 0, until: Number.POSITIVE_INFINITY });
  const step = (relay: number, at: readonly number[]): Step => {
    for (const [index, bay] of station.bays.entries()) {
      if (!at.includes(index)) bay.socket.load = undefined;
      else if (bay.socket.load === undefined) plugIn(bay.socket, testLoad(load_W));
    }
    pass(3_000);
    const before = lookAt(station, now);
    switchRelay(station, relay, { closed: true, now });
    pass(4_000);
    const closed = lookAt(station, now);
    switchRelay(station, relay, { closed: false, now });
    pass(3_000);
    return { socket: names[relay] ?? "", loads: at.map((one) => names[one] ?? ""), before, closed, after: lookAt(station, now) };
  };
  const every = names.map((_, at) => at);
  if (loads === "none") return every.map((relay) => step(relay, []));
  if (loads === "all") return every.map((relay) => step(relay, every));
  return every.flatMap((relay) => {
    const own = step(relay, [relay]);
    const lit = judgeCommission([own], setupOf({ what: "", found: {} })).find(({ socket }) => socket === own.socket);
    // Nothing moved: somebody else may feed this load.
    const searched = lit?.findings.some(({ code }) => code === "no-current")
      ? every.filter((other) => other !== relay).map((other) => step(other, [relay]))
      : [];
    return [own, ...searched];
  });
}

const setupOf = ({ loads = "one", resistive = true, profile = ten }: Case): Setup => ({
  sockets: names,
  load_mW: loads === "none" ? undefined : load_W * 1_000,
  resistive,
  signed: new Set(profile === signed ? names : []),
});

const textOf = (finding: Finding): string => {
  if ("meters" in finding) return `${finding.code} ${finding.meters.join(" ")}`;
  if ("relay" in finding) return `${finding.code} ${finding.relay}`;
  return "others" in finding ? `${finding.code} ${finding.others.join(" ")}` : finding.code;
};

const cases: readonly Case[] = [
  { what: "wired right, one load carried round", found: {} },
  { what: "wired right, a load in every socket", loads: "all", found: {} },
  {
    what: "wired right, nothing plugged in: nothing is proved",
    loads: "none",
    found: Object.fromEntries(names.map((_, at) => [at + 1, ["not-proved"]])),
  },
  { what: "meters 3 and 5 exchanged", wires: { crossed: ["3:5"] }, found: { 3: ["crossed s/5"], 5: ["crossed s/3"] } },
  { what: "the same with loads everywhere", wires: { crossed: ["3:5"] }, loads: "all", found: { 3: ["crossed s/5"], 5: ["crossed s/3"] } },
  {
    what: "two pairs of meters exchanged",
    wires: { crossed: ["1:10", "4:5"] },
    found: { 1: ["crossed s/10"], 10: ["crossed s/1"], 4: ["crossed s/5"], 5: ["crossed s/4"] },
  },
  { what: "output wires 2 and 7 exchanged", wires: { outputs: ["2:7"] }, found: { 2: ["fed-by s/7"], 7: ["fed-by s/2"] } },
  {
    what: "output wires exchanged, loads everywhere: crossed, and the walk test says which",
    wires: { outputs: ["2:7"] },
    loads: "all",
    found: { 2: ["crossed s/7"], 7: ["crossed s/2"] },
  },
  { what: "transformer 4 turned, the meter has a sign", wires: { reversed: ["4"] }, profile: signed, found: { 4: ["reversed"] } },
  { what: "transformer 4 turned, the meter has none: it does no harm and cannot be told", wires: { reversed: ["4"] }, found: {} },
  { what: "meter 6 on another phase's voltage", wires: { phase: ["6"] }, profile: signed, found: { 6: ["wrong-phase"] } },
  { what: "the same without a sign", wires: { phase: ["6"] }, found: { 6: ["wrong-phase"] } },
  {
    what: "another phase, with a load that is no resistor: minus half is enough",
    wires: { phase: ["6"] },
    profile: signed,
    resistive: false,
    found: { 6: ["wrong-phase"] },
  },
  { what: "another phase, no sign, no resistor: it cannot be told", wires: { phase: ["6"] }, resistive: false, found: {} },
  {
    what: "crossed and turned: the meter that moves is the one that is turned",
    wires: { crossed: ["3:5"], reversed: ["5"] },
    profile: signed,
    found: { 3: ["crossed s/5"], 5: ["reversed", "crossed s/3"] },
  },
  {
    what: "turned and on another phase: the phase is told, and half is half",
    wires: { reversed: ["8"], phase: ["8"] },
    profile: signed,
    found: { 8: ["wrong-phase"] },
  },
  { what: "meter 8 says nothing", wires: { "silent-meter": ["8"] }, found: { 8: ["meter-empty"] } },
  { what: "meter 9 stands still", wires: { "frozen-meter": ["9"] }, found: { 9: ["meter-frozen"] } },
  { what: "transformer of another ratio", wires: { ratio: ["1:500"] }, found: { 1: ["scale"] } },
  { what: "two turns through the core", wires: { ratio: ["1:2000"] }, found: { 1: ["scale"] } },
  { what: "relay 9 does not close", wires: { "dead-relay": ["9"] }, found: { 9: ["relay-did-not-close"] } },
  { what: "outlet 2 wired past its relay", wires: { bypassed: ["2"] }, found: { 2: ["always-live"] } },
  { what: "a wire through two transformers", wires: { shared: ["7:4"] }, found: { 4: ["shared s/7"] } },
  { what: "relay 6 welds", weld: 6, loads: "all", found: { 6: ["relay-did-not-open", "welded"] } },
  {
    what: "relay 3 welds, and its meter is 5's: a weld, at another meter",
    weld: 3,
    wires: { crossed: ["3:5"] },
    found: { 3: ["relay-did-not-open", "welded", "crossed s/5"], 5: ["crossed s/3"] },
  },
  {
    what: "crossed, turned, another phase, a dead relay: each in its place",
    wires: { crossed: ["1:2"], reversed: ["4"], phase: ["6"], "dead-relay": ["9"] },
    profile: signed,
    found: { 1: ["crossed s/2"], 2: ["crossed s/1"], 4: ["reversed"], 6: ["wrong-phase"], 9: ["relay-did-not-close"] },
  },
];

test("P 03.commission: what is wired wrongly is named, at its place, and never as a weld", (context) => {
  const wrong: string[] = [];
  let sockets = 0;
  let findings = 0;
  for (const one of cases)
    for (const seed of [1, 2, 3, 4]) {
      for (const { socket, proved, findings: found } of judgeCommission(steps(one, seed), setupOf(one))) {
        const wanted = one.found[Number(socket.split("/")[1])] ?? [];
        const told = found.map(textOf);
        sockets += 1;
        findings += told.length;
        if (JSON.stringify([...told].sort()) !== JSON.stringify([...wanted].sort()) || proved !== (wanted.length === 0))
          wrong.push(
            `${one.what}, seed ${seed}, ${socket}: ${told.join(", ") || (proved ? "proved" : "nothing")}; wanted ${wanted.join(", ") || "proved"}`,
          );
      }
    }
  expect(wrong).toEqual([]);
  counted(context, { cases: cases.length, sockets, findings, wrong: wrong.length });
});

describe("by hand, what no simulated shed does", () => {
  const meter = (voltage_mV: number, current_mA: number, power_mW: number) => ({ voltage_mV, current_mA, power_mW });
  const idle = meter(230_000, 0, 0);
  const setup: Setup = { sockets: ["a", "b"], load_mW: 100_000, resistive: true, signed: new Set(["a", "b"]) };
  const at = (a: object, b: object): Look => new Map(Object.entries({ a, b })) as Look;
  const open = { relay: false, meter: idle };
  const step = (closed: Look, after: Look = at(open, open), before: Look = at(open, open)): Step => ({
    socket: "a",
    loads: ["a"],
    before,
    closed,
    after,
  });
  const codes = (one: Step): string[] =>
    judgeCommission([one], setup)
      .find(({ socket }) => socket === "a")
      ?.findings.map(({ code }) => code) ?? [];

  test.each<[string, Step, readonly FindingCode[]]>([
    ["the board is silent", step(at({ relay: undefined, meter: idle }, open)), ["relay-silent"]],
    ["the meter is silent", step(at({ relay: true }, open), at({ relay: false }, open), at({ relay: false }, open)), ["meter-silent"]],
    ["two relays close", step(at({ relay: true, meter: meter(230_000, 435, 100_000) }, { relay: true, meter: idle })), ["relay-also"]],
    [
      "400 V",
      step(
        at({ relay: true, meter: meter(398_000, 251, 100_000) }, open),
        at({ relay: false, meter: meter(398_000, 0, 0) }, open),
        at({ relay: false, meter: meter(398_000, 0, 0) }, open),
      ),
      ["two-phases"],
    ],
    [
      "no volts, and current",
      step(
        at({ relay: true, meter: meter(0, 435, 0) }, open),
        at({ relay: false, meter: meter(0, 0, 0) }, open),
        at({ relay: false, meter: meter(0, 0, 0) }, open),
      ),
      ["no-voltage"],
    ],
    ["a factor that no filament has", step(at({ relay: true, meter: meter(230_000, 435, 10_000) }, open)), ["odd-factor"]],
    ["NaN is no proof", step(at({ relay: true, meter: meter(230_000, Number.NaN, Number.NaN) }, open)), ["no-current"]],
  ])("%s", (_, one, wanted) => {
    expect(codes(one)).toEqual(wanted);
  });
});

test("every finding has its words and its remedy in both languages", () => {
  for (const [code, words] of Object.entries(commissionWords)) {
    expect(words.zh + words.doZh, code).toMatch(/[一-龥]/);
    expect(words.en + words.doEn, code).not.toMatch(/[一-龥]/);
  }
  const text = judgedText({ socket: "a", proved: false, findings: [{ code: "crossed", meters: ["b"] }] }, (name) => `label ${name}`);
  expect(text).toMatch(/^! label a {2}动的是别的电表.*label b/);
});
