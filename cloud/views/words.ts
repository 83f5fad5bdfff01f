// Small conversions that every view needs: times as RFC 3339, absent as null.
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";

export const time = (ms: number): string => toRfc3339(wall(ms));
export const maybeTime = (ms: number | null): string | null => (ms === null ? null : time(ms));
export const list = (json: string): string[] => JSON.parse(json) as string[];
