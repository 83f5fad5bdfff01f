// When an alarm makes a sound. Pure: what stands unacknowledged and when something sounded last in, the tone that is due out.
// Level 1 is heard every five seconds until somebody acknowledges it, level 2 when it comes and then every minute; one tone at a time, the highest.
import type { AlarmView } from "#protocols/api/views.ts";
import { isActive, isUnacknowledged } from "./choices.ts";

export type Tone = 1 | 2;

export interface Sounding {
  readonly lastAt: number | null;
  readonly lastTone: Tone | null;
  /** Alarms of level 2 that have been heard once. */
  readonly heard: ReadonlySet<string>;
}

export const silent: Sounding = { lastAt: null, lastTone: null, heard: new Set() };
const everyMs: Readonly<Record<Tone, number>> = { 1: 5_000, 2: 60_000 };

export function dueTone(alarms: readonly AlarmView[], before: Sounding, now: number): { tone: Tone | null; next: Sounding } {
  const calling = alarms.filter((alarm) => isActive(alarm) && isUnacknowledged(alarm));
  const second = calling.filter(({ priority }) => priority === 2);
  const tone: Tone | null = calling.some(({ priority }) => priority === 1) ? 1 : second.length > 0 ? 2 : null;
  if (tone === null) return { tone: null, next: silent };
  const news = tone === 2 ? second.some(({ id }) => !before.heard.has(id)) : before.lastTone !== 1;
  const due = news || before.lastAt === null || now - before.lastAt >= everyMs[tone];
  if (!due) return { tone: null, next: before };
  return { tone, next: { lastAt: now, lastTone: tone, heard: new Set(second.map(({ id }) => id)) } };
}
