// The lower classes together never hold the link for longer than half a second; urgent waits for nobody; nobody waits for ever.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { createPace, largestBytes } from "./pace.ts";

test("urgent always has room; the others share one window", () => {
  const pace = createPace();
  const { window } = pace;
  expect(pace.room("state")).toBe(window);
  pace.sent("state", window - 1500);
  expect([pace.room("money"), pace.room("bulk"), pace.room("urgent")]).toEqual([1500, 1500, window]);
  pace.sent("money", 600);
  expect([pace.room("bulk"), pace.room("urgent")]).toEqual([0, window]); // 900 bytes are not worth a message
  pace.landed("state", 10);
  expect(pace.room("bulk")).toBeGreaterThan(0);
  pace.begin();
  expect(pace.room("bulk")).toBe(pace.window);
});

test("money has every second turn, state and bulk the others, and a class that has nothing gives its turn away", () => {
  const pace = createPace();
  const taken = (wanting: readonly Stream[]): string =>
    Array.from({ length: 8 }, () => {
      const next = pace.order().find((stream) => wanting.includes(stream)) ?? "bulk";
      pace.sent(next, 1);
      return next;
    }).join(" ");
  expect(taken(["money", "state", "bulk"])).toBe("money state money bulk money state money bulk");
  expect(taken(["state", "bulk"])).toBe("state bulk state bulk state bulk state bulk");
  expect(taken(["bulk"])).toBe("bulk bulk bulk bulk bulk bulk bulk bulk");
  expect(pace.order()[0]).toBe("urgent");
});

/** A link that carries so many bytes a second, with a round trip beneath; the cloud takes no time. */
function steady({ bytesPerSecond, roundTrip }: { bytesPerSecond: number; roundTrip: number }, batches = 60) {
  const pace = createPace();
  pace.begin(roundTrip);
  const held: number[] = [];
  for (let i = 0; i < batches; i += 1) {
    const bytes = pace.room("bulk");
    pace.sent("bulk", bytes);
    const carried = (bytes / bytesPerSecond) * 1000;
    held.push(carried);
    pace.landed("bulk", roundTrip + carried);
  }
  return { window: pace.window, worst: Math.max(...held.slice(10)), settled: held.slice(-10) };
}

test.each([
  //  kbit/s  round trip ms   window between
  [16, 300, 1024, 1024],
  [64, 10, 1600, 3400],
  [64, 600, 1600, 3400], //   a long way is no narrow way
  [256, 80, 6400, 13_000],
  [100_000, 1, largestBytes, largestBytes],
])("at %i kbit/s with a round trip of %i ms the window settles between %i and %i bytes", (kbit, roundTrip, least, most) => {
  const { window, settled } = steady({ bytesPerSecond: kbit * 125, roundTrip });
  expect(window).toBeGreaterThanOrEqual(least);
  expect(window).toBeLessThanOrEqual(most);
  if (kbit >= 64) for (const held of settled) expect(held).toBeLessThanOrEqual(450);
});

test("on any link, however it changes, the window finds its half second again", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ kbit: fc.integer({ min: 24, max: 50_000 }), roundTrip: fc.integer({ min: 1, max: 900 }) }), {
        minLength: 1,
        maxLength: 5,
      }),
      (links) => {
        const pace = createPace();
        for (const { kbit, roundTrip } of links) {
          pace.begin(roundTrip);
          let carried = 0;
          for (let i = 0; i < 40; i += 1) {
            const bytes = pace.room("state");
            pace.sent("state", bytes);
            carried = (bytes / (kbit * 125)) * 1000;
            pace.landed("state", roundTrip + carried);
          }
          expect(carried).toBeLessThanOrEqual(450);
          if (pace.window < largestBytes) expect(carried).toBeGreaterThanOrEqual(150);
        }
      },
    ),
    { numRuns: 500, seed: 20_261_125 },
  );
});

test("what is never answered halves the window, and it never falls below what a message needs", () => {
  const pace = createPace();
  for (let i = 0; i < 20; i += 1) {
    pace.sent("bulk", pace.room("bulk"));
    pace.lost("bulk");
  }
  expect(pace.window).toBe(1024);
});
