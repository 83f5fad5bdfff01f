// The backlog on its way to the cloud: how many of how many, since when, and how fast just now. A handful that waits for its acknowledgement is no backlog.

export interface Waiting {
  /** Of all streams together. */
  readonly waiting: number;
  readonly acknowledged: number;
  /** Of the oldest that waits. Milliseconds since 1970; null: not known. */
  readonly oldest: number | null;
}

export interface Replay {
  readonly done: number;
  readonly of: number;
  readonly since: number | null;
  /** null: it does not move. */
  readonly per_s: number | null;
}

interface Sample {
  /** Milliseconds that only count up. */
  readonly at: number;
  readonly acknowledged: number;
}

export interface ReplayState {
  readonly from: number;
  readonly since: number | null;
  /** The last minute, oldest first. */
  readonly samples: readonly Sample[];
}

/** So many begin a backlog; it is over when fewer than `leastLeft` wait. */
export const leastBegun = 50;
export const leastLeft = 5;
const window_ms = 60_000;
const shortest_ms = 1_000;

export function replayStep(
  state: ReplayState | undefined,
  { waiting, acknowledged, oldest }: Waiting,
  at: number,
): { readonly state: ReplayState | undefined; readonly replay: Replay | null } {
  if (waiting < (state === undefined ? leastBegun : leastLeft)) return { state: undefined, replay: null };
  const begun = state ?? { from: acknowledged, since: oldest, samples: [] };
  const samples = [...begun.samples.filter((one) => at - one.at <= window_ms), { at, acknowledged }];
  const [first] = samples;
  const took = first === undefined ? 0 : at - first.at;
  const moved = first === undefined ? 0 : acknowledged - first.acknowledged;
  const done = Math.max(0, acknowledged - begun.from);
  return {
    state: { ...begun, samples },
    replay: { done, of: done + waiting, since: begun.since, per_s: took >= shortest_ms && moved > 0 ? (moved * 1_000) / took : null },
  };
}
