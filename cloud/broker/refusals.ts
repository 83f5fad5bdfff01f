// Every refusal is counted; of a flood of them only so many are written down, so that a stranger cannot fill the disk.
import type { Logger } from "pino";

const linesPerMinute = 60;

export interface Refusal {
  readonly reason: string;
  readonly [detail: string]: string | number | undefined;
}

export class Refusals {
  readonly #log: Logger;
  readonly #now: () => number;
  #minute = 0;
  #lines = 0;
  #unwritten = 0;
  count = 0;

  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Never with a password, nor a name that may be one. */
  note(refusal: Refusal): void {
    this.count += 1;
    const minute = Math.floor(this.#now() / 60_000);
    if (minute !== this.#minute) {
      if (this.#unwritten > 0) this.#log.warn({ unwritten: this.#unwritten }, "broker refused more than it wrote down");
      this.#minute = minute;
      this.#lines = 0;
      this.#unwritten = 0;
    }
    this.#lines += 1;
    if (this.#lines > linesPerMinute) this.#unwritten += 1;
    else this.#log.warn(refusal, "broker refused");
  }
}
