// The devices of gateways as the API tells them: by the site file that runs, with what stands against each, and nothing known of a gateway that is away.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alarmRules } from "#cloud/alarms/rules.ts";
import { complaints } from "#cloud/views/devices.ts";
import type { DeviceList } from "#protocols/api/devices.ts";
import { openTestApi, type TestApi, tellEverything } from "./api-for-tests.ts";

let api: TestApi;
const text = `
site: jinxiu
gateway: gw-1
lanes:
  - { id: east-in, name: 东门入口, camera: { id: cam-1, protocol: vzenith-http, address: 192.168.1.64 }, barrier: { profile: barriers/loop-board, host: 192.168.1.20 } }
stations: [{ id: station-1, name: 1号站, line: line-1, profile: stations/ten-socket }]
lines: [{ id: line-1, kind: tcp }]
`;
const hash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
const list = async (): Promise<DeviceList> => (await api.ask("booth", { method: "GET", url: "/api/v1/devices" })).json() as DeviceList;
const told = async (): Promise<string[]> => (await list()).items.map(({ kind, id, state }) => `${kind} ${id} ${state}`);

beforeAll(async () => {
  api = await openTestApi();
  const voice = await tellEverything(api.cloud);
  // It has not said yet what it runs by.
  await api.cloud.store.change((change) => change.deleteFrom("running").execute());
  expect(await list()).toMatchObject({ items: [], unknown: [{ site: "jinxiu", gateway: "gw-1" }] });
  const items = [{ kind: "site" as const, name: "site", version: 0, hash, local: hash }];
  await voice.tell(api.cloud, [
    voice.say("config.local", { kind: "site", name: "site", hash, text }, 1_000_000),
    voice.say("config.running", { trial: false, items, troubles: [] }, 1_001_000),
    voice.say("station.answers", { station: "station-1" }, 1_002_000),
    voice.say("line.in-time", { line: "line-1", round_ms: 600, promised_ms: 1_000 } as never, 1_003_000),
    voice.say("gate.opened", { lane: "east-in", cause: "manual", counter: 9 } as never, 1_004_000),
    voice.say("camera.silent", { lane: "east-in", camera: "cam-1", silent_ms: 60_000 }, 1_005_000),
  ]);
});
afterAll(() => api?.close());

test("each device of the running file, the silent camera amiss with its alarm; no address leaves", async () => {
  const { items, unknown } = await list();
  expect(unknown).toEqual([]);
  const camera = items.find(({ kind }) => kind === "camera");
  expect(camera).toMatchObject({ id: "cam-1", of: "east-in", model: "vzenith-http", state: "amiss", zh: "车牌相机失联" });
  expect(
    await api.cloud.store.read
      .selectFrom("alarm")
      .select("id")
      .where("id", "=", camera?.alarm ?? "")
      .execute(),
  ).toHaveLength(1);
  expect(items.map(({ kind }) => kind).sort()).toEqual(["barrier", "camera", "line", "station"]);
  expect(JSON.stringify(items)).not.toContain("192.168");
});

test("of a gateway that is not online nothing is known, not even what was amiss", async () => {
  expect(await told()).toContain("camera cam-1 amiss");
  await api.cloud.store.change((change) => change.updateTable("gateway").set({ state: "offline" }).execute());
  const rows = await told();
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.filter((row) => !row.endsWith("unheard"))).toEqual([]);
});

test("every alarm that speaks of a device is one that there is", () => {
  const known = new Set(alarmRules.map(({ rule }) => rule));
  const named = Object.values(complaints).flatMap(({ rules }) => rules);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((rule) => !known.has(rule))).toEqual([]);
});
