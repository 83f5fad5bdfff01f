// What proves a car gone, and what only makes a person look: the table reads down the page; hours count from the entry.
import { expect, test } from "vitest";
import { hourMs, wall } from "#protocols/vocabulary/time.ts";
import { judgeLingering, type Lingering } from "./lingering.ts";

const rules = { settles_ms: hourMs, doubt_ms: 12 * hourMs, askAfter_ms: 720 * hourMs };
const at = (hours: number) => wall(1_795_000_000_000 + hours * hourMs);
const story = (is: { again?: number; elsewhere?: number; turned?: number; exit?: number }): Lingering => ({
  entered: at(0),
  turnedBack: is.turned === undefined ? null : { at: at(is.turned), order: "order-1" },
  later:
    is.again !== undefined
      ? { visit: "visit-2", at: at(is.again), where: "same" }
      : is.elsewhere !== undefined
        ? { visit: "visit-2", at: at(is.elsewhere), where: "elsewhere" }
        : null,
  seenAtExit: is.exit === undefined ? null : at(is.exit),
});

test.each([
  // what                                        story                       now    verdict              left between
  ["nothing is known", {}, 100, "keep", null],
  ["old, and nothing is known", {}, 719, "keep", null],
  ["very old, and nothing is known: never closed by its age", {}, 720, "ask", null],
  ["it came in again, a moment ago", { again: 50 }, 50.9, "keep", null],
  ["it came in again", { again: 50 }, 51, "entered-again", [0, 50]],
  ["it stood at the exit before it came in again", { again: 50, exit: 9 }, 51, "entered-again", [9, 50]],
  ["it stood at the exit only after that: of the later visit", { again: 50, exit: 60 }, 61, "entered-again", [0, 50]],
  ["it came into another lot", { elsewhere: 3 }, 4, "entered-elsewhere", [0, 3]],
  ["it turned back, this morning", { turned: 0 }, 11, "keep", null],
  ["it turned back, and was not seen again", { turned: 0.1 }, 12.2, "turned-back", [0.1, 0.1]],
  ["seen at the exit, and nothing more: it may have parked again", { exit: 5 }, 30, "keep", null],
] as const)("%s", (_what, is, now, verdict, between) => {
  const said = judgeLingering(story(is), rules, at(now));
  expect(said.do === "close" ? said.rule : said.do).toBe(verdict);
  if (said.do !== "close") return expect(between).toBeNull();
  expect([said.from, said.until]).toEqual([at(between?.[0] ?? -1), at(between?.[1] ?? -1)]);
  expect(said.evidence.length).toBeGreaterThan(0);
});
