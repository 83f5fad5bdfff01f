// The cloud is killed while a gateway sends: whatever was acknowledged is there, whatever was sent arrives once, and every total is exact.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type MqttClient } from "mqtt";
import { afterAll, afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { home, noon, point, type Spoken, Voice } from "#cloud/ingest/room-for-tests.ts";
import { cutOf, examples } from "#cloud/ingest/story-for-tests.ts";
import { verifyChain } from "#cloud/ledger/chain.ts";
import { openStore } from "#cloud/store/store.ts";
import { countsView } from "#cloud/views/views.ts";
import type { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { acknowledgementTopic } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { counted } from "../promise.ts";
import { dice } from "../streams.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "../world/program.ts";

const folder = await mkdtemp(join(tmpdir(), "cuobian-ingest-killed-"));
const password = "of-this-test-only";
afterEach(endEveryProgram);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ready {
  readonly http: string;
  readonly mqtt: string;
}

async function startCloud(mqttPort: number): Promise<TestProgram<Ready>> {
  await writeFile(join(folder, "gw-1.password"), password, { mode: 0o600 });
  const config = {
    name: "断电测试（演示）",
    data: folder,
    http: { host: "127.0.0.1", port: 0 },
    broker: { kind: "embedded", host: "127.0.0.1", port: mqttPort },
    gateways: [{ ...home, password_file: "gw-1.password" }],
    sites: [{ id: home.site, name: "锦绣花园（演示）", compound_code: "JX01" }],
    store: { kind: "sqlite" },
    telemetry: { kind: "sqlite" },
    people: [{ id: "booth", name: "值班员甲", role: "booth", organisation: "物业", area: "jinxiu" }],
    demonstration: true,
  };
  await writeFile(join(folder, "cloud.yaml"), stringify(config));
  return startProgram<Ready>("cloud/main.ts", ["run", "--config", join(folder, "cloud.yaml"), "--ready-json"]);
}

type Message = { readonly topic: string; readonly payload: string };

/** What an outbox does: a window of unacknowledged messages a stream, sent again until the cloud itself says that it has them. */
class Outbox {
  readonly voice = new Voice();
  readonly events: Spoken[] = [];
  readonly bulk: Message[] = [];
  readonly acknowledged: Record<Stream, number> = { urgent: 0, money: 0, state: 0, bulk: 0 };
  sent = 0;
  readonly #client: MqttClient;
  readonly #roll: (below: number) => number;
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, roll: (below: number) => number) {
    this.#roll = roll;
    this.#client = connect(url, { clientId: "gw-1", username: "gw-1", password, reconnectPeriod: 100, queueQoSZero: false });
    this.#client.on("error", () => undefined);
    this.#client.on("connect", () => this.#client.subscribe(acknowledgementTopic(home), { qos: 1 }));
    this.#client.on("message", (_topic, payload) => {
      const { stream, upTo, epoch } = JSON.parse(payload.toString()) as Acknowledgement;
      expect(epoch).toBe(this.voice.epoch);
      if (upTo <= this.acknowledged[stream]) return;
      this.acknowledged[stream] = upTo;
      this.#push(stream);
    });
    this.#timer = setInterval(() => {
      for (const stream of ["urgent", "money", "state", "bulk"] as const) this.#push(stream);
    }, 150);
  }

  get total(): number {
    return Object.values(this.acknowledged).reduce((sum, n) => sum + n, 0);
  }

  /** The next few that are not acknowledged. */
  #push(stream: Stream): void {
    if (!this.#client.connected) return;
    const done = this.acknowledged[stream];
    const message =
      stream === "bulk"
        ? this.bulk[done]
        : this.voice.message(this.events.filter((one) => one.stream === stream).slice(done, done + 1 + this.#roll(6)));
    if (message === undefined || (stream !== "bulk" && message.payload.endsWith('"events":[]}'))) return;
    this.sent += 1;
    this.#client.publish(message.topic, message.payload, { qos: 1 });
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.endAsync(true);
  }
}

/** One car and one charge that is cut off, and a second's measurements: eleven numbers in four streams. */
function happens({ voice, events, bulk }: Outbox, n: number): void {
  const at = n * 1_000;
  const id = (what: string): string => `${what}-${String(n).padStart(4, "0")}`;
  const [visit, session, trip, socket] = [id("visit"), id("session"), id("trip"), `station-1/${(n % 20) + 1}`];
  events.push(
    voice.say("visit.opened", { ...examples["visit.opened"], visit }, at),
    voice.say("gate.opened", { ...examples["gate.opened"], count: n }, at + 1),
    voice.say("lane.passed", { ...examples["lane.passed"], visit, count: n }, at + 2),
    voice.say("visit.billed", { ...examples["visit.billed"], visit, bill: id("bill"), total_fen: n }, at + 3),
    voice.say("visit.paid", { ...examples["visit.paid"], visit, payment: id("payment"), amount_fen: n }, at + 4),
    voice.say("visit.closed", { ...examples["visit.closed"], visit, total_fen: n, paid_fen: n }, at + 5),
    voice.say("session.started", { ...examples["session.started"], session, socket }, at + 6),
    voice.say("charging.cut", { ...cutOf(trip, socket), session }, at + 7),
    voice.say("charging.opened", { ...examples["charging.opened"], trip, socket }, at + 8),
    voice.say("session.ended", { ...examples["session.ended"], session, socket, cause: "over-current" }, at + 9),
  );
  bulk.push(voice.measured([point("station-1/1", at, { current_mA: n })]));
}

const rounds = 6;
const ofARound = 10;

test("ingest survives kill -9: sent = committed, nothing twice, nothing acknowledged is lost", async (context) => {
  const roll = dice(20_261_125);
  let cloud = await startCloud(0);
  const port = Number(new URL(cloud.ready.mqtt).port);
  const outbox = new Outbox(cloud.ready.mqtt, roll);
  let happened = 0;
  let lost = 0;
  const numbers = () => outbox.events.length + outbox.bulk.length;
  for (let round = 0; round < rounds; round += 1) {
    const before = numbers();
    for (let n = 0; n < ofARound; n += 1) happens(outbox, ++happened);
    // Somewhere in the middle of this round: always while something is on its way.
    const when = before + 1 + roll(numbers() - before - 12);
    await until(`${when} acknowledged`, () => outbox.total >= when || undefined, { within_ms: 30_000, every_ms: 1 });
    cloud.signal("SIGKILL");
    expect(await cloud.ended).toBe("SIGKILL");
    lost += await acknowledgedButNotThere(outbox.acknowledged);
    cloud = await startCloud(port);
  }
  await until("everything acknowledged", () => outbox.total === numbers() || undefined, { within_ms: 60_000 });
  const curve = await samples(cloud.ready.http);
  await outbox.end();
  expect(await cloud.end()).toBe(0);

  const store = await openStore({ kind: "sqlite", file: join(folder, "cloud.db") });
  const counts = await countsView(store.read);
  const sum = (happened * (happened + 1)) / 2;
  expect(counts).toEqual({
    ...{ passages: happened, openings: happened, visits: happened, bills: happened, billed_fen: sum, paid_fen: sum, sessions: happened },
    ...{ cutoffs: happened, welds: 0, events: outbox.events.length, missing: 0, dead_letters: 0, duplicates: counts.duplicates },
  });
  const rows = async (table: "event" | "inbox" | "entry" | "visit" | "trip" | "alarm") =>
    Number(
      (
        await store.read
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as("n"))
          .executeTakeFirstOrThrow()
      ).n,
    );
  expect([await rows("event"), await rows("inbox"), await rows("entry"), await rows("visit"), await rows("trip")]).toEqual([
    ...[outbox.events.length, numbers(), happened, happened, happened],
  ]);
  // Twenty sockets, one cause each; the third cut of each within the hour made its hazard, and the chain of their steps is whole.
  expect(await rows("alarm")).toBe(20);
  expect(await verifyChain(store.read)).toEqual({ sound: happened - 2 * 20 });
  const paid = await store.read.selectFrom("visit").select(["state", "paid_fen", "total_fen"]).execute();
  const wrong = paid.filter((row) => row.state !== "gone" || row.paid_fen !== row.total_fen).length;
  expect([wrong, lost, curve]).toEqual([0, 0, happened]);
  await store.close();
  counted(context, {
    kills: rounds,
    events_sent: outbox.events.length,
    events_committed: counts.events,
    telemetry_sent: outbox.bulk.length,
    telemetry_committed: curve,
    messages: outbox.sent,
    repeats_without_effect: `${counts.duplicates}`,
    effects_doubled: counts.events - outbox.events.length,
    acknowledged_lost: lost,
  });
});

/** The database of the dead process, before anybody else opens it. */
async function acknowledgedButNotThere(acknowledged: Readonly<Record<Stream, number>>): Promise<number> {
  const store = await openStore({ kind: "sqlite", file: join(folder, "cloud.db") });
  const cursors = await store.read.selectFrom("cursor").select(["stream", "up_to"]).execute();
  await store.close();
  const durable = new Map(cursors.map(({ stream, up_to }) => [stream, up_to]));
  return Object.entries(acknowledged).reduce((sum, [stream, upTo]) => sum + Math.max(0, upTo - (durable.get(stream) ?? 0)), 0);
}

async function samples(http: string): Promise<number> {
  const asBooth = { method: "POST", headers: { "content-type": "application/json", "x-cuobian": "1" }, body: '{"person":"booth"}' };
  const cookie = (await fetch(`${http}/api/v1/session`, asBooth)).headers.get("set-cookie") ?? "";
  const span = `from=${new Date(noon).toISOString()}&to=${new Date(noon + 3_600_000).toISOString()}`;
  const answer = await fetch(`${http}/api/v1/telemetry?site=jinxiu&socket=station-1/1&field=current_mA&${span}`, { headers: { cookie } });
  return ((await answer.json()) as { samples: unknown[] }).samples.length;
}
