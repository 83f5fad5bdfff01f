// P 05.enrol at Mosquitto, with the files that `cuobian cloud broker-files` writes: gateways by certificate, each kept to its own topics. CUOBIAN_FULL=1: a thousand gateways,
// all neighbours and five thousand random pairs.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as tcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAuthority } from "#cloud/enrolment/authority.ts";
import { brokerFiles } from "#cloud/enrolment/broker-files.ts";
import { commandTopic, upTopic } from "#protocols/uplink/topics.ts";
import { commandPath, hasCommand } from "../debian.ts";
import { counted, full, plain } from "../promise.ts";
import { dice } from "../streams.ts";
import { freePort } from "../world/telemetry-engines.ts";
import { comes, isRefused, type Member, member } from "./certified.ts";

const count = full ? 1_000 : plain ? 8 : 60;
const randomPairs = full ? 5_000 : 2 * count;
const together = 50;

const folder = mkdtempSync(join(tmpdir(), "cuobian-mosquitto-"));
const now = Date.now();
const authority = openAuthority(folder, now);
const names = Array.from({ length: count }, (_, n) => `gw-${n + 1}`);
let child: ChildProcess | undefined;
let url = "";
let plainUrl = "";
let log = "";
let members: Member[] = [];
const thief = member(authority, "gw-1");

const reachable = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = tcp(port, "127.0.0.1", () => resolve(true) ?? socket.destroy());
    socket.on("error", () => resolve(false));
  });

beforeAll(async () => {
  if (!hasCommand("mosquitto")) return;
  members = names.map((name) => member(authority, name));
  const [port, inner] = [await freePort(), await freePort()];
  const revocations = authority.revocations({ serials: [{ serial: thief.serial, at: now }], number: 1, now });
  const { files } = brokerFiles(authority, { kind: "mosquitto", folder, names: ["127.0.0.1"], port, now, revocations });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
  execFileSync("mosquitto_passwd", ["-b", "-c", join(folder, "passwords"), "ingest", "ingest-secret"], { stdio: "ignore" });
  // For this test alone: a free port, and no change of user, who could not read this folder.
  const conf = (files["mosquitto.conf"] ?? "").replace("listener 1883 ", `listener ${inner} `);
  writeFileSync(join(folder, "mosquitto.conf"), `user root\nmax_queued_messages 0\n${conf}`);
  child = spawn(commandPath("mosquitto") ?? "", ["-v", "-c", join(folder, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr?.on("data", (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(0, 4_000);
  });
  for (let tries = 0; !(await reachable(inner)) || !(await reachable(port)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`mosquitto did not start: ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const opened = [...log.matchAll(/listen socket on port (\d+)/g)].map(([, one]) => Number(one));
  expect(opened.filter((one) => one !== port && one !== inner)).toEqual([]);
  [url, plainUrl] = [`mqtts://127.0.0.1:${port}`, `mqtt://127.0.0.1:${inner}`];
}, 60_000);
afterAll(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill();
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

const of = (gateway: string) => ({ site: "jinxiu", gateway });

/** Whom each tries: both neighbours, and some at random. */
function victims(): Map<string, Set<string>> {
  const roll = dice(20_261_126);
  const found = new Map(names.map((name, n) => [name, new Set([names[(n + 1) % count], names[(n + count - 1) % count]] as string[])]));
  for (let left = randomPairs; left > 0; ) {
    const [one, other] = [names[roll(count)], names[roll(count)]] as [string, string];
    if (one === other) continue;
    found.get(one)?.add(other);
    left -= 1;
  }
  return found;
}

/** Whoever says something where he may not is cut by Mosquitto 2; what he said must reach nobody either. */
async function speaksAs(one: Member, other: string): Promise<boolean> {
  const client = await comes(url, one);
  const cut = new Promise<boolean>((resolve) => {
    client.on("close", () => resolve(true));
    setTimeout(() => resolve(false), 20_000).unref();
  });
  client.publish(upTopic(of(other), "state"), `by ${one.gateway}`, { qos: 1 });
  const was = await cut;
  await client.endAsync(true);
  return was;
}

interface Tried {
  readonly client: MqttClient;
  /** The last command of its own has come: whatever was said before it to others would have come too. */
  readonly last: Promise<void>;
}

async function tryOthers(gateway: Member, others: ReadonlySet<string>, heard: Map<string, string[]>): Promise<Tried> {
  const client = await comes(url, gateway);
  const last = new Promise<void>((resolve) => {
    client.on("message", (topic, payload) => {
      heard.get(gateway.gateway)?.push(topic);
      if (String(payload) === "last" && topic === commandTopic(of(gateway.gateway))) resolve();
    });
  });
  await client
    .subscribeAsync(
      [...others].map((other) => commandTopic(of(other))),
      { qos: 1 },
    )
    .catch(() => undefined);
  await client.subscribeAsync(commandTopic(of(gateway.gateway)), { qos: 1 });
  await client.publishAsync(upTopic(of(gateway.gateway), "state"), `by ${gateway.gateway}`, { qos: 1 });
  return { client, last };
}

test(
  "P 05.enrol: gateways enrolled against Mosquitto: neighbours and random pairs are refused, and so are a revoked one and another's name",
  async (context) => {
    if (!hasCommand("mosquitto")) return context.skip("no mosquitto on this machine");
    const tried = victims();
    const heard = new Map(names.map((name): [string, string[]] => [name, []]));
    const said: string[] = [];
    const foreign: string[] = [];
    const ingest = await connectAsync(plainUrl, { clientId: "ingest", username: "ingest", password: "ingest-secret", reconnectPeriod: 0 });
    ingest.on("message", (topic, payload) => {
      if (!topic.endsWith("/up/state")) return;
      const [, , , gateway = ""] = topic.split("/");
      if (String(payload) === `by ${gateway}`) said.push(gateway);
      else foreign.push(`${payload} as ${gateway}`);
    });
    await ingest.subscribeAsync("cuobian/v1/#", { qos: 1 });
    let pairs = 0;
    for (let from = 0; from < count; from += together) {
      const group = members.slice(from, from + together);
      const clients = await Promise.all(group.map((one) => tryOthers(one, tried.get(one.gateway) ?? new Set(), heard)));
      const wanted = new Set(group.flatMap(({ gateway }) => [...(tried.get(gateway) ?? [])]));
      pairs += group.reduce((sum, { gateway }) => sum + (tried.get(gateway)?.size ?? 0), 0);
      // Others' commands first, then each one's own: when that has come, the others would have.
      for (const other of wanted) await ingest.publishAsync(commandTopic(of(other)), "open", { qos: 1 });
      for (const { gateway } of group) await ingest.publishAsync(commandTopic(of(gateway)), "last", { qos: 1 });
      await Promise.all(clients.map(({ last }) => last));
      await Promise.all(clients.map(({ client }) => client.endAsync(true)));
    }
    const all = [...tried].flatMap(([gateway, others]) => [...others].map((other) => ({ gateway, other })));
    const byName = new Map(members.map((one) => [one.gateway, one]));
    let cut = 0;
    for (let from = 0; from < all.length; from += together) {
      const spoke = await Promise.all(
        all.slice(from, from + together).map(({ gateway, other }) => speaksAs(byName.get(gateway) as Member, other)),
      );
      cut += spoke.filter(Boolean).length;
    }
    expect(cut).toBe(pairs);
    // A publish of ours comes back behind everything that was said before it.
    await ingest.publishAsync(upTopic(of("gw-1"), "state"), "by gw-1", { qos: 1 });
    const overheard = [...heard].flatMap(([gateway, topics]) => topics.filter((topic) => topic !== commandTopic(of(gateway))));
    expect(foreign).toEqual([]);
    expect(overheard).toEqual([]);
    expect(new Set(said)).toEqual(new Set(names));
    expect([...heard.values()].every((topics) => topics.length > 0)).toBe(true);
    expect(pairs).toBeGreaterThanOrEqual(full ? 6_900 : 2 * count);

    const [first, second] = [members[0] as Member, members[1] as Member];
    expect(await isRefused(url, thief)).not.toBe("let in");
    expect(await isRefused(url, { ...first, key: "", certificate: "" }, { username: "ingest", password: "ingest-secret" })).not.toBe(
      "let in",
    );
    // Under another's name it is still itself: the other stays connected.
    const stays = await comes(url, second);
    const posing = await comes(url, first, { clientId: second.gateway, username: second.gateway, password: "x" });
    await posing.publishAsync(upTopic(of(first.gateway), "state"), `by ${first.gateway}`, { qos: 1 });
    const gone = new Promise<void>((resolve) => posing.once("close", () => resolve()));
    posing.publish(upTopic(of(second.gateway), "state"), "by a poser", { qos: 1 });
    await gone;
    expect(stays.connected).toBe(true);
    await stays.publishAsync(upTopic(of(second.gateway), "state"), `by ${second.gateway}`, { qos: 1 });
    await ingest.publishAsync(upTopic(of("gw-1"), "state"), "by gw-1", { qos: 1 });
    expect(foreign).toEqual([]);
    await Promise.all([ingest, stays, posing].map((client) => client.endAsync(true)));
    counted(context, {
      gateways: count,
      "pairs refused to listen": pairs,
      "pairs refused to speak": cut,
      "said in its own name": new Set(said).size,
      "heard wrongly": 0,
      "said wrongly": 0,
    });
  },
  full ? 900_000 : 60_000,
);
