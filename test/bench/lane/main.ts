// `npm run bench -- lane [--json] [--folder DIR] [--reads N]`: from the last byte of a plate event sent to the gate's command received, with the journal on the disk; how many reads a second
// last; and whether pictures that are looked for and kept, or a sheet of passes that is brought in, hold a decision up meanwhile. Ends with 1 when what keep-a-lane.md states does not hold.
import { request } from "node:http";
import { tmpdir } from "node:os";
import { setTimeout as rest } from "node:timers/promises";
import { parseArgs } from "node:util";
import { wall } from "#protocols/vocabulary/time.ts";
import { jpeg } from "#test/world/pictures.ts";
import { vendorPush } from "#test/world/vendor-push.ts";
import { percentile, table } from "../table.ts";
import { type BenchSite, dahua, openBenchSite, vzenithSerial } from "./site.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    folder: { type: "string", default: tmpdir() },
    reads: { type: "string", default: "400" },
  },
});
const reads = Number(values.reads);
const vzenithPath = "/devicemanagement/php/plateresult.php";
const platesOf = (n: number): string => `闽C${"ABCDEFGHJK"[n % 10]}${String(1_000 + (n % 9_000))}`;
const pace_ms = 40;

interface Answer {
  readonly ms: number;
  readonly body: string;
  readonly reason: string | undefined;
}

/** Counted from the last byte written: what the network before it takes is not ours. */
function post(url: string, { path, type, body }: { path: string; type: string; body: Uint8Array | string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method: "POST", headers: { "content-type": type, "content-length": Buffer.byteLength(body) } });
    let from = 0;
    sent.once("finish", () => {
      from = performance.now();
    });
    sent.once("error", reject);
    sent.once("response", (answer) => {
      let text = "";
      answer.on("data", (bytes: Buffer) => {
        text += bytes.toString();
      });
      answer.once("end", () =>
        resolve({ ms: performance.now() - from, body: text, reason: answer.headers["x-cuobian-reason"] as string | undefined }),
      );
    });
    sent.end(body);
  });
}

/** A car goes through: the board counts it, so that the lane is free for the next one. */
const passes = (site: BenchSite, unit: number): void => {
  const board = site.board(unit);
  board.opened += 1;
  board.passed += 1;
};

interface Measured {
  readonly what: string;
  readonly n: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Of the middle event's time, what the commits took. */
  readonly disk_percent: number;
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
function measured(what: string, rows: readonly { readonly ms: number; readonly disk_ms: number }[]): Measured {
  const [ms, disk] = [rows.map((row) => row.ms), rows.map((row) => row.disk_ms)];
  return {
    what,
    n: rows.length,
    p50_ms: round(percentile(ms, 50)),
    p99_ms: round(percentile(ms, 99)),
    disk_percent: Math.round((100 * percentile(disk, 50)) / percentile(ms, 50)),
  };
}
const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);

let number = 0;
const next = (): number => (number += 1);

async function byReply(site: BenchSite, n: number): Promise<{ ms: number; disk_ms: number }[]> {
  const rows = [];
  for (let i = 0; i < n; i += 1) {
    const body = vendorPush({ at: Date.now(), serialno: vzenithSerial, plateid: next(), license: platesOf(number) });
    site.commits();
    const { ms, body: answer, reason } = await post(site.http, { path: vzenithPath, type: "application/json", body });
    if (!answer.includes('"info":"ok"')) throw new Error(`the reply does not open: ${reason}`);
    rows.push({ ms, disk_ms: sum(site.commits()) });
    passes(site, 1);
    await rest(pace_ms);
  }
  return rows;
}

/** The gate's command is the board's: the moment at which its Modbus server took the pulse. */
async function byBoard(site: BenchSite, n: number): Promise<{ ms: number; disk_ms: number }[]> {
  const board = site.board(2);
  let pulses = board.pulses;
  let onPulse: (at: number) => void = () => undefined;
  Object.defineProperty(board, "pulses", {
    get: () => pulses,
    set: (count: number) => {
      pulses = count;
      onPulse(performance.now());
    },
  });
  const rows = [];
  for (let i = 0; i < n; i += 1) {
    const body = dahua.make({ plate: platesOf(next()), at: wall(Date.now()), number });
    const { path = "", type = "" } = dahua.http ?? {};
    site.commits();
    const pulsed = new Promise<number>((resolve) => {
      onPulse = resolve;
    });
    const begun = performance.now();
    const { ms, reason } = await post(site.http, { path, type, body });
    const answered = performance.now();
    const at = await Promise.race([pulsed, rest(3_000, undefined)]);
    if (at === undefined) throw new Error(`no pulse: ${reason}`);
    // The post's own clock begins at its last byte; so does ours.
    rows.push({ ms: Math.max(0, at - (answered - ms)), disk_ms: sum(site.commits()) });
    if (begun > at) throw new Error("a pulse of another read");
    passes(site, 2);
    await rest(pace_ms);
  }
  return rows;
}

/** 0.6 MB in base64. */
const picture = Buffer.from(jpeg(450_000)).toString("base64");
/** Two cameras at an exit push cars that nobody saw come in, each with its picture: each calls a person, and each picture is looked for, decoded and kept. */
function pushPictures(site: BenchSite): { stop(): Promise<number> } {
  let running = true;
  let pushed = 0;
  const one = async (): Promise<void> => {
    while (running) {
      const body = vendorPush({
        ...{ at: Date.now(), serialno: "pictures-00000001", plateid: next(), license: platesOf(number) },
        change: (plate) => Object.assign(plate, { imageFile: picture, imageFileLen: picture.length }),
      });
      await post(site.http, { path: vzenithPath, type: "application/json", body });
      pushed += 1;
      // A camera that sees a car five times a second.
      await rest(200);
    }
  };
  const both = [one(), one()];
  return {
    async stop() {
      running = false;
      await Promise.all(both);
      return pushed;
    },
  };
}

const token = { authorization: "Bearer 0123456789abcdef0123456789abcdef" };
async function bring(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const answer = await fetch(url, { method: "POST", headers: { ...token, ...headers }, body });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
}
/** Over and over: 20,000 cards from another system's sheet, and 2,000 as JSON; what is the same already is judged again all the same. */
function bringPasses(site: BenchSite): { stop(): Promise<number> } {
  let running = true;
  let rows = 0;
  const plate = (n: number): string => `闽C${String(10_000 + n)}`;
  const sheet = (round: number): string =>
    [
      "车牌号,到期日期,房号",
      ...Array.from({ length: 20_000 }, (_, n) => `${plate(n)},2027-${String(1 + (round % 12)).padStart(2, "0")}-28,${n}`),
    ].join("\n");
  const entries = (round: number): string =>
    JSON.stringify({
      person: "测量",
      passes: Array.from({ length: 2_000 }, (_, n) => ({
        ...{ pass: `p-${n}`, lot: "main", plates: [`闽D${String(10_000 + n)}`], spaces: 1, from: "2026-01-01" },
        until: `2027-${String(1 + (round % 12)).padStart(2, "0")}-28`,
      })),
    });
  const work = (async (): Promise<void> => {
    for (let round = 0; running; round += 1) {
      await bring(`${site.http}/api/v1/register`, { "content-type": "application/json" }, entries(round));
      if (running) await bring(`${site.http}/api/v1/go-live/passes?lot=main&person=bench`, { "content-type": "text/csv" }, sheet(round));
      rows += 22_000;
    }
  })();
  return {
    async stop() {
      running = false;
      await work;
      return rows;
    },
  };
}

async function sustained(site: BenchSite, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let done = 0;
  const camera = async (): Promise<void> => {
    while (performance.now() < until) {
      const body = vendorPush({ at: Date.now(), serialno: vzenithSerial, plateid: next(), license: platesOf(number) });
      await post(site.http, { path: vzenithPath, type: "application/json", body });
      passes(site, 1);
      done += 1;
    }
  };
  await Promise.all([camera(), camera(), camera(), camera()]);
  return Math.round(done / seconds);
}

const site = await openBenchSite(values.folder);
try {
  await rest(1_000);
  await byReply(site, 30);
  const quiet = await byReply(site, reads);
  const board = await byBoard(site, Math.ceil(reads / 2));
  const pushing = pushPictures(site);
  const beside = await byReply(site, reads);
  const pushed = await pushing.stop();
  const bringing = bringPasses(site);
  const importing = await byReply(site, reads);
  const brought = await bringing.stop();
  const rows = [
    measured("in the camera's reply", quiet),
    measured("as a pulse at the board", board),
    measured("in the reply, beside pictures that are kept", beside),
    measured("in the reply, beside sheets of passes", importing),
  ];
  const perSecond = await sustained(site, 4);
  const [calm, , busy] = rows;
  const holds = rows.every(({ p99_ms }) => p99_ms < 250) && (busy?.p50_ms ?? Number.NaN) < (calm?.p50_ms ?? 0) + 25;
  const figures = Object.fromEntries([
    ...rows.flatMap((row, nth) => {
      const name = ["reply", "board", "pictures", "import"][nth];
      return [
        [`lane.${name}_p50_ms`, row.p50_ms],
        [`lane.${name}_p99_ms`, row.p99_ms],
        [`lane.${name}_disk_percent`, row.disk_percent],
      ];
    }),
    ["lane.reads_per_s", perSecond],
    ["lane.pictures_kept", pushed],
    ["lane.passes_brought", brought],
  ]) as Record<string, number>;
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, figures, holds })}\n`);
  else {
    process.stdout.write(
      table([
        ["plate event in → gate command out", "reads", "p50 ms", "p99 ms", "disk %"],
        ...rows.map(({ what, n, p50_ms, p99_ms, disk_percent }) => [what, n, p50_ms, p99_ms, disk_percent]),
      ]),
    );
    process.stdout.write(
      `${perSecond} reads a second, each a visit, an order and its events on the disk; ${pushed} pictures of 0.6 MB beside the third row, ${brought} rows of passes beside the fourth\n`,
    );
    process.stdout.write(
      holds ? "p99 below 250 ms, and pictures cost the middle read less than 25 ms: holds\n" : "the stated figures do not hold here\n",
    );
  }
  process.exitCode = holds ? 0 : 1;
} finally {
  await site.stop();
}
