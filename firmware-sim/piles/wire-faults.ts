// What a modem and its network do to the bytes of a pile: cut apart, run together, with noise between them, said twice. A host has to hear the same frames behind all of it.
import type { Chance } from "../chance.ts";

export const wireFaults = ["split", "merged", "noise", "duplicate"] as const;
export type WireFault = (typeof wireFaults)[number];

export interface SpoiledWire {
  write(bytes: Uint8Array): void;
  readonly faults: Set<WireFault>;
}

/** So many frames run together before they leave. */
const together = 3;
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** `link` and an ICCID are what such modems say by themselves; the rest is what a line picks up. */
const noises = (chance: Chance): Uint8Array =>
  chance.pick([
    text("link"),
    text("89860463112070319417"),
    Uint8Array.of(0x44, 0x4e, chance.whole(0, 255)),
    Uint8Array.of(chance.whole(0, 255)),
  ]);

export function spoiledWire(chance: Chance, write: (bytes: Uint8Array) => void): SpoiledWire {
  const faults = new Set<WireFault>();
  let waiting: Uint8Array[] = [];
  const send = (bytes: Uint8Array): void => {
    if (faults.has("split")) for (const byte of bytes) write(Uint8Array.of(byte));
    else write(bytes);
  };
  return {
    faults,
    write(bytes) {
      const said = faults.has("duplicate") ? [bytes, bytes] : [bytes];
      waiting.push(...(faults.has("noise") ? said.flatMap((one) => [noises(chance), one]) : said));
      if (faults.has("merged") && waiting.length < together) return;
      const all = waiting;
      waiting = [];
      if (!faults.has("merged")) {
        for (const one of all) send(one);
        return;
      }
      const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const one of all) {
        whole.set(one, at);
        at += one.length;
      }
      send(whole);
    },
  };
}
