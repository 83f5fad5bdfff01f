// The vendor document's event as other firmware writes it, posted with curl to the real gateway: which opens, which only becomes a record, which cannot be read.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { cameraSerials, layOut, type SimulatorReady, writeSiteConfig } from "#command/demo/files.ts";
import type { SiteConfig } from "#gateway/config/schema.ts";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import { counted } from "../promise.ts";
import { endEveryProgram, startProgram, until } from "../world/program.ts";
import { opens, stays, staysOffline, vendorPush, vendorSample } from "../world/vendor-push.ts";
import { type Outcome, variants } from "./other-firmware.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-firmware-"));
const files = layOut(folder);
let simulator: SimulatorReady;
let http = "";

beforeAll(async () => {
  simulator = (await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", "--ready-json"])).ready;
  // Nobody listens at the broker: the lane decides from its journal.
  writeSiteConfig(files, { gateway: 0, broker: "mqtt://127.0.0.1:9", simulator });
  // The east camera's civil time is known to be wrong; the other entry believes both.
  const config = parse(readFileSync(files.siteConfig, "utf8")) as SiteConfig;
  const lanes = config.lanes.map((lane) => (lane.id === "east-in" ? { ...lane, camera: { ...lane.camera, clock: "sec" } } : lane));
  writeFileSync(files.siteConfig, stringify({ ...config, lanes }), { mode: 0o600 });
  const gateway = await startProgram<{ http: string }>("gateway/main.ts", ["run", "--config", files.siteConfig, "--ready-json"], {
    env: { CUOBIAN_CLOCK: "synchronised" },
  });
  http = gateway.ready.http;
  await until("the boards", async () => {
    const health = (await (await fetch(`${http}/healthz`)).json()) as { checks: { name: string; ok: boolean }[] };
    // No cloud has made its key here: its file is said to be missing, and that is no board.
    return health.checks.every(({ name, ok }) => ok || name === "files") || undefined;
  });
}, 60_000);
afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

function journal<Row>(sql: string): Row[] {
  const database = new SqliteDatabase(join(folder, "gateway", "journal.sqlite"), { readonly: true });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}
const count = (table: string): number => journal<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n ?? -1;
const events = (type: string): number => count(`event WHERE type = '${type}'`);
const written = (): number[] => [count("visit"), count("gate_order"), events("lane.offline-read")];

interface Heard {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
}
function curl(body: string | Uint8Array, headers: readonly string[] = []): Heard {
  const file = join(folder, "body.json");
  writeFileSync(file, body);
  const more = ["content-type: application/json", ...headers].flatMap((header) => ["-H", header]);
  const url = `${http}/devicemanagement/php/plateresult.php`;
  const answer = execFileSync("curl", ["-si", "--max-time", "5", ...more, "--data-binary", `@${file}`, url], { encoding: "utf8" });
  const [head = "", text = ""] = answer.split("\r\n\r\n");
  const reason = /^x-cuobian-reason: (.*)$/im.exec(head)?.[1]?.trim() ?? "";
  return { status: Number(/^HTTP\S* (\d+)/.exec(head)?.[1] ?? 0), reason, text };
}

const replyOf: Readonly<Record<Exclude<Outcome, "unreadable">, (plateid: number) => string>> = {
  opens: () => opens,
  stays: () => stays,
  "offline visit": staysOffline,
  "offline record": staysOffline,
};
const rises: Readonly<Record<Outcome, readonly number[]>> = {
  opens: [1, 1, 0],
  stays: [0, 0, 0],
  "offline visit": [1, 0, 1],
  "offline record": [0, 0, 1],
  unreadable: [0, 0, 0],
};

test("P 01.event: as other firmware writes it, each opens, stays or is recorded as its words and times allow", async (context) => {
  let openings = 0;
  for (const [index, { what, change, outcome, reason, lane = "west-in" }] of variants.entries()) {
    const plateid = 30_000 + index;
    const body = vendorPush({ serialno: cameraSerials[lane], license: `闽CD${20_000 + index}`, plateid, change });
    const before = written();
    const heard = curl(body);
    expect([what, heard.status, heard.reason]).toEqual([what, outcome === "unreadable" ? 400 : 200, reason]);
    if (outcome !== "unreadable") expect(heard.text, what).toBe(replyOf[outcome](plateid));
    expect([what, ...written().map((n, i) => n - (before[i] ?? 0))]).toEqual([what, ...rises[outcome]]);
    // Told again, whatever it was, there is no second visit; only an opening that nobody has seen yet is answered alike.
    const again = curl(body);
    expect(again.text.includes('"info":"ok"'), `${what}, again`).toBe(outcome === "opens");
    expect([what, ...written().map((n, i) => n - (before[i] ?? 0))]).toEqual([what, ...rises[outcome]]);
    if (outcome === "opens") openings += 1;
  }
  // Nobody carried a reply out: no arm has moved.
  const { counts } = (await (await fetch(`${simulator.control}/state?frames=0`)).json()) as SimulatorState;
  expect([counts.openings, events("gate.opened")]).toEqual([0, 0]);
  counted(context, { cases: variants.length * 2, visits: count("visit"), "openings asked": openings, wrong: 0 });
});

test("P 01.event: strangers, other bytes and believed addresses open nothing", async (context) => {
  const gbk = Buffer.from(vendorPush({ at: Date.now(), license: "GBK", plateid: 40_000 })).toString("latin1");
  const cases: readonly [string, string | Uint8Array, Partial<Heard>, (readonly string[])?][] = [
    [
      "an unknown serial number",
      vendorPush({ at: Date.now(), serialno: "00000000-00000000" }),
      { status: 200, reason: "unknown-camera", text: stays },
    ],
    [
      "an unknown one that says to come from the camera",
      vendorPush({ at: Date.now(), serialno: "00000000-00000000" }),
      { status: 200, reason: "unknown-camera", text: stays },
      ["x-forwarded-for: 192.168.55.131", "forwarded: for=192.168.55.131"],
    ],
    ["a plate in GBK bytes", Buffer.from(gbk.replace("GBK", "\xc3\xf6CD12345"), "latin1"), { status: 400, reason: "undecodable" }],
    [
      "a serial number in capitals",
      vendorPush({ at: Date.now(), serialno: cameraSerials["west-in"].toUpperCase() }),
      { status: 200, reason: "unknown-camera", text: stays },
    ],
    ["half of the event", vendorSample.slice(0, 400), { status: 400, reason: "undecodable" }],
    ["nothing", "", { status: 400, reason: "undecodable" }],
  ];
  const before = written();
  for (const [what, body, expected, headers] of cases) expect(curl(body, headers), what).toMatchObject(expected);
  expect(written()).toEqual(before);
  counted(context, { cases: cases.length, "visits, none new: wrong": 0 });
});

test("P 01.event: a reply that is carried out is seen open, with its cause, and nothing is left unanswered", async (context) => {
  // The car before is not this one; its orders have had their 5 s.
  const body = vendorPush({ at: Date.now(), license: "闽CF77777", plateid: 50_000 });
  const heard = curl(body);
  expect([heard.text, heard.reason]).toEqual([opens, "opened"]);
  const [order] = journal<{ id: string }>("SELECT id FROM gate_order ORDER BY number DESC LIMIT 1");
  const obeyed = await fetch(`${simulator.control}/lanes/west-in/reply`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: heard.text,
  });
  expect(await obeyed.json()).toEqual({ lane: "west-in", outputs: [0] });
  const ofIt = (type: string): { cause?: string }[] =>
    journal<{ data: string }>(`SELECT data FROM event WHERE type = '${type}'`)
      .map(({ data }) => JSON.parse(data) as { command?: string; cause?: string })
      .filter(({ command }) => command === order?.id);
  const opened = await until("the gate seen open", () => ofIt("gate.opened")[0]);
  expect(opened).toMatchObject({ lane: "west-in", cause: "read", known_late: false });
  // Again after it was seen open: received, do not open, do not resend.
  expect(curl(body)).toMatchObject({ status: 200, text: stays, reason: "duplicate-read" });
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  expect(ofIt("gate.unanswered")).toEqual([]);
  counted(context, {
    cases: 2,
    visits: count("visit WHERE plate = '闽CF77777'"),
    openings: ofIt("gate.opened").length,
    wrong: ofIt("gate.unanswered").length,
  });
});
