// A command's life in the cloud: asked once, approved by another, signed so that a gateway believes it, moved by that gateway's facts alone.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judge, readCloudKey } from "#gateway/commands/verify.ts";
import type { CommandView } from "#protocols/api/commands.ts";
import { monotonic, wall } from "#protocols/vocabulary/time.ts";
import { openTestApi, type TestApi } from "../api/api-for-tests.ts";
import { noon, Voice } from "../ingest/room-for-tests.ts";
import { expire } from "./commands.ts";
import { openCommandKey, publicName } from "./key.ts";
import { startSender } from "./sender.ts";

let api: TestApi;
let folder: string;
let key: ReturnType<typeof openCommandKey>;
const voice = new Voice();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cuobian-command-key-"));
  key = openCommandKey(folder);
  api = await openTestApi({ given: { commands: { key, wake: () => undefined, knows: ({ gateway }) => gateway === "gw-1" } } });
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

let number = 0;
function name(): string {
  number += 1;
  return `asked-as-${number}`;
}
const open = { site: "jinxiu", gateway: "gw-1", action: "gate.open", args: { lane: "east-in" }, reason: "访客登记" };
const reset = { ...open, action: "socket.reset-latch", args: { socket: "station-1/3", trip: "trip-00001" }, reason: "已检查" };
const post = (role: "booth" | "property-manager", payload: object, askedAs = name(), url = "/api/v1/commands") =>
  api.ask(role, { method: "POST", url, headers: { "idempotency-key": askedAs }, payload });
const shown = async (id: string): Promise<CommandView> =>
  (await api.ask("booth", { method: "GET", url: `/api/v1/commands/${id}` })).json<CommandView>();
const signedOf = async (id: string): Promise<Uint8Array> => {
  const row = await api.cloud.store.read.selectFrom("command").select("signed").where("id", "=", id).executeTakeFirstOrThrow();
  return Buffer.from(row.signed ?? "");
};

test("what it signs, a gateway with its public key believes, and nobody else's; the private key is for the service alone", async () => {
  const answer = await post("booth", open);
  expect(answer.statusCode, answer.body).toBe(200);
  const { id, state, person } = answer.json<CommandView>();
  expect([state, person]).toEqual(["issued", "booth"]);
  const keys = [readCloudKey(readFileSync(join(folder, publicName), "utf8"))];
  const now = { wall: wall(api.surroundings.now()), mono: monotonic(0), boot: "b", synchronised: true };
  const verdict = judge(await signedOf(id), { site: "jinxiu", gateway: "gw-1", keys, now });
  expect(verdict).toMatchObject({ kind: "command", command: { id, action: "gate.open", args: { lane: "east-in" }, person: "booth" } });
  expect(judge(await signedOf(id), { site: "jinxiu", gateway: "gw-2", keys, now })).toMatchObject({ code: "wrong-gateway" });
  expect(statSync(join(folder, "commands.key.pem")).mode & 0o077).toBe(0);
  expect(openCommandKey(folder).id).toBe(key.id);
});

test("the same Idempotency-Key is the same command; with other content it is refused; without one nothing is asked", async () => {
  const askedAs = name();
  const first = (await post("booth", open, askedAs)).json<CommandView>();
  expect((await post("booth", open, askedAs)).json<CommandView>().id).toBe(first.id);
  expect((await post("booth", { ...open, args: { lane: "east-out" } }, askedAs)).statusCode).toBe(422);
  // Another person's names are another's.
  expect((await post("property-manager", open, askedAs)).json<CommandView>().id).not.toBe(first.id);
  const without = await api.ask("booth", { method: "POST", url: "/api/v1/commands", payload: open });
  expect(without.statusCode).toBe(400);
});

test.each([
  ["an unknown gateway", { ...open, gateway: "gw-9" }, 404],
  ["an unknown site", { ...open, site: "elsewhere" }, 404],
  ["an unknown action", { ...open, action: "gate.explode" }, 400],
  ["arguments of another action", { ...open, args: { socket: "station-1/3" } }, 400],
  ["more than a closing takes", { ...open, action: "gate.close", args: { lane: "east-in", force: 1 } }, 400],
  ["a lock of every lane", { ...open, action: "gate.lock", args: {} }, 400],
  ["a hold without an end", { ...open, action: "gate.hold", args: { lane: "east-in" } }, 400],
  ["a hold for longer than an hour", { ...open, action: "gate.hold", args: { lane: "east-in", minutes: 61 } }, 400],
  ["a diagnosis of more than there is", { ...open, action: "gateway.diagnose", args: { logs: "all" } }, 400],
  ["no reason", { ...open, reason: "" }, 400],
  ["more than was asked for", { ...open, expires: "never" }, 400],
])("refused: %s", async (_, payload, status) => {
  const answer = await post("booth", payload);
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([status, "application/problem+json; charset=utf-8"]);
});

test("closing, unlocking, ending a hold and examining are issued at once; locking a lane and holding it open wait for another person", async () => {
  const asked = async (action: string, args: object) => {
    const { state, dangerous } = (await post("booth", { ...open, action, args })).json<CommandView>();
    return `${action} ${state}${dangerous ? " dangerous" : ""}`;
  };
  const lane = { lane: "east-in" };
  expect([
    await asked("gate.close", lane),
    await asked("gate.unlock", lane),
    await asked("gateway.diagnose", {}),
    await asked("gate.release", lane),
    await asked("gate.lock", lane),
    await asked("gate.hold", { ...lane, minutes: 10 }),
  ]).toEqual([
    ...["gate.close issued", "gate.unlock issued", "gateway.diagnose issued", "gate.release issued"],
    ...["gate.lock waiting dangerous", "gate.hold waiting dangerous"],
  ]);
});

test("a dangerous one waits for another person, and nobody approves his own", async () => {
  const asked = (await post("property-manager", reset)).json<CommandView>();
  expect([asked.state, asked.dangerous, asked.issued]).toEqual(["waiting", true, null]);
  const url = `/api/v1/commands/${asked.id}/approval`;
  expect((await api.ask("property-manager", { method: "POST", url })).statusCode).toBe(403);
  expect((await api.ask("booth", { method: "POST", url })).statusCode).toBe(403);
  expect((await shown(asked.id)).state).toBe("waiting");

  const other = (await post("booth", reset)).json<CommandView>();
  const approved = await api.ask("property-manager", { method: "POST", url: `/api/v1/commands/${other.id}/approval` });
  expect([approved.statusCode, approved.json<CommandView>().state, approved.json<CommandView>().approver]).toEqual([
    200,
    "issued",
    "property-manager",
  ]);
  const again = await api.ask("property-manager", { method: "POST", url: `/api/v1/commands/${other.id}/approval` });
  expect(again.statusCode).toBe(200);
});

test("only the facts of its own gateway move it, in any order; what nobody received in time is over", async () => {
  const [first, second, third] = await Promise.all([open, open, open].map(async (one) => (await post("booth", one)).json<CommandView>()));
  if (first === undefined || second === undefined || third === undefined) return expect.fail("not asked");
  const other = new Voice({ gateway: "gw-2" });
  await other.tell(api.cloud, [other.say("command.ended", { command: first.id, outcome: "done", code: "done", zh: "已执行", en: "done" })]);
  expect((await shown(first.id)).state).toBe("issued");
  await voice.tell(api.cloud, [voice.say("command.ended", { command: first.id, outcome: "done", code: "done", zh: "已执行", en: "done" })]);
  await voice.tell(api.cloud, [voice.say("command.received", { command: first.id, action: "gate.open", person: "booth" })]);
  expect(await shown(first.id)).toMatchObject({ state: "done", code: "done", zh: "已执行" });
  expect((await shown(first.id)).received).not.toBeNull();
  await voice.tell(api.cloud, [voice.say("command.received", { command: second.id, action: "gate.open", person: "booth" })]);
  expect((await shown(second.id)).state).toBe("received");
  await api.cloud.store.change((change) => expire(change, noon + 3_600_000));
  expect([(await shown(second.id)).state, (await shown(third.id)).state]).toEqual(["received", "expired"]);
});

test("it is said at once and again until it is received, and not after its time", async () => {
  const published: string[] = [];
  let now = api.surroundings.now();
  const log = pino({ level: "silent" });
  const sender = startSender({ store: api.cloud.store, log, now: () => now, publish: async (topic) => void published.push(topic) });
  await sender.stop();
  published.length = 0;
  const { id } = (await post("booth", open)).json<CommandView>();
  const once = async (): Promise<number> => {
    const before = published.length;
    const one = startSender({ store: api.cloud.store, log, now: () => now, publish: async (topic) => void published.push(topic) });
    await one.stop();
    return published.length - before;
  };
  const waiting = (await api.cloud.store.read.selectFrom("command").select("id").where("state", "=", "issued").execute()).length;
  expect(waiting).toBeGreaterThan(0);
  expect(await once()).toBe(waiting);
  expect(published[0]).toBe("cuobian/v1/jinxiu/gw-1/command");
  now += 11_000;
  await once();
  expect((await shown(id)).state).toBe("expired");
});
