// What Hikvision and Dahua cameras keep for themselves, over real sockets with digest: the list is written, read back and compared; what differs is an event; a clock that is off is put right.
import { afterEach, expect, test } from "vitest";
import { type ListCamera, type ListMaker, startListCamera } from "#sim/cameras/list-camera.ts";
import { counted, plain } from "../promise.ts";
import { startParkingSite } from "../world/parking-site.ts";
import { until } from "../world/program.ts";
import { mine, sceneAt } from "./at-the-lane.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const makers: readonly ListMaker[] = plain ? ["hikvision"] : ["hikvision", "dahua"];
const protocols = { hikvision: "hikvision-isapi", dahua: "dahua-itsapi" } as const;

async function scene(maker: ListMaker, password = "secret") {
  const clock = { now: () => Date.UTC(2026, 10, 25, 4, 0, 0) };
  const camera = await startListCamera({ maker, user: "gate", password: "secret", now: () => clock.now() });
  closing.push(() => camera.stop());
  const site = await startParkingSite({
    console: true,
    camera: {
      protocol: protocols[maker],
      address: "127.0.0.1",
      port: camera.port,
      user: "gate",
      password_file: "./cam.password",
      list: true,
    },
    files: { "cam.password": `${password}\n` },
  });
  closing.push(() => site.stop());
  clock.now = () => site.clock.wall();
  const { post } = sceneAt(site);
  const pass = (name: string, plate: string, more = {}) => ({
    ...{ pass: name, lot: "main", plates: [plate], spaces: 1, from: "2026-01-01", until: "2026-12-31" },
    ...more,
  });
  const put = (...passes: object[]) => post("/register", { person: "物业甲", passes });
  return { camera, site, put, pass };
}

/** Told time goes on, and stands while the camera is asked: an answer on which time leapt says nothing of a clock, and would be asked for again. */
async function later({ site, camera }: Pick<Awaited<ReturnType<typeof scene>>, "site" | "camera">, ms: number): Promise<void> {
  site.clock.leap(ms);
  for (let heard = -1; heard !== camera.heard(); ) {
    heard = camera.heard();
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await site.goOn(0);
}

/** Until the camera's list has been told of so often. */
async function told(world: Pick<Awaited<ReturnType<typeof scene>>, "site" | "camera">, times: number) {
  const { site } = world;
  const enough = { within_ms: 20_000, every_ms: 0 };
  await until(
    `the list was told of ${times} times`,
    () => later(world, 31_000).then(() => site.events("camera.list").length >= times || undefined),
    enough,
  );
  return site.events("camera.list").at(-1);
}
const plates = ({ plates }: ListCamera): string[] => plates.map(({ plate }) => plate).sort();

test.for(makers)(
  "P 06.talk: passes are put on the list of a %s camera, read back, mended when somebody changed them there, and taken off; what others put there stays",
  async (maker, context) => {
    const { camera, site, put, pass } = await scene(maker);
    const { faults } = camera;
    camera.plates.push({ key: "1", plate: "闽C99999", from: "2020-01-01 00:00:00", until: "2037-12-31 23:59:59", kind: "whiteList" });
    faults.word = "whiteList";
    faults.pageOf = 2;
    await put(pass("p-1", mine), pass("p-2", "闽C12345"), pass("p-3", "闽C54321"));
    expect(await told({ site, camera }, 1)).toEqual({
      lane: "in",
      camera: "cam-in",
      plates: 3,
      confirmed: true,
      detail: "1 not put there from here",
    });
    expect(plates(camera)).toEqual(["闽C12345", "闽C54321", "闽C99999", mine].sort());
    // Another end, and one that ends.
    faults.byIdOnly = true;
    await put(pass("p-1", mine, { until: "2027-06-30" }), pass("p-2", "闽C12345", { withdrawn: true }));
    expect(await told({ site, camera }, 2)).toMatchObject({ plates: 2, confirmed: true });
    expect(plates(camera)).toEqual(["闽C54321", "闽C99999", mine].sort());
    expect(camera.plates.find(({ plate }) => plate === mine)?.until.slice(0, 10)).toBe("2027-06-30");
    // Somebody takes one off at the camera: said, and put back within the hour.
    camera.plates.splice(
      camera.plates.findIndex(({ plate }) => plate === mine),
      1,
    );
    site.clock.leap(3_600_000);
    expect(await told({ site, camera }, 4)).toMatchObject({ plates: 2, confirmed: true });
    expect(site.events("camera.list").at(-2)).toMatchObject({
      confirmed: false,
      detail: "the list was changed at the camera: 1 missing, 1 not put there from here",
    });
    expect(plates(camera)).toContain(mine);
    counted(context, { questions: camera.asked.length, "told of": site.events("camera.list").length });
  },
);

test.for(makers)("P 06.talk: a %s camera that says yes and keeps nothing is not confirmed; nor one that refuses", async (maker) => {
  const { camera, site, put, pass } = await scene(maker);
  camera.faults.forgetful = true;
  await put(pass("p-1", mine));
  expect(await told({ site, camera }, 1)).toMatchObject({ confirmed: false, detail: "1 missing" });
  camera.faults.readOnly = true;
  expect(await told({ site, camera }, 2)).toMatchObject({
    confirmed: false,
    detail: expect.stringContaining("the list was not written: the camera answered 400"),
  });
  camera.faults.forgetful = false;
  camera.faults.readOnly = false;
  camera.faults.coloured = maker === "hikvision";
  expect(await told({ site, camera }, 3)).toMatchObject({ confirmed: true, plates: 1, detail: "" });
  expect(plates(camera)).toEqual([maker === "hikvision" ? `蓝${mine}` : mine]);
});

test("P 06.talk: a wrong password is tried once and then left alone; the list is not confirmed", async () => {
  const { camera, site, put, pass } = await scene("dahua", "guess");
  await put(pass("p-1", mine));
  expect(await told({ site, camera }, 1)).toMatchObject({ confirmed: false, detail: expect.stringContaining("left alone") });
  expect(camera.asked).toEqual([]);
});

test.for(makers)(
  "P 06.talk: a %s camera's clock that is off is put right, once, and only by a clock that may be believed",
  async (maker) => {
    const { camera, site } = await scene(maker);
    const sets = (): number =>
      camera.asked.filter((one) => one.startsWith("PUT /ISAPI/System/time") || one.includes("setCurrentTime")).length;
    await until("it was compared", () =>
      later({ site, camera }, 601_000).then(() => camera.asked.some((one) => one.includes("ime")) || undefined),
    );
    expect(sets()).toBe(0);
    camera.ahead_ms = -32 * 60_000;
    site.clock.synchronise(false);
    await later({ site, camera }, 3_601_000);
    await later({ site, camera }, 2_000);
    expect(sets()).toBe(0);
    site.clock.synchronise(true);
    await until("it is put right", () => later({ site, camera }, 601_000).then(() => Math.abs(camera.ahead_ms) < 2_000 || undefined));
    expect(sets()).toBe(1);
  },
);
