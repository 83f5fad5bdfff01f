// The clock of a demonstration may run ahead: months of a ledger, and the end of a shelf, are shown in minutes. Of a demonstration only.
import { readFileSync } from "node:fs";

const looks_ms = 250;
/** Ten years: what is beyond is a slip of the keyboard. */
const most_ms = 315_360_000_000;

/** How far ahead a file says that the clock is, in milliseconds; what cannot be read says nothing. */
export function aheadBy(text: string): number | undefined {
  const ahead = Number(text.trim());
  return text.trim() !== "" && Number.isInteger(ahead) && ahead >= 0 && ahead <= most_ms ? ahead : undefined;
}

/** The machine's clock, and as much more as the file says now. It never goes back, whatever is written there. */
export function clockAhead(file: string): () => number {
  let ahead = 0;
  const look = (): void => {
    try {
      ahead = Math.max(ahead, aheadBy(readFileSync(file, "utf8")) ?? 0);
    } catch {
      // not written yet
    }
  };
  look();
  setInterval(look, looks_ms).unref();
  return () => Date.now() + ahead;
}
