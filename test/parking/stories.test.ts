// What happens at lanes: each story is a test. Real boards over Modbus/TCP, a real journal on the disk, the booth's own API; time is told.
import { afterEach, expect, test } from "vitest";
import { sources } from "#protocols/cameras/sources-for-tests.ts";
import { counted } from "../promise.ts";
import { type ParkingOptions, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { mine, minute, other, quickScene, type Scene } from "./at-the-lane.ts";

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
const held = { mode: "held-open", person: "门岗甲", approver: "物业经理", reason: "搬家", minutes: 10 };
const hikvision = { protocol: "hikvision-isapi", serialno: "DS-TCG406-E 20241223AIFU6460824", heading: "forward" };
const byHand = { command: "command-0001", person: "门岗甲", reason: "识别失败" };

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
story(
  "the arm stays up over free loops: said once, and again only when it had come down",
  {},
  async ({ parks, armGoesUp, armComesDown, site, reasons }) => {
    await parks();
    await armGoesUp("in");
    for (let look = 0; look < 5; look += 1) {
      site.clock.advance(minute);
      await site.goOn(400);
    }
    expect(reasons().filter((reason) => reason === "stuck-open")).toEqual(["stuck-open"]);
    await armComesDown("in");
    await armGoesUp("in");
    site.clock.advance(2 * minute);
    await site.goOn(400);
    expect(reasons().filter((reason) => reason === "stuck-open")).toHaveLength(2);
  },
);

story("the exit's arm is stuck open, and a car that owes drives out: its stay ends there, with what it owes", {}, async (scene) => {
  await scene.parks();
  await scene.armGoesUp("out");
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.goesUnder("out");
  await scene.isThrough("out");
  expect(scene.reasons()).toContain("left-unpaid");
  expect(scene.site.events("visit.closed")).toMatchObject([{ lane: "out", total_fen: 400, paid_fen: 0 }]);
  scene.site.clock.leap(38 * 24 * 60 * minute);
  expect(scene.site.push("out", { license: mine }).reason).toBe("no-entry");
});

story("power fails with a car under the arm: nothing moves because of us, and the car is counted when it goes on", {}, async (scene) => {
  scene.site.push("in", { license: mine });
  await scene.comes("in");
  await scene.armGoesUp("in");
  await scene.goesUnder("in");
  const writes = [scene.pulses("in"), scene.site.board("in").otherWrites];
  await scene.site.restart(20_000);
  await scene.site.goOn(5_000);
  expect([scene.pulses("in"), scene.site.board("in").otherWrites]).toEqual(writes);
  await scene.isThrough("in");
  expect(scene.site.events("lane.passed")).toMatchObject([{ visit: scene.site.events("visit.opened")[0]?.visit }]);
});

story("the fire alarm's contact: every arm up, up again when it falls, also after a restart, until a person ends it", {}, async (scene) => {
  const { site } = scene;
  site.board("in").fire = true;
  await site.goOn(400);
  expect([scene.pulses("in"), scene.pulses("out")]).toEqual([1, 1]);
  await scene.armGoesUp("out");
  await site.goOn(2_000);
  await scene.armComesDown("out");
  expect(scene.pulses("out")).toBe(2);
  await site.restart(5_000);
  await site.goOn(2_400);
  expect(scene.pulses("out")).toBeGreaterThan(2);
  // It ends by no timer, and not while the contact says fire.
  await scene.post("/fire", { fire: false, person: "物业经理", reason: "误报" });
  await site.goOn(400);
  expect(site.lane("out").keeping.mode().mode).toBe("fire");
  site.board("in").fire = false;
  await site.goOn(400);
  await scene.post("/fire", { fire: false, person: "物业经理", reason: "误报已核实" });
  const pulsed = scene.pulses("out");
  await site.goOn(10_000);
  expect([site.lane("out").keeping.mode().mode, scene.pulses("out")]).toEqual(["normal", pulsed]);
  expect(site.events("gate.opened").every(({ cause }) => cause === "manual")).toBe(true);
});

story("a fire opens also a lane that is switched off", {}, async ({ site, post, pulses }) => {
  await post("/lanes/in/mode", { mode: "closed", person: "门岗甲", reason: "施工" });
  expect(await post("/fire", { fire: true, person: "门岗甲", reason: "3 号楼起火" })).toMatchObject({ body: { lanes: ["in", "out"] } });
  await site.goOn(400);
  expect([pulses("in"), pulses("out")]).toEqual([1, 1]);
});

story("the guard presses twice: one pulse, and another content under the same name is refused", {}, async ({ post, pulses }) => {
  await Promise.all([post("/lanes/in/open", byHand), post("/lanes/in/open", byHand)]).catch(() => undefined);
  await post("/lanes/in/open", byHand);
  expect(await post("/lanes/in/open", { ...byHand, person: "门岗乙" })).toMatchObject({ status: 409 });
  expect(pulses("in")).toBe(1);
});

story("a lane that is switched off opens nothing, also after a restart; money that is paid there is taken", {}, async (scene) => {
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.post("/lanes/out/mode", { mode: "closed", person: "门岗甲", reason: "道闸检修" });
  await scene.site.restart(2_000);
  await scene.site.goOn(1_000);
  expect(await scene.pays()).toMatchObject({ status: 200, body: { gate: "not-opened", reason: "lane-closed" } });
  expect(scene.site.push("out", { license: mine })).toEqual({ reason: "lane-closed", opens: false });
  await scene.post("/lanes/out/open", byHand);
  expect(scene.pulses("out")).toBe(0);
  await scene.post("/lanes/out/mode", { mode: "normal", person: "门岗甲", reason: "检修完成" });
  expect(scene.site.push("out", { license: mine })).toEqual({ reason: "opened", opens: true });
});

story(
  "held open with another person's approval: up again when it falls, cars are still visits, and it ends by itself",
  {},
  async (scene) => {
    const { site } = scene;
    expect(await scene.post("/lanes/in/mode", held)).toMatchObject({ status: 200, body: { mode: "held-open" } });
    await site.goOn(400);
    expect(scene.pulses("in")).toBe(1);
    await scene.armGoesUp("in");
    expect(site.push("in", { license: mine })).toEqual({ reason: "opened", opens: true });
    await scene.goesUnder("in");
    await scene.isThrough("in");
    expect(site.events("lane.passed")).toMatchObject([{ visit: site.events("visit.opened")[0]?.visit }]);
    await site.goOn(2_000);
    await scene.armComesDown("in");
    expect(scene.pulses("in")).toBe(2);
    await scene.armGoesUp("in");
    site.clock.advance(10 * minute);
    await site.goOn(400);
    expect(site.lane("in").keeping.mode().mode).toBe("normal");
    await scene.armComesDown("in");
    const pulsed = scene.pulses("in");
    await site.goOn(10_000);
    expect([scene.pulses("in"), site.board("in").closes]).toEqual([pulsed, 0]);
    expect(scene.reasons()).not.toContain("tailgating");
  },
);

story("nobody holds a lane open alone, for ever, or for longer than an hour", {}, async ({ post, site, pulses }) => {
  const { approver: _a, ...alone } = held;
  const { minutes: _m, ...forEver } = held;
  expect((await post("/lanes/in/mode", alone)).body).toMatchObject({ code: "no-approver" });
  expect((await post("/lanes/in/mode", { ...held, approver: held.person })).body).toMatchObject({ code: "no-approver" });
  expect((await post("/lanes/in/mode", forEver)).body).toMatchObject({ code: "no-expiry" });
  expect((await post("/lanes/in/mode", { ...held, minutes: 61 })).status).toBe(400);
  await site.goOn(1_000);
  expect(pulses("in")).toBe(0);
});

story(
  "the lot is full: visitors wait, pass holders come in, and a car that leaves makes a place",
  { lot: { capacity: 1, when_full: "pass-holders" } },
  async (scene) => {
    await scene.post("/register", {
      person: "物业甲",
      passes: [{ pass: "p-1", lot: "main", plates: [other], spaces: 1, from: "2026-01-01", until: "2026-12-31" }],
    });
    await scene.parks(mine);
    expect(scene.site.push("in", { license: "闽C12345" })).toEqual({ reason: "lot-full", opens: false });
    expect(scene.site.push("in", { license: other })).toEqual({ reason: "opened", opens: true });
    await scene.drives("in");
    for (const license of [mine, other]) {
      expect(scene.atExit(license, minute)).toBe("opened");
      await scene.drives("out");
    }
    expect(scene.site.push("in", { license: "闽C12345" })).toEqual({ reason: "opened", opens: true });
  },
);

story("the board is gone for a while: what was ordered meanwhile is never carried out late", {}, async ({ site, pulses }) => {
  await site.boards.down();
  const answer = site.lane("in").open({ cause: "manual", by: byHand, visit: null });
  await site.goOn(4_000);
  await site.boards.up();
  await site.goOn(10_000);
  expect([pulses("in"), (await answer).gate]).toEqual([0, "not-opened"]);
});

story("the arm does not move: said once, and the car that is read again is asked for again", {}, async ({ site }) => {
  site.push("in", { license: mine });
  await site.goOn(8_000);
  expect(site.events("gate.unanswered")).toHaveLength(1);
  expect(site.push("in", { license: mine })).toEqual({ reason: "opened-again", opens: true });
});

story(
  "the arm goes up and nobody of ours asked: an opening with an unknown cause, and a person is called",
  {},
  async ({ site, armGoesUp, reasons }) => {
    await armGoesUp("in");
    expect(site.events("gate.opened")).toMatchObject([{ cause: "unknown", command: null }]);
    expect(reasons()).toEqual(["opened-by-nobody"]);
  },
);

story("nobody sends an arm down over a car, or while it is not known what stands there", {}, async ({ site, post, armGoesUp, comes }) => {
  const close = { person: "门岗甲", reason: "未自动落杆" };
  await armGoesUp("in");
  await comes("in");
  expect((await post("/lanes/in/close", close)).body).toMatchObject({ code: "occupied" });
  Object.assign(site.board("in"), { approach: false, under: true });
  await site.goOn(400);
  expect((await post("/lanes/in/close", close)).body).toMatchObject({ code: "occupied" });
  site.board("in").under = false;
  await site.goOn(400);
  expect((await post("/lanes/in/close", close)).body).toMatchObject({ gate: "closing" });
  expect(site.board("in").closes).toBe(1);
  await site.goOn(400);
  await site.boards.down();
  await site.goOn(3_000);
  expect((await post("/lanes/in/close", close)).body).toMatchObject({ code: "board-silent" });
});

story("a car comes under the arm that was sent down: up again", {}, async ({ site, post, armGoesUp, pulses }) => {
  await armGoesUp("in");
  await post("/lanes/in/close", { person: "门岗甲", reason: "未自动落杆" });
  Object.assign(site.board("in"), { open: false, moving: true });
  await site.goOn(200);
  expect(pulses("in")).toBe(0);
  site.board("in").under = true;
  await site.goOn(400);
  expect(pulses("in")).toBe(1);
});

story("an arm is not sent down before the car that it was opened for is through", {}, async ({ site, post, armGoesUp }) => {
  site.push("in", { license: mine });
  await armGoesUp("in");
  expect((await post("/lanes/in/close", { person: "门岗甲", reason: "落杆" })).body).toMatchObject({ code: "car-ahead" });
  expect(site.board("in").closes).toBe(0);
});

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
