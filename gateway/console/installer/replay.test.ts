// A backlog drains in told time: counts that add up at every step, a speed of the last minute alone, an end that is an end.
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { leastBegun, type Replay, type ReplayState, replayStep, type Waiting } from "./replay.ts";

function follow(rows: readonly (readonly [at_s: number, waiting: number, acknowledged: number])[]): (Replay | null)[] {
  let state: ReplayState | undefined;
  return rows.map(([at_s, waiting, acknowledged]) => {
    const now: Waiting = { waiting, acknowledged, oldest: 1_000 };
    const step = replayStep(state, now, at_s * 1_000);
    state = step.state;
    return step.replay;
  });
}

test("P 11.replay the backlog says how many of how many since when, how fast in the last minute, and is over when it is", (context) => {
  const offline = follow([
    [0, 10, 100],
    [2, leastBegun, 100],
    [60, 5_000, 100],
    // The link is back: a hundred a second, while new ones come.
    [62, 4_850, 300],
    [64, 4_700, 500],
    [200, 300, 4_900],
    [202, 4, 5_200],
    [204, 3, 5_201],
  ]);
  expect(offline.map((one) => one?.of ?? null)).toEqual([null, 50, 5_000, 5_050, 5_100, 5_100, null, null]);
  expect(offline.map((one) => one?.done ?? null)).toEqual([null, 0, 0, 200, 400, 4_800, null, null]);
  expect(offline.map((one) => one?.per_s ?? null)).toEqual([null, null, null, expect.closeTo(200 / 60, 5), 100, null, null, null]);
  expect(offline.flatMap((one) => one?.since ?? []).every((since) => since === 1_000)).toBe(true);
  // A steady drain: what is left falls, and its speed is the real one.
  const steady = follow(Array.from({ length: 60 }, (_, n): [number, number, number] => [n * 2, 12_000 - n * 200, n * 200]));
  const last = steady.at(-1);
  expect([last?.done, last?.of, last?.per_s]).toEqual([59 * 200, 12_000, expect.closeTo(100, 1)]);
  const whole = [...offline, ...steady].filter((one) => one !== null);
  for (const one of whole) expect(one.done <= one.of && one.done >= 0).toBe(true);
  // A journal that was restored counts from the beginning again: nothing is negative.
  expect(
    follow([
      [0, 500, 900],
      [2, 500, 3],
    ]).at(-1),
  ).toMatchObject({ done: 0, of: 500, per_s: null });
  counted(context, { steps: offline.length + steady.length });
});
