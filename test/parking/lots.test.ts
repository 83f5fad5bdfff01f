// Lots at work: places counted twice, lots within lots, and visits that never left, each with what proved them gone.
import { afterEach, expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { type ParkingOptions, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { mine, minute, other, type Scene, sceneAt } from "./at-the-lane.ts";

let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
const hour = 60 * minute;

function story(name: string, options: ParkingOptions, play: (scene: Scene) => Promise<void>): void {
  test(`P 06.stories: ${name}`, async () => {
    site = await startParkingSite({ console: true, ...options });
    await site.goOn(1_000);
    await play(sceneAt(site));
  });
}
const by = { person: "门岗甲", reason: "夜间盘点" };
const lotsOf = async ({ get }: Scene): Promise<readonly Record<string, unknown>[]> =>
  (await get("/lots")).body?.lots as Record<string, unknown>[];
const places = async (scene: Scene) => (await lotsOf(scene))[0];
/** The hourly look. */
const hourly = async (scene: Scene): Promise<void> => {
  scene.site.clock.leap(hour + 1_000);
  await scene.site.goOn(2_000);
};

story(
  "its exit was not seen, and it comes in again: the first stay is closed, with the second as its proof, and is no debt",
  {},
  async (scene) => {
    await scene.parks();
    scene.site.clock.leap(30 * hour);
    await scene.site.goOn(1_000);
    await scene.parks();
    expect(scene.reasons()).toContain("already-inside");
    await hourly(scene);
    expect(scene.visits()).toEqual([`${mine} gone`, `${mine} inside`]);
    const [inferred] = scene.site.events("visit.inferred");
    const [first, second] = scene.site.events("visit.opened");
    expect(inferred).toMatchObject({
      visit: first?.visit,
      rule: "entered-again",
      left_from: first?.entered_at,
      left_until: second?.entered_at,
      person: null,
    });
    expect(inferred?.evidence).toEqual([{ kind: "visit", at: second?.entered_at, ref: second?.visit }]);
    expect(scene.site.events("visit.closed")).toMatchObject([{ visit: first?.visit, total_fen: 0, paid_fen: 0 }]);
    expect((await scene.get("/lots/main/lingering")).body).toMatchObject({
      closed: [{ rule: "entered-again", evidence: [{ kind: "visit" }] }],
    });
  },
);

story(
  "it was asked to pay at the exit, left unseen, and came in again: what the exit had asked for stays owed, and no more",
  {},
  async (scene) => {
    await scene.parks();
    scene.site.clock.leap(150 * minute);
    expect(scene.atExit(mine, 0)).toBe("unpaid");
    scene.site.clock.leap(100 * hour);
    await scene.site.goOn(1_000);
    await scene.parks();
    await hourly(scene);
    expect(scene.site.events("visit.inferred")).toMatchObject([{ evidence: [{ kind: "exit-read" }, { kind: "visit" }] }]);
    expect(scene.site.events("visit.closed")).toMatchObject([{ total_fen: 400, paid_fen: 0 }]);
  },
);

story(
  "out by the way in and in by the way out: the places follow the boards' own count of it, and a count sets visits straight",
  { board: "barriers/direction-board" },
  async (scene) => {
    const { site } = scene;
    await scene.parks();
    await site.goOn(400);
    await scene.post("/lots/main/count", { counted: 10, ...by });
    expect(await places(scene)).toMatchObject({ taken: 10, free: 110 });
    site.board("in").against += 2;
    await site.goOn(400);
    expect(await places(scene)).toMatchObject({ visits: 1, boards: 8, taken: 8, free: 112 });
    site.board("out").against += 1;
    await site.goOn(400);
    expect(await places(scene)).toMatchObject({ boards: 9, taken: 9 });
    // Dead meanwhile, it is counted all the same; who it was nobody knows, so no visit is closed for it.
    site.board("in").against += 1;
    await site.restart(60_000);
    await site.goOn(1_000);
    expect(await places(scene)).toMatchObject({ visits: 1, boards: 8 });
    expect(scene.visits()).toEqual([`${mine} inside`]);
    await hourly(scene);
    expect(site.events("lot.drifted")).toMatchObject([{ lot: "main", visits: 1, boards: 8 }]);
    await scene.post("/lots/main/count", { counted: 1, ...by });
    await hourly(scene);
    expect([await places(scene), site.events("lot.drifted").length]).toMatchObject([{ boards: 1, taken: 1 }, 1]);
  },
);

story("it left, the clock was set back two hours, and it came again: its first stay is no proof against its second", {}, async (scene) => {
  const { site } = scene;
  const back = (): void => site.clock.setWall(wall(site.clock.wall() - 2 * hour));
  await scene.parks();
  site.clock.leap(20 * minute);
  expect(scene.atExit(mine, 0)).toBe("opened");
  await scene.drives("out");
  back();
  await scene.parks();
  for (let n = 0; n < 4; n += 1) await hourly(scene);
  expect([scene.visits(), site.events("visit.inferred")]).toEqual([[`${mine} inside`, `${mine} gone`], []]);
  expect(scene.atExit(mine, 0)).toBe("unpaid");
});

story("a month without a trace: a person is told once, and nothing is closed", {}, async (scene) => {
  await scene.parks();
  scene.site.clock.leap(721 * hour);
  await scene.site.goOn(2_000);
  await hourly(scene);
  await hourly(scene);
  expect(scene.site.events("visit.lingers")).toMatchObject([{ lot: "main", plate: mine }]);
  expect(scene.visits()).toEqual([`${mine} inside`]);
  const visit = scene.site.events("visit.opened")[0]?.visit;
  expect(await scene.post(`/visits/${visit}/left`, { person: "门岗甲", reason: "车位已空" })).toMatchObject({ status: 200 });
  expect(scene.site.events("visit.inferred")).toMatchObject([
    { rule: "not-found", person: "门岗甲", evidence: [{ kind: "person", ref: "门岗甲" }] },
  ]);
  expect(await scene.post(`/visits/${visit}/left`, by)).toMatchObject({ status: 409, body: { code: "visit-gone" } });
  // It was there after all: no price is made up, and the guard is told what happened.
  expect(scene.atExit(mine, minute)).toBe("no-entry");
  expect(scene.site.events("lane.exception").at(-1)?.zh).toContain("推定离场");
});

story("while nobody vouches for the clock nothing is inferred from its times", {}, async (scene) => {
  await scene.parks();
  scene.site.clock.leap(30 * hour);
  await scene.site.goOn(1_000);
  await scene.parks();
  scene.site.clock.synchronise(false);
  await hourly(scene);
  expect(scene.site.events("visit.inferred")).toEqual([]);
  scene.site.clock.synchronise(true);
  await hourly(scene);
  expect(scene.site.events("visit.inferred")).toHaveLength(1);
});

story("a person counts: from there the boards count on, and where they differ from the visits it is said once", {}, async (scene) => {
  await scene.parks(mine);
  expect(await places(scene)).toMatchObject({ capacity: 120, visits: 1, boards: null, taken: 1, free: 119, drift: null });
  expect(await scene.post("/lots/main/count", { ...by, counted: 40 })).toMatchObject({
    status: 200,
    body: { closed: [], places: { taken: 40, drift: 39 } },
  });
  await scene.parks(other);
  expect(await places(scene)).toMatchObject({ visits: 2, boards: 41, free: 79, drift: 39, counted_by: "门岗甲" });
  await hourly(scene);
  await hourly(scene);
  expect(scene.site.events("lot.recounted")).toEqual([{ lot: "main", counted: 40, visits: 1, boards: null, ...by }]);
  expect(scene.site.events("lot.drifted")).toEqual([{ lot: "main", visits: 2, boards: 41 }]);
  await scene.site.restart(2_000);
  await scene.site.goOn(1_000);
  expect(await places(scene)).toMatchObject({ boards: 41 });
});

story(
  "a list of every plate closes what is not on it; a list that lacks many needs another person; a misread plate stays",
  {},
  async (scene) => {
    await scene.parks(mine);
    for (const license of ["闽C12345", "闽C22345", "闽C32345", "闽C42345", "闽C52345"]) await scene.parks(license);
    scene.site.clock.leap(hour / 2);
    await scene.site.goOn(1_000);
    // 5 and S are one character to whoever reads a plate: that car is there.
    const short = { ...by, counted: 2, plates: [mine, "闽C12345"] };
    expect(await scene.post("/lots/main/count", short)).toMatchObject({ status: 409, body: { code: "list-too-short" } });
    const whole = { ...by, counted: 4, plates: [mine, "闽C12345", "闽C22345", "闽CS2345", "闽C42345"] };
    expect(await scene.post("/lots/main/count", whole)).toMatchObject({ status: 200 });
    expect(scene.visits().filter((line) => line.endsWith("gone"))).toEqual(["闽C32345 gone"]);
    expect(scene.site.events("visit.inferred")).toMatchObject([{ rule: "not-found", evidence: [{ kind: "list", ref: "门岗甲: 5" }] }]);
    expect(await scene.post("/lots/main/count", { ...by, counted: 1, plates: ["nothing at all"] })).toMatchObject({
      status: 400,
      body: { code: "no-plate" },
    });
  },
);

const nested: ParkingOptions = {
  lots: [
    { id: "main", name: "地面", capacity: 1, tariff: "./tariff.yaml", when_full: "pass-holders" },
    { id: "cellar", name: "地下", capacity: 1, tariff: "./tariff.yaml", within: "main" },
  ],
  exit: { id: "out", direction: "entry", lot: "cellar" },
};

story(
  "a lot within a lot: a car in the cellar takes no place above, and whoever finds one below is let in above",
  nested,
  async (scene) => {
    const lots = async () => (await lotsOf(scene)).map(({ lot, taken, within }) => [lot, taken, within]);
    await scene.parks(mine);
    expect(await lots()).toEqual([
      ["main", 1, null],
      ["cellar", 0, "main"],
    ]);
    // Above it is full; below there is room, and the way leads through.
    expect(scene.site.push("in", { license: other })).toEqual({ reason: "opened", opens: true });
    await scene.drives("in");
    expect(scene.site.push("out", { license: mine })).toEqual({ reason: "opened", opens: true });
    await scene.drives("out");
    expect(await lots()).toEqual([
      ["main", 1, null],
      ["cellar", 1, "main"],
    ]);
    expect(scene.site.push("in", { license: "闽C12345" })).toEqual({ reason: "lot-full", opens: false });
  },
);
