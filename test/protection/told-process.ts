// The whole safety process over two told stations of one line, its disk and its link to the site: what it sends is kept, and time goes on as it is told.
import { expect } from "vitest";
import type { Fact, SafetyToSite } from "#gateway/link/messages.ts";
import type { AppendFile, Clock, Devices } from "#gateway/ports.ts";
import { type Safety, startSafety } from "#gateway/protection/safety.ts";
import { openSpool } from "#gateway/protection/spool/spool.ts";
import { rtuFrame } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import profile from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "#test/limits.ts";
import { type ToldClock, toldChance, toldClock } from "#test/told-clock.ts";

const limits = readyLimits("e-bike-4a");

/** Two stations on one line: relays, one current each, and a mood. They answer 15 ms after the question. */
class ToldStations {
  readonly heard: { at: number; hex: string }[] = [];
  readonly relays = [1, 2].map(() => Array.from({ length: 10 }, () => false));
  readonly current_mA = [1, 2].map(() => Array.from({ length: 10 }, () => 2000));
  readonly dead = new Set<number>();
  smoke = false;
  opened = 0;
  say: (bytes: Uint8Array) => void = () => undefined;
  private readonly clock: ToldClock;
  constructor(clock: ToldClock) {
    this.clock = clock;
  }
  devices(): Devices {
    return {
      openTcp: () => Promise.reject(new Error("none")),
      openSerial: () => {
        this.opened += 1;
        let listener = (_: Uint8Array): void => undefined;
        let gone = (_: string): void => undefined;
        this.say = (bytes) => listener(bytes);
        return Promise.resolve({
          write: (bytes) => this.hear(bytes),
          onBytes: (one) => {
            listener = one;
          },
          onClose: (one) => {
            gone = one;
          },
          close: () => gone("closed"),
        });
      },
    };
  }
  private hear(frame: Uint8Array): void {
    this.heard.push({ at: this.clock.monotonic(), hex: Buffer.from(frame.subarray(0, -2)).toString("hex") });
    const [unit = 0, fn = 0] = frame;
    if (this.dead.has(unit)) return;
    const coil = frame[3] ?? 0;
    const relays = this.relays[unit - 1] ?? [];
    if (fn === 5) relays[coil] = frame[4] === 0xff;
    const answer = fn === 4 ? rtuFrame({ unit, pdu: this.image(unit) }) : frame;
    this.clock.wake(monotonic(this.clock.monotonic() + 15), () => this.say(answer));
  }
  private readonly counters = new Map<string, { at: number; watt_hours: number }>();
  /** The energy counter goes on with the power (0.1 W), in watt-hours. */
  private count(socket: string, power: number): number {
    const at = this.clock.monotonic();
    const before = this.counters.get(socket) ?? { at, watt_hours: 100 };
    const now = { at, watt_hours: before.watt_hours + (power / 10) * ((at - before.at) / 3_600_000) };
    this.counters.set(socket, now);
    return Math.floor(now.watt_hours);
  }
  private image(unit: number): Uint8Array {
    const words = Array.from({ length: 108 }, () => 0);
    words[2] = 40;
    words[3] = this.smoke ? 1 : 0;
    words[4] = 5;
    for (let socket = 0; socket < 10; socket += 1) {
      const closed = this.relays[unit - 1]?.[socket] ?? false;
      const current = closed ? (this.current_mA[unit - 1]?.[socket] ?? 0) : 0;
      const at = 8 + socket * 10;
      const power = Math.min(9000, Math.round(current * 2.2));
      const energy = this.count(`${unit}/${socket}`, power);
      words.splice(at, 10, closed ? 3 : 2, 1, 0, 7, 2200, current, power, 270, energy >> 16, energy & 0xffff);
    }
    return Uint8Array.of(4, 216, ...words.flatMap((word) => [word >> 8, word & 0xff]));
  }
}

export interface Bench {
  readonly clock: ToldClock;
  readonly stations: ToldStations;
  readonly safety: Safety;
  readonly sent: SafetyToSite[];
  readonly disk: { refuses: boolean; hangs: boolean; appends: { at: number }[] };
  readonly cuts: () => number;
  go(ms: number): Promise<void>;
  /** As SIGSTOP and SIGCONT: the clock goes on, and nothing of ours runs meanwhile. */
  stand(ms: number): Promise<void>;
  facts(): Fact[];
  energise(sockets: readonly string[], round?: string): void;
}
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const all = [1, 2].flatMap((unit) => Array.from({ length: 10 }, (_, i) => `station-${unit}/${i + 1}`));

export async function bench(): Promise<Bench> {
  const clock = toldClock();
  let offset = 0;
  // A clock that can jump without anything being woken in between.
  const jumping: Clock = {
    ...clock,
    monotonic: () => monotonic(clock.monotonic() + offset),
    wake: (at, run) => clock.wake(monotonic(Math.max(clock.monotonic(), at - offset)), run),
  };
  const stations = new ToldStations(clock);
  const disk = { refuses: false, hangs: false, appends: [] as { at: number }[] };
  const file: AppendFile = {
    records: () => [],
    rewrite: () => (disk.refuses ? Promise.reject(new Error("refused")) : Promise.resolve()),
    append: () => {
      disk.appends.push({ at: jumping.monotonic() });
      if (disk.hangs) return new Promise(() => undefined);
      return disk.refuses ? Promise.reject(new Error("refused")) : Promise.resolve();
    },
  };
  const sent: SafetyToSite[] = [];
  let connectionsCut = 0;
  const safety = startSafety({
    wiring: {
      lines: [{ id: "line-1", kind: "serial", path: "/dev/none", baud: 19_200, parity: "none", stop_bits: 1, cutoff_ms: 1_000 }],
      stations: [1, 2].map((unit) => ({ id: `station-${unit}`, line: "line-1", unit, profile: profile as Profile, limits })),
    },
    clock: jumping,
    devices: stations.devices(),
    spool: openSpool(file, { clock: jumping, chance: toldChance(), onTrouble: () => undefined }),
    run: "run",
    link: {
      send: (message) => {
        sent.push(message);
        return true;
      },
      cutAll: () => {
        connectionsCut += 1;
      },
    },
    log: { fact: () => undefined, line: () => undefined, gap: () => undefined },
  });
  const go = async (ms: number): Promise<void> => {
    const end = clock.monotonic() + ms;
    while (clock.monotonic() < end) {
      await settled();
      clock.advance(Math.min(5, end - clock.monotonic()));
    }
    await settled();
  };
  return {
    clock,
    stations,
    safety,
    sent,
    disk,
    cuts: () => connectionsCut,
    go,
    stand: async (ms) => {
      offset += ms;
      await settled();
    },
    facts: () => [
      ...new Map(sent.flatMap((message) => (message.type === "facts" ? message.facts : [])).map(({ id, fact }) => [id, fact])).values(),
    ],
    energise: (sockets, round = "1") => {
      for (const socket of sockets)
        safety.hear({
          type: "energise",
          authority: { id: `a-${round}-${socket}`, socket, session: `s-${socket}`, duration_ms: 3_600_000 },
        });
    },
  };
}
export const isOff = (hex: string): boolean => /^0[12]05....0000$/.test(hex);
export const closed = (on: Bench): number => on.stations.relays.flat().filter(Boolean).length;
export async function charging(): Promise<Bench> {
  const on = await bench();
  await on.go(3000);
  on.energise(all);
  await on.go(3000);
  expect(closed(on)).toBe(20);
  return on;
}
