// The site process dies by SIGKILL at exact points of a push: before its commit, between commit and reply, and at any moment. Nothing that was said is lost, nothing is doubled.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layOut, writeSiteConfig } from "#command/demo/files.ts";
import { counted, full, plain } from "../promise.ts";
import { startBoards, type TestBoards } from "../world/barrier-boards.ts";
import { endEveryProgram, repository, startProgram, type TestProgram } from "../world/program.ts";
import { opens, vendorPush } from "../world/vendor-push.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-site-killed-"));
const die = join(folder, "die");
const files = layOut(folder);
let boards: TestBoards;

beforeAll(async () => {
  boards = await startBoards();
  const { host, port } = boards;
  const units = { "east-in": 1, "east-out": 2, "west-in": 3 };
  const simulator = {
    control: "",
    serial: "/dev/null",
    stations_tcp: { host, port },
    stations_rtu: { host, port },
    barriers: { host, port, units },
  };
  // Nobody listens at the broker, and there is no protection: a lane needs neither.
  writeSiteConfig(files, { gateway: 0, broker: "mqtt://127.0.0.1:9", simulator });
});
afterAll(async () => {
  await endEveryProgram();
  await boards.down();
  rmSync(folder, { recursive: true, force: true });
});

type Site = TestProgram<{ http: string }>;
const startSite = (): Promise<Site> =>
  startProgram("gateway/main.ts", ["run", "--config", files.siteConfig, "--only", "site", "--ready-json"], {
    env: {
      CUOBIAN_CLOCK: "synchronised",
      CUOBIAN_TEST_DIE: die,
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      NODE_OPTIONS: `--import=${join(repository, "test/children/dying-at-commit.ts")}`,
    },
  });

/** The reply's text; undefined when nobody answered. */
const push = (site: Site, body: string): Promise<string | undefined> =>
  fetch(`${site.ready.http}/devicemanagement/php/plateresult.php`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  }).then(
    (answer) => answer.text(),
    () => undefined,
  );

function journal<Row>(sql: string, ...values: string[]): Row[] {
  const database = new SqliteDatabase(join(folder, "gateway", "journal.sqlite"), { readonly: true });
  try {
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}
const visitsOf = (plate: string): number => journal("SELECT id FROM visit WHERE plate = ?", plate).length;

type Point = "before" | "after" | "answered" | number;
const rounds = full ? 120 : plain ? 4 : 24;
/** A quarter at each exact point, a quarter once the reply has been heard, a quarter within the first milliseconds of a push. */
const pointOf = (round: number): Point => (["before", "after", "answered", (round * 7) % 41] as const)[round % 4] ?? "after";

async function kill(site: Site, point: Point, body: string): Promise<string | undefined> {
  if (point === "before" || point === "after") {
    writeFileSync(die, point);
    const answer = await push(site, body);
    expect(await site.ended).toBe("SIGKILL");
    rmSync(die);
    return answer;
  }
  const answer = push(site, body);
  await (point === "answered" ? answer : new Promise((resolve) => setTimeout(resolve, point)));
  site.signal("SIGKILL");
  await site.ended;
  return answer;
}

test("P 01.killed: the site process dies around the commit of a push; no answer is lost, no visit is doubled", async (context) => {
  const counts = { before: 0, after: 0, "at any moment": 0, "answered then": 0, lost: 0, doubled: 0 };
  let site = await startSite();
  for (let round = 0; round < rounds; round += 1) {
    const plate = `闽CD${10_000 + round}`;
    const body = vendorPush({ at: Date.now(), license: plate, plateid: 9_000 + round });
    const point = pointOf(round);
    const answer = await kill(site, point, body);
    site = await startSite();
    const kept = visitsOf(plate);
    counts[point === "before" || point === "after" ? point : "at any moment"] += 1;
    if (point === "before" || point === "after") expect([point, answer, kept]).toEqual([point, undefined, point === "after" ? 1 : 0]);
    if (answer !== undefined) {
      counts["answered then"] += 1;
      expect(answer).toBe(opens);
      if (kept !== 1) counts.lost += 1;
    }
    // The camera heard nothing and says the same again: the car still stands there.
    expect(await push(site, body), `round ${round}, ${point}`).toBe(opens);
    if (visitsOf(plate) !== 1) counts.doubled += 1;
  }
  expect(await site.end()).toBe(0);
  const opened = journal<{ seq: number; plate: string }>(
    "SELECT seq, json_extract(data, '$.plate') AS plate FROM event WHERE type = 'visit.opened' ORDER BY seq",
  );
  // Gapless in its stream, which holds what each start told too; one for each car, and one order for each.
  const stream = journal<{ seq: number }>(
    "SELECT seq FROM event WHERE stream = (SELECT stream FROM event WHERE type = 'visit.opened' LIMIT 1) ORDER BY seq",
  );
  expect(stream.map(({ seq }) => seq)).toEqual(stream.map((_, index) => index + 1));
  expect(opened.length).toBe(rounds);
  expect(new Set(opened.map(({ plate }) => plate)).size).toBe(rounds);
  expect(journal("SELECT id FROM gate_order").length).toBe(rounds);
  expect(boards.unit(3).pulses).toBe(0);
  expect([counts.lost, counts.doubled]).toEqual([0, 0]);
  counted(context, { pushes: rounds, ...counts });
}, 280_000);
