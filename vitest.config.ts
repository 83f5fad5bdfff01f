// Two projects: rules and contracts side by side on both cores, then whole processes one file at a time, so that their timings mean something.
import { defineConfig } from "vitest/config";

const wholeProcesses = ["test/paths/**/*.test.ts", "test/faults/**/*.test.ts", "test/browser/**/*.test.ts", "**/*.process.test.ts"];
const notOurs = ["**/node_modules/**", ".runtime/**", "**/dist/**"];

export default defineConfig({
  test: {
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      {
        test: {
          name: "rules",
          include: ["**/*.test.ts"],
          exclude: [...notOurs, ...wholeProcesses],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "processes",
          include: wholeProcesses,
          exclude: notOurs,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
