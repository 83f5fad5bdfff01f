// A document's life in the cloud: held against the gateway's own schema, approved by another, signed so that a gateway believes it, moved by that gateway's facts alone.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCommandKey, publicName } from "#cloud/commands/key.ts";
import { hashOf, isHeld, judgeDocument } from "#gateway/config/documents/judge.ts";
import { limitsPath } from "#gateway/config/limits-file.ts";
import { readCloudKey } from "#gateway/signed/signed.ts";
import type { DocumentView, RunningView } from "#protocols/api/documents.ts";
import type { Role } from "#protocols/api/views.ts";
import { openTestApi, type TestApi } from "../api/api-for-tests.ts";
import { Voice } from "../ingest/room-for-tests.ts";
import { differences } from "./difference.ts";
import { sayAgain_ms, startDocumentSender } from "./sender.ts";

const limits = readFileSync(limitsPath("e-bike-4a", ""), "utf8");
const lower = limits.replace(/rated_mA: *\d+/, "rated_mA: 3000");
const price = readFileSync(new URL("../../tariffs/charging/demonstration.yaml", import.meta.url), "utf8");
const tariff = readFileSync(new URL("../../tariffs/demonstration.yaml", import.meta.url), "utf8");

let api: TestApi;
let folder: string;
let key: ReturnType<typeof openCommandKey>;
const voice = new Voice();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cuobian-document-key-"));
  key = openCommandKey(folder);
  api = await openTestApi({ given: { commands: { key, wake: () => undefined, knows: ({ gateway }) => gateway === "gw-1" } } });
  await runs([
    { kind: "limits", name: "e-bike", version: 0, hash: hashOf(limits), local: hashOf(limits) },
    { kind: "tariff", name: "main", version: 0, hash: hashOf(tariff), local: hashOf(tariff) },
    { kind: "price", name: "charging", version: 0, hash: hashOf(price), local: hashOf(price) },
  ]);
  await voice.tell(api.cloud, [voice.say("config.local", { kind: "limits", name: "e-bike", hash: hashOf(limits), text: limits })]);
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Item = Omit<RunningView, "site" | "gateway" | "kind_zh" | "kind_en" | "trial" | "said">;
let at = 0;
async function runs(items: readonly Item[]): Promise<void> {
  at += 1_000;
  await voice.tell(api.cloud, [voice.say("config.running", { trial: false, items: [...items], troubles: [] }, at)]);
}
let number = 0;
const post = (role: Role, url: string, payload: object, headers: Record<string, string> = {}) => {
  number += 1;
  return api.ask(role, { method: "POST", url, payload, headers: { "idempotency-key": `document-${number}`, ...headers } });
};
const asked = { site: "jinxiu", gateway: "gw-1", kind: "limits", name: "e-bike", text: lower, reason: "按厂家建议下调" };
const ask = (over: object = {}, headers: Record<string, string> = {}, role: Role = "installer") =>
  post(role, "/api/v1/documents", { ...asked, ...over }, { "if-match": "*", ...headers });
const shown = async (id: string): Promise<DocumentView & { text: string }> =>
  (await api.ask("installer", { method: "GET", url: `/api/v1/documents/${id}` })).json();

test("limits: asked by one, approved by another, believed by the gateway, moved by its facts; and back to the file on the gateway", async () => {
  const first = await ask({}, { "if-match": `"${hashOf(limits)}"` });
  expect(first.statusCode, first.body).toBe(200);
  const { id, state, version, over } = first.json<DocumentView>();
  expect([state, version, over]).toEqual(["waiting", 1, hashOf(limits)]);
  expect((await post("booth", `/api/v1/documents/${id}/approval`, {})).statusCode).toBe(403);
  const approved = await post("operating-company", `/api/v1/documents/${id}/approval`, {});
  expect(approved.json(), approved.body).toMatchObject({ state: "issued", approver: "operating-company" });

  const keys = [readCloudKey(readFileSync(join(folder, publicName), "utf8"))];
  const row = await api.cloud.store.read.selectFrom("document").select("signed").where("id", "=", id).executeTakeFirstOrThrow();
  const bytes = Buffer.from(row.signed ?? "");
  const judged = judgeDocument(bytes, { site: "jinxiu", gateway: "gw-1", keys });
  expect(isHeld(judged) && judged.document).toMatchObject({ id, kind: "limits", version: 1, text: lower, approver: "operating-company" });
  expect(judgeDocument(bytes, { site: "jinxiu", gateway: "gw-2", keys })).toMatchObject({ code: "wrong-gateway" });

  const hash = hashOf(lower);
  await voice.tell(api.cloud, [
    voice.say("config.taken", { document: id, kind: "limits", name: "e-bike", version: 1, hash, person: "installer" }),
  ]);
  expect((await shown(id)).state).toBe("taken");
  await runs([{ kind: "limits", name: "e-bike", version: 1, hash, local: hashOf(limits) }]);
  expect((await shown(id)).state).toBe("running");
  expect((await ask({}, { "if-match": `"${hashOf(limits)}"` })).json()).toMatchObject({
    status: 412,
    type: "urn:cuobian:problem:changed-meanwhile",
  });

  const compare = await api.ask("installer", { method: "GET", url: `/api/v1/documents/${id}/differences?against=0` });
  expect(compare.json()).toEqual({ against: 0, differences: [{ path: "socket.rated_mA", before: "4000", after: "3000" }] });

  const { text: _, ...without } = asked;
  const back = await post("property-manager", "/api/v1/documents", { ...without, back_to: 0, reason: "改回" }, { "if-match": `"${hash}"` });
  expect(back.json(), back.body).toMatchObject({ version: 2, hash: hashOf(limits), state: "waiting" });
  expect((await post("property-manager", `/api/v1/documents/${back.json().id}/approval`, {})).json()).toMatchObject({
    status: 403,
    type: "urn:cuobian:problem:same-person",
  });
  await post("operating-company", `/api/v1/documents/${back.json().id}/approval`, {});
  await runs([{ kind: "limits", name: "e-bike", version: 2, hash: hashOf(limits), local: hashOf(limits) }]);
  expect([(await shown(id)).state, (await shown(back.json().id)).state]).toEqual(["replaced", "running"]);
  const list = (await api.ask("booth", { method: "GET", url: "/api/v1/documents?kind=limits" })).json<{ items: DocumentView[] }>();
  expect(list.items.map((one) => [one.version, one.state])).toEqual(
    expect.arrayContaining([
      [1, "replaced"],
      [2, "running"],
    ]),
  );
  expect(JSON.stringify(list)).not.toContain("rated_mA");
});

test("a charging price: asked by one and approved by another, what differs, and back to the file on the gateway", async () => {
  await runs([
    { kind: "limits", name: "e-bike", version: 2, hash: hashOf(limits), local: hashOf(limits) },
    { kind: "price", name: "charging", version: 0, hash: hashOf(price), local: hashOf(price) },
  ]);
  await voice.tell(api.cloud, [voice.say("config.local", { kind: "price", name: "charging", hash: hashOf(price), text: price })]);
  const dearer = price.replace("per_kWh: 0.35", "per_kWh: 0.45");
  const made = (await ask({ kind: "price", name: "charging", text: dearer, reason: "服务费调整" })).json<DocumentView>();
  expect([made.state, made.version, made.over, made.kind_en]).toEqual(["waiting", 1, hashOf(price), "charging price"]);
  const url = `/api/v1/documents/${made.id}`;
  const compare = await api.ask("installer", { method: "GET", url: `${url}/differences?against=0` });
  expect(compare.json().differences).toEqual([{ path: "versions[0].service.per_kWh", before: "0.35", after: "0.45" }]);
  expect((await post("installer", `${url}/approval`, {})).statusCode).toBe(403);
  expect((await post("property-manager", `${url}/approval`, {})).json()).toMatchObject({ state: "issued" });
  const taken = { document: made.id, kind: "price", name: "charging", version: 1, hash: hashOf(dearer), person: "installer" } as const;
  await voice.tell(api.cloud, [voice.say("config.taken", taken)]);
  expect((await shown(made.id)).state).toBe("taken");
  const back = (await ask({ kind: "price", name: "charging", text: undefined, back_to: 0, reason: "改回" })).json<DocumentView>();
  expect([back.version, back.hash, back.state]).toEqual([2, hashOf(price), "waiting"]);
});

test("what is wrong or beyond the bounds is not even asked; what nobody reported, another's and a used key are refused", async () => {
  const beyond = await ask({ text: limits.replace(/rated_mA: *\d+/, "rated_mA: 99999") });
  expect([beyond.statusCode, beyond.json().type]).toEqual([422, "urn:cuobian:problem:document-wrong"]);
  expect(beyond.json().errors[0].pointer).toMatch(/^\d+:\d+ socket\.rated_mA$/);
  for (const [over, status] of [
    [{ kind: "tariff", name: "main", text: "tariff: x" }, 422],
    [{ kind: "price", name: "charging", text: tariff }, 422],
    [{ kind: "price", name: "charging", text: price.replace("per_kWh: 0.35", "per_kWh: 35") }, 422],
    [{ kind: "price", name: "charging", text: price, reason: "x" }, 400],
    [{ kind: "list", name: "register", text: "passes: 3" }, 422],
    [{ kind: "site", name: "site", text: "site: jinxiu" }, 422],
    [{ name: "nobody" }, 409],
    [{ gateway: "gw-9" }, 404],
    [{ text: undefined }, 400],
    [{ back_to: 0 }, 400],
    [{ kind: "firmware" }, 400],
    [{ more: true }, 400],
  ] as const)
    expect((await ask(over)).statusCode, JSON.stringify(over)).toBe(status);
  const headers = { "idempotency-key": "the-same-name" };
  const one = (await ask({}, headers)).json<DocumentView>();
  expect((await ask({}, headers)).json<DocumentView>().id).toBe(one.id);
  expect((await ask({ reason: "另一个理由" }, headers)).json()).toMatchObject({ status: 422, type: "urn:cuobian:problem:key-reused" });
  expect((await api.ask("installer", { method: "POST", url: "/api/v1/documents", payload: asked })).statusCode).toBe(400);
});

test("issued, it is said to a gateway that is there, again after a minute and when it comes back, until its own fact", async () => {
  const said: string[] = [];
  let time = api.surroundings.now();
  const online = (since: number) =>
    api.cloud.store.change((change) =>
      change
        .insertInto("gateway")
        .values({ site: "jinxiu", gateway: "gw-1", state: "online", since, last_event_at: null })
        .onConflict((on) => on.columns(["site", "gateway"]).doUpdateSet({ state: "online", since }))
        .execute(),
    );
  const { id } = (await ask({ kind: "list", name: "register", text: "vehicles: []\n" })).json<DocumentView>();
  const sender = startDocumentSender({
    ...{ store: api.cloud.store, log: pino({ level: "silent" }), now: () => time },
    publish: async (topic) => void said.push(topic),
  });
  const look = async (): Promise<number> => {
    sender.wake();
    await sender.settled();
    return said.length;
  };
  await api.cloud.store.change((change) => change.updateTable("gateway").set({ state: "offline" }).execute());
  expect(await look()).toBe(0);
  await online(time);
  expect([await look(), await look()]).toEqual([1, 1]);
  expect(said[0]).toBe("cuobian/v1/jinxiu/gw-1/config");
  time += sayAgain_ms;
  expect([await look(), await look()]).toEqual([2, 2]);
  time += 1_000;
  await online(time);
  expect(await look()).toBe(3);
  const words = { code: "older", zh: "版本不高于已收到的版本", en: "older" } as const;
  await voice.tell(api.cloud, [voice.say("config.refused", { document: id, kind: "list", name: "register", version: 1, ...words })]);
  time += sayAgain_ms;
  expect(await look()).toBe(3);
  expect(await shown(id)).toMatchObject({ state: "refused", code: "older" });
  await sender.stop();
});

test("differences are of values: what has an id is the same thing wherever it stands", () => {
  const before = "lanes:\n  - id: a\n    name: A # old\n  - id: b\n    name: B\nlist: [1, 2]\n";
  const after = "list: [1, 3]\nlanes:\n  - id: b\n    name: B2\n  - id: a\n    name: A\n  - id: c\n    name: C\n";
  expect(differences(before, after)).toEqual([
    { path: "lanes[b].name", before: '"B"', after: '"B2"' },
    { path: "lanes[c]", before: null, after: '{"id":"c","name":"C"}' },
    { path: "list[1]", before: "2", after: "3" },
  ]);
});
