// A promise's test says what it really counted; the closing report prints it.
import { expect, type TestContext } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    counts?: Record<string, number | string>;
  }
}

/** Every number must be above zero, unless its name says that none is right ("wrong", "lost", "duplicates", "late", …): a promise that checked nothing is not kept. */
export function counted(context: Pick<TestContext, "task">, counts: Record<string, number | string>): void {
  for (const [what, count] of Object.entries(counts))
    if (count === 0 && !/wrong|lost|doubled|duplicate|late|missing|failed/.test(what)) expect.fail(`${what}: nothing was checked`);
  context.task.meta.counts = counts;
}

/** The long form of a set, under its own command: npm run test:full. */
export const full = process.env.CUOBIAN_FULL === "1";

/** A whole plain run, which has a quarter of an hour for everything: a set of several like cases shows some of them. By its name or file every case is run. */
export const plain = process.env.CUOBIAN_PLAIN === "1";
