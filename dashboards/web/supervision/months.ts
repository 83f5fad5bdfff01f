// The months that are over: what is owed is of one of them.
import { toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";

/** The newest first, as `2026-10`. */
export function monthsOver(now: Wall, count: number): string[] {
  const [year = 0, month = 0] = (toRfc3339(now) ?? "").split("-").map(Number);
  return Array.from({ length: count }, (_, back) => {
    const at = year * 12 + month - 2 - back;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  });
}
