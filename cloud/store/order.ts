// Which of two moments at one gateway came later. Streams travel apart, so an older fact may arrive after a newer one and must not overwrite it.
export interface Moment {
  readonly wall: number;
  readonly mono: number;
  readonly boot: string;
}

/** Within one boot the monotonic clock knows; across boots only the wall clock can say, however wrong. Equal counts as newer: it is the same fact again, or the next of the same millisecond. */
export function isNewer(incoming: Moment, known: Moment | undefined): boolean {
  if (known === undefined) return true;
  return incoming.boot === known.boot ? incoming.mono >= known.mono : incoming.wall >= known.wall;
}

export const momentText = ({ wall, mono, boot }: Moment): string => JSON.stringify({ wall, mono, boot });

export function momentOf(text: string | null | undefined): Moment | undefined {
  return text === null || text === undefined ? undefined : (JSON.parse(text) as Moment);
}
