// The whole safety process on a simulated line, and the replay of what that line showed: the same facts in the same order, with the same numbers.
import { expect, test } from "vitest";
import type { ChargingFact } from "#gateway/core/charging/facts.ts";
import type { SafetyToSite } from "#gateway/link/messages.ts";
import type { AppendFile, Devices } from "#gateway/ports.ts";
import { readRecording } from "#gateway/protect/recording.ts";
import { replayStation } from "#gateway/protect/replay.ts";
import { startSafety } from "#gateway/protection/safety.ts";
import { openSpool } from "#gateway/protection/spool/spool.ts";
import { rtuFrame } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import tenSocket from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { type ToldClock, toldChance, toldClock } from "#test/told-clock.ts";

const limits = readyLimits("e-bike-4a");
const profile = tenSocket as Profile;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the sockets draw behind closed relays, by the time since the charge began. */
interface Story {
  readonly name: string;
  /** `undefined`: the meter says that it has no value. */
  readonly current_mA: (socket: number, ms: number) => number | undefined;
  readonly smoke?: (ms: number) => boolean;
  readonly temperature_mC?: (socket: number, ms: number) => number;
  readonly seconds: number;
}
const stories: readonly Story[] = [
  { name: "over-current on the third", current_mA: (socket, ms) => (socket === 2 && ms > 4_000 ? 6_600 : 1_500), seconds: 60 },
  { name: "instantaneous on two", current_mA: (socket, ms) => (socket < 2 && ms > 6_000 ? 9_000 : 1_500), seconds: 15 },
  { name: "smoke", current_mA: () => 1_500, smoke: (ms) => ms > 8_000, seconds: 15 },
  { name: "a meter that says nothing more", current_mA: (socket, ms) => (socket === 5 && ms > 5_000 ? undefined : 1_500), seconds: 25 },
  {
    name: "a hot socket",
    current_mA: () => 1_500,
    temperature_mC: (socket, ms) => (socket === 7 && ms > 5_000 ? 80_000 : 27_000),
    seconds: 25,
  },
];

class Line {
  relays: boolean[] = Array.from({ length: 10 }, () => false);
  readonly rows: string[] = [];
  begun: number | undefined;
  private readonly energy = Array.from({ length: 10 }, () => 100);
  private lastAt = 0;
  private say: (bytes: Uint8Array) => void = () => undefined;
  private readonly clock: ToldClock;
  private readonly story: Story;
  constructor(clock: ToldClock, story: Story) {
    this.clock = clock;
    this.story = story;
  }
  devices(): Devices {
    return {
      openTcp: () => Promise.reject(new Error("none")),
      openSerial: () =>
        Promise.resolve({
          write: (bytes) => this.hear(bytes),
          onBytes: (one) => {
            this.say = one;
          },
          onClose: () => undefined,
          close: () => undefined,
        }),
    };
  }
  private hear(frame: Uint8Array): void {
    const [unit = 0, fn = 0, , coil = 0] = frame;
    if (fn === 5) this.relays[coil] = frame[4] === 0xff;
    const answer = (): Uint8Array => (fn === 4 ? rtuFrame({ unit, pdu: this.image() }) : frame);
    this.clock.wake(monotonic(this.clock.monotonic() + 15), () => this.say(answer()));
  }
  /** The registers as they are now; the same values go into the recording at the same moment. */
  private image(): Uint8Array {
    const now = this.clock.monotonic();
    const ms = this.begun === undefined ? 0 : now - this.begun;
    const words = Array.from({ length: 108 }, () => 0);
    const smoke = this.begun !== undefined && (this.story.smoke?.(ms) ?? false);
    words[2] = 40;
    words[3] = smoke ? 1 : 0;
    words[4] = 5;
    const cells: (string | number)[] = [];
    for (let socket = 0; socket < 10; socket += 1) {
      const closed = this.relays[socket] ?? false;
      const current = closed ? this.story.current_mA(socket, ms) : 0;
      const power = Math.round((current ?? 0) * 2.2);
      const before = this.energy[socket] ?? 0;
      this.energy[socket] = before + (power / 10) * ((now - this.lastAt) / 3_600_000);
      const energy = Math.floor(this.energy[socket] ?? 0);
      const temperature = Math.round((this.story.temperature_mC?.(socket, ms) ?? 27_000) / 100);
      words.splice(
        8 + socket * 10,
        10,
        closed ? 3 : 2,
        1,
        0,
        7,
        2_200,
        current ?? 65_535,
        power,
        temperature,
        energy >> 16,
        energy & 0xffff,
      );
      cells.push(Number(closed), 1, 220_000, current ?? "NaN", power * 100, temperature * 100, energy * 1000);
    }
    this.lastAt = now;
    this.rows.push([now, Number(smoke), 5, ...cells].join(","));
    return Uint8Array.of(4, 216, ...words.flatMap((word) => [word >> 8, word & 0xff]));
  }
  csv(): string {
    const names = ["relay_closed", "plugged", "voltage_mV", "current_mA", "power_mW", "temperature_mC", "energy_mWh"];
    const head = Array.from({ length: 10 }, (_, socket) => names.map((name) => `${name}@${socket + 1}`)).flat();
    return [["time_ms", "smoke", "leakage_mA", ...head].join(","), ...this.rows].join("\n");
  }
}

/** What both must say alike: not how long a wire took, nor what names a run gives its trips. */
function essence(fact: ChargingFact): string {
  if (fact.kind === "closed") return `${fact.socket} closed ${fact.energy_mWh}`;
  if (fact.kind === "cut")
    return `${fact.socket} cut ${fact.cause} ${fact.value} of ${fact.limit} ${fact.unit} ${fact.latched} ${fact.energy_mWh}`;
  if (fact.kind === "opened") return `${fact.socket} opened`;
  return "socket" in fact ? `${fact.socket} ${fact.kind}` : fact.kind;
}

async function lived(story: Story): Promise<{ facts: ChargingFact[]; line: Line }> {
  const clock = toldClock();
  const line = new Line(clock, story);
  const file: AppendFile = { records: () => [], rewrite: () => Promise.resolve(), append: () => Promise.resolve() };
  const sent: SafetyToSite[] = [];
  const safety = startSafety({
    wiring: {
      lines: [{ id: "line-1", kind: "serial", path: "/dev/none", baud: 19_200, parity: "none", stop_bits: 1 }],
      stations: [{ id: "station", line: "line-1", unit: 1, profile, limits }],
    },
    clock,
    devices: line.devices(),
    spool: openSpool(file, { clock, chance: toldChance(), onTrouble: () => undefined }),
    run: "run",
    link: {
      send: (message) => {
        sent.push(message);
        return true;
      },
      cutAll: () => undefined,
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
  await go(3_000);
  for (let socket = 1; socket <= 10; socket += 1)
    safety.hear({
      type: "energise",
      authority: { id: `a-${socket}`, socket: `station/${socket}`, session: `s-${socket}`, duration_ms: 3_600_000 },
    });
  line.begun = clock.monotonic();
  await go(story.seconds * 1000);
  const spooled = [
    ...new Map(sent.flatMap((message) => (message.type === "facts" ? message.facts : [])).map(({ id, fact }) => [id, fact])).values(),
  ];
  return { facts: spooled.filter((fact): fact is typeof fact & ChargingFact => fact.kind !== "started"), line };
}

test("P 02.replay-same: for the same samples the replay says the facts of the safety process", async (context) => {
  const counts = { stories: 0, samples: 0, facts: 0, cuts: 0, wrong: 0 };
  for (const story of stories) {
    const { facts, line } = await lived(story);
    const recording = readRecording(line.csv());
    if (recording.kind === "no-recording") throw new Error(JSON.stringify(recording.complaints.slice(0, 5)));
    const [station] = recording.stations;
    if (station === undefined) throw new Error("no station");
    const done = replayStation(station, { limits, relay: "recorded", authority: "by itself", after_ms: 0 });
    const said = done.changes.flatMap((change) => change.facts);
    // Sockets of one moment may be told in another order; each socket's own facts may not.
    const bySocket = (all: readonly ChargingFact[]): string[] =>
      Array.from({ length: 10 }, (_, socket) =>
        all.filter((fact) => "socket" in fact && fact.socket === `station/${socket + 1}`).map(essence),
      ).flat();
    expect(bySocket(said), story.name).toEqual(bySocket(facts));
    expect(bySocket(facts).length, story.name).toBeGreaterThanOrEqual(11);
    counts.stories += 1;
    counts.samples += line.rows.length;
    counts.facts += facts.length;
    counts.cuts += facts.filter(({ kind }) => kind === "cut").length;
  }
  counted(context, counts);
}, 60_000);
