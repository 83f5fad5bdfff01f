// Which of two moments at one gateway came later. Streams travel apart, so an older fact may arrive after a newer one and must not overwrite it.

/** How we know a time: by a clock that was set, derived from when it was set later, or only from when we heard. */
export type ClockTrust = "true" | "derived" | "received";

/** What a gateway's clocks said (protocols/uplink/envelope.ts). */
export interface SaidStamp {
  readonly wall: number;
  readonly mono: number;
  readonly boot: string;
  readonly synchronised: boolean;
  readonly boots?: number;
}

export interface Moment {
  /** The label that is shown. */
  readonly wall: number;
  readonly mono: number;
  readonly boot: string;
  /** The journal, and how many boots it had seen: they order boots whose wall clocks cannot. */
  readonly epoch?: string | undefined;
  readonly boots?: number | undefined;
  /** Absent: the clock was set. */
  readonly clock?: ClockTrust | undefined;
  /** The label may yet be bettered: an anchor of its boot may come. */
  readonly open?: boolean | undefined;
}

/**
 * Within one boot the monotonic clock knows; between boots that one journal has counted, their order; else only the labels can say, however wrong.
 * Equal counts as newer: it is the same fact again, or the next of the same millisecond.
 */
export function isNewer(incoming: Moment, known: Moment | undefined): boolean {
  if (known === undefined) return true;
  if (incoming.boot === known.boot) return incoming.mono >= known.mono;
  if (incoming.boots !== undefined && known.boots !== undefined && incoming.epoch === known.epoch) return incoming.boots > known.boots;
  return incoming.wall >= known.wall;
}

export const momentText = ({ wall, mono, boot, epoch, boots }: Moment): string => JSON.stringify({ wall, mono, boot, epoch, boots });

export function momentOf(text: string | null | undefined): Moment | undefined {
  return text === null || text === undefined ? undefined : (JSON.parse(text) as Moment);
}
