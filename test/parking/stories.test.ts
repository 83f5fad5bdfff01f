// What happens at lanes: each story is a test. Real boards over Modbus/TCP, a real journal on the disk, the booth's own API; time is told.
import { afterEach, expect, test } from "vitest";
import { sources } from "#protocols/cameras/sources-for-tests.ts";
import { counted } from "../promise.ts";
import { type ParkingOptions, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { armStories } from "./arm-stories.ts";
import { byHand, mine, minute, other, quickScene, type Scene } from "./at-the-lane.ts";

let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
let told = 0;

function story(name: string, options: ParkingOptions, play: (scene: Scene) => Promise<void>): void {
  test(`P 06.stories: ${name}`, async () => {
    site = await startParkingSite({ console: true, ...options });
    await site.goOn(1_000);
    await play(quickScene(site));
    told += 1;
  });
}
const hikvision = { protocol: "hikvision-isapi", serialno: "DS-TCG406-E 20241223AIFU6460824", heading: "forward" };

// One car, one passage.
story("recognised is one fact and passed is another", {}, async ({ site, drives }) => {
  site.push("in", { license: mine });
  expect([site.events("visit.opened").length, site.events("lane.passed").length]).toEqual([1, 0]);
  await drives("in");
  expect(site.events("lane.passed")).toMatchObject([{ visit: site.events("visit.opened")[0]?.visit }]);
});

story("three looks at one car, one of them misread, are one visit", {}, async ({ site, visits, drives }) => {
  site.push("in", { license: mine });
  site.push("in", { license: "闽C0823A5" });
  site.push("in", { license: "闽CDB2345" });
  site.push("in", { license: mine });
  await drives("in");
  expect(visits().filter((line) => line.includes("闽CD"))).toEqual([`${mine} inside`]);
});

story("a car follows another one in: counted, of nobody, and a person is called", {}, async (scene) => {
  await scene.parks();
  await scene.armGoesUp("in");
  scene.site.push("in", { license: other });
  await scene.goesUnder("in");
  await scene.isThrough("in");
  await scene.goesUnder("in");
  await scene.isThrough("in");
  expect(scene.reasons()).toContain("tailgating");
  expect(scene.site.events("lane.passed").at(-1)).toMatchObject({ visit: null });
});

story("a car that owes follows a payer out: it has left, its debt stays, and nobody is billed for days after", {}, async (scene) => {
  await scene.parks(mine);
  await scene.parks(other);
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.pays();
  await scene.armGoesUp("out");
  await scene.goesUnder("out");
  expect(scene.site.push("out", { license: other }).reason).toBe("unpaid");
  await scene.isThrough("out");
  await scene.goesUnder("out");
  await scene.isThrough("out");
  expect(scene.reasons()).toContain("left-unpaid");
  expect(scene.visits()).toEqual([`${mine} gone`, `${other} gone`]);
  expect(scene.site.events("visit.closed").map(({ total_fen, paid_fen }) => [total_fen, paid_fen])).toEqual([
    [400, 400],
    [400, 0],
  ]);
});

story("a car is let in, and turns back before the arm: its visit is doubtful and takes no place", {}, async (scene) => {
  scene.site.push("in", { license: mine });
  await scene.comes("in");
  await scene.armGoesUp("in");
  scene.site.board("in").approach = false;
  await scene.armComesDown("in");
  await scene.site.goOn(3_000);
  expect(scene.reasons()).toEqual(["turned-back"]);
  expect(scene.site.journal().get("SELECT state, turned_back IS NOT NULL AS doubtful FROM visit")).toEqual({
    state: "inside",
    doubtful: 1,
  });
});

story("it turned back, and comes again an hour later: one stay, from now on, and no alarm", {}, async (scene) => {
  scene.site.push("in", { license: mine });
  await scene.comes("in");
  await scene.armGoesUp("in");
  scene.site.board("in").approach = false;
  await scene.armComesDown("in");
  await scene.site.goOn(3_000);
  scene.site.clock.advance(60 * minute);
  await scene.parks();
  expect(scene.visits()).toEqual([`${mine} gone`, `${mine} inside`]);
  expect(scene.reasons()).not.toContain("already-inside");
  expect(scene.atExit(mine, 30 * minute)).toBe("opened");
});

story("the camera itself says that the car turned back: nothing opens", {}, async ({ site, visits }) => {
  expect(site.push("in", { license: mine, change: (plate) => (plate.triggerType = 66) })).toEqual({ reason: "turn-back", opens: false });
  expect(visits()).toEqual([]);
});

story("out by the way in: a person is called at once", {}, async ({ site, reasons }) => {
  for (const [approach, under] of [
    [false, true],
    [true, true],
    [true, false],
    [false, false],
  ]) {
    Object.assign(site.board("in"), { approach, under });
    await site.goOn(400);
  }
  expect(reasons()).toEqual(["wrong-way"]);
});

story("a car under the arm backs out again", {}, async ({ site, comes, armGoesUp, reasons }) => {
  site.push("in", { license: mine });
  await comes("in");
  await armGoesUp("in");
  for (const under of [true, false]) {
    Object.assign(site.board("in"), { under });
    await site.goOn(400);
  }
  site.board("in").approach = false;
  await site.goOn(400);
  expect(reasons()).toEqual(["reversed-out"]);
});

story("a plate that is inside already comes in again: let in, and looked at by a person", {}, async ({ parks, site, reasons, visits }) => {
  await parks();
  site.clock.advance(20 * minute);
  await parks();
  expect([reasons(), visits()]).toEqual([["already-inside"], [`${mine} inside`, `${mine} inside`]]);
});

story("nobody saw it come in: it is not priced at 0, a person decides, with name, reason and picture", {}, async (scene) => {
  expect(scene.site.push("out", { license: mine }).reason).toBe("no-entry");
  await scene.post("/lanes/out/open", byHand);
  expect(scene.pulses("out")).toBe(1);
  expect(scene.site.events("gate.ordered")).toEqual([
    { lane: "out", ...byHand, visit: null, picture: "/snapshot/lpr/tri_snap_24.jpg", frame: expect.any(String) as unknown },
  ]);
  await scene.drives("out");
  expect(scene.site.events("gate.opened")).toMatchObject([{ cause: "manual", command: expect.any(String) }]);
});

story("a car without a plate: never opened by itself, let in by hand", {}, async ({ site, post, pulses, reasons, visits }) => {
  expect(site.push("in", { license: "_无_" })).toEqual({ reason: "no-plate", opens: false });
  await post("/lanes/in/open", { ...byHand, reason: "无牌车登记" });
  expect([pulses("in"), reasons(), visits()]).toEqual([1, ["no-plate"], []]);
});

// The arm.
armStories(story);

// The camera.
story("the camera lives and sees nothing: told by the cars that pass, not by its heartbeats", {}, async (scene) => {
  const { site } = scene;
  site.push("in", { license: mine });
  for (let car = 0; car < 4; car += 1) await scene.drives("in");
  const blind = () => scene.reasons().filter((reason) => reason === "camera-blind").length;
  for (let quarter = 0; quarter < 22; quarter += 1) {
    await scene.beats("in");
    site.clock.advance(50_000);
    await site.goOn(400);
    if (quarter === 10) expect(blind()).toBe(0);
  }
  expect([blind(), site.events("camera.silent").filter(({ lane }) => lane === "in").length]).toEqual([1, 0]);
});

story("a quiet night: heartbeats, no cars, no reads, and nobody is called", {}, async (scene) => {
  await scene.parks();
  for (let quarter = 0; quarter < 30; quarter += 1) {
    await scene.beats("in");
    scene.site.clock.advance(50_000);
    await scene.site.goOn(200);
  }
  expect([scene.reasons(), scene.site.events("camera.silent")]).toEqual([[], []]);
});

story(
  "the camera's clock is 8 s ahead: measured, said once, and nothing is opened by what it says",
  {},
  async ({ site, reasons, pulses }) => {
    for (let read = 0; read < 6; read += 1) {
      expect(site.push("in", { license: mine, at: site.clock.wall() + 8_000 }).opens).toBe(false);
      await site.goOn(1_000);
    }
    expect([pulses("in"), reasons().filter((reason) => reason === "camera-clock").length]).toEqual([0, 1]);
    const measured = site
      .lanes()
      .measures?.()
      .find(({ name }) => name === "cuobian_camera_skew_seconds");
    expect(measured?.value).toBe(8);
  },
);

story("a clock that is 4 s off opens, and is nobody's trouble", {}, async ({ site, reasons }) => {
  for (let read = 0; read < 4; read += 1) site.push("in", { license: mine, at: site.clock.wall() + 4_000 });
  expect([site.events("visit.opened").length, reasons()]).toEqual([1, []]);
});

story(
  "a car that the camera sees drive against the lane opens nothing",
  { camera: hikvision },
  async ({ site, reasons, visits, pulses }) => {
    const push = sources.find(({ name }) => name === "hikvision push");
    const say = async (number: number, turned: boolean): Promise<string | null> => {
      const text = Buffer.from(push?.make({ plate: mine, at: site.clock.wall(), number }) ?? []).toString("latin1");
      const body = Buffer.from(turned ? text.replace("<direction>forward", "<direction>reverse") : text, "latin1");
      const answer = await fetch(`${site.http()}${push?.http?.path}`, {
        method: "POST",
        body,
        headers: { "content-type": push?.http?.type ?? "" },
      });
      return answer.headers.get("x-cuobian-reason");
    };
    expect([await say(1, true), reasons(), visits(), pulses("in")]).toEqual(["wrong-direction", ["wrong-direction"], [], 0]);
    expect(await say(2, false)).toBe("opened");
  },
);

story("records of an outage become stays, once, and the arm does not move", {}, async ({ site, visits, pulses }) => {
  const record = {
    license: mine,
    plateid: 77,
    at: site.clock.wall() - 20 * minute,
    change: (plate: Record<string, unknown>) => (plate.isoffline = 1),
  };
  for (let again = 0; again < 3; again += 1) expect(site.push("in", record).opens).toBe(false);
  await site.goOn(1_000);
  expect([visits(), pulses("in"), site.events("gate.opened")]).toEqual([[`${mine} inside`], 0, []]);
});

test("P 06.stories: at least 25 are told", (context) => {
  expect(told).toBeGreaterThanOrEqual(25);
  counted(context, { stories: told });
});
