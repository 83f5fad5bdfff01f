// One event as the cloud's rooms see it: where it is from, what it says, and the change in which it takes effect.
import type { Marks } from "./marks.ts";
import type { Moment, SaidStamp } from "./order.ts";
import type { Change } from "./store.ts";

export interface Origin {
  readonly site: string;
  readonly gateway: string;
}

export interface Happening<Type extends string = string, Data = unknown> extends Origin {
  /** gateway/epoch/stream/seq */
  readonly key: string;
  readonly type: Type;
  readonly data: Data;
  /** When it was, as well as is known. */
  readonly at: Moment;
  /** What the gateway's clocks said. */
  readonly stamp: SaidStamp;
  /** Milliseconds since 1970 by the cloud's clock. */
  readonly received: number;
}

/** What an effect may use: the open change, and the marks of what it touches. */
export interface Effect {
  readonly change: Change;
  readonly marks: Marks;
}
