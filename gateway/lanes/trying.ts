// Work that is done as ever and then taken back: nothing of it is written, so nothing follows from it.
import type { Journal, Transaction } from "../journal/journal.ts";

const onlyTried = new Error("only tried");

export function takenBack<Result>(journal: Pick<Journal, "commit">, work: (tx: Transaction) => Result): Result {
  const tried: { result?: { readonly of: Result } } = {};
  try {
    journal.commit((tx) => {
      tried.result = { of: work(tx) };
      throw onlyTried;
    });
  } catch (error) {
    if (error !== onlyTried) throw error;
  }
  if (tried.result === undefined) throw new Error("what was tried has no result");
  return tried.result.of;
}
