// Counts the bytes of MQTT packets as they come and cuts one that is announced too large, before it is read: a parser behind it would gather all that was announced.
// MQTT 3.1.1, 2.2: one byte of type, then the remaining length in one to four bytes of seven bits.

export const largestPacket = 256 * 1024;
/** Nobody who is not known yet has reason to say more than his name, password and last will. */
export const largestGreeting = 16 * 1024;
const connectType = 1;

export type Cut = "too-large" | "length-malformed" | "not-a-connect";

export class PacketGauge {
  #part: "type" | "length" | "body" = "type";
  #left = 0;
  #factor = 1;
  /** Whole packets seen. */
  packets = 0;

  /** Goes from `from` to the end of the packet or of the chunk, whichever comes first, and says where that is. */
  advance(chunk: Buffer, from: number): number | Cut {
    let at = from;
    while (at < chunk.length) {
      if (this.#part === "body") {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        if (this.#left === 0) return this.#ended(at);
        continue;
      }
      const cut = this.#header(chunk[at] ?? 0);
      at += 1;
      if (cut === "ended") return this.#ended(at);
      if (cut !== undefined) return cut;
    }
    return at;
  }

  #header(byte: number): Cut | "ended" | undefined {
    if (this.#part === "type") {
      if (this.packets === 0 && byte >> 4 !== connectType) return "not-a-connect";
      this.#part = "length";
      this.#left = 0;
      this.#factor = 1;
      return undefined;
    }
    this.#left += (byte & 0x7f) * this.#factor;
    this.#factor *= 128;
    if (this.#left > (this.packets === 0 ? largestGreeting : largestPacket)) return "too-large";
    if (byte >= 0x80) return this.#factor > 128 ** 3 ? "length-malformed" : undefined;
    this.#part = "body";
    return this.#left === 0 ? "ended" : undefined;
  }

  #ended(at: number): number {
    this.#part = "type";
    this.packets += 1;
    return at;
  }
}
