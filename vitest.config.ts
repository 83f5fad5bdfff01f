// Three groups, one after another: rules and contracts on both cores; whole processes, three files at a time, since they mostly wait for each other
// (two where browsers are among them: a page that shares a core with five programs waits for itself); and last, one file at a time, those whose own seconds are what is promised.
import { defineConfig } from "vitest/config";
import { plainRun } from "./test/plain-run.ts";

const notOurs = ["**/node_modules/**", ".runtime/**", "**/dist/**"];
const wholeProcesses = [
  "test/paths/**/*.test.ts",
  "test/faults/**/*.test.ts",
  "test/browser/**/*.test.ts",
  "**/*.process.test.ts",
  "test/parking/kill.test.ts",
];
/** These hold the machine's own clock against a bound: nothing else may run beside them. */
const timed = [
  "test/faults/{alone,cut,dead,watchdog,shed,group}*.test.ts",
  "test/paths/demo.test.ts",
  "test/uplink/alarm64k.process.test.ts",
  "test/browser/{desk,first-event,flood,seconds}.test.ts",
];
/** A whole plain run stays within a quarter of an hour: these sets are run by their names or files, and in the full set. */
const long = [
  "test/browser/{ledger,works}.test.ts",
  "test/faults/{watchdog,load,parking-killed,shared-ingest,site-killed}.test.ts",
  "command/site/{built,walk,commission,trip-test,replace}.process.test.ts",
  "command/device/wiring.process.test.ts",
  "gateway/console/installer/on-site.process.test.ts",
  "gateway/protection/watch/device.process.test.ts",
  "test/paths/built-shed.test.ts",
  "gateway/drivers/piles/dlt645-serial.process.test.ts",
  "gateway/lanes/lost-entry.test.ts",
  "gateway/console/{frames,correcting,entry-plate}.test.ts",
  "gateway/quote/quote.process.test.ts",
  "test/browser/{pages,posts,shifts,desk,first-event,installer,booth-desk,flood,shelf,setup,routes,axe,seconds}.test.ts",
  "gateway/site/{safe-mode,broken}.process.test.ts",
  "test/browser/{assessed,compared,trips,courses}.test.ts",
  "command/controls/listeners.process.test.ts",
];
const longSets = plainRun ? long : [];
const env = plainRun ? { CUOBIAN_PLAIN: "1" } : {};
/** A whole plain run may stand on a machine that does other things too: what a second try mends is named at its end ("AT THE SECOND TRY"). A run by name has one try. */
const retry = plainRun ? 1 : 0;
const longTests = { testTimeout: 120_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      {
        test: {
          name: "rules",
          include: ["**/*.test.ts"],
          exclude: [...notOurs, ...wholeProcesses, ...longSets],
          testTimeout: 30_000,
          retry,
          maxWorkers: 2,
          env,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "processes",
          include: wholeProcesses,
          exclude: [...notOurs, ...timed, ...longSets],
          maxWorkers: plainRun ? 3 : 2,
          retry,
          ...longTests,
          env,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "timed",
          include: timed,
          exclude: [...notOurs, ...longSets],
          fileParallelism: false,
          retry,
          ...longTests,
          env,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
