// A DL/T 645-2007 meter: counts, wraps at 999999.99 kWh, answers to its own address and to any; and does what meters in the field do wrong, when told to.
import { freshStream, step } from "#protocols/frames/stream.ts";
import { answerWith, type Dlt645Message, decode, encode, type ItemValues } from "#protocols/piles/dlt645/codec.ts";
import { anyAddress, dlt645 } from "#protocols/piles/dlt645/frame.ts";

const wraps_mWh = 1_000_000_000_000;
const step_mWh = 10_000;

export interface Dlt645MeterOptions {
  readonly address: string;
  readonly write: (bytes: Uint8Array) => void;
}

export class Dlt645Meter {
  readonly #options: Dlt645MeterOptions;
  #stream = freshStream;
  #counted_mWh = 0;
  /** Null: it has no such register. */
  power_mW: number | null = 0;
  voltage_mV = 220_000;
  mute = false;
  /** Error bits of a refusal; 0: it answers. */
  refuses = 0;
  badSum = false;
  /** Wake-up bytes before its answer. */
  preamble = 4;
  /** It answers in another's name. */
  says: string | undefined;

  constructor(options: Dlt645MeterOptions) {
    this.#options = options;
  }

  get energy_mWh(): number {
    return (Math.floor(this.#counted_mWh / step_mWh) * step_mWh) % wraps_mWh;
  }
  set energy_mWh(value: number) {
    this.#counted_mWh = value;
  }

  advance(ms: number): void {
    this.#counted_mWh += ((this.power_mW ?? 0) * ms) / 3_600_000;
  }

  hear(bytes: Uint8Array): void {
    const stepped = step(dlt645, this.#stream, bytes);
    this.#stream = stepped.state;
    for (const { frame } of stepped.frames) {
      if (this.mute || (frame.address !== this.#options.address && frame.address !== anyAddress)) continue;
      const message = decode(frame);
      if (message.kind === "read-address") this.#say({ kind: "address", address: this.#options.address, follows: false });
      else if (message.kind === "read") this.#read(message.item);
    }
  }

  #read(item: string): void {
    const values = this.#values(item);
    if (this.refuses !== 0 || values === undefined) this.#say({ kind: "refused", error: this.refuses || 2, function: 0x11 });
    else this.#say(answerWith(values));
  }

  #values(item: string): ItemValues | undefined {
    const current_mA = Math.round(((this.power_mW ?? 0) * 1000) / this.voltage_mV);
    switch (item) {
      case "00000000":
      case "00010000":
        return { item, energy_mWh: this.energy_mWh };
      case "02010100":
        return { item, voltage_mV: this.voltage_mV };
      case "02020100":
        return { item, current_mA };
      case "02030000":
        return { item, power_mW: this.power_mW };
      default:
        return undefined;
    }
  }

  #say(message: Dlt645Message): void {
    const bytes = encode(this.says ?? this.#options.address, message, this.preamble);
    if (this.badSum) bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 0xff;
    this.#options.write(bytes);
  }
}
