// An alarm from the edge to the page: from the moment a gateway begins to write it down until a signed-in reader of the event stream holds its row. By itself, and while the same gateway drains a backlog.
//   npm run bench -- alarm [--alarms 200] [--backlog 200000] [--json]
// The gateway's end is its real journal and uplink in a process of its own, the cloud the program itself. The page's end is the message on /api/v1/stream from which a page draws its row: drawing is not in it.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { percentile, table } from "../table.ts";
import { followAlarms } from "./reader.ts";
import { gatewayName, type MeasuredCloud, startCloud } from "./service.ts";

const { values } = parseArgs({
  options: {
    alarms: { type: "string", default: "200" },
    backlog: { type: "string", default: "200000" },
    json: { type: "boolean", default: false },
  },
});
const [alarms, backlog] = [Number(values.alarms), Number(values.backlog)];
const lateAfter_ms = 60_000;

interface Said {
  /** Which alarm, and when its gateway began to write it (the machine's monotonic clock). */
  readonly source?: string;
  readonly ns?: string;
  /** At the last alarm: events that still wait, beside it. */
  readonly waiting?: number;
}

/** One gateway's alarms, each until its row is there; every one of them, or this ends with an error. */
async function measure(cloud: MeasuredCloud, asked: { gateway: string; backlog: number }): Promise<{ took: number[]; waiting: number }> {
  const folder = join(cloud.folder, asked.gateway);
  mkdirSync(folder);
  const reader = await followAlarms(cloud.http, "booth");
  const program = join(import.meta.dirname, "alarm-site.ts");
  const child = spawn(process.execPath, [program, JSON.stringify({ ...asked, folder, broker: cloud.mqtt, alarms })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const began = new Map<string, bigint>();
    let waiting = 0;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as Said;
      if (said.source !== undefined) began.set(said.source, BigInt(said.ns ?? ""));
      else waiting = said.waiting ?? 0;
    });
    const code = await new Promise((done) => child.once("close", done));
    if (code !== 0) throw new Error(`the gateway ended with ${code}`);
    await reader.until((rows) => [...began.keys()].every((source) => rows.has(`${asked.gateway} ${source}`)), lateAfter_ms);
    const took = [...began].map(([source, ns]) => Number((reader.rows.get(`${asked.gateway} ${source}`) ?? 0n) - ns) / 1e6);
    if (took.length !== alarms) throw new Error(`${alarms} alarms were asked for, ${took.length} were raised`);
    return { took, waiting };
  } finally {
    reader.end();
    child.kill();
  }
}

const rounded = (ms: number): number => Number(ms.toPrecision(3));
const cloud = await startCloud({ gateways: 2 });
try {
  const alone = await measure(cloud, { gateway: gatewayName(0), backlog: 0 });
  const behind = await measure(cloud, { gateway: gatewayName(1), backlog });
  if (behind.waiting === 0)
    throw new Error("the backlog was gone before the last alarm: nothing was measured behind one; ask for a greater --backlog");
  const figures = {
    "alarm.alarms": alone.took.length,
    "alarm.p50_ms": rounded(percentile(alone.took, 50)),
    "alarm.p99_ms": rounded(percentile(alone.took, 99)),
    "alarm.most_ms": rounded(Math.max(...alone.took)),
    "alarm.backlog_events": backlog,
    "alarm.backlog_left_events": behind.waiting,
    "alarm.backlog_p50_ms": rounded(percentile(behind.took, 50)),
    "alarm.backlog_p99_ms": rounded(percentile(behind.took, 99)),
    "alarm.backlog_most_ms": rounded(Math.max(...behind.took)),
  };
  process.stdout.write(
    values.json ? `${JSON.stringify({ bench: "alarm", figures })}\n` : table([["alarm", ""], ...Object.entries(figures)]),
  );
} finally {
  await cloud.end();
}
