// When a stay began and ended: clocks that are set, power that fails, records that come late. What is not certain is bounded, and the truth lies within the bounds.
import fc from "fast-check";
import { expect, test } from "vitest";
import { monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { counted, full } from "#test/promise.ts";
import { type Boot, type Boots, stayTimes } from "./stay-times.ts";

const day = 1_764_043_200_000;
const hour = 3_600_000;
const stamp = (wallMs: number, mono: number, rest: Partial<Stamp> = {}): Stamp => ({
  wall: wall(wallMs),
  mono: monotonic(mono),
  boot: "b1",
  synchronised: true,
  ...rest,
});
const unheard = { synchronised: false };
const b2 = { boot: "b2" };
const nothing: Boots = () => undefined;
/** b1 was last seen an hour after its start, b2 was seen from its start on; neither heard a time server. */
const two: Boots = (boot) =>
  ({
    b1: { first: stamp(day, 0), last: stamp(day + hour, hour), heard: null },
    b2: { first: stamp(0, 0, b2), last: stamp(0, 0, b2), heard: null },
  })[boot];

test.each<[string, Stamp, Stamp, number, number, string?]>([
  // what                               entered                     left                                entered_at  left_at     doubt
  ["an hour", stamp(day, 0), stamp(day + hour, hour), day, day + hour],
  ["the clock went forward a day", stamp(day, 0), stamp(day + 25 * hour, hour), day, day + hour, "调整过24小时"],
  ["the clock went back an hour", stamp(day, 0), stamp(day, hour), day, day + hour, "调整过1小时"],
  ["a second is no step", stamp(day, 0), stamp(day + hour + 1_000, hour), day, day + hour],
  ["it was 1970 at the entry", stamp(0, 0, unheard), stamp(day + hour, hour), day, day + hour],
  ["no time was heard at all", stamp(0, 0, unheard), stamp(hour, hour, unheard), 0, hour],
  ["a restart between", stamp(day, 5 * hour), stamp(day + hour, 0, b2), day, day + hour],
  ["a restart, and the clock went back", stamp(day, 0), stamp(day - hour, 0, b2), day - hour, day - hour, "重新启动"],
])("stay: %s", (_what, entered, left, from, until, doubt) => {
  const times = stayTimes(entered, left, { boots: nothing });
  expect([times.entered, times.left]).toEqual([from, until]);
  if (doubt === undefined) expect(times.doubt).toBeUndefined();
  else expect(times.doubt?.zh).toContain(doubt);
});

test("after a restart without a time server only what was counted is certain, and no hour of the day", () => {
  const { doubt } = stayTimes(stamp(day, 0, unheard), stamp(day + 9 * hour, 2 * hour, { ...b2, ...unheard }), { boots: two });
  expect(doubt).toMatchObject({ anchor: "left", shortest_s: 3 * 3600, longest_s: 3 * 3600, from: day - 3 * hour, until: day + 21 * hour });
});

test("a time server that was heard later in the same boot vouches for the entry", () => {
  const heard: Boots = () => ({ first: stamp(0, 0, unheard), last: stamp(day, hour), heard: stamp(day, hour) });
  expect(stayTimes(stamp(60_000, 60_000, unheard), stamp(day + 5 * hour, 0, b2), { boots: heard })).toMatchObject({
    entered: day - hour + 60_000,
    left: day + 5 * hour,
  });
});

test("a record of a camera: as long as since it arrived is certain, the rest as far as the camera is believed", () => {
  const recorded = { received: stamp(day, 0), tolerance_ms: 30_000 };
  const entered = stamp(day - 5 * hour, 0, { boot: "camera", synchronised: false });
  expect(stayTimes(entered, stamp(day + hour, hour), { boots: nothing, recorded }).doubt).toMatchObject({
    anchor: "left",
    from: day + hour,
    shortest_s: 6 * 3600 - 30,
    longest_s: 6 * 3600,
  });
  const ahead = stamp(day + 10_000, 0, { boot: "camera", synchronised: false });
  expect(stayTimes(ahead, stamp(day + hour, hour), { boots: nothing, recorded }).doubt).toMatchObject({
    shortest_s: 3600,
    longest_s: 3600,
  });
});

test("payments lie on the stay's own line of time, whatever the clock said then", () => {
  const times = stayTimes(stamp(day, 0), stamp(day + 25 * hour, hour), { boots: nothing });
  expect(times.at(stamp(day + 24.5 * hour, hour / 2))).toBe(day + hour / 2);
  expect(stayTimes(stamp(day, 0), stamp(day + 3 * hour, hour, b2), { boots: nothing }).at(stamp(0, hour / 2, b2))).toBe(day + 2.5 * hour);
});

/** A life of the machine: real time, a wall clock that is set at will, a power cut perhaps. */
test("whatever was done to the clock, the real stay lies within what is held possible", (context) => {
  let stays = 0;
  let doubtful = 0;
  const offset = fc.constantFrom(0, 0, 500, -hour, 8 * hour, -30 * 24 * hour, 3 * 365 * 24 * hour);
  fc.assert(
    fc.property(
      fc.record({
        arrives: fc.nat(48),
        stays: fc.nat(48),
        cut: fc.option(fc.record({ after: fc.nat(40), dark: fc.nat(30) })),
        first: offset,
        second: offset,
        server: fc.constantFrom("none", "first", "second", "both"),
      }),
      ({ arrives, stays: length, cut, first, second, server }) => {
        const [in_, out] = [arrives * 0.5 * hour, (arrives + length) * 0.5 * hour];
        const off =
          cut === null || cut.after * 0.5 * hour <= in_ || (cut.after + cut.dark) * 0.5 * hour >= out
            ? null
            : { from: cut.after * 0.5 * hour, until: (cut.after + cut.dark) * 0.5 * hour };
        // The clock is set half way through the stay, or wrong after the cut. A server is heard by who has one, and then the label is right.
        const turn = off?.until ?? (in_ + out) / 2;
        const right = (at: number) => (at < turn ? server === "first" || server === "both" : server === "second" || server === "both");
        const stampAt = (at: number): Stamp => {
          const later = off !== null && at >= off.until;
          const wrong = right(at) ? 0 : at < turn ? first : second;
          return stamp(day + at + wrong, later ? at - off.until : at, { boot: later ? "b2" : "b1", synchronised: right(at) });
        };
        const boots: Boots = (name): Boot | undefined =>
          name === "b1"
            ? { first: stampAt(0), last: stampAt(off === null ? out : off.from - 1), heard: right(0) ? stampAt(0) : null }
            : {
                first: stampAt(off?.until ?? 0),
                last: stampAt(out),
                heard: server === "second" || server === "both" ? stampAt(out) : null,
              };
        const times = stayTimes(stampAt(in_), stampAt(out), { boots });
        const [realFrom, realLength] = [day + in_, (out - in_) / 1000];
        stays += 1;
        const { doubt } = times;
        // Without a server anywhere the line of time itself is our own: only lengths can be held against the truth.
        if (doubt === undefined) {
          if (off === null || server === "both") expect(Math.abs((times.left - times.entered) / 1000 - realLength)).toBeLessThanOrEqual(3);
          if (server === "both") expect(Math.abs(times.entered - realFrom)).toBeLessThanOrEqual(3_000);
          return;
        }
        doubtful += 1;
        expect(doubt.shortest_s).toBeLessThanOrEqual(realLength + 3);
        if (server === "none" || doubt.longest_s < realLength) return;
        const [real, slack] = [doubt.anchor === "entered" ? realFrom : day + out, 3_000];
        expect(real).toBeGreaterThanOrEqual(doubt.from - slack);
        expect(real).toBeLessThanOrEqual(doubt.until + slack);
      },
    ),
    { numRuns: full ? 50_000 : 3_000, seed: 4 },
  );
  counted(context, { stays, "in doubt": doubtful });
});
