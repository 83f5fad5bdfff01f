// The site process is killed -9 between its commit and the camera's hearing of it: nothing that was answered is lost, and the same push again opens no second visit.
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layOut, type SimulatorReady, writeSiteConfig } from "#command/demo/files.ts";
import { freePort } from "#command/demo/ports.ts";
import { counted, full } from "../promise.ts";
import { endEveryProgram, startProgram, until } from "../world/program.ts";
import { opens, vendorPush } from "../world/vendor-push.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-killed-"));
const path = "/devicemanagement/php/plateresult.php";
let port = 0;

interface GatewayReady {
  readonly http: string;
  readonly pids: { readonly supervisor: number; readonly safety: number; readonly site: number };
}

beforeAll(async () => {
  const files = layOut(folder);
  port = await freePort(0, new Set());
  const sim = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", "--ready-json"]);
  writeSiteConfig(files, { gateway: port, broker: "mqtt://127.0.0.1:9", simulator: sim.ready });
}, 60_000);

afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

const startGateway = () =>
  startProgram<GatewayReady>("gateway/main.ts", ["run", "--config", join(folder, "site.yaml"), "--ready-json"], {
    env: { CUOBIAN_CLOCK: "synchronised" },
  });

/** Asked by a reader of its own, as it is on the disk. */
function journal<Row>(sql: string, ...values: string[]): Row[] {
  const database = new SqliteDatabase(join(folder, "gateway", "journal.sqlite"), { readonly: true });
  try {
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}
const visitsOf = (plate: string): number => journal<{ n: number }>("SELECT count(*) AS n FROM visit WHERE plate = ?", plate)[0]?.n ?? -1;
const openedEvents = (plate: string): number =>
  journal<{ n: number }>("SELECT count(*) AS n FROM event WHERE type = 'visit.opened' AND json_extract(data, '$.plate') = ?", plate)[0]
    ?.n ?? -1;

/** One push on a connection that hears nothing until it is told to: what lies unread when the other end dies was never heard. */
function say(body: string): { socket: net.Socket; heard: () => string } {
  let heard = "";
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
  });
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.write(head + body);
  return { socket, heard: () => heard };
}

async function answerTo(body: string): Promise<{ text: string; reason: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
  return { text: await response.text(), reason: response.headers.get("x-cuobian-reason") ?? "" };
}

/** Milliseconds after the push at which the kill falls; null: at the commit, and the answer stays unread. */
const kills: readonly (number | null)[] = full ? [...Array(20).keys(), ...Array(20).fill(null)] : [null, 0, 3, null, 6, 12];

test("P 01.killed: the site process killed around its commit loses nothing that it answered, and a re-push opens no second visit", async (context) => {
  let committedUnheard = 0;
  let heardLost = 0;
  let doubled = 0;
  let gateway = await startGateway();
  for (const [round, after_ms] of kills.entries()) {
    const plate = `闽C${String(30_000 + round)}`;
    const body = vendorPush({ at: Date.now(), license: plate, plateid: 5000 + round });
    const { socket, heard } = say(body);
    if (after_ms === null) {
      socket.pause();
      await until("the commit", () => visitsOf(plate) === 1 || undefined, { every_ms: 1 });
    } else await new Promise((resolve) => setTimeout(resolve, after_ms));
    // The supervisor first, so that nothing is started in between.
    for (const pid of [gateway.ready.pids.supervisor, gateway.ready.pids.site, gateway.ready.pids.safety]) process.kill(pid, "SIGKILL");
    const answered = after_ms !== null && heard().includes(opens);
    socket.destroy();
    await gateway.ended;

    // A new one is ready only when the old one has let go of the journal: from then on nothing of it can still come.
    gateway = await startGateway();
    const kept = visitsOf(plate);
    if (answered && kept !== 1) heardLost += 1;
    if (!answered && kept === 1) committedUnheard += 1;
    const { text, reason } = await answerTo(body);
    // The gate was not seen open and the read is fresh: the car still stands there, and the answer is the same.
    expect([text, reason], `round ${round}`).toEqual([opens, kept === 1 ? "repeat-opened" : "opened"]);
    if (visitsOf(plate) !== 1 || openedEvents(plate) !== 1) doubled += 1;
  }
  await gateway.end();
  expect({ heardLost, doubled }).toEqual({ heardLost: 0, doubled: 0 });
  expect(committedUnheard).toBeGreaterThanOrEqual(2);
  counted(context, {
    kills: kills.length,
    "committed and never heard": committedUnheard,
    "answered and lost": heardLost,
    "doubled visits": doubled,
  });
}, 300_000);
