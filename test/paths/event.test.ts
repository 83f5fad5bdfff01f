// The vendor document's plate event, posted with curl to the real gateway: what opens, what never opens, and what opens no second visit.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoFiles, layOut, type SimulatorReady, writeSiteConfig } from "#command/demo/files.ts";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { endEveryProgram, repository, startProgram, until } from "../world/program.ts";

const sample = readFileSync(join(repository, "protocols/cameras/vzenith/fixtures/plate-push.json"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "cuobian-event-"));
const opens = '{"Response_AlarmInfoPlate":{"info":"ok","content":"retransfer_stop","is_pay":"true"}}';
const stays = '{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","is_pay":"false"}}';

let files: DemoFiles;
let simulator: SimulatorReady;
let url = "";

beforeAll(async () => {
  files = layOut(folder);
  const sim = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", "--ready-json"]);
  simulator = sim.ready;
  // Nobody listens at the broker: the lane decides from its journal.
  writeSiteConfig(files, { gateway: 0, broker: "mqtt://127.0.0.1:9", simulator });
  const gateway = await startProgram<{ http: string }>("gateway/main.ts", ["run", "--config", files.siteConfig, "--ready-json"], {
    env: { CUOBIAN_CLOCK: "synchronised" },
  });
  url = `${gateway.ready.http}/devicemanagement/php/plateresult.php`;
  await until("the board of the west gate", async () => {
    const health = (await (await fetch(`${gateway.ready.http}/healthz`)).json()) as { checks: { name: string; ok: boolean }[] };
    // No cloud has made its key here: its file is said to be missing, and that is no board.
    return health.checks.every(({ name, ok }) => ok || name === "files") || undefined;
  });
}, 60_000);

afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

interface Push {
  readonly [member: string]: unknown;
  license: string;
  plateid: number;
  isoffline: number;
  timeStamp: { Timeval: Record<string, number> };
}

/** The sample with its plate result changed, as text. */
function push(change: (result: Push) => void): string {
  const body = JSON.parse(sample) as { AlarmInfoPlate: { result: { PlateResult: Push } } };
  change(body.AlarmInfoPlate.result.PlateResult);
  return JSON.stringify(body);
}

function timeOf(ms: number): Record<string, number> {
  const civil = toCivil(wall(ms));
  return {
    decyear: civil.year,
    decmon: civil.month,
    decday: civil.day,
    dechour: civil.hour,
    decmin: civil.minute,
    decsec: civil.second,
    sec: Math.floor(ms / 1000),
    usec: (ms % 1000) * 1000,
  };
}
const at = (result: Push, ms: number): void => {
  result.timeStamp = { Timeval: timeOf(ms) };
};

function curl(body: string): { text: string; reason: string; status: string } {
  const file = join(folder, "body.json");
  writeFileSync(file, body);
  const answer = execFileSync(
    "curl",
    ["-si", "--max-time", "5", "-H", "content-type: application/json", "--data-binary", `@${file}`, url],
    { encoding: "utf8" },
  );
  const [head = "", text = ""] = answer.split("\r\n\r\n");
  return { text, reason: /^x-cuobian-reason: (.*)$/im.exec(head)?.[1]?.trim() ?? "", status: /^HTTP\S* (\d+)/.exec(head)?.[1] ?? "" };
}

/** The journal as it is on the disk. */
function journal<Row>(sql: string): Row[] {
  const database = new SqliteDatabase(join(folder, "gateway", "journal.sqlite"), { readonly: true });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}
const visits = (): number => journal<{ n: number }>("SELECT count(*) AS n FROM visit")[0]?.n ?? -1;
const orders = (): number => journal<{ n: number }>("SELECT count(*) AS n FROM gate_order")[0]?.n ?? -1;
const seenOpen = (): number => journal<{ n: number }>("SELECT count(*) AS n FROM gate_order WHERE seen = 'open'")[0]?.n ?? -1;

test("P 01.event: now it opens, again it opens no second visit, verbatim and offline it never opens", async (context) => {
  let cases = 0;
  const expected = (body: string, wanted: { text: string | RegExp; reason: RegExp; visits: number; orders: number }): void => {
    const { text, reason, status } = curl(body);
    expect(status).toBe("200");
    if (typeof wanted.text === "string") expect(text).toBe(wanted.text);
    else expect(text).toMatch(wanted.text);
    expect(reason).toMatch(wanted.reason);
    expect([visits(), orders()], reason).toEqual([wanted.visits, wanted.orders]);
    cases += 1;
  };
  expected(sample, { text: stays, reason: /stale|doubtful/, visits: 0, orders: 0 });
  expected(
    push((result) => {
      result.isoffline = 1;
      at(result, Date.now());
      result.plateid = 1;
    }),
    { text: /"info":"no".*"ContinuePushOffline":\{"plateid":1,"continue":1\}/, reason: /offline/, visits: 1, orders: 0 },
  );

  // The rest speak of another car each, so that no case leans on the one before it.
  const fresh = push((result) => {
    result.license = "闽CD12345";
    result.plateid = 2;
    at(result, Date.now());
  });
  expected(fresh, { text: opens, reason: /^opened$/, visits: 2, orders: 1 });
  expected(fresh, { text: opens, reason: /repeat/, visits: 2, orders: 1 });
  // Carried out, as the lane's camera would: the arm is seen open, and the same body opens nothing any more.
  const obeyed = await fetch(`${simulator.control}/lanes/west-in/reply`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: opens,
  });
  expect(obeyed.status, await obeyed.text()).toBeLessThan(300);
  await until("the gate seen open", () => seenOpen() === 1 || undefined);
  expected(fresh, { text: stays, reason: /./, visits: 2, orders: 1 });

  const variants: readonly [string, (result: Push) => void, string, RegExp][] = [
    ["a minute in the future", (result) => at(result, Date.now() + 60_000), stays, /future/],
    ["two minutes old", (result) => at(result, Date.now() - 120_000), stays, /stale/],
    [
      "only sec is fresh",
      (result) => {
        result.timeStamp = { Timeval: { ...result.timeStamp.Timeval, sec: Math.floor(Date.now() / 1000) } };
      },
      stays,
      /doubtful/,
    ],
    [
      "no plate",
      (result) => {
        result.license = "_无_";
        at(result, Date.now());
      },
      stays,
      /no-plate/,
    ],
    [
      "not read clearly",
      (result) => {
        (result as Record<string, unknown>).confidence = 20;
        at(result, Date.now());
      },
      stays,
      /low-confidence/,
    ],
  ];
  for (const [index, [name, change, text, reason]] of variants.entries()) {
    const before = [visits(), orders()];
    const answer = curl(
      push((result) => {
        result.plateid = 100 + index;
        result.license = `闽CD5432${index}`;
        change(result);
      }),
    );
    expect(answer.text, name).toBe(text);
    expect(answer.reason, name).toMatch(reason);
    expect([visits(), orders()], name).toEqual(before);
    cases += 1;
  }
  // Other firmware: no dec fields, no usec, numbers for ionum, members that nobody has documented.
  const other = curl(
    push((result) => {
      result.license = "闽CF00888";
      result.plateid = 200;
      result.timeStamp = { Timeval: { sec: Math.floor(Date.now() / 1000) } };
      Object.assign(result, { gioouts: [{ ctrltype: 0, ionum: 0 }], something_new: { a: [1, null] } });
    }),
  );
  expect([other.text, visits()]).toEqual([opens, 3]);
  cases += 1;

  counted(context, { cases, visits: visits(), "orders to open": orders(), "seen open": seenOpen(), "second visits, wrong": 0 });
});
