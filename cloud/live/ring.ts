// The newest messages of the live stream, so that a browser that was away for some minutes goes on where it stopped.
// Numbers begin somewhere in a very long row: one of an earlier process, or of another beside us, is never mistaken for one of this.

import type { Scope } from "#cloud/identity/scope.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Counts, StreamMessage } from "#protocols/api/views.ts";

export type LiveMessage = StreamMessage & {
  readonly hazard?: Row<"hazard">;
  /** Of a file that is made aside: whose it is, and what he saw when he asked. */
  readonly job?: Row<"export_job">;
  /** Of a sum: what it is for whoever sees only some compounds. */
  readonly within?: (scope: Scope) => Counts;
};

export interface Numbered {
  readonly id: number;
  readonly at: number;
  readonly message: LiveMessage;
}

export interface RingLimits {
  /** At least so long … */
  readonly keep_ms: number;
  /** … and at least so many, … */
  readonly keep_messages: number;
  /** … but never more than this. */
  readonly most_messages: number;
}

export const ringLimits: RingLimits = { keep_ms: 10 * 60_000, keep_messages: 5_000, most_messages: 40_000 };

export class Ring {
  readonly #limits: RingLimits;
  #messages: Numbered[] = [];
  /** Where the kept ones begin: the front is cut off in strides, not one by one. */
  #first = 0;
  #last: number;
  readonly #listeners = new Set<(messages: readonly Numbered[]) => void>();

  /** `first`: the number before the first. */
  constructor(first: number, limits: RingLimits = ringLimits) {
    this.#last = first;
    this.#limits = limits;
  }

  get position(): number {
    return this.#last;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  push(messages: readonly LiveMessage[], now: number): void {
    const numbered = messages.map((message): Numbered => {
      this.#last += 1;
      return { id: this.#last, at: now, message };
    });
    this.#messages.push(...numbered);
    this.#forget(now);
    for (const listener of this.#listeners) listener(numbered);
  }

  /** Something may have been missed: whoever listens, or comes back, is to read everything again. */
  reset(now: number): void {
    this.skip();
    this.push([{ kind: "reset", view: {} }], now);
  }

  /** Something was not told: no number given so far leads past this. */
  skip(): void {
    this.#messages = [];
    this.#first = 0;
    this.#last += 1;
  }

  #forget(now: number): void {
    const { keep_ms, keep_messages, most_messages } = this.#limits;
    const kept = (): number => this.#messages.length - this.#first;
    while (kept() > most_messages || (kept() > keep_messages && (this.#messages[this.#first]?.at ?? now) < now - keep_ms)) this.#first += 1;
    if (this.#first > 1_000 && this.#first * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#first);
      this.#first = 0;
    }
  }

  /** What came after `id`; undefined when that is no longer, or was never, known: the caller must read everything again. */
  after(id: number): readonly Numbered[] | undefined {
    if (id === this.#last) return [];
    const oldest = this.#messages[this.#first]?.id ?? this.#last + 1;
    if (id > this.#last || id < oldest - 1) return undefined;
    return this.#messages.slice(this.#first + (id - oldest + 1));
  }

  listen(listener: (messages: readonly Numbered[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
