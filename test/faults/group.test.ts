// One contact opens a whole shed: real simulators, the real safety process, over a pseudo-terminal and over Modbus TCP beside it; times by the simulator's clock.
import { afterEach, expect, test } from "vitest";
import type { Fact } from "#gateway/link/messages.ts";
import type { Fault, SimulatorState } from "#protocols/api/simulator.ts";
import { counted, plain } from "#test/promise.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, energiseAll, type SiteEnd, type SiteWish, startChargingSite, wholeShed } from "./charging-site.ts";

let site: ChargingSite;
afterEach(() => site?.end());

async function begin(wish: SiteWish, over: Readonly<Record<string, unknown>> = {}): Promise<SiteEnd> {
  site = await startChargingSite(wholeShed(over), wish);
  await site.startSafety();
  const end = site.connect();
  await until("the shed serves", () => end.shed()?.state === "serving" || undefined, { within_ms: 20_000 });
  await energiseAll(site, end, "group");
  await until(
    "current flows in 20 sockets",
    async () => (await site.state()).sockets.every(({ current_mA }) => current_mA > 500) || undefined,
  );
  return end;
}

const tripped = (end: SiteEnd, cause?: string): Extract<Fact, { kind: "shed-tripped" }> | undefined =>
  end.facts.find(
    (fact): fact is Extract<Fact, { kind: "shed-tripped" }> =>
      fact.kind === "shed-tripped" && (cause === undefined || fact.cause === cause),
  );

/** The board's contacts are asked for. The first such question after a contact has moved is the one whose answer carries the alarm. */
const boardPoll = /^0b02/;

/** The longest time between two of them in the last seconds, by the simulator's clock: one rotation of the serial line as the board saw it. */
function rotationOf({ frames, clock_ms }: SimulatorState): number {
  const asked = frames.filter(({ ms, hex }) => ms > clock_ms - 2_500 && boardPoll.test(hex)).map(({ ms }) => ms);
  return Math.max(0, ...asked.slice(1).map((ms, at) => ms - (asked[at] ?? ms)));
}

interface Opening {
  readonly injected: number;
  /** Of the serial line, just before, by the simulator's clock. */
  readonly rotation: number;
  /** When the deciding question was heard; on a serial line alone. */
  readonly asked: number | undefined;
  readonly lastRelay: number;
  readonly state: SimulatorState;
}

async function burn(fault: Fault): Promise<Opening> {
  await new Promise((resolve) => setTimeout(resolve, 2_500)); // the lines in their ordinary rotation, and said so
  const before = await site.state();
  const { clock_ms } = before;
  await site.fault(fault);
  const state = await until(
    "20 open relays",
    async () => {
      const now = await site.state();
      return now.sockets.every(({ relay }) => !relay) ? now : undefined;
    },
    { within_ms: 15_000 },
  );
  const asked = state.frames.find(({ ms, hex }) => ms >= clock_ms && boardPoll.test(hex))?.ms;
  return {
    injected: clock_ms,
    rotation: rotationOf(before),
    asked,
    lastRelay: Math.max(...state.sockets.map(({ relay_changed_ms }) => relay_changed_ms)),
    state,
  };
}

interface Case {
  readonly what: string;
  readonly fault: Fault;
  readonly cause: string;
  readonly contactor: boolean;
  readonly onTcp?: readonly string[];
}
const cases: readonly Case[] = [
  { what: "smoke at the board, all on one line", fault: { name: "smoke", shed: "shed-1" }, cause: "smoke", contactor: true },
  {
    what: "heat at the board, station-2 on Modbus TCP",
    fault: { name: "heat", shed: "shed-1" },
    cause: "heat",
    contactor: true,
    onTcp: ["station-2"],
  },
  { what: "the fire panel, no contactor", fault: { name: "panel", shed: "shed-1" }, cause: "panel", contactor: false },
  { what: "smoke at one station's own input", fault: { name: "smoke", station: "station-2" }, cause: "smoke", contactor: true },
];

async function refusedCode(end: SiteEnd, round: string): Promise<string> {
  end.energise(["station-1/1"], round);
  const refused = await until(`an answer to ${round}`, () =>
    end.facts.find((one) => one.kind === "refused" && one.authority === `authority-${round}-station-1/1`),
  );
  return refused.kind === "refused" ? refused.code : "";
}

// A whole plain run shows one weld with its contactor, and fire in test/faults/smoke.test.ts; by this file's name every case is run.
test.for(plain ? [] : cases)(
  "P 02.group $what: every socket of the shed OFF within one rotation, latched until a person on site",
  {
    timeout: 90_000,
  },
  async ({ fault, cause, contactor, onTcp = [] }, context) => {
    const end = await begin({ contactor, onTcp }, contactor ? {} : { contactor: undefined });
    const seen = await burn(fault);
    const { rotation } = seen;
    const fact = await until("the fact", () => tripped(end));
    expect(fact).toMatchObject({ cause, shed: "shed-1", latched: true, contactor: contactor ? "opening" : "none" });
    expect(rotation).toBeGreaterThan(0);
    expect(fact.off_after_ms).toBeLessThanOrEqual(rotation + 10);
    // The same by the simulator's clock, wherever the deciding question is known: its own way there and back is one exchange more.
    if (fault.station === undefined) expect(seen.lastRelay - (seen.asked ?? 0)).toBeLessThanOrEqual(rotation + 10);
    expect(seen.state.sockets.filter(({ why }) => why === "commanded")).toHaveLength(20);
    const cuts = await until("20 cuts under the shed's trip", () => {
      const all = end.facts.filter((one) => one.kind === "cut" && one.cause === "shed" && one.trip === fact.trip);
      return all.length >= 20 ? all : undefined;
    });
    expect(cuts).toHaveLength(20);
    if (contactor) await until("the contactor is open", async () => (await site.state()).above?.contactor?.closed === false || undefined);
    await until("all is confirmed open", () => end.facts.some((one) => one.kind === "shed-opened" && one.trip === fact.trip) || undefined);

    // Latched: nothing closes while it burns, nor when it is over; a person resets it, and only once the contact is quiet.
    const reset = () => end.client.send({ type: "reset-shed", shed: "shed-1", trip: fact.trip, person: "值班甲", reason: "已到场查看" });
    expect(await refusedCode(end, "burning")).toBe("shed-latched");
    reset();
    await until(
      "a reset is refused",
      () => end.facts.some((one) => one.kind === "shed-reset-refused" && one.code === "input-active") || undefined,
    );
    await site.fault({ name: "clear" });
    await until("the contacts are quiet", () => end.shed()?.inputs.every(({ state }) => state === "clear") || undefined);
    expect(await refusedCode(end, "over")).toBe("shed-latched");
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // an idle station's own detector is read once a second
    reset();
    await until("the reset", () => end.facts.some((one) => one.kind === "shed-reset" && one.person === "值班甲") || undefined);
    await until("the shed serves again", () => end.shed()?.state === "serving" || undefined);
    end.energise(["station-1/1"], "again");
    await until(
      "it closes",
      async () => (await site.state()).sockets.some((one) => one.socket === "station-1/1" && one.relay) || undefined,
    );
    counted(context, {
      "sockets opened": seen.state.sockets.length,
      "rotation of the line (simulator), ms": Math.round(rotation),
      "first byte of the deciding answer to the last OFF handed over, ms": fact.off_after_ms,
      "contact to the last relay (simulator), ms": Math.round(seen.lastRelay - seen.injected),
      ...(seen.asked === undefined
        ? {}
        : { "deciding question heard to the last relay (simulator), ms": Math.round(seen.lastRelay - seen.asked) }),
    });
  },
);

// A whole plain run shows this in told time (gateway/core/charging/shed).
if (!plain)
  test("P 02.group its board silent: warned, then blind, at the table's time; with nobody at the link; kept over kill -9", {
    timeout: 120_000,
  }, async (context) => {
    const blind_ms = 6_000;
    const end = await begin({ contactor: true }, { blind_ms });
    end.close(); // site process, broker and cloud are gone: nobody hears, nobody takes
    const { clock_ms } = await site.state();
    await site.fault({ name: "dead-slave", shed: "shed-1" });
    const open = await until(
      "20 open relays",
      async () => {
        const now = await site.state();
        return now.sockets.every(({ relay }) => !relay) ? now : undefined;
      },
      { within_ms: 20_000 },
    );
    const after = Math.max(...open.sockets.map(({ relay_changed_ms }) => relay_changed_ms)) - clock_ms;
    expect(open.sockets.every(({ why }) => why === "commanded")).toBe(true);
    expect(after).toBeGreaterThan(blind_ms - 1_500); // the last good answer may be as old as a rotation when it falls silent
    expect(after).toBeLessThan(blind_ms + 2_000);
    expect((await site.state()).above?.contactor?.closed).toBe(false); // its pulses did not arrive either

    site.safety().signal("SIGKILL");
    await site.safety().ended;
    await site.startSafety();
    const back = site.connect();
    const fact = await until("the fact comes when somebody is there again", () => tripped(back, "blind"));
    expect(fact).toMatchObject({ latched: false, silent_ms: expect.any(Number) });
    expect(back.facts.some((one) => one.kind === "shed-input-silent" && one.of === "smoke" && one.silent_ms < blind_ms)).toBe(true);
    expect(await refusedCode(back, "blind")).toBe("shed-blind");
    await site.fault({ name: "clear" });
    // A member that was never heard rests, and all who rest share one part in 25 of the line: board and contactor are found again within half a minute.
    await until("it serves again by itself once it is seen", () => back.shed()?.state === "serving" || undefined, { within_ms: 60_000 });
    counted(context, {
      "blind after, ms by the table": blind_ms,
      "silence to the last relay (simulator), ms": Math.round(after),
      sockets: open.sockets.length,
    });
  });

// A whole plain run shows this by P 02.latch.
if (!plain)
  test("P 02.group latched over kill -9: smoke, killed at once, and the next safety process energises nothing", {
    timeout: 90_000,
  }, async (context) => {
    const end = await begin({ contactor: true });
    await burn({ name: "smoke", shed: "shed-1" });
    const { trip } = await until("the fact", () => tripped(end));
    site.safety().signal("SIGKILL");
    await site.safety().ended;
    await site.fault({ name: "clear" });
    await site.startSafety();
    const back = site.connect();
    await until("it is latched, under the same trip", () => (back.shed()?.state === "latched" && back.shed()?.trip === trip) || undefined);
    await until("its contacts are quiet", () => back.shed()?.inputs.every(({ state }) => state === "clear") || undefined);
    expect(await refusedCode(back, "after")).toBe("shed-latched");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const now = await site.state();
    expect([now.sockets.filter(({ relay }) => relay).length, now.above?.contactor?.closed]).toEqual([0, false]);
    counted(context, { sockets: now.sockets.length, "closed after the restart: wrong": 0 });
  });

test("P 02.weld a welded relay: the contactor above opens, no current flows anywhere, and the shed is locked", {
  timeout: 120_000,
}, async (context) => {
  const end = await begin({ contactor: true });
  const socket = "station-1/6";
  await site.fault({ name: "weld", socket });
  end.client.send({ type: "release", authority: `authority-group-${socket}`, socket });
  const welded = await until("the weld is named", () => end.facts.find((one) => one.kind === "welded" && one.socket === socket), {
    within_ms: 20_000,
  });
  const fact = await until("the shed is tripped", () => tripped(end, "welded"));
  expect(fact).toMatchObject({ source: socket, contactor: "opening", latched: true });
  const dead = await until(
    "no current anywhere",
    async () => {
      const now = await site.state();
      return now.sockets.every(({ current_mA }) => current_mA === 0) ? now : undefined;
    },
    { within_ms: 10_000 },
  );
  expect(dead.above?.contactor?.closed).toBe(false);
  expect(dead.sockets.find((one) => one.socket === socket)).toMatchObject({ relay: true, why: "welded", plugged: true });
  expect(await refusedCode(end, "other")).toBe("shed-latched");
  counted(context, {
    sockets: dead.sockets.length,
    "welded after OFF, ms": welded.kind === "welded" ? welded.waited_ms : 0,
    "first byte to the last OFF handed over, ms": fact.off_after_ms,
  });
});

if (!plain)
  test("P 02.weld a contactor that is welded too: named, and the shed stays locked", { timeout: 120_000 }, async (context) => {
    const end = await begin({ contactor: true });
    await site.fault({ name: "contactor-weld", shed: "shed-1" });
    await burn({ name: "panel", shed: "shed-1" });
    const stuck = await until("the contactor is named", () => end.facts.find((one) => one.kind === "contactor-stuck"), {
      within_ms: 20_000,
    });
    expect(stuck).toMatchObject({ shed: "shed-1", evidence: "feedback" });
    expect(end.shed()?.state).toBe("latched");
    counted(context, { "named after OFF, ms": stuck.kind === "contactor-stuck" ? stuck.waited_ms : 0 });
  });
