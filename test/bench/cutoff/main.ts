// From the sample on the wire to the OFF frame on the wire: `npm run bench -- cutoff [--trips 500] [--json]`. Idle, then with every processor in endless loops, the link flooded and the
// disk written; then a ten-socket station at 9600 baud. Exit 1 when a bound is broken.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { availableParallelism, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repository } from "#test/world/program.ts";
import { fifo, machineWords, type RunResult, run } from "./run.ts";
import type { Trip } from "./stations.ts";

const { values } = parseArgs({
  options: {
    trips: { type: "string", default: "500" },
    lines: { type: "string", default: "2" },
    units: { type: "string", default: "2" },
    baud: { type: "string", default: "19200" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  process.stdout.write("npm run bench -- cutoff [--trips 500] [--lines 2] [--units 2] [--baud 19200] [--json]\n");
  process.exit(0);
}
try {
  setPriority(-10); // we are the site's end and the stop-watch, not part of the load
} catch {
  // not allowed: the trips take longer, what is measured is the same
}
const options = { trips: Number(values.trips), lines: Number(values.lines), units: Number(values.units), baud: Number(values.baud) };
const processors = availableParallelism();

/** A loop that never rests, and does not outlive us. */
const endless = (parent: number): string => `while (process.ppid === ${parent}) for (let i = 0; i < 1e8; i += 1);`;

/** What the site, a database and a stranger may do to the machine: endless loops on every processor, a disk that is always written, a link that is flooded. */
function everything(link: string): ChildProcess[] {
  const start = (...words: string[]): ChildProcess => {
    const child = spawn(process.execPath, words, { stdio: "ignore" });
    setPriority(child.pid ?? 0, 0); // an ordinary program, whatever we are
    return child;
  };
  const written = join(mkdtempSync(join(tmpdir(), "busy-")), "file");
  const write = `const { openSync, writeSync, fsyncSync, ftruncateSync } = require("node:fs"); const f = openSync(${JSON.stringify(written)}, "w");
    for (let i = 0; process.ppid === ${process.pid}; i += 1) { writeSync(f, Buffer.alloc(262144, i)); if (i % 16 === 0) { fsyncSync(f); ftruncateSync(f, 0); } }`;
  return [
    ...Array.from({ length: processors }, () => start("-e", endless(process.pid))),
    start("-e", write),
    start(join(repository, "test/children/link-flood.ts"), link, "garbage", "asking", "mute"),
  ];
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
function spread(unsorted: readonly number[]): Spread {
  const sorted = [...unsorted].sort((a, b) => a - b);
  const part = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 100) / 100;
  return { p50: part(0.5), p99: part(0.99), max: part(1) };
}

const last = (trip: Trip): number => trip.shown_ms.at(-1) ?? Number.NaN;
const margin_ms = 10;
function judged({ trips, lateness_ms, samples, others }: RunResult) {
  const late = trips.filter((trip) => !(trip.off_ms - last(trip) <= last(trip) - trip.before_ms + margin_ms)).length;
  return {
    trips: trips.length,
    "first byte of the reading that completes the decision to OFF frame, ms": spread(trips.map((trip) => trip.off_ms - last(trip))),
    "first sample that shows it to OFF frame, ms": spread(trips.map((trip) => trip.off_ms - (trip.shown_ms[0] ?? Number.NaN))),
    "current rises to OFF frame, ms": spread(trips.map((trip) => trip.off_ms - trip.risen_ms)),
    "worst beyond one rotation (negative: within it), ms": Math.round(
      Math.max(...trips.map((trip) => trip.off_ms - last(trip) - (last(trip) - trip.before_ms))),
    ),
    "rotation, ms": spread(trips.map((trip) => last(trip) - trip.before_ms)),
    "the simulator's own lateness, ms": spread(lateness_ms),
    "later than one rotation + 10 ms": late,
    "more samples than the rule needs": trips.filter((trip) => trip.shown_ms.length !== samples).length,
    "cut for another cause": others,
  };
}

const key = "first byte of the reading that completes the decision to OFF frame, ms";
const idle = judged(await run({ ...options, load: () => [] }));
const loaded = judged(await run({ ...options, load: everything }));
const slow = judged(await run({ trips: Math.max(20, Math.round(options.trips / 10)), lines: 1, units: 1, baud: 9600, load: () => [] }));
const ratio = Math.round((loaded[key].p99 / idle[key].p99) * 1000) / 1000;
const realTime = fifo(20).length > 0;
// The simulator looks at the clock all the time: with one processor it would take what it measures.
const hasCore = processors >= 2 && realTime;
const broken = [
  ...(idle["later than one rotation + 10 ms"] + loaded["later than one rotation + 10 ms"] > 0 ? ["one rotation + 10 ms"] : []),
  ...(idle["cut for another cause"] + loaded["cut for another cause"] > 0 ? ["a cut for another cause"] : []),
  ...(hasCore && ratio > 1.1 ? ["p99 loaded / idle ≤ 1.1"] : []),
  ...(slow["first sample that shows it to OFF frame, ms"].max > 1_000 ? ["9600 baud within 1 s"] : []),
];
const result = {
  machine: `${processors} × ${machineWords()}`,
  "safety process": realTime ? "SCHED_FIFO 20, as in its unit" : "nice -10 where allowed",
  "a processor for the simulator": hasCore ? "yes" : "no: the ratio below is not judged",
  line: `${options.lines} × ${options.units} ten-socket stations, ${options.baud} baud`,
  idle,
  loaded,
  "p99 loaded / idle": ratio,
  "one ten-socket station, 9600 baud": slow,
  broken,
};
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else process.stdout.write(`${text(result)}\n`);
process.exitCode = broken.length > 0 ? 1 : 0;

function text(of: object, indent = ""): string {
  return Object.entries(of)
    .map(([name, value]) => {
      if (Array.isArray(value)) return `${indent}${name}: ${value.length === 0 ? "none" : value.join("; ")}`;
      if (typeof value !== "object" || value === null) return `${indent}${name}: ${value}`;
      if ("p50" in value) return `${indent}${name}: p50 ${value.p50}  p99 ${value.p99}  max ${value.max}`;
      return `${indent}${name}\n${text(value, `${indent}  `)}`;
    })
    .join("\n");
}
