// Which camera looks at which alarm.
import { expect, test } from "vitest";
import { looksAt } from "./looks-at.ts";

test.each([
  [["shed-1"], "shed-1", true],
  [["shed-1"], "shed-1/smoke-1", true],
  [["shed-1"], "shed-10/smoke-1", false],
  [["panel-1/1.1"], "panel-1/1.1.17", true],
  [["panel-1/1.1"], "panel-1/1.10.17", false],
  [[], "anything", true],
] as const)("%j looks at %s: %s", (sources, source, is) => {
  expect(looksAt({ sources: [...sources] }, source)).toBe(is);
});
