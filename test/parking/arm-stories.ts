// What happens to the arm of a lane: up too long, up in a fire, held, locked, sent down over nobody; each told by stories.test.ts.
import { expect } from "vitest";
import { byHand, mine, minute, other, type Tell } from "./at-the-lane.ts";

const held = { mode: "held-open", person: "门岗甲", approver: "物业经理", reason: "搬家", minutes: 10 };

export function armStories(story: Tell): void {
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

  story(
    "the fire alarm's contact: every arm up, up again when it falls, also after a restart, until a person ends it",
    {},
    async (scene) => {
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
    },
  );

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
}
