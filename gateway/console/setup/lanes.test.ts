// Lanes in the first run: a camera that pushes is seen with its plate and picture and told that nothing was taken; an arm opens only before a person's eyes, once, and is written down first.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSiteConfig } from "#gateway/config/read.ts";
import type { SetupFinished, SetupState } from "#protocols/api/setup.ts";
import type { SetupBarrier, SetupCameras } from "#protocols/api/setup-lanes.ts";
import { sources } from "#protocols/cameras/sources-for-tests.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { startBoards, type TestBoards } from "#test/world/barrier-boards.ts";
import { vendorSample } from "#test/world/vendor-push.ts";
import { type FirstRun, firstRun } from "../../site/first-run.ts";

let run: FirstRun;
let folder: string;
let boards: TestBoards | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cuobian-setup-lanes-"));
  run = await firstRun(join(folder, "etc", "site.yaml"), { host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await run.stop();
  await boards?.down();
  boards = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function ask<Told>(method: string, path: string, body?: object): Promise<{ status: number; told: Told & { code?: string } }> {
  const answer = await fetch(`${run.http}/api/v1/setup${path}`, {
    method,
    headers: { authorization: `Bearer ${run.code}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, told: (await answer.json()) as Told & { code?: string } };
}
const push = (path: string, body: string | Uint8Array<ArrayBuffer>, type: string) =>
  fetch(`${run.http}${path}`, { method: "POST", headers: { "content-type": type }, body });

test("P 11.setup-cameras a push of every make is shown with serial number, plate and picture to who has the code, and is told 503", async (context) => {
  let told = 0;
  for (const [at, { http, make }] of sources.entries()) {
    if (http === undefined) continue;
    const bytes = make({ plate: "闽C12345", at: wall(1_764_000_000_000), number: at + 1 });
    const answer = await push(http.path, new Uint8Array(bytes), http.type);
    expect([http.protocol, answer.status, answer.headers.get("x-cuobian-reason")]).toEqual([http.protocol, 503, "first-run"]);
    told += 1;
  }
  const { cameras, refused, paths } = (await ask<SetupCameras>("GET", "/cameras")).told;
  const shown = cameras.map(({ protocol, serialno, plate, address }) => ({ protocol, serialno, plate, address }));
  for (const { http } of sources)
    if (http !== undefined)
      expect(shown).toContainEqual({ protocol: http.protocol, serialno: http.serialno, plate: "闽C12345", address: "127.0.0.1" });
  expect([cameras.length, refused]).toEqual([told, 0]);
  expect(paths.length).toBeGreaterThan(5);
  // The vendor's own sample, with the picture in it.
  await push("/devicemanagement/php/plateresult.php", vendorSample, "application/json");
  const [newest] = (await ask<SetupCameras>("GET", "/cameras")).told.cameras;
  if (newest === undefined) throw new Error("nobody was heard");
  await push("/devicemanagement/php/plateresult.php", "{", "application/json");
  expect((await ask<SetupCameras>("GET", "/cameras")).told).toMatchObject({ refused: 1, why: expect.stringMatching(/^vzenith-http: /) });
  for (const path of ["/cameras", `/cameras/${newest.camera}/frame`])
    expect((await fetch(`${run.http}/api/v1/setup${path}`)).status).toBe(401);
  const frame = await fetch(`${run.http}/api/v1/setup/cameras/${newest.camera}/frame`, {
    headers: { authorization: `Bearer ${run.code}` },
  });
  expect([frame.status, newest.frame > 0]).toEqual(newest.frame > 0 ? [200, true] : [404, false]);
  counted(context, { makes: told, cameras: cameras.length });
});

test("P 11.setup-barrier the arm is looked at freely, and moved only for somebody beside it who typed the word, once, with nothing under it; the order is on the disk first", async (context) => {
  boards = await startBoards();
  const board = boards.unit(1);
  const asked = { profile: "barriers/loop-board", host: "127.0.0.1", port: boards.port, unit: 1, open: false, at_gate: false, confirm: "" };
  const note = join(folder, "etc", "setup-openings.jsonl");
  const looked = await ask<SetupBarrier>("POST", "/barrier", asked);
  expect(looked).toMatchObject({ status: 200, told: { board: { closed: true, open: false, opened: 40_000 }, opened: null } });

  const sure = { ...asked, open: true, at_gate: true, confirm: "开闸" };
  const rows: readonly (readonly [code: string, object, () => void])[] = [
    ["at-gate", { at_gate: false }, () => undefined],
    ["confirm", { confirm: "" }, () => undefined],
    ["confirm", { confirm: "close" }, () => undefined],
    ["under", {}, () => Object.assign(board, { under: true })],
    ["not-closed", {}, () => Object.assign(board, { under: false, moving: true })],
    ["not-closed", {}, () => Object.assign(board, { moving: false, open: true, closed: false })],
    ["no-model", { profile: "stations/ten-socket" }, () => Object.assign(board, { open: false, closed: true })],
    ["not-on-site", { host: "8.8.8.8" }, () => undefined],
  ];
  for (const [code, more, before] of rows) {
    before();
    expect((await ask("POST", "/barrier", { ...sure, ...more })).told.code).toBe(code);
  }
  expect([board.pulses, board.otherWrites, existsSync(note)]).toEqual([0, 0, false]);

  const opening = ask<SetupBarrier>("POST", "/barrier", sure);
  while (board.pulses === 0) await new Promise((next) => setImmediate(next));
  expect(
    readFileSync(note, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([{ opened: "barrier", port: boards.port }]);
  Object.assign(board, { closed: false, open: true, opened: 40_001 });
  const { told } = await opening;
  expect(told).toMatchObject({
    board: { open: true, opened: 40_001 },
    opened: { echoed_ms: expect.any(Number), open_ms: expect.any(Number) },
  });
  expect([board.pulses, board.otherWrites]).toEqual([1, 0]);
  counted(context, { refused: rows.length, pulses: board.pulses });
});

test("P 11.setup-lanes what is wrong of a lane is said at its own question; the file that is written has lot, lanes and tariff, and is sound", async (context) => {
  const token = "a-token-of-this-site-2026";
  await ask("PUT", "/answers", { step: "identity", answers: { site: "jinxiu", gateway: "gw-1", name: "锦绣花园" }, token });
  const lane = { name: "东门入口", direction: "entry", protocol: "vzenith-http", serialno: "fe71e106", address: "192.168.1.64" };
  const arm = { profile: "barriers/loop-board", host: "192.168.1.30", port: 502, unit: 1 };
  const tariff = readFileSync("tariffs/demonstration.yaml", "utf8");
  const lot = { name: "地面停车场", capacity: 120, tariff };
  const one = { ...lane, ...arm };
  const two = { ...one, name: "东门出口", direction: "exit", serialno: "fe71e107", address: "", unit: 2 };
  const give = (answers: object) => ask<SetupState>("PUT", "/answers", { step: "lanes", answers });
  const rows: readonly (readonly [object, string[]])[] = [
    [{ lot, lanes: [] }, ["lanes"]],
    [{ lot: { ...lot, capacity: 0 }, lanes: [one] }, ["capacity"]],
    [{ lot: { ...lot, tariff: "tariff: x\nversions: []\n" }, lanes: [one] }, ["tariff"]],
    [{ lot: { ...lot, tariff: "" }, lanes: [one] }, ["tariff"]],
    [{ lot, lanes: [one, { ...two, serialno: one.serialno }] }, ["1.serialno"]],
    [{ lot, lanes: [{ ...one, address: "camera-1" }] }, ["0.address"]],
    [{ lot, lanes: [{ ...one, protocol: "no-such" }] }, ["0.protocol"]],
    [{ lot, lanes: [{ ...one, unit: 300 }] }, ["0.unit"]],
    [{ lot, lanes: [one, { ...two, host: "" }] }, ["1.host"]],
    [{ lot, lanes: [{ ...one, name: "" }] }, ["0.name"]],
  ];
  for (const [answers, fields] of rows) {
    const { told } = await give(answers);
    expect([fields, told.complaints?.map(({ field }) => field)]).toEqual([fields, fields]);
  }
  expect((await give({ lot, lanes: [one, two] })).told).toMatchObject({ complaints: [], answers: { lanes: [one, two] } });
  const done = await ask<SetupFinished>("POST", "/finish", {});
  expect(done.status).toBe(200);
  await run.finished;
  const read = readSiteConfig(join(folder, "etc", "site.yaml"));
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  const { lots, lanes } = read.config;
  expect([lots.length, lanes.map(({ id, lot: of, camera, barrier }) => [id, of, camera.serialno, camera.address, barrier.unit])]).toEqual([
    1,
    [
      ["lane-1", "main", "fe71e106", "192.168.1.64", 1],
      ["lane-2", "main", "fe71e107", undefined, 2],
    ],
  ]);
  expect(readFileSync(join(folder, "etc", "tariff.yaml"), "utf8")).toBe(tariff);
  counted(context, { refused: rows.length, lanes: lanes.length });
});
