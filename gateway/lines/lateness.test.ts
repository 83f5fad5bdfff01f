// An alarm of lateness comes when a promise is broken for a while, and goes when it is well kept again; in between it does not flutter.
import { expect, test } from "vitest";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { lateAfter_ms, newLateness, timelyAfter_ms, type Verdict } from "./lateness.ts";

const promised = 1_000;
/** Rounds of this length, one station, looked at every second; `age` of each reading. */
function turns(
  on: ReturnType<typeof newLateness>,
  from: Monotonic,
  { round, for_ms, age = 100 }: { round: number; for_ms: number; age?: number },
): { now: Monotonic; said: (Verdict & { at: number })[] } {
  const said: (Verdict & { at: number })[] = [];
  let now = from;
  for (let ms = 0; ms < for_ms; ms += 10) {
    now = monotonic(from + ms);
    if (ms % round === 0) on.decided("station-1", { now, seen: monotonic(now - age) });
    const verdict = ms % 1_000 === 990 ? on.look(now) : undefined;
    if (verdict !== undefined) said.push({ ...verdict, at: ms });
  }
  return { now: monotonic(now + 10), said };
}
const start = monotonic(1_000_000);

test("late after ten seconds above the promise, in time after a minute well below it, and nothing in between", () => {
  const on = newLateness(promised);
  const well = turns(on, start, { round: 500, for_ms: 120_000 });
  expect(well.said).toMatchObject([{ kind: "line-in-time", of: "round", measured_ms: 500, promised_ms: promised }]);
  const slow = turns(on, well.now, { round: 1_500, for_ms: 120_000 });
  expect(slow.said).toMatchObject([{ kind: "line-late", of: "round", measured_ms: 1_500 }]);
  expect(slow.said[0]?.at).toBeLessThanOrEqual(lateAfter_ms + 3_000);
  expect(on.late()).toBe(true);
  // Just below the promise is not well below it.
  const edge = turns(on, slow.now, { round: 950, for_ms: 180_000 });
  expect(edge.said).toEqual([]);
  const again = turns(on, edge.now, { round: 600, for_ms: 120_000 });
  expect(again.said).toMatchObject([{ kind: "line-in-time" }]);
  expect(again.said[0]?.at).toBeGreaterThanOrEqual(timelyAfter_ms - 1_000);
  expect(on.late()).toBe(false);
});

test("fluttering about the promise is said once", () => {
  const on = newLateness(promised);
  let now = turns(on, start, { round: 500, for_ms: 70_000 }).now;
  const said: Verdict[] = [];
  for (let time = 0; time < 20; time += 1)
    for (const round of [1_500, 800]) {
      const turn = turns(on, now, { round, for_ms: 20_000 });
      now = turn.now;
      said.push(...turn.said);
    }
  expect(said.map(({ kind }) => kind)).toEqual(["line-late"]);
});

test("an old reading is late too, though the rounds are short", () => {
  const on = newLateness(promised);
  const { said } = turns(on, start, { round: 500, for_ms: 20_000, age: 1_200 });
  expect(said).toMatchObject([{ kind: "line-late", of: "age", measured_ms: 1_200 }]);
  expect(on.age_ms()).toBe(1_200);
});

test("a station that is not read at all is late before its round has ended; one that is gone is not", () => {
  for (const gone of [false, true]) {
    const on = newLateness(promised);
    on.decided("station-1", { now: start, seen: start });
    if (gone) on.gone("station-1");
    const verdicts = Array.from({ length: 20 }, (_, s) => on.look(monotonic(start + s * 1_000)));
    expect(verdicts.filter((one) => one?.kind === "line-late")).toHaveLength(gone ? 0 : 1);
  }
});

test("nothing promised: nothing is late, and the age is measured", () => {
  const on = newLateness(undefined);
  expect(turns(on, start, { round: 9_000, for_ms: 60_000, age: 5_000 }).said).toEqual([]);
  on.decided("station-1", { now: start, seen: monotonic(start - 40) });
  on.look(start);
  expect([on.age_ms(), on.late()]).toEqual([40, false]);
});

test("nothing energised: no word after a start, and the end of an alarm", () => {
  const on = newLateness(promised);
  for (let s = 0; s < 200; s += 1) expect(on.look(monotonic(start + s * 1_000))).toBeUndefined();
  turns(on, monotonic(start + 200_000), { round: 2_000, for_ms: 30_000 });
  expect(on.late()).toBe(true);
  on.gone("station-1");
  const verdicts = Array.from({ length: 90 }, (_, s) => on.look(monotonic(start + 240_000 + s * 1_000)));
  expect(verdicts.filter((one) => one !== undefined)).toMatchObject([{ kind: "line-in-time" }]);
});
