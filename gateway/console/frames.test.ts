// The picture of a read that needed a person, over real HTTP: kept under the read's own name, shown to nobody without the booth's token, bounded, and gone when it is gone.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { frameOf } from "#gateway/lanes/frames.ts";
import { counted } from "#test/promise.ts";
import { booth } from "#test/world/booth.ts";
import { type LaneName, type ParkingSite, serials, startParkingSite } from "#test/world/parking-site.ts";
import { jpeg } from "#test/world/pictures.ts";
import { until } from "#test/world/program.ts";
import { vendorPush } from "#test/world/vendor-push.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

interface Row {
  exception: string;
  plate: string;
  frame: string | null;
  kept: boolean;
}
const rows = async (): Promise<Row[]> => ((await booth(site).ask("/api/v1/booth", {})).body as unknown as { exceptions: Row[] }).exceptions;
const folder = (): string => join(site.context().data, "frames");
/** One that is being written is none yet. */
const files = (): string[] =>
  readdirSync(folder())
    .filter((name) => name.endsWith(".jpg"))
    .sort();
let plateid = 5_000;

/** As the camera pushes it: JSON with the picture in base64. */
async function pushes(lane: LaneName, license: string, picture?: Uint8Array, id = plateid++): Promise<void> {
  const body = vendorPush({
    ...{ at: site.clock.wall(), serialno: serials[lane], plateid: id, license },
    change: (plate) => {
      if (picture !== undefined) plate.imageFile = Buffer.from(picture).toString("base64");
    },
  });
  const answer = await fetch(`${site.http()}/devicemanagement/php/plateresult.php`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(answer.status).toBe(200);
}
const shown = (exception: string, token?: string | null) =>
  fetch(
    `${site.http()}/api/v1/exceptions/${exception}/frame`,
    token === null ? {} : { headers: { authorization: `Bearer ${token ?? "0123456789abcdef0123456789abcdef"}` } },
  );

test("P 06.frame: the picture of a read that needed a person is that read's, and nobody else's; without it the booth is told so", async (context) => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  const [first, second] = [jpeg(5_000), jpeg(9_000)];
  // Let in: nobody has to look, and no picture is kept.
  await pushes("in", "闽C11111", jpeg(700));
  await pushes("out", "闽C22222", first);
  await pushes("out", "闽C33333", second);
  await pushes("out", "闽C44444");
  await until("both are on the disk", () => files().length >= 2);
  const [none, other, one] = await rows();
  expect([one?.plate, other?.plate, none?.plate]).toEqual(["闽C·22222", "闽C·33333", "闽C·44444"]);
  expect([one?.kept, other?.kept, none?.kept]).toEqual([true, true, false]);
  expect(files()).toEqual([`${one?.frame}.jpg`, `${other?.frame}.jpg`].sort());
  for (const name of files()) expect(statSync(join(folder(), name)).mode & 0o077).toBe(0);
  for (const [row, picture] of [
    [one, first],
    [other, second],
  ] as const) {
    const answer = await shown(row?.exception ?? "");
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("cache-control")]).toEqual([
      200,
      "image/jpeg",
      "no-store",
    ]);
    expect(answer.headers.get("x-cuobian-frame")).toBe(row?.frame);
    expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true);
  }
  // Nobody without the token, and no file by its name.
  expect((await shown(one?.exception ?? "", null)).status).toBe(401);
  expect((await shown(one?.exception ?? "", "another-token-of-some-length")).status).toBe(401);
  for (const name of ["nobody", "..%2f..%2fsite.yaml", `${one?.frame}`])
    expect([name, (await shown(name)).status >= 400]).toEqual([name, true]);
  expect((await shown(none?.exception ?? "")).status).toBe(404);
  // Taken away by somebody: said, and no other picture in its place.
  rmSync(join(folder(), `${one?.frame}.jpg`));
  const gone = await shown(one?.exception ?? "");
  expect([gone.status, ((await gone.json()) as { detail_zh: string }).detail_zh]).toEqual([404, "未保存识别帧"]);
  expect((await rows()).map(({ kept }) => kept)).toEqual([false, true, false]);
  counted(context, { pictures: 2, exceptions: 3 });
});

test("an opening by hand keeps what the camera saw before it, also of a car that was let in; of a read a minute ago it keeps nothing", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  const seen = jpeg(6_000);
  await pushes("in", "闽C11111", seen);
  expect(files()).toEqual([]);
  const open = (command: string) =>
    booth(site).ask("/api/v1/lanes/in/open", { method: "POST", body: JSON.stringify({ command, person: "门岗甲", reason: "杆未抬起" }) });
  await open("command-0001");
  await until("it is on the disk", () => files().length === 1);
  const [ordered] = site.events("gate.ordered");
  expect(files()).toEqual([`${ordered?.frame}.jpg`]);
  const told = async () =>
    ((await booth(site).ask("/api/v1/openings")).body as unknown as { openings: Record<string, unknown>[] }).openings;
  expect(await told()).toMatchObject([
    { command: "command-0001", lane: "in", person: "门岗甲", reason: "杆未抬起", frame: ordered?.frame, kept: true },
  ]);
  const answer = await fetch(`${site.http()}/api/v1/openings/command-0001/frame`, {
    headers: { authorization: "Bearer 0123456789abcdef0123456789abcdef" },
  });
  expect(Buffer.from(await answer.arrayBuffer()).equals(seen)).toBe(true);
  expect((await fetch(`${site.http()}/api/v1/openings/command-0001/frame`)).status).toBe(401);
  site.clock.leap(61_000);
  await site.goOn(200);
  await open("command-0002");
  expect(await told()).toMatchObject([{ command: "command-0002", frame: null, kept: false }, { kept: true }]);
  expect((await booth(site).ask("/api/v1/openings/command-0002/frame")).status).toBe(404);
  // It stays as long as the opening is among the newest, through a restart.
  await site.restart(60_000);
  expect(await told()).toMatchObject([{ kept: false }, { kept: true }]);
});

test("a picture that comes with a repeat of the read is its picture; half a picture is none; a restart keeps what is kept", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  await pushes("out", "闽C22222", jpeg(4_000).subarray(0, 2_000), 77);
  await pushes("out", "闽C22222", undefined, 77);
  expect(files()).toEqual([]);
  await pushes("out", "闽C22222", jpeg(4_000), 77);
  await until("it is on the disk", () => files().length === 1);
  await site.restart(60_000);
  const [row] = await rows();
  expect([row?.kept, (await shown(row?.exception ?? "")).status]).toEqual([true, 200]);
});

test("bounded: by days, and by the exceptions that are kept; what is none of ours goes", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  await pushes("out", "闽C22222", jpeg(4_000));
  await until("it is on the disk", () => files().length === 1);
  writeFileSync(join(folder(), `${frameOf("another")}.jpg`), jpeg(300));
  writeFileSync(join(folder(), "1.half"), jpeg(300));
  await site.restart(6 * 86_400_000);
  expect([files().length, existsSync(join(folder(), "1.half"))]).toEqual([1, false]);
  await site.restart(2 * 86_400_000);
  expect([files(), (await rows())[0]?.kept]).toEqual([[], false]);
  await pushes("out", "闽C66666", jpeg(4_000));
  await until("it is on the disk", () => files().length === 1);
  const [kept] = files();
  for (let nth = 0; nth < 200; nth += 1) site.push("out", { license: `闽C${20_000 + nth}` });
  site.lanes().frames.prune();
  expect([kept !== undefined, files()]).toEqual([true, []]);
});

test("where it is set to no days nothing is kept", async () => {
  site = await startParkingSite({ console: true, top: { booth: { token_file: "./booth.token", frame_days: 0 } } });
  await site.goOn(400);
  await pushes("out", "闽C22222", jpeg(4_000));
  const [row] = await rows();
  await site.lanes().frames.keep(row?.frame ?? "", jpeg(4_000));
  expect([row?.kept, existsSync(folder()) ? files() : []]).toEqual([false, []]);
});
