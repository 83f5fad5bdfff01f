// 1,000 contiguous registers of one device: how many questions, and how long, read whole by the same plan that a line uses.
import { openExchange } from "#gateway/lines/open.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import { answerWords, decode, registersOf } from "#protocols/modbus/decode.ts";
import { type Block, blockRequest, planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";

export interface Merged {
  readonly what: string;
  readonly points: number;
  readonly questions: number;
  readonly in_flight: number;
  readonly ms: number;
  readonly wrong: number;
}

/** Points at these registers, each showing its own address, as the slaves do. */
export const profileOf = (addresses: readonly number[]): Profile => ({
  id: "meters/bench",
  kind: "meter",
  maker: "bench",
  model: "bench",
  provenance: "made by the benchmark",
  read: { max_registers: 125 },
  points: addresses.map((address) => ({
    name: `register_${address}`,
    per: "device" as const,
    table: "input" as const,
    address,
    type: "u16" as const,
  })),
});

export const contiguous = Array.from({ length: 1_000 }, (_, address) => address);

/** The same span with three of ten registers unused, never the first or the last. */
export function withHoles(): number[] {
  let state = 20_261_126;
  const unused = new Set<number>();
  while (unused.size < 300) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const address = 1 + (state % 998);
    unused.add(address);
  }
  return contiguous.filter((address) => !unused.has(address));
}

export async function readMerged(
  what: string,
  addresses: readonly number[],
  { port, in_flight }: { port: number; in_flight: number },
): Promise<Merged> {
  const profile = profileOf(addresses);
  const waiting = planReads(profile);
  const questions = waiting.length;
  const read: { block: Block; words: number[] }[] = [];
  const begun = performance.now();
  await new Promise<void>((resolve, reject) => {
    const clock = machineClock();
    openExchange({ kind: "tcp", host: "127.0.0.1", port }, { clock, devices: machineDevices(), echo: { state: "no" }, in_flight }).then(
      (line) => {
        const next = (): void => {
          while (line.free() && waiting.length > 0) {
            const block = waiting.shift() as Block;
            line.ask(blockRequest(1, block), (outcome) => {
              const words = outcome.kind === "answer" ? answerWords(block, outcome.pdu) : undefined;
              if (!Array.isArray(words)) return reject(new Error("a block was not answered"));
              read.push({ block, words });
              if (read.length < questions) return;
              line.close();
              resolve();
            });
          }
        };
        line.onFree(next);
        next();
      },
      reject,
    );
  });
  const ms = performance.now() - begun;
  const { device } = decode(profile, registersOf(read));
  const wrong = addresses.filter((address) => device[`register_${address}`]?.value !== address).length;
  return { what, points: addresses.length, questions, in_flight, ms, wrong };
}
