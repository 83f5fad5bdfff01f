// What the bench writes: nothing before it was allowed, nothing that was not read and typed, one register once, and never on a line of the site. And what the commissioning record keeps.
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import type { BenchWritesState, BenchWritten, ReportState } from "#protocols/api/installer.ts";
import { serveTcp, type TcpFace } from "#sim/modbus/tcp-face.ts";
import { counted } from "#test/promise.ts";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { allowedFor_ms } from "./write.ts";

let site: ParkingSite | undefined;
let face: TcpFace | undefined;
afterEach(async () => {
  await site?.stop();
  await face?.close();
  [site, face] = [undefined, undefined];
});

async function ask<Told>(method: string, path: string, body?: object): Promise<{ status: number; told: Told & { code?: string } }> {
  const headers = { authorization: `Bearer ${boothToken}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const answer = await fetch(`${site?.http()}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, told: (await answer.json()) as Told & { code?: string } };
}

test("P 11.bench-write off until it is allowed, for ten minutes; read, typed, written once, read back; every other way is refused and writes nothing", async (context) => {
  const words = new Map([[20, 7]]);
  const coils = new Map([[3, false]]);
  let writes = 0;
  const memory = {
    word: (address: number) => words.get(address),
    coil: (address: number) => coils.get(address),
    holdsRegister: (address: number) => words.has(address),
    holdsCoil: (address: number) => coils.has(address),
    writeRegister: (address: number, value: number) => {
      writes += 1;
      words.set(address, value);
      return "done" as const;
    },
    writeCoil: (address: number, value: number) => {
      writes += 1;
      coils.set(address, value !== 0);
      return "done" as const;
    },
  };
  face = await serveTcp({ host: "127.0.0.1", port: 0, memory: (unit) => (unit === 3 ? memory : undefined) });
  site = await startParkingSite({ console: true });
  const line = { kind: "tcp", host: "127.0.0.1", port: face.port } as const;
  const plain = {
    line,
    unit: 3,
    table: "holding",
    address: "20",
    notation: "zero",
    value: 1_234,
    before: 7,
    confirm: "3/20=1234",
  } as const;
  const write = (more: object = {}) => ask<BenchWritten>("POST", "/bench/write", { ...plain, ...more });
  expect((await write()).told.code).toBe("writes-off");
  expect((await ask<BenchWritesState>("POST", "/bench/writes", { allow: true })).told.until).not.toBeNull();
  const refusals: readonly (readonly [object, number, string])[] = [
    [{ before: 8 }, 409, "changed"],
    [{ confirm: "" }, 422, "confirm"],
    [{ confirm: "3/20=123" }, 422, "confirm"],
    [{ confirm: "4/20=1234" }, 422, "confirm"],
    [{ address: "70" }, 502, "exception"],
    [{ table: "coil", address: "3", value: 2 }, 422, "value"],
    [{ unit: 9 }, 504, "no-answer"],
    [{ unit: 0 }, 400, "not-as-described"],
    [{ value: 70_000 }, 400, "not-as-described"],
    [{ table: "input" }, 400, "not-as-described"],
    [{ line: { ...line, host: "8.8.8.8" } }, 422, "not-on-site"],
    [{ line: { kind: "tcp", host: "127.0.0.1", port: site.boards.port } }, 409, "line-of-the-site"],
  ];
  for (const [more, status, code] of refusals) {
    const answer = await write(more);
    expect([answer.status, answer.told.code], JSON.stringify(more)).toEqual([status, code]);
  }
  // Not read yet: what stands there, and what has to be typed.
  expect((await write({ before: null, confirm: "" })).told).toEqual({
    zero: 20,
    before: 7,
    confirm: "3/20=1234",
    written: false,
    after: null,
  });
  expect([writes, words.get(20)]).toEqual([0, 7]);
  expect((await write()).told).toEqual({ zero: 20, before: 7, confirm: "3/20=1234", written: true, after: 1_234 });
  const coil = { table: "coil", address: "3", value: 1, before: 0, confirm: "3/3=1" };
  expect((await write(coil)).told).toMatchObject({ written: true, after: 1 });
  expect(writes).toBe(2);
  site.clock.advance(allowedFor_ms);
  expect((await write({ before: 1_234 })).told.code).toBe("writes-off");
  expect((await ask<BenchWritesState>("GET", "/bench/writes")).told.until).toBeNull();
  expect(writes).toBe(2);
  counted(context, { refusals: refusals.length + 2, writes });
});

test("P 11.report-sent the record goes into the outbox with what the gateway proves now, what was ticked and each picture's hash; the page says when the cloud has it", async (context) => {
  site = await startParkingSite({ console: true });
  const told = async () => (await ask<ReportState>("GET", "/report")).told;
  const { hands } = await told();
  await ask("PUT", "/report", { person: "安装员子", done: ["network-cut"] });
  const photo = Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(200, 7), Buffer.of(0xff, 0xd9)]);
  await ask("POST", "/report/photos", { item: "network-cut", base64: photo.toString("base64") });
  const sent = await ask<ReportState>("POST", "/report/send", {});
  expect(sent.told.sent).toMatchObject({ kept: false, at: expect.stringMatching(/^20/) });
  const event = site.journal().get<{ data: string }>("SELECT data FROM event WHERE type = 'gateway.commissioned'");
  const data = JSON.parse(event?.data ?? "{}") as {
    proofs: { ok: boolean; zh: string }[];
    hands: { id: string; done: boolean; photos: number }[];
    photos: string[];
  };
  expect(data).toMatchObject({ person: "安装员子", photos: [createHash("sha256").update(photo).digest("hex")] });
  expect(data.hands.filter(({ done }) => done).map(({ id, photos }) => [id, photos])).toEqual([["network-cut", 1]]);
  expect(data.hands.length).toBe(hands.length);
  // Nothing is heard of a cloud here: it is no proof.
  expect(data.proofs.find(({ zh }) => zh.startsWith("云端"))?.ok).toBe(false);
  // As the uplink does when the cloud says so.
  const uplink = new Database(join(site.folder, "gateway", "journal.sqlite"));
  uplink.prepare("UPDATE stream SET acknowledged = next - 1 WHERE stream = 'state'").run();
  uplink.close();
  expect((await told()).sent?.kept).toBe(true);
  counted(context, { proofs: data.proofs.length, hands: data.hands.length, photos: data.photos.length });
});

test("P 11.report ticks and pictures outlive the browser: JPEG alone, once each, bounded, with the gateway's time; only its user can read the files", async (context) => {
  site = await startParkingSite({ console: true });
  const jpeg = (n: number) => Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(200, n), Buffer.of(0xff, 0xd9)]).toString("base64");
  const add = (base64: string, item = "lanes-passed") => ask<ReportState>("POST", "/report/photos", { item, base64 });
  expect((await ask<ReportState>("GET", "/report")).told).toMatchObject({ person: "", done: [], photos: [], sent: null });
  const saved = await ask<ReportState>("PUT", "/report", { person: "安装员子", done: ["lanes-passed"] });
  expect(saved.told).toMatchObject({ person: "安装员子", done: ["lanes-passed"] });
  const first = await add(jpeg(1));
  expect(first.told.photos).toMatchObject([{ item: "lanes-passed", bytes: 204, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(Date.parse(first.told.photos[0]?.at ?? "")).toBe(site.clock.wall());
  expect([(await add(jpeg(1), "power-cut")).told.code, (await add("aGVsbG8=")).told.code]).toEqual(["same-photo", "no-photo"]);
  expect((await add(jpeg(1), "../../etc")).status).toBe(400);
  expect((await add("A".repeat(1_500_000))).status).toBe(413);
  for (let n = 2; n <= 60; n += 1) expect((await add(jpeg(n))).status).toBe(200);
  expect((await add(jpeg(61))).told.code).toBe("too-many");
  const sha256 = first.told.photos[0]?.sha256 ?? "";
  const picture = await fetch(`${site.http()}/api/v1/report/photos/${sha256}`, { headers: { authorization: `Bearer ${boothToken}` } });
  expect([picture.headers.get("content-type"), (await picture.arrayBuffer()).byteLength]).toEqual(["image/jpeg", 204]);
  expect((await fetch(`${site.http()}/api/v1/report/photos/${sha256}`)).status).toBe(401);
  const folder = join(site.context().data, "report");
  for (const name of readdirSync(folder)) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  const left = await ask<ReportState>("DELETE", `/report/photos/${sha256}`, {});
  expect([left.told.photos.length, left.told.done]).toEqual([59, ["lanes-passed"]]);
  counted(context, { pictures: 60, refused: 5, left: left.told.photos.length });
});
