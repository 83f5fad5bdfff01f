// Three ingest processes share Mosquitto and PostgreSQL; one is killed every few seconds. Gateways here are strangers: they send, keep what is not acknowledged, and send again.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import type { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { acknowledgementTopic, upTopic } from "#protocols/uplink/topics.ts";
import { commandPath, hasCommand } from "../debian.ts";
import { counted, full } from "../promise.ts";
import { sharedCloud, startMosquitto } from "../world/fleet.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "../world/program.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-shared-"));
const children: ChildProcess[] = [];
let postgres: TemporaryPostgres | undefined;
afterAll(async () => {
  await endEveryProgram();
  for (const child of children) child.kill("SIGKILL");
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const gateways = Array.from({ length: 6 }, (_, at) => `gw-${at + 1}`);
const streams = ["state", "money"] as const;
const secret = "shared-secret-0123456789";

/** One stream of one gateway: two batches under way, each sent again until an acknowledgement covers it. */
interface Sender {
  readonly gateway: string;
  readonly stream: (typeof streams)[number];
  sent: number;
  acknowledged: number;
  repeats: number;
}

const eventOf = (stream: Sender["stream"], seq: number) => {
  const at = { wall: 1_795_579_200_000 + seq * 1000, mono: seq * 1000, boot: "boot-1", synchronised: true };
  if (stream === "state")
    return { seq, at, type: "lane.passed", data: { lane: "east-in", direction: "entry", visit: null, count: seq, known_late: false } };
  return {
    seq,
    at,
    type: "visit.paid",
    data: {
      visit: `visit-${String(seq).padStart(6, "0")}`,
      payment: `payment-${String(seq).padStart(6, "0")}`,
      lane: null,
      method: "cash",
      amount_fen: 100,
      collector: "booth",
    },
  };
};

test.skipIf(!["mosquitto", "mosquitto_sub", "postgres"].every(hasCommand))(
  "P 04.shared: three ingest processes on Mosquitto and PostgreSQL, one killed every three seconds: nothing lost, nothing twice, order kept",
  async (context) => {
    const { port, child } = await startMosquitto(folder, { gateways, secret });
    children.push(child);
    postgres = startPostgres(commandPath("postgres") ?? "");
    const url = postgres.fresh();
    const config = (number: number): string => sharedCloud(folder, { number, port, url, gateways, secret });
    const start = (number: number): Promise<TestProgram<unknown>> =>
      startProgram("cloud/main.ts", ["run", "--config", config(number), "--ready-json"], { within_ms: 60_000 });
    const running = [await start(0), await start(1), await start(2)];

    const senders: Sender[] = gateways.flatMap((gateway) =>
      streams.map((stream): Sender => ({ gateway, stream, sent: 0, acknowledged: 0, repeats: 0 })),
    );
    const clients = new Map(
      gateways.map((gateway) => [
        gateway,
        mqtt.connect(`mqtt://127.0.0.1:${port}`, { username: gateway, password: secret, clientId: gateway, protocolVersion: 4 }),
      ]),
    );
    const publish = ({ gateway, stream }: Sender, from: number, to: number): void => {
      const events = Array.from({ length: to - from + 1 }, (_, at) => eventOf(stream, from + at));
      clients
        .get(gateway)
        ?.publish(
          upTopic({ site: "jinxiu", gateway }, stream),
          JSON.stringify({ v: 1, gateway, epoch: "00000000000000aa", stream, events }),
          { qos: 1 },
        );
    };
    const size = 10;
    let over = false;
    const pump = (sender: Sender): void => {
      while (!over && sender.sent - sender.acknowledged < 2 * size) {
        publish(sender, sender.sent + 1, sender.sent + size);
        sender.sent += size;
      }
    };
    for (const [gateway, client] of clients) {
      client.on("message", (_topic, payload) => {
        const { stream, upTo } = JSON.parse(payload.toString()) as Acknowledgement;
        const sender = senders.find((one) => one.gateway === gateway && one.stream === stream);
        if (sender === undefined || upTo <= sender.acknowledged) return;
        sender.acknowledged = upTo;
        pump(sender);
      });
      await client.subscribeAsync(acknowledgementTopic({ site: "jinxiu", gateway }), { qos: 1 });
    }
    for (const sender of senders) pump(sender);
    const seen = new Map<Sender, number>();
    const repeating = setInterval(() => {
      for (const sender of senders) {
        if (seen.get(sender) === sender.acknowledged && sender.acknowledged < sender.sent) {
          sender.repeats += 1;
          for (let from = sender.acknowledged + 1; from <= sender.sent; from += size)
            publish(sender, from, Math.min(from + size - 1, sender.sent));
        }
        seen.set(sender, sender.acknowledged);
      }
    }, 1_000);

    // Killed one after another and begun anew, for a minute (here and now a shorter while).
    const kills = full ? 20 : 4;
    for (let kill = 0; kill < kills; kill += 1) {
      await new Promise((done) => setTimeout(done, 3_000));
      const victim = kill % running.length;
      running[victim]?.signal("SIGKILL");
      await running[victim]?.ended;
      running[victim] = await start(victim);
    }
    over = true;
    await until("everything is acknowledged", () => senders.every(({ sent, acknowledged }) => sent === acknowledged) || undefined, {
      within_ms: 60_000,
      every_ms: 200,
    });
    clearInterval(repeating);
    for (const client of clients.values()) client.end(true);

    const database = new pg.Client({ connectionString: url });
    await database.connect();
    const rows = async <R>(query: string): Promise<R[]> => (await database.query(query)).rows as R[];
    const sent = senders.reduce((sum, one) => sum + one.sent, 0);
    const committed = await rows<{ gateway: string; stream: string; n: string; top: string; inorder: boolean }>(
      `SELECT gateway, stream, count(*) AS n, max(seq) AS top, bool_and(seq > before) AS inorder
       FROM (SELECT gateway, stream, seq, coalesce(lag(seq) OVER (PARTITION BY gateway, stream ORDER BY ordinal), 0) AS before FROM event) AS e GROUP BY gateway, stream`,
    );
    for (const { gateway, stream, sent: count } of senders)
      expect(
        committed.find((row) => row.gateway === gateway && row.stream === stream),
        `${gateway} ${stream}`,
      ).toMatchObject({ n: String(count), top: String(count), inorder: true });
    // Effects, not rows alone: each passage counted once, each payment once.
    const [passed] = await rows<{ n: string }>("SELECT sum(passages) AS n FROM lane");
    const [paid] = await rows<{ n: string }>("SELECT sum(value) AS n FROM tally WHERE name LIKE 'paid_fen@%'");
    const ofStream = (stream: string): number => senders.filter((one) => one.stream === stream).reduce((sum, one) => sum + one.sent, 0);
    expect(Number(passed?.n)).toBe(ofStream("state"));
    const [payments] = await rows<{ n: string }>("SELECT count(*) AS n FROM payment");
    const [dead] = await rows<{ n: string }>("SELECT count(*) AS n FROM dead_letter");
    const distinctRows = await rows<{ n: string }>(
      "SELECT count(*) AS n FROM (SELECT DISTINCT gateway, epoch, stream, seq FROM event) AS d",
    );
    await database.end();
    expect(Number(paid?.n)).toBe(Number(payments?.n) * 100);
    expect(Number(dead?.n)).toBe(0);
    for (const program of running) await program.end();
    const stored = committed.reduce((sum, row) => sum + Number(row.n), 0);
    const [distinct] = distinctRows;
    counted(context, {
      processes: running.length,
      kills,
      sent,
      committed: stored,
      "repeats sent": senders.reduce((sum, one) => sum + one.repeats, 0),
      lost: sent - stored,
      duplicates: stored - Number(distinct?.n),
    });
  },
  full ? 300_000 : 120_000,
);
