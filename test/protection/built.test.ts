// A shed of a relay board and single meters under the whole safety process, in told time: pulses keep closed, silence opens, and a dead meter is its own socket's matter.
import { expect, test } from "vitest";
import { unfit } from "#gateway/config/limits-fit.ts";
import { loadProfile } from "#gateway/config/profiles.ts";
import type { Fact, SafetyToSite } from "#gateway/link/messages.ts";
import type { Devices } from "#gateway/ports.ts";
import { startSafety } from "#gateway/protection/safety.ts";
import { openSpool } from "#gateway/protection/spool/spool.ts";
import { offeredBy, unfitSocket } from "#protocols/modbus/built-socket.ts";
import { rtuFrame } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { switchAddress } from "#protocols/modbus/switching.ts";
import { after, monotonic } from "#protocols/vocabulary/time.ts";
import { chance } from "#sim/chance.ts";
import { contactOf, type Fed, fedMeter, steadyLoad } from "#sim/charging/fed.ts";
import { answerPdu } from "#sim/modbus/answer.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";

const sockets = 4;
const boardUnit = 1;
const firstMeter = 11;
const profileOf = (name: string): Profile => {
  const profile = loadProfile(name);
  if (profile.kind === "no-profile") throw new Error(profile.en);
  return profile;
};

interface Told {
  readonly frames: { readonly at: number; readonly unit: number; readonly pdu: Uint8Array }[];
  readonly dead: Set<number>;
  readonly meters: readonly Fed[];
  closed(): number[];
  go(ms: number): Promise<void>;
  facts(): Fact[];
  energise(): void;
  /** The gateway's machine dies: nothing is asked any more. */
  kill(): void;
  now(): number;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function shed(boardName: string, meterName: string): Told {
  const [board, meter] = [profileOf(boardName), profileOf(meterName)];
  const clock = toldClock();
  const random = chance(11);
  const relays = anyDevice(board, random.for("board"), {
    unit: boardUnit,
    after: (ms, run) => void clock.wake(after(clock.monotonic(), ms), run),
  });
  const own = board.relays;
  if (own === undefined) throw new Error("no relays");
  const isClosed = (relay: number): boolean => relays.memory.coil?.(switchAddress(own, relay)) === true;
  const meters = Array.from({ length: sockets }, (_, index) =>
    fedMeter({
      profile: meter,
      device: anyDevice(meter, random.for(`meter ${index}`), { unit: firstMeter + index }),
      chance: random.for(`load ${index}`),
      now: clock.monotonic(),
      contact: contactOf(() => isClosed(index)),
    }),
  );
  const frames: Told["frames"] = [];
  const dead = new Set<number>();
  let killed = false;
  const devices: Devices = {
    openTcp: () => Promise.reject(new Error("none")),
    openSerial: () => {
      let listener = (_: Uint8Array): void => undefined;
      return Promise.resolve({
        write(frame) {
          const unit = frame[0] ?? 0;
          const pdu = frame.slice(1, -2);
          if (killed) return;
          frames.push({ at: clock.monotonic(), unit, pdu });
          if (dead.has(unit)) return;
          const memory = unit === boardUnit ? relays.memory : meters[unit - firstMeter]?.memory(clock.monotonic());
          const answer = memory === undefined ? undefined : answerPdu(memory, pdu);
          if (answer !== undefined) clock.wake(after(clock.monotonic(), 15), () => listener(rtuFrame({ unit, pdu: answer })));
        },
        onBytes: (one) => {
          listener = one;
        },
        onClose: () => undefined,
        close: () => undefined,
      });
    },
  };
  const sent: SafetyToSite[] = [];
  const file = { records: () => [], rewrite: () => Promise.resolve(), append: () => Promise.resolve() };
  const sides = (index: number) => ({
    relay: { unit: boardUnit, profile: board, channel: index + 1 },
    meter: { unit: firstMeter + index, profile: meter },
    held_by: "flash" as const,
    hold_ms: 4_000,
  });
  const limits = readyLimits(meterName.includes("pzem") || meterName.includes("163t") ? "e-bike-4a-built" : "e-bike-4a-built-10wh");
  const offers = offeredBy(sides(0));
  expect([unfitSocket(sides(0)), unfit(limits, offers)], meterName).toEqual([undefined, []]);
  const safety = startSafety({
    wiring: {
      lines: [{ id: "line-1", kind: "serial", path: "/dev/none", baud: 9600, parity: "none", stop_bits: 1 }],
      stations: [{ id: "diy", line: "line-1", limits, sockets: Array.from({ length: sockets }, (_, index) => sides(index)) }],
    },
    clock,
    devices,
    spool: openSpool(file, { clock, chance: toldChance(), onTrouble: () => undefined }),
    run: "run",
    link: { send: (message) => sent.push(message) > 0, cutAll: () => undefined },
    log: { fact: () => undefined, line: () => undefined, gap: () => undefined },
  });
  return {
    frames,
    dead,
    meters,
    closed: () => Array.from({ length: sockets }, (_, relay) => relay).filter(isClosed),
    async go(ms) {
      const end = clock.monotonic() + ms;
      while (clock.monotonic() < end) {
        await settled();
        clock.advance(Math.min(5, end - clock.monotonic()));
      }
      await settled();
    },
    facts: () => [
      ...new Map(sent.flatMap((message) => (message.type === "facts" ? message.facts : [])).map(({ id, fact }) => [id, fact])).values(),
    ],
    energise() {
      for (let n = 1; n <= sockets; n += 1)
        safety.hear({ type: "energise", authority: { id: `a-${n}`, socket: `diy/${n}`, session: `s-${n}`, duration_ms: 3_600_000 } });
    },
    kill: () => {
      killed = true;
    },
    now: () => monotonic(clock.monotonic()),
  };
}

/** Frames that close relay n of the board: on, or a pulse. */
const closes = (pdu: Uint8Array, relay: number): boolean =>
  (pdu[0] === 5 && pdu[2] === relay && (pdu[1] === 2 || pdu[3] === 0xff)) as boolean;

async function charging(meter: string): Promise<Told> {
  const on = shed("relays/waveshare-8", meter);
  for (const one of on.meters) one.plug(steadyLoad(220_000));
  await on.go(4_000);
  expect(on.closed()).toEqual([]);
  on.energise();
  await on.go(4_000);
  expect(on.closed()).toEqual([0, 1, 2, 3]);
  return on;
}

const meters = ["meters/pzem-004t", "meters/pzem-016", "meters/sdm120", "meters/dds238-2", "meters/jsy-mk-163t"] as const;

test("P 03.built a relay board and single meters are a station: pulses hold it, silence opens it, each socket is blind alone", async (context) => {
  let cut_ms = 0;
  let open_ms = 0;
  for (const meter of meters) {
    // An hour is not needed: a pulse lasts four seconds.
    const on = await charging(meter);
    const from = on.frames.length;
    await on.go(20_000);
    expect(on.closed(), meter).toEqual([0, 1, 2, 3]);
    expect(on.facts().filter(({ kind }) => kind === "cut")).toEqual([]);
    for (let relay = 0; relay < sockets; relay += 1) {
      const pulses = on.frames.slice(from).filter(({ pdu }) => closes(pdu, relay));
      const gaps = pulses.slice(1).map(({ at }, n) => at - (pulses[n]?.at ?? 0));
      // A slow meter makes a slow round; each pulse still comes well before the one before it ends.
      expect(Math.max(...gaps), `${meter} ${relay}`).toBeLessThanOrEqual(3_000);
      expect(pulses.length, `${meter} ${relay}`).toBeGreaterThanOrEqual(6);
    }

    // Too much on one of them: that relay opens, is not pulsed again, and nobody else is touched.
    const overAt = on.now();
    on.meters[2]?.plug(steadyLoad(2_600_000));
    await on.go(4_000);
    expect(on.closed(), meter).toEqual([0, 1, 3]);
    const off = on.frames.findIndex(
      ({ at, unit, pdu }) => at >= overAt && unit === boardUnit && pdu[0] === 5 && pdu[1] === 0 && pdu[2] === 2 && pdu[3] === 0,
    );
    cut_ms = Math.max(cut_ms, (on.frames[off]?.at ?? Number.POSITIVE_INFINITY) - overAt);
    expect(on.frames.slice(off).filter(({ pdu }) => closes(pdu, 2))).toEqual([]);
    expect(on.facts()).toContainEqual(expect.objectContaining({ kind: "cut", socket: "diy/3" }));

    // A dead meter: its own socket is blind and is opened; the others go on, on time.
    on.dead.add(firstMeter);
    await on.go(14_000);
    expect(on.closed(), meter).toEqual([1, 3]);
    expect(on.facts().filter(({ kind }) => kind === "cut").length).toBe(2);

    // The gateway dies: the board opens what is left, by itself.
    on.kill();
    const killedAt = on.now();
    while (on.closed().length > 0 && on.now() - killedAt < 10_000) await on.go(50);
    open_ms = Math.max(open_ms, on.now() - killedAt);
    expect(open_ms).toBeLessThanOrEqual(4_100);
  }
  counted(context, { meters: meters.length, cut_ms, open_after_death_ms: open_ms });
});

test("a board that does not answer is probed once a second on a line that has nothing else to do, never pulsed, and opened by its own clock", async () => {
  const on = await charging("meters/pzem-004t");
  on.dead.add(boardUnit);
  await on.go(30_000);
  const from = on.frames.length;
  await on.go(10_000);
  // Nothing else is left on this line, so it may be asked sooner than a line with others would (gateway/lines/backoff.ts).
  const said = on.frames.slice(from).map(({ pdu }) => pdu);
  expect(said.filter(([fn]) => fn === 1).length).toBeLessThanOrEqual(10);
  for (const relay of [0, 1, 2, 3])
    expect(said.filter(([fn, , at]) => fn === 5 && at === relay).length, `OFF to relay ${relay + 1}`).toBeLessThanOrEqual(3);
  expect(said.filter((pdu) => [0, 1, 2, 3].some((relay) => closes(pdu, relay)))).toEqual([]);
  on.dead.clear();
  await on.go(8_000);
  expect(on.closed()).toEqual([]);
  expect(on.facts().filter(({ kind }) => kind === "cut").length).toBe(sockets);
});
