// Several devices on one pair of wires, wired as people wire them: two at one address, one at another speed, A and B exchanged, an end that floats.
// A question takes its time; every device that believes itself meant answers; what the master hears is what two wires make of all of that.
import { characterMs, rtuFrame } from "#protocols/modbus/frame.ts";
import type { Chance } from "../chance.ts";
import type { World } from "../ports.ts";
import { answerPdu, type Memory } from "./answer.ts";
import { type Hearing, hear, newHearing } from "./hearing.ts";
import type { LineEnd } from "./serial-line.ts";
import { received, type Settings, type Speech, speechMs } from "./wire.ts";

export interface Wired {
  /** As it listens now; a written address may change it. */
  unit(): number;
  settings(): Settings;
  /** `undefined`: it has no power. */
  memory(now: number): Memory | undefined;
  /** Answers to this address too, whatever its unit. */
  readonly general?: number | undefined;
  /** Its own two wires are exchanged. */
  readonly swapped?: boolean;
  readonly turnaround_ms?: readonly [number, number];
  /** Its driver is switched off after so many bytes of an answer. */
  readonly speaksBytes?: number | undefined;
  /** Another unit stands in its answers: a bridge that changes it, or two labels that were exchanged. */
  readonly answersAs?: number | undefined;
  /** Takes bytes whose parity or stop bit is wrong, as cheap firmwares do. */
  readonly lenient?: boolean | undefined;
}

export interface Wiring {
  /** The master's A and B are exchanged; "biased": the pair has resistors that hold it, so that it rests at the wrong level. */
  readonly swapped?: "biased" | "unbiased";
  /** The adapter hears what it says itself. */
  readonly echo?: boolean;
  /** Nothing is connected, or a wire is broken. */
  readonly open?: boolean;
  /** No bias and no terminator: a byte of nothing before and after what is said. */
  readonly floating?: boolean;
  /** Bits in a thousand that arrive as the other. */
  readonly noise_permille?: number;
  /** Somebody else speaks, unasked, every so often. */
  readonly stranger_ms?: number;
  readonly keepsBroken?: boolean;
  /** The adapter turns from sending to receiving too late: so many bytes of an answer are lost. */
  readonly turnsLate?: number;
}

export interface BusOptions {
  readonly world: World;
  readonly chance: Chance;
  readonly devices: readonly Wired[];
  readonly wiring?: Wiring;
  /** How the master has set its port. */
  readonly master: () => Settings;
}

export interface Bus {
  /** Newest last: whole frames that some device took as its own. */
  readonly frames: readonly { readonly ms: number; readonly hex: string }[];
  collisions(): number;
  /** What was said and was no frame to anybody. */
  badFrames(): number;
  close(): void;
}

const mostFrames = 4_000;
const lumpMs = 12;
const tailMs = 5;
const usualTurnaround = [5, 20] as const;
/** Bytes that a floating pair makes when a driver takes it or lets go of it. */
const nothings = [0x00, 0xff, 0xfe, 0xf8];
const same = (a: Settings, b: Settings): boolean => a.baud === b.baud && a.parity === b.parity && a.stopBits === b.stopBits;

export function serveBus(line: LineEnd, options: BusOptions): Bus {
  const { world, chance, devices, master } = options;
  const wiring = options.wiring ?? {};
  const frames: { ms: number; hex: string }[] = [];
  const ears = new Map<Wired, Hearing>(devices.map((device) => [device, newHearing()]));
  let collisions = 0;

  const noisy = (bytes: Uint8Array): Uint8Array => {
    const rate = (wiring.noise_permille ?? 0) / 1_000;
    const flips = (): number => Array.from({ length: 8 }, (_, bit) => (chance.unit() < rate ? 1 << bit : 0)).reduce((a, b) => a | b, 0);
    return rate === 0 ? bytes : bytes.map((byte) => byte ^ flips());
  };

  /** What one device makes of what the master says. */
  function heardBy(device: Wired, bytes: Uint8Array): Uint8Array {
    const settings = device.settings();
    const crossed = (wiring.swapped !== undefined) !== (device.swapped === true);
    if (!crossed && same(settings, master())) return noisy(bytes);
    const speech: Speech = { at_ms: 1, bytes, settings: master(), swapped: wiring.swapped !== undefined };
    const ear = { settings, swapped: device.swapped === true, rests: 1, keepsBroken: device.lenient === true } as const;
    const heard = received([speech], ear, { from_ms: 0, to_ms: 3 + speechMs(speech), chance });
    return Uint8Array.from(heard.map(({ byte }) => byte));
  }

  function answers(device: Wired, bytes: Uint8Array, now: number): Speech[] {
    const hearing = ears.get(device);
    if (hearing === undefined) return [];
    const settings = device.settings();
    return hear(hearing, heardBy(device, bytes), { now, baud: settings.baud }).flatMap((frame) => {
      const [asked = 0] = frame;
      if (asked !== device.unit() && asked !== device.general && asked !== 0) return [];
      const memory = device.memory(now);
      if (memory === undefined) return [];
      remember(frame, now);
      const pdu = answerPdu(memory, frame.slice(1, -2));
      if (asked === 0 || pdu === undefined) return [];
      const [least, most] = device.turnaround_ms ?? usualTurnaround;
      const at_ms = now + frame.length * characterMs(master().baud) + chance.between(least, most);
      const answer = rtuFrame({ unit: device.answersAs ?? asked, pdu });
      return [{ at_ms, bytes: answer.slice(0, device.speaksBytes), settings, swapped: device.swapped === true }];
    });
  }

  function remember(frame: Uint8Array, ms: number): void {
    frames.push({ ms, hex: Buffer.from(frame).toString("hex") });
    if (frames.length > mostFrames) frames.splice(0, frames.length - mostFrames);
  }

  const write = (at_ms: number, bytes: Uint8Array): void => {
    world.after(Math.max(0, at_ms - world.now()), () => line.write(bytes));
  };

  /** What the master's receiver makes of it, in lumps as adapters hand it over. */
  function deliver(speeches: readonly Speech[], from_ms: number): void {
    if (speeches.length > 1) collisions += 1;
    const to_ms = Math.max(from_ms + tailMs, ...speeches.map((one) => one.at_ms + speechMs(one))) + tailMs;
    const ear = {
      settings: master(),
      swapped: wiring.swapped !== undefined,
      // A biased pair rests at 1, which whoever has it exchanged sees as 0; without bias every receiver says 1, exchanged or not.
      rests: wiring.swapped === "unbiased" ? 0 : 1,
      keepsBroken: wiring.keepsBroken === true,
    } as const;
    let rest = received(speeches, ear, { from_ms, to_ms, chance }).slice(wiring.turnsLate ?? 0);
    for (let [first] = rest; first !== undefined; [first] = rest) {
      const ends = first.at_ms + lumpMs;
      const lump = rest.filter(({ at_ms }) => at_ms < ends);
      rest = rest.filter(({ at_ms }) => at_ms >= ends);
      write(lump.at(-1)?.at_ms ?? ends, noisy(Uint8Array.from(lump.map(({ byte }) => byte))));
    }
    if (wiring.floating !== true) return;
    for (const speech of speeches) write(speech.at_ms - 1, Uint8Array.of(chance.pick(nothings)));
    if (speeches.length > 0) write(to_ms + 1, Uint8Array.of(chance.pick(nothings)));
  }

  line.onBytes((bytes) => {
    const now = world.now();
    const saidAt = now + bytes.length * characterMs(master().baud);
    if (wiring.echo === true) write(saidAt, bytes);
    if (wiring.open === true) return;
    const speeches = devices.flatMap((device) => answers(device, bytes, now));
    if (speeches.length > 0 || wiring.swapped === "biased") deliver(speeches, saidAt);
  });

  const { stranger_ms } = wiring;
  const babble = (): void => line.write(Uint8Array.from({ length: chance.whole(4, 20) }, () => chance.whole(0, 255)));
  return {
    frames,
    collisions: () => collisions,
    badFrames: () => Math.min(...[...ears.values()].map((ear) => ear.badFrames)),
    close: stranger_ms === undefined ? () => undefined : world.every(stranger_ms, babble),
  };
}
