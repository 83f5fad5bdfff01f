// Messages of one stream are taken one after another, streams side by side. A full lane drops: what is not acknowledged is sent again.
export interface LaneLimits {
  readonly messages: number;
  readonly bytes: number;
}

export class WorkLanes {
  readonly #limits: LaneLimits;
  readonly #waiting = new Map<string, { count: number; tail: Promise<void> }>();
  #bytes = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  /** false: not taken, the lane or the whole is full. `work` must not throw. */
  push(lane: string, bytes: number, work: () => Promise<void>): boolean {
    const known = this.#waiting.get(lane) ?? { count: 0, tail: Promise.resolve() };
    if (known.count >= this.#limits.messages || this.#bytes + bytes > this.#limits.bytes) return false;
    known.count += 1;
    this.#bytes += bytes;
    known.tail = known.tail.then(work).finally(() => {
      known.count -= 1;
      this.#bytes -= bytes;
      if (known.count === 0) this.#waiting.delete(lane);
    });
    this.#waiting.set(lane, known);
    return true;
  }

  get length(): number {
    let sum = 0;
    for (const { count } of this.#waiting.values()) sum += count;
    return sum;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#waiting.values()].map((lane) => lane.tail));
  }
}
