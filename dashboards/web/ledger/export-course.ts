// Which word of a file that is being made is the newer one: what was answered to us, or what the live stream told. And how often to ask, where the stream does not tell.
import type { ExportView } from "#protocols/api/exports.ts";
import type { Phase } from "../data/connection.ts";

const order: Readonly<Record<ExportView["state"], number>> = { queued: 0, running: 1, ready: 2, failed: 2, cancelled: 2 };

export const isWaiting = ({ state }: ExportView): boolean => order[state] < 2;

/** A file that was begun anew counts from the start: then what the stream tells is the newer word, as long as it tells. */
export function newerOf(answered: ExportView | null, heard: ExportView | undefined): ExportView | null {
  if (answered === null || heard === undefined || heard.id !== answered.id) return answered;
  const [a, b] = [order[answered.state], order[heard.state]];
  if (a !== b) return a > b ? answered : heard;
  return answered.done > heard.done ? answered : heard;
}

/** The stream tells each step. Without it the page asks; with it, now and then, should one word have been lost. */
export const askEvery_ms = (phase: Phase): number => (phase === "live" ? 10_000 : 1_000);
