// A lane that is cut off, and the slips that a guard wrote meanwhile: each car is one stay, and its money counts once, whoever tells it first.
import { afterEach, expect, test } from "vitest";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { mine, minute, other, type Scene, sceneAt } from "./at-the-lane.ts";

let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
function story(name: string, play: (scene: Scene) => Promise<void>): void {
  test(`P 06.stories: ${name}`, async () => {
    site = await startParkingSite({ console: true });
    await site.goOn(1_000);
    await play(sceneAt(site));
  });
}
const slip = ({ site }: Scene, number: string, plate: string, ago_ms: number, amount_fen: number | null = null) => ({
  ...{ slip: `slip-${number}`, plate, at: toRfc3339(wall(site.clock.wall() - ago_ms)), amount_fen, person: "门岗甲" },
});
const stored = ({ site }: Scene, license: string, ago_ms: number, plateid: number) =>
  site.push("in", { license, plateid, at: site.clock.wall() - ago_ms, change: (plate) => (plate.isoffline = 1) });
const money = ({ site }: Scene): unknown => site.journal().get("SELECT count(*) AS n, coalesce(sum(amount_fen), 0) AS fen FROM payment");

story(
  "gate 2 is cut off: it is said and shown; slips and stored records are one stay each, and nothing opens afterwards",
  async (scene) => {
    const { clock, boards } = scene.site;
    await scene.beats("in");
    expect((await scene.get("/lanes/in")).body).toMatchObject({ reach: { board: true, camera: true, list: null } });
    await boards.down();
    clock.advance(2 * minute);
    await scene.site.goOn(1_000);
    expect((await scene.get("/lanes/in")).body).toMatchObject({ reach: { board: false, camera: false }, arm: null });
    expect(scene.site.events("camera.silent")).toMatchObject([{ lane: "in" }]);
    clock.leap(60 * minute);
    // It is back. The guard's slips and the camera's records come in any order; one car has only a slip, one only a record.
    await boards.up();
    expect((await scene.post("/lanes/in/slips", slip(scene, "0001", mine, 50 * minute))).body).toMatchObject({ became: "new-visit" });
    expect(stored(scene, mine, 41 * minute, 71).opens).toBe(false);
    expect(stored(scene, other, 30 * minute, 72).opens).toBe(false);
    expect((await scene.post("/lanes/in/slips", slip(scene, "0002", other, 35 * minute))).body).toMatchObject({ became: "same-visit" });
    expect((await scene.post("/lanes/in/slips", slip(scene, "0003", "闽C12345", 20 * minute))).body).toMatchObject({ became: "new-visit" });
    expect(stored(scene, "闽C99999", 10 * minute, 73).opens).toBe(false);
    await scene.site.goOn(2_000);
    expect(
      scene
        .visits()
        .map((line) => line.split(" ")[0])
        .sort(),
    ).toEqual([mine, other, "闽C12345", "闽C99999"].sort());
    expect([scene.pulses("in"), scene.site.events("gate.opened")]).toEqual([0, []]);
  },
);

story(
  "cash of an outage: one bill, one payment and one leaving a slip, as often as it is entered; nothing is asked for afterwards",
  async (scene) => {
    await scene.parks();
    scene.site.clock.leap(190 * minute);
    await scene.site.goOn(1_000);
    const paper = slip(scene, "0010", mine, 10 * minute, 500);
    const first = await scene.post("/lanes/out/slips", paper);
    expect(first.body).toMatchObject({ became: "left" });
    expect((await scene.post("/lanes/out/slips", paper)).body).toEqual(first.body);
    expect(await scene.post("/lanes/out/slips", { ...paper, amount_fen: 600 })).toMatchObject({
      status: 409,
      body: { code: "slip-differs" },
    });
    expect([scene.visits(), money(scene)]).toEqual([[`${mine} gone`], { n: 1, fen: 500 }]);
    // By the tariff it would have been 600: what the guard asked for was the price.
    expect(scene.site.events("visit.closed")).toMatchObject([{ total_fen: 500, paid_fen: 500 }]);
    expect(scene.site.events("slip.entered")).toMatchObject([{ slip: "slip-0010", became: "left", amount_fen: 500 }]);
    // The second half of a carbon copy: the car is gone already, its stay is not begun anew.
    expect((await scene.post("/lanes/out/slips", slip(scene, "0011", mine, 8 * minute))).body).toMatchObject({ became: "already-gone" });
    expect(scene.visits()).toEqual([`${mine} gone`]);
  },
);

story("a slip of a car that nobody saw come in: its money is in the books, and its stay is over", async (scene) => {
  expect((await scene.post("/lanes/out/slips", slip(scene, "0020", mine, 5 * minute, 1000))).body).toMatchObject({ became: "no-entry" });
  expect([scene.visits(), money(scene)]).toEqual([[`${mine} gone`], { n: 1, fen: 1000 }]);
  // The camera's record of its coming in arrives at last: that stay is known.
  expect(stored(scene, mine, 20 * minute, 74).opens).toBe(false);
  expect(scene.visits()).toEqual([`${mine} gone`]);
});

story("slips that cannot be: tomorrow's, last month's, without a plate, without a time", async (scene) => {
  for (const [change, code] of [
    [{ at: toRfc3339(wall(scene.site.clock.wall() + 60 * minute)) }, "not-of-now"],
    [{ at: toRfc3339(wall(scene.site.clock.wall() - 30 * 24 * 60 * minute)) }, "not-of-now"],
    [{ plate: "nothing" }, "no-plate"],
    [{ at: "2026-11-25T99:99" }, "no-time"],
  ] as const)
    expect(await scene.post("/lanes/in/slips", { ...slip(scene, "0030", mine, minute), ...change })).toMatchObject({
      status: 409,
      body: { code },
    });
  expect(scene.visits()).toEqual([]);
});
