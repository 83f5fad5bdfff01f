// Readings as they came, in one piece: what a gateway said of one hour in one batch. Point after point: when, how good, and each of its series with its value.
import { hourMs } from "#protocols/vocabulary/time.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** The number of `qualities` (embedded.ts): 0 is good. */
export type Goodness = number;

/** One reading as it is kept: its time in whole milliseconds since 1970, and the nanoseconds beyond. */
export interface Kept {
  readonly ms: number;
  readonly ns: number;
  readonly value: number;
  readonly quality: Goodness;
}

interface PointHead {
  readonly ms: number;
  readonly ns: number;
  readonly quality: Goodness;
  /** How many values follow. */
  readonly count: number;
}

export class BlockWriter {
  readonly #bytes = new ByteWriter();
  #ms: number;
  #series = 0;

  constructor(hour: number) {
    this.#ms = hour * hourMs;
  }

  point({ ms, ns, quality, count }: PointHead): void {
    this.#bytes.unsigned(count * 4 + quality);
    this.#bytes.signed(ms - this.#ms);
    this.#bytes.unsigned(ns);
    this.#ms = ms;
  }

  value(series: number, value: number): void {
    this.#bytes.signed(series - this.#series);
    this.#bytes.signed(value);
    this.#series = series;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.take();
  }
}

/** Goes through a block value by value: `while (block.next()) …`. */
export class BlockReader {
  readonly #bytes: ByteReader;
  #left = 0;
  series = 0;
  ms: number;
  ns = 0;
  quality: Goodness = 0;
  value = 0;

  constructor(hour: number, data: Uint8Array) {
    this.#bytes = new ByteReader(data);
    this.ms = hour * hourMs;
  }

  next(): boolean {
    while (this.#left === 0) {
      if (this.#bytes.done) return false;
      const head = this.#bytes.unsigned();
      this.quality = head % 4;
      this.#left = Math.floor(head / 4);
      this.ms += this.#bytes.signed();
      this.ns = this.#bytes.unsigned();
    }
    this.#left -= 1;
    this.series += this.#bytes.signed();
    this.value = this.#bytes.signed();
    return true;
  }

  get kept(): Kept {
    const { ms, ns, value, quality } = this;
    return { ms, ns, value, quality };
  }
}

export const isLater = (one: Omit<Kept, "value" | "quality">, other: Omit<Kept, "value" | "quality">): boolean =>
  one.ms > other.ms || (one.ms === other.ms && one.ns >= other.ns);
