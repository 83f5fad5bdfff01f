// Long work in portions, with the event loop free between them: a lane that decides meanwhile waits for one portion, never for a whole sheet.
import type { Transaction } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";

/** Some milliseconds of writing, or of reading cells, on a Raspberry Pi. */
const [writePortion, readPortion] = [25, 250];

/** Everything that came in meanwhile has its turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function portions<T>(items: readonly T[], size: number, work: (some: readonly T[]) => void): Promise<void> {
  for (let at = 0; at < items.length; at += size) {
    if (at > 0) await breathe();
    work(items.slice(at, at + size));
  }
}

/** Reading and judging: nothing is written. */
export const eachBetween = <T>(items: readonly T[], work: (item: T) => void): Promise<void> =>
  portions(items, readPortion, (some) => {
    for (const item of some) work(item);
  });

/**
 * Each portion is a transaction of its own. Everything was checked before; if the gateway dies in between, the same import again writes what is missing and changes nothing of the rest.
 */
export const writeBetween = <T>(
  { journal }: Pick<SiteContext, "journal">,
  items: readonly T[],
  write: (tx: Transaction, item: T) => void,
): Promise<void> =>
  portions(items, writePortion, (some) =>
    journal.commit((tx) => {
      for (const item of some) write(tx, item);
    }),
  );
