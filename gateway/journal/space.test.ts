// The reserve is put aside, given last, and put back; what is said is said once.
import { existsSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSpace } from "./space.ts";

const reserveBytes = 3_500_000;

function bench(free = 1e9) {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-space-"));
  const disk = { free };
  const reserve = () => statSync(join(folder, "reserve"), { throwIfNoEntry: false })?.blocks ?? 0;
  return { folder, disk, reserve, open: () => openSpace({ folder, reserveBytes, free: () => disk.free }) };
}

test("the reserve is real bytes on the disk, put aside at the first start", () => {
  const { folder, reserve, open } = bench();
  expect(open().short).toBe(false);
  expect(statSync(join(folder, "reserve")).size).toBe(reserveBytes);
  expect(reserve() * 512).toBeGreaterThanOrEqual(reserveBytes);
});

test("who offered before the reserve gives first, then the reserve, then the others; each as often as it has something", () => {
  const { folder, open } = bench();
  const space = open();
  const asked: string[] = [];
  const giver = (name: string, ...answers: boolean[]) => ({
    name,
    give: () => {
      asked.push(name);
      return answers.shift() ?? false;
    },
  });
  space.offer(giver("journal", true, true), "behind-reserve");
  space.offer(giver("telemetry", true), "before-reserve");
  expect(Array.from({ length: 5 }, () => space.give())).toEqual([true, true, true, true, false]);
  expect(asked.join(" ")).toBe("telemetry telemetry telemetry journal telemetry journal telemetry journal");
  expect([space.given, existsSync(join(folder, "reserve"))]).toEqual([["telemetry", "reserve", "journal"], false]);
});

test("short and well are said once each, and well only when the reserve is back", () => {
  const { disk, reserve, open } = bench();
  const space = open();
  const looks = (free: number) => {
    disk.free = free;
    return [space.look(), space.look()];
  };
  expect(looks(1e9)).toEqual([undefined, undefined]);
  expect(looks(500_000)).toEqual(["short", undefined]); // in time, before a write was refused
  expect([space.short, reserve()]).toEqual([true, 0]);
  expect(looks(5_000_000)).toEqual([undefined, undefined]); // the reserve again would leave next to nothing
  expect(looks(20_000_000)).toEqual(["well", undefined]);
  expect([space.short, reserve() > 0]).toEqual([false, true]);
});

test("a start on a full disk gives the reserve at once, and knows that it is short", () => {
  const { disk, reserve, open } = bench();
  open();
  disk.free = 0;
  const again = open();
  expect([again.short, reserve(), again.look()]).toEqual([true, 0, "short"]);
  disk.free = 5_000_000; // the reserve's own bytes: a third start knows all the same
  expect(open().short).toBe(true);
});
