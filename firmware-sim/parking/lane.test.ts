// A simulated lane: a car comes, is read, and goes as the answer says; its plates are invented.
import { describe, expect, it } from "vitest";
import { chance } from "../chance.ts";
import { newBarrier, pulse } from "./barrier.ts";
import { advanceLane, type Lane, type LaneEffect, newLane, waiting } from "./lane.ts";
import { inventPlate, plateClass } from "./plates.ts";

const car = (plate: string) => ({ plate, stay_ms: 20_000, steady: true });
const lane = (): Lane => newLane({ id: "east-in", direction: "entry", barrier: newBarrier(1_000, 0) });

/** Lets the lane live in steps of 50 ms; the answer to the n-th read opens the arm when `opens` says so. */
function live(one: Lane, until: number, opens: (read: number) => boolean): { at: number; said: string }[] {
  const diary: { at: number; said: string }[] = [];
  let reads = 0;
  for (let now = 0; now <= until; now += 50)
    for (const effect of advanceLane(one, now) as LaneEffect[]) {
      diary.push({ at: now, said: effect.kind === "read" ? `read ${effect.plate}` : `passed ${effect.car.plate}` });
      if (effect.kind !== "read") continue;
      reads += 1;
      if (opens(reads)) pulse(one.barrier, "open", now);
    }
  return diary;
}

describe("a lane", () => {
  it("lets one car after the other pass, each with an opening and a passage of its own", () => {
    const one = lane();
    one.queue.push(car("闽C11111"), car("闽C22222"), car("闽C33333"));
    const diary = live(one, 20_000, () => true);
    expect(diary.map(({ said }) => said)).toEqual(
      ["闽C11111", "闽C22222", "闽C33333"].flatMap((plate) => [`read ${plate}`, `passed ${plate}`]),
    );
    expect([one.barrier.openings, one.barrier.passages, waiting(one), one.barrier.arm]).toEqual([3, 3, 0, "closed"]);
  });

  it("reads again every 8 s while the arm stays down, however long that is, and others wait behind", () => {
    const one = lane();
    one.queue.push(car("闽C11111"), car("闽C22222"));
    const reads = live(one, 30_000, () => false);
    expect(reads.map(({ at }) => at)).toEqual([300, 8_300, 16_300, 24_300]);
    expect(new Set(reads.map(({ said }) => said))).toEqual(new Set(["read 闽C11111"]));
    expect([waiting(one), one.barrier.passages]).toEqual([2, 0]);
  });

  it("does not read while the arm rises, and passes at the second answer", () => {
    const one = lane();
    one.queue.push(car("闽C11111"));
    const diary = live(one, 20_000, (read) => read === 2);
    expect(diary.map(({ said }) => said)).toEqual(["read 闽C11111", "read 闽C11111", "passed 闽C11111"]);
  });
});

describe("invented plates", () => {
  const plates = Array.from(
    { length: 2_000 },
    (
      (luck) => () =>
        inventPlate(luck)
    )(chance(7)),
  );
  it("are 闽C, ordinary or new energy, never with I or O", () => {
    const form = /^闽C(?:[A-HJ-NP-Z0-9]{5}|[DABCEFGHJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[DABCEFGHJK])$/u;
    expect(plates.filter((plate) => !form.test(plate))).toEqual([]);
    expect(plates.filter((plate) => [...plate].length === 8).length).toBeGreaterThan(400);
    expect(new Set(plates).size).toBeGreaterThan(1_900);
  });

  it("come again with the same seed", () => {
    const luck = chance(7);
    expect(Array.from({ length: 50 }, () => inventPlate(luck))).toEqual(plates.slice(0, 50));
  });

  it.each([
    ["闽C8K216", 1, 1],
    ["闽CD12345", 5, 19],
    ["闽C12345D", 6, 20],
    ["粤Z9065澳", 4, 14],
    ["_无_", 0, 31],
  ])("%s has colorType %d and type %d", (plate, colorType, type) => {
    expect(plateClass(plate)).toEqual({ colorType, type });
  });
});
