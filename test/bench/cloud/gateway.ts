// A gateway as the cloud knows it: four numbered streams, each with a few messages on their way, moved by the cloud's own acknowledgement only.
import type { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { type AnyEvent, eventCatalogue } from "#protocols/uplink/events.ts";
import { acknowledgementTopic, upTopic } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { openWire, type Wire } from "./wire.ts";

export const site = "city";
export const password = "of-this-benchmark-only";

const repeatAfter_ms = 20_000;
/** A benchmark that waits for ever measures nothing: it ends, and says who was not answered. */
const giveUpAfter_ms = 180_000;

export interface Load {
  readonly gateway: string;
  /** Acknowledged messages: which stream, how many events or values they held, and how long it took. */
  readonly acknowledged: (stream: Stream, size: number, took_ms: number) => void;
}

export class BenchGateway {
  readonly name: string;
  readonly epoch: string;
  readonly #acknowledged: Load["acknowledged"];
  readonly #next: Record<Stream, number> = { urgent: 1, money: 1, state: 1, bulk: 1 };
  readonly #onTheWay: { stream: Stream; last: number; size: number; sent: number; said: number; payload: string }[] = [];
  #repeating: NodeJS.Timeout | undefined;
  /** What was not acknowledged in time, and said again as a gateway does. */
  repeats = 0;
  #wire: Wire | undefined;
  #idle: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor({ gateway, acknowledged }: Load, epoch: string) {
    this.name = gateway;
    this.epoch = epoch;
    this.#acknowledged = acknowledged;
  }

  async connect(url: string): Promise<void> {
    const filter = acknowledgementTopic({ site, gateway: this.name });
    this.#wire = await openWire({ url, name: this.name, password, filter, hear: (payload) => this.#hear(payload) });
    this.#repeating = setInterval(() => this.#repeat(), 1_000);
  }

  #repeat(): void {
    const now = performance.now();
    for (const one of this.#onTheWay)
      if (now - one.said > repeatAfter_ms) {
        one.said = now;
        this.repeats += 1;
        this.#wire?.publish(upTopic({ site, gateway: this.name }, one.stream), one.payload);
      }
    const [first] = this.#onTheWay;
    if (first !== undefined && now - first.sent > giveUpAfter_ms)
      this.#failed?.(new Error(`${this.name}: ${first.stream} up to ${first.last} is not acknowledged after ${giveUpAfter_ms / 1_000} s`));
  }

  get waiting(): number {
    return this.#onTheWay.length;
  }

  say(events: readonly AnyEvent[], wall: number): void {
    const byStream = Map.groupBy(events, ({ type }) => eventCatalogue[type].stream);
    for (const [stream, some] of byStream) {
      const numbered = some.map((event) => ({
        seq: this.#next[stream]++,
        at: { wall, mono: wall % 1e9, boot: "boot-1", synchronised: true },
        ...event,
      }));
      const batch = { v: 1, gateway: this.name, epoch: this.epoch, stream, events: numbered };
      this.#send(stream, JSON.stringify(batch), { last: numbered.at(-1)?.seq ?? 0, size: some.length });
    }
  }

  /** `lines` in line protocol, each with its end; `values` is how many numbers they hold. */
  measure(lines: string, values: number): void {
    const seq = this.#next.bulk++;
    const header = { v: 1, gateway: this.name, epoch: this.epoch, stream: "bulk", seq, historical: false };
    this.#send("bulk", `# cuobian ${JSON.stringify(header)}\n${lines}`, { last: seq, size: values });
  }

  #send(stream: Stream, payload: string, { last, size }: { last: number; size: number }): void {
    const now = performance.now();
    this.#onTheWay.push({ stream, last, size, sent: now, said: now, payload });
    this.#wire?.publish(upTopic({ site, gateway: this.name }, stream), payload);
  }

  #hear(payload: Buffer): void {
    const { stream, upTo } = JSON.parse(payload.toString()) as Acknowledgement;
    const now = performance.now();
    for (let at = 0; at < this.#onTheWay.length; ) {
      const one = this.#onTheWay[at];
      if (one === undefined || one.stream !== stream || one.last > upTo) at += 1;
      else {
        this.#onTheWay.splice(at, 1);
        this.#acknowledged(one.stream, one.size, now - one.sent);
      }
    }
    this.#idle?.();
  }

  /** Until fewer than so many messages are not yet acknowledged. */
  async below(many: number): Promise<void> {
    while (this.#onTheWay.length >= many)
      await new Promise<void>((done, failed) => {
        this.#idle = done;
        this.#failed = failed;
      });
    this.#idle = undefined;
    this.#failed = undefined;
  }

  idle(): Promise<void> {
    return this.below(1);
  }

  end(): void {
    clearInterval(this.#repeating);
    this.#wire?.end();
  }
}
