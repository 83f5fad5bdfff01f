// What a run says at its end: each promise with the counts it really checked, the seconds per suite against its budget, and `N passed, N failed`.
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { budgets, suiteOf } from "./budgets.ts";
import { plainRun } from "./plain-run.ts";

export default class PromiseReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const seconds = new Map<string, number>();
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    const failures: string[] = [];
    const again: string[] = [];
    for (const module of modules) {
      const suite = suiteOf(module.relativeModuleId);
      seconds.set(suite, (seconds.get(suite) ?? 0) + module.diagnostic().duration / 1000);
      if (module.state() === "failed" && [...module.children.allTests("failed")].length === 0) {
        failed += 1; // the file itself did not load
        failures.push(`${module.relativeModuleId}: ${firstLine(module.errors()[0]?.message)}`);
      }
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === "passed") passed += 1;
        if (state === "passed" && (test.diagnostic()?.retryCount ?? 0) > 0) again.push(`${module.relativeModuleId}: ${test.fullName}`);
        else if (state === "failed") {
          failed += 1;
          failures.push(`${module.relativeModuleId}: ${test.fullName}: ${firstLine(test.result().errors?.[0]?.message)}`);
        } else if (wasAskedFor(test)) skipped += 1;
        const counts = test.meta().counts;
        if (state === "passed" && counts !== undefined)
          say(
            `  ${test.name}: ${Object.entries(counts)
              .map(([what, count]) => `${what} ${count}`)
              .join(", ")}`,
          );
      }
    }
    if (passed + failed + skipped === 0) {
      failed += 1;
      say("no test was run: is the name right?");
    }
    say("");
    for (const [suite, used] of [...seconds].sort()) {
      const budget = budgets[suite];
      const over = isOver(budget, used);
      if (over) failed += 1;
      const of = budget === undefined ? "  NO DECLARED BUDGET (test/budgets.ts)" : plainRun ? ` of ${budget} s` : "";
      if (over || seconds.size < 12)
        say(`  ${suite.padEnd(24)} ${used.toFixed(1).padStart(6)} s${of}${over && budget !== undefined ? "  OVER BUDGET" : ""}`);
    }
    // Where every tool is installed, nothing may be skipped.
    if (skipped > 0 && process.env.CUOBIAN_NO_SKIP === "1") {
      failed += skipped;
      say(`  ${skipped} skipped where none may be`);
    }
    for (const test of again) say(`  AT THE SECOND TRY ${test}`);
    // Once more at the end, where whoever sees only the tail of a log finds it.
    for (const failure of failures) say(`  FAILED ${failure}`);
    if (failed > 0) process.exitCode = 1;
    say(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  }
}

/** A suite without a budget is one that somebody forgot, whichever way it is run. */
export const isOver = (budget: number | undefined, used: number, whole = plainRun): boolean =>
  budget === undefined || (whole && used > budget);

const firstLine = (message: string | undefined): string => (message ?? "no message").split("\n")[0] ?? "";

/** With `-t NAME` the other tests are "skipped" too; those were never asked for. */
function wasAskedFor(test: TestCase): boolean {
  const pattern = test.project.config.testNamePattern;
  return test.result().state === "skipped" && (pattern === undefined || pattern.test(test.fullName.replaceAll(" > ", " ")));
}
