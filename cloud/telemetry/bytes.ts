// Whole numbers in as few bytes as they need, seven bits a byte; the sign, where there is one, is a bit of the first byte, so that every safe integer fits.

const start = 4096;

export class ByteWriter {
  #bytes = new Uint8Array(start);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  #room(): void {
    // The longest number takes eight bytes.
    if (this.#at + 8 <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  unsigned(value: number): void {
    this.#room();
    let rest = value;
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 0x80;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  signed(value: number): void {
    const size = Math.abs(value);
    const first = (value < 0 ? 0x40 : 0) | (size % 64);
    if (size < 64) {
      this.#room();
      this.#bytes[this.#at++] = first;
      return;
    }
    this.#room();
    this.#bytes[this.#at++] = first | 0x80;
    this.unsigned(Math.floor(size / 64));
  }

  /** What was written so far, and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return taken;
  }
}

/** Throws a RangeError where the bytes end too early: they were not written by the writer above. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError("stored readings end in the middle of a number");
    this.#at += 1;
    return byte;
  }

  unsigned(): number {
    let byte = this.#byte();
    let value = byte & 0x7f;
    for (let factor = 128; byte > 0x7f; factor *= 128) {
      byte = this.#byte();
      value += (byte & 0x7f) * factor;
    }
    return value;
  }

  signed(): number {
    const first = this.#byte();
    const size = (first & 0x3f) + (first > 0x7f ? this.unsigned() * 64 : 0);
    return (first & 0x40) === 0 ? size : -size;
  }
}
