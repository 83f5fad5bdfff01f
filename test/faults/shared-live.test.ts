// Two cloud processes divide a gateway's messages; a browser at one of them sees everything, whichever took it in.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterAll, expect, test } from "vitest";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import type { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { acknowledgementTopic, upTopic } from "#protocols/uplink/topics.ts";
import { commandPath, hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { sharedCloud, startMosquitto } from "../world/fleet.ts";
import { endEveryProgram, startProgram, until } from "../world/program.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-shared-live-"));
const children: ChildProcess[] = [];
let postgres: TemporaryPostgres | undefined;
afterAll(async () => {
  await endEveryProgram();
  for (const child of children) child.kill("SIGKILL");
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const secret = "shared-secret-0123456789";
const address = { site: "jinxiu", gateway: "gw-1" } as const;

/** The live stream as a browser hears it; what was said, by kind. */
async function listen(http: string, heard: Map<string, unknown[]>): Promise<AbortController> {
  const signIn = await fetch(`${http}/api/v1/session`, {
    method: "POST",
    headers: { "x-cuobian": "1", "content-type": "application/json" },
    body: JSON.stringify({ person: "booth" }),
  });
  const cookie = signIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const stop = new AbortController();
  const response = await fetch(`${http}/api/v1/stream`, { headers: { cookie }, signal: stop.signal });
  expect(response.status).toBe(200);
  void (async () => {
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const whole = text.split("\n\n");
      text = whole.pop() ?? "";
      for (const one of whole) {
        const [, kind = "", data = ""] = /event: (\w+)\ndata: (.*)/.exec(one) ?? [];
        if (kind !== "") heard.set(kind, [...(heard.get(kind) ?? []), JSON.parse(data)]);
      }
    }
  })().catch(() => undefined);
  return stop;
}

const received = async (http: string): Promise<number> =>
  Number(/ingest_messages_total\{result="received"\} (\d+)/.exec(await (await fetch(`${http}/metrics`)).text())?.[1] ?? 0);

test.skipIf(!["mosquitto", "mosquitto_sub", "postgres"].every(hasCommand))(
  "a browser at one process sees every event, also those that another process took in",
  async (context) => {
    const { port, child } = await startMosquitto(folder, { gateways: ["gw-1"], secret });
    children.push(child);
    postgres = startPostgres(commandPath("postgres") ?? "");
    const url = postgres.fresh();
    const start = (number: number) =>
      startProgram<{ http: string }>(
        "cloud/main.ts",
        ["run", "--config", sharedCloud(folder, { number, port, url, gateways: ["gw-1"], secret }), "--ready-json"],
        { within_ms: 60_000 },
      );
    const [here, there] = [await start(0), await start(1)];
    const heard = new Map<string, unknown[]>();
    const stop = await listen(here.ready.http, heard);
    const gateway = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { username: "gw-1", password: secret, clientId: "gw-1" });
    let acknowledged = 0;
    gateway.on("message", (_topic, payload) => {
      acknowledged = Math.max(acknowledged, (JSON.parse(payload.toString()) as Acknowledgement).upTo);
    });
    await gateway.subscribeAsync(acknowledgementTopic(address), { qos: 1 });
    const events = 20;
    for (let seq = 1; seq <= events; seq += 1) {
      const at = { wall: 1_795_579_200_000 + seq, mono: seq, boot: "boot-1", synchronised: true };
      const data = { lane: "east-in", direction: "entry", visit: null, count: seq, known_late: false };
      const batch = { v: 1, gateway: "gw-1", epoch: "00000000000000aa", stream: "state", events: [{ seq, at, type: "lane.passed", data }] };
      await gateway.publishAsync(upTopic(address, "state"), JSON.stringify(batch), { qos: 1 });
      // In order: the two processes take turns.
      await until(`${seq} is acknowledged`, () => acknowledged >= seq || undefined);
    }
    await until("the browser has heard all of them", () => (heard.get("event") ?? []).length >= events || undefined);
    const keys = new Set((heard.get("event") as { key: string }[]).map(({ key }) => key));
    const [one, other] = [await received(here.ready.http), await received(there.ready.http)];
    stop.abort();
    gateway.end(true);
    for (const program of [here, there]) await program.end();
    expect(keys.size).toBe(events);
    counted(context, { events, "seen by the browser": keys.size, "taken in there": other, "taken in here": one });
  },
  60_000,
);
