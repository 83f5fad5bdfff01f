// The picture of a read at the duty desk: shown when it is whole, to those who let cars in, and nothing in its place when it is not.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compound, home } from "#cloud/ingest/room-for-tests.ts";
import { roles } from "#protocols/api/views.ts";
import { encodeFramePart } from "#protocols/uplink/frame.ts";
import { frameTopic } from "#protocols/uplink/topics.ts";
import { counted } from "#test/promise.ts";
import { jpeg } from "#test/world/pictures.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
beforeEach(async () => {
  await api.cloud.store.change((change) => change.deleteFrom("frame_part").execute());
});
afterAll(() => api?.close());

const named = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
const partsOf = (frame: string, picture: Uint8Array, size: number, more: object = {}): Buffer[] => {
  const parts = Math.ceil(picture.length / size);
  const sha256 = createHash("sha256").update(picture).digest("hex");
  return Array.from({ length: parts }, (_, i) => {
    const head = { v: 1, gateway: home.gateway, frame, part: i + 1, parts, bytes: picture.length, sha256, ...more } as const;
    return Buffer.from(encodeFramePart(head, picture.subarray(i * size, (i + 1) * size)));
  });
};
const say = (payload: Buffer, to: { site: string; gateway: string } = home): Promise<unknown> => api.cloud.take(frameTopic(to), payload);
const look = (frame: string, role: (typeof roles)[number] = "booth") => api.ask(role, { url: `/api/v1/frames/${frame}` });
const rows = async (): Promise<number> => (await api.cloud.store.read.selectFrom("frame_part").select("part").execute()).length;

test("P 06.frame: whole, in whatever order its parts came and however often: byte for byte, for the booth and the property's manager alone", async (context) => {
  const [frame, picture] = [named("a read"), jpeg(9_000)];
  const parts = partsOf(frame, picture, 2_048);
  for (const part of [...parts.slice(1), ...parts.slice(2)]) await say(part);
  expect((await look(frame)).statusCode).toBe(404);
  await say(parts[0] ?? Buffer.alloc(0));
  const seen: string[] = [];
  for (const role of roles) {
    const answer = await look(frame, role);
    if (answer.statusCode !== 200) {
      expect([role, answer.statusCode]).toEqual([role, 403]);
      continue;
    }
    seen.push(role);
    expect(answer.rawPayload.equals(picture)).toBe(true);
    expect(answer.headers).toMatchObject({ "content-type": "image/jpeg", "cache-control": "no-store", "x-cuobian-frame": frame });
  }
  expect(seen.sort()).toEqual(["booth", "property-manager"]);
  expect((await api.ask(undefined, { url: `/api/v1/frames/${frame}` })).statusCode).toBe(401);
  expect((await look("../../etc/passwd")).statusCode).toBe(404);
  // A page that finds none looks again, under another address.
  const again = (query: string) => api.ask("booth", { url: `/api/v1/frames/${frame}?${query}` });
  expect((await again("look=3")).rawPayload.equals(picture)).toBe(true);
  expect([(await again("look=x")).statusCode, (await again("size=3")).statusCode]).toEqual([400, 400]);
  counted(context, { roles: roles.length, see: seen.length, parts: parts.length });
});

test("P 06.frame: others have it shown for a reason, which is written down; within their own compounds, and never half a picture", async () => {
  const [frame, half, picture] = [named("a reveal"), named("half of it"), jpeg(5_000)];
  for (const part of partsOf(frame, picture, 2_048)) await say(part);
  for (const part of partsOf(half, picture, 2_048).slice(1)) await say(part);
  const ask = (by: (typeof roles)[number], reason: string, which = frame) =>
    api.ask(by, { method: "POST", url: `/api/v1/frames/${which}/picture`, payload: { reason } });
  const shown = await ask("auditor", "复核 2026-118 号放行");
  expect([shown.statusCode, shown.headers["cache-control"]]).toEqual([200, "no-store"]);
  expect(shown.json()).toEqual({ frame, mime: "image/jpeg", base64: Buffer.from(picture).toString("base64") });
  const statuses = [
    ask("auditor", "x"),
    ask("auditor", "核对 闽C12345"),
    ask("auditor", "复核 2026-118", half),
    ask("bureau-officer", "复核 2026-118"),
  ];
  expect((await Promise.all(statuses)).map(({ statusCode }) => statusCode)).toEqual([400, 400, 404, 403]);
  const noted = await api.cloud.store.read
    .selectFrom("audit")
    .selectAll()
    .where("action", "=", "picture.reveal")
    .orderBy("ordinal")
    .execute();
  expect(noted.map(({ outcome, person, object, site }) => [outcome, person, object, site])).toEqual([
    ["done", "auditor", frame, compound.id],
    ["refused", "bureau-officer", null, compound.id],
  ]);
});

test("nothing is shown of half a picture, of one that is not what it says, of another gateway's, or of another compound's", async () => {
  const picture = jpeg(5_000);
  const half = named("half");
  for (const part of partsOf(half, picture, 2_048).slice(0, 2)) await say(part);
  const other = named("other bytes");
  const [first, second, third] = partsOf(other, picture, 2_048);
  for (const part of [first, second]) await say(part ?? Buffer.alloc(0));
  const wrong = Buffer.from(third ?? []);
  wrong[wrong.length - 3] = (wrong.at(-3) ?? 0) ^ 1;
  await say(wrong);
  const foreign = named("foreign");
  await say(partsOf(foreign, picture, 9_000, { gateway: "gw-2" })[0] ?? Buffer.alloc(0));
  const before = await rows();
  for (const nonsense of ["", "{", "{}\n", `${JSON.stringify({ v: 1 })}\nxx`, "x".repeat(200_000)]) await say(Buffer.from(nonsense));
  const bare = { v: 1, gateway: home.gateway, frame: named("no bytes"), part: 1, parts: 1, bytes: 9, sha256: "0".repeat(64) } as const;
  await say(Buffer.from(encodeFramePart(bare, new Uint8Array())));
  await say(Buffer.from(encodeFramePart({ ...bare, part: 2 }, picture)));
  const nobody = named("nobody's");
  await say(partsOf(nobody, picture, 9_000)[0] ?? Buffer.alloc(0), { site: compound.id, gateway: "gw-unknown" });
  expect(await rows()).toBe(before);
  for (const frame of [half, other, foreign, nobody]) expect([frame, (await look(frame)).statusCode]).toEqual([frame, 404]);
  // Kept under another compound: it does not exist for this one.
  const far = named("far");
  await say(partsOf(far, picture, 9_000)[0] ?? Buffer.alloc(0));
  expect((await look(far)).statusCode).toBe(200);
  await api.cloud.store.change((change) => change.updateTable("frame_part").set({ site: "yuehu" }).where("frame", "=", far).execute());
  expect((await look(far)).statusCode).toBe(404);
});

test("a larger picture of the same read takes its place; after seven days, and beyond the newest two hundred, nothing is left", async () => {
  const frame = named("twice");
  for (const part of partsOf(frame, jpeg(500), 2_048)) await say(part);
  const whole = jpeg(8_000);
  for (const part of partsOf(frame, whole, 2_048)) await say(part);
  expect((await look(frame)).rawPayload.equals(whole)).toBe(true);
  api.cloud.clock.now += 7 * 86_400_000 + 1;
  api.forgetCookies();
  expect((await look(frame)).statusCode).toBe(404);
  for (let n = 0; n < 205; n += 1) {
    api.cloud.clock.now += 1;
    await say(partsOf(named(`n${n}`), jpeg(100), 2_048)[0] ?? Buffer.alloc(0));
  }
  expect([await rows(), (await look(named("n204"))).statusCode, (await look(named("n0"))).statusCode]).toEqual([200, 200, 404]);
});
