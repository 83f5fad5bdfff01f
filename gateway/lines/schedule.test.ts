// Who is asked next: OFF first, re-arms in time, energised stations before idle ones, and a dead station that cannot starve its neighbour.
import { describe, expect, test } from "vitest";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { patience } from "./backoff.ts";
import { type Job, newSchedule, rearmEvery_ms, type Schedule } from "./schedule.ts";

const start = monotonic(1000);
const two = (blocks = 1): Schedule =>
  newSchedule(
    [
      { id: "a", blocks },
      { id: "b", blocks },
    ],
    start,
  );
const said = (job: Job | undefined): string => (job === undefined ? "-" : `${job.kind} ${job.station}${"socket" in job ? job.socket : ""}`);

/** Runs the line: a poll takes 150 ms, a command 25; a dead station costs its time-out and the quiet. */
function run(schedule: Schedule, ms: number, options: { from?: Monotonic; dead?: readonly string[] } = {}): { at: number; job: Job }[] {
  const done: { at: number; job: Job }[] = [];
  let now = options.from ?? start;
  const end = now + ms;
  while (now < end) {
    const job = schedule.next(now);
    if (job === undefined) {
      const wake = schedule.wakeAt();
      expect(wake).toBeDefined();
      expect(wake as number).toBeGreaterThan(now); // never a busy loop
      now = monotonic(Math.min(end, wake ?? end));
      continue;
    }
    const dead = options.dead?.includes(job.station) ?? false;
    done.push({ at: now - start, job });
    now = monotonic(now + (job.kind === "poll" ? 150 : 25) + (dead ? 270 : 0));
    schedule.done(job, !dead, now);
  }
  return done;
}
const widest = (jobs: readonly { at: number; job: Job }[], what: string): number => {
  const times = jobs.filter(({ job }) => said(job).startsWith(what)).map(({ at }) => at);
  return Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)));
};

describe("order", () => {
  test("OFF, then a re-arm that is due, then ON, then polls", () => {
    const schedule = two();
    schedule.energised("a", true, monotonic(start - rearmEvery_ms));
    schedule.on("a", 5);
    schedule.off("b", 1);
    schedule.off("b", 0);
    expect(
      run(schedule, 300)
        .map(({ job }) => said(job))
        .slice(0, 6),
    ).toEqual(["off b1", "off b0", "rearm a", "on a5", "poll a", "poll b"].slice(0, 6));
  });
  test("OFF of a socket takes its ON back, and while OFF waits there is no ON", () => {
    const schedule = two();
    schedule.on("a", 1);
    schedule.off("a", 1);
    schedule.on("a", 1);
    expect(run(schedule, 200).map(({ job }) => said(job))).toEqual(["off a1", "poll a", "poll b"]);
  });
  test("OFF asked twice is one", () => {
    const schedule = two();
    schedule.off("a", 1);
    schedule.off("a", 1);
    expect(schedule.offsWaiting()).toBe(1);
  });
  test("all OFF is one frame, before single ones, and takes every OFF and ON of its station with it", () => {
    const schedule = two();
    schedule.off("a", 1);
    schedule.on("b", 2);
    schedule.offAll("b");
    schedule.off("b", 0);
    schedule.on("b", 3);
    expect(schedule.offsWaiting()).toBe(3);
    expect(run(schedule, 200).map(({ job }) => said(job))).toEqual(["off a1", "off-all b", "poll a"]);
    expect(schedule.offsWaiting()).toBe(0);
  });
  test("a board that knows no such frame gets single ones; one that does not answer is asked again", () => {
    const schedule = two();
    schedule.offAll("a");
    const jobs = run(schedule, 1_200, { dead: ["a"] }).filter(({ job }) => job.station === "a");
    expect(jobs.map(({ job }) => said(job)).slice(0, 2)).toEqual(["off-all a", "off-all a"]);
    schedule.single("a", 3);
    const singles = run(schedule, 1_000, { from: monotonic(start + 1_200) }).map(({ job }) => said(job));
    expect(singles.filter((one) => one.startsWith("off"))).toEqual(["off a0", "off a1", "off a2"]);
  });
  test("a station whose OFF is not answered is not re-armed: its dead-man window shall do it", () => {
    const schedule = two();
    schedule.energised("a", true, start);
    schedule.off("a", 1);
    const jobs = run(schedule, 8000, { dead: ["a"] });
    expect(jobs.filter(({ job }) => job.kind === "rearm")).toEqual([]);
    expect(jobs.filter(({ job }) => job.kind === "off").length).toBeGreaterThan(patience);
  });
});

describe("cadence", () => {
  test("20 OFF frames come before any poll", () => {
    const schedule = two();
    for (const id of ["a", "b"]) for (let socket = 0; socket < 10; socket += 1) schedule.off(id, socket);
    const jobs = run(schedule, 2000).map(({ job }) => job);
    expect(jobs.slice(0, 20).every(({ kind }) => kind === "off")).toBe(true);
    expect(new Set(jobs.slice(0, 20).map(said)).size).toBe(20);
    expect(jobs[20]?.kind).toBe("poll");
  });
  test("two energised stations: each polled in one rotation, each re-armed every second, well inside 4 s", () => {
    const schedule = two();
    for (const id of ["a", "b"]) schedule.energised(id, true, start);
    const jobs = run(schedule, 60_000);
    for (const id of ["a", "b"]) {
      expect(widest(jobs, `poll ${id}`)).toBeLessThanOrEqual(150 * 2 + 25 * 2);
      expect(widest(jobs, `rearm ${id}`)).toBeLessThanOrEqual(rearmEvery_ms + 300);
      expect(widest(jobs, `rearm ${id}`)).toBeGreaterThanOrEqual(rearmEvery_ms);
    }
    expect(schedule.rotation_ms()).toBeLessThanOrEqual(350);
  });
  test("an idle neighbour is not forgotten, and costs the energised one little", () => {
    const schedule = two();
    schedule.energised("a", true, start);
    const jobs = run(schedule, 60_000);
    expect(widest(jobs, "poll b")).toBeLessThanOrEqual(2400);
    expect(widest(jobs, "poll a")).toBeLessThanOrEqual(150 + 150 * 2);
    expect(jobs.some(({ job }) => said(job) === "rearm b")).toBe(false);
  });
  test("an urgent board is polled as often as an energised station, idle or not; a coil is never polled, and re-armed every second", () => {
    const schedule = newSchedule(
      [
        { id: "coil", blocks: 0 },
        { id: "board", blocks: 1, urgent: true },
        { id: "a", blocks: 1 },
      ],
      start,
    );
    schedule.energised("a", true, start);
    schedule.energised("coil", true, start);
    const jobs = run(schedule, 60_000);
    expect(widest(jobs, "poll board")).toBeLessThanOrEqual(widest(jobs, "poll a") + 150);
    expect(jobs.some(({ job }) => said(job) === "poll coil0" || said(job) === "poll coil")).toBe(false);
    expect(widest(jobs, "rearm coil")).toBeLessThanOrEqual(rearmEvery_ms + 300);
    schedule.energised("a", false, monotonic(start + 60_000));
    expect(widest(run(schedule, 60_000, { from: monotonic(start + 60_000) }), "poll board")).toBeLessThanOrEqual(600);
  });
  test("a meter is read in the background: it is no part of the rotation, and not forgotten", () => {
    const schedule = newSchedule(
      [
        { id: "a", blocks: 1 },
        { id: "meter", blocks: 1, background: true },
      ],
      start,
    );
    schedule.energised("a", true, start);
    const jobs = run(schedule, 60_000);
    expect(widest(jobs, "poll meter")).toBeLessThanOrEqual(2_400);
    expect(schedule.rotation_ms()).toBeLessThanOrEqual(500);
  });
  test("a coil alone: nothing to ask, and yet no busy loop", () => {
    const schedule = newSchedule([{ id: "coil", blocks: 0 }], start);
    expect([schedule.next(start), schedule.wakeAt()]).toEqual([undefined, Number.POSITIVE_INFINITY]);
    schedule.off("coil", 0);
    expect(said(schedule.next(start))).toBe("off coil0");
  });
  test.each([true, false])("a dead station does not starve the other (energised: %s): polls and re-arms keep their pace", (energised) => {
    const count = (jobs: readonly { job: Job }[], what: string) => jobs.filter(({ job }) => said(job).startsWith(what)).length;
    const both = (dead: readonly string[]) => {
      const schedule = two();
      for (const id of ["a", "b"]) schedule.energised(id, energised, start);
      return run(schedule, 60_000, { dead });
    };
    const jobs = both(["b"]);
    expect(count(jobs, "poll a")).toBeGreaterThanOrEqual(0.95 * count(both([]), "poll a"));
    expect(widest(jobs, "poll a")).toBeLessThanOrEqual(1600);
    if (energised) expect(widest(jobs, "rearm a")).toBeLessThanOrEqual(2000);
    expect(count(jobs, "poll b") + count(jobs, "rearm b")).toBeGreaterThan(10); // still probed
  });
  test("a station that answers again is served at once", () => {
    const schedule = two();
    run(schedule, 20_000, { dead: ["b"] });
    const back = run(schedule, 10_000, { from: monotonic(start + 20_000) }).filter(({ job }) => job.station === "b");
    expect(back.length).toBeGreaterThan(4);
  });
  test("a profile of several blocks is read whole before its rest", () => {
    const jobs = run(two(3), 5000).map(({ job }) => job);
    const blocks = jobs.flatMap((job) => (job.kind === "poll" && job.station === "a" ? [job.block] : []));
    expect(blocks.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });
});
