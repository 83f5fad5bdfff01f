// How full an RS-485 line is: what the wire, the two silences and the device's declared turnaround alone would take, against the whole cycle from question to question.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { silenceMs } from "#protocols/modbus/frame.ts";
import { openWorkshop } from "../compile.ts";
import { percentile, table } from "../table.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "8" },
    registers: { type: "string", default: "80" },
    "turnaround-ms": { type: "string", default: "5" },
    bauds: { type: "string", default: "9600,19200,115200" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(
    "npm run bench -- utilisation [--seconds 8] [--registers 80] [--turnaround-ms 5] [--bauds 9600,19200,115200] [--json]\n",
  );
  process.exit();
}
const registers = Number(values.registers);
const turnaround_ms = Number(values["turnaround-ms"]);
const wanted = 0.9;

interface Row {
  readonly baud: number;
  readonly cycles: number;
  readonly ideal_ms: number;
  readonly cycle_p50_ms: number;
  readonly cycle_p99_ms: number;
  /** The sum of what would be needed, of the sum of what was taken; and the same without what the simulator itself came too late. */
  readonly utilisation: number;
  readonly utilisation_own: number;
  readonly least_silence_ms: number;
  readonly simulator_late_p99_ms: number;
  readonly wrong: number;
}

async function measure(program: string, baud: number): Promise<Row> {
  const slave = spawn(program, [String(baud), String(turnaround_ms * 1_000)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: slave.stdout });
  const [path] = (await once(lines, "line")) as [string];
  const ours = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "ours.ts"), path, baud, turnaround_ms, values.seconds, registers].map(String),
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  const heard = once(lines, "line") as Promise<[string]>;
  slave.stdin.end();
  const { cycles } = JSON.parse((await heard)[0]) as { cycles: [number, number, number, number][] };
  const { wrong } = JSON.parse(ours.stdout) as { wrong: number };
  const taken = cycles.map(([cycle]) => cycle / 1_000);
  const needed = cycles.map(([, ideal]) => ideal / 1_000);
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  return {
    baud,
    cycles: cycles.length,
    ideal_ms: needed[0] ?? 0,
    cycle_p50_ms: percentile(taken, 50),
    cycle_p99_ms: percentile(taken, 99),
    utilisation: sum(needed) / sum(taken),
    utilisation_own: sum(needed) / sum(cycles.map(([cycle, , late]) => (cycle - late) / 1_000)),
    least_silence_ms: Math.min(...cycles.map(([, , , quiet]) => quiet)) / 1_000,
    simulator_late_p99_ms: percentile(
      cycles.map(([, , late]) => late / 1_000),
      99,
    ),
    wrong,
  };
}

const workshop = openWorkshop();
try {
  const program = workshop.compile(`${import.meta.dirname}/slave.c`);
  const rows: Row[] = [];
  for (const baud of values.bauds.split(",").map(Number)) {
    process.stderr.write(`${baud} baud …\n`);
    rows.push(await measure(program, baud));
  }
  const holds = rows.every(
    ({ baud, utilisation_own, wrong, least_silence_ms }) => utilisation_own >= wanted && wrong === 0 && least_silence_ms >= silenceMs(baud),
  );
  if (values.json) process.stdout.write(`${JSON.stringify({ bench: "utilisation", registers, turnaround_ms, wanted, rows, holds })}\n`);
  else
    process.stdout.write(
      `${table([
        [
          `${registers} registers, 8 slaves`,
          "cycles",
          "needed ms",
          "p50 ms",
          "p99 ms",
          "utilisation",
          "without simulator lateness",
          "least silence ms",
          "simulator late p99 ms",
          "wrong",
        ],
        ...rows.map((row) => [
          `${row.baud} baud`,
          row.cycles,
          row.ideal_ms.toFixed(2),
          row.cycle_p50_ms.toFixed(2),
          row.cycle_p99_ms.toFixed(2),
          `${(row.utilisation * 100).toFixed(1)}%`,
          `${(row.utilisation_own * 100).toFixed(1)}%`,
          row.least_silence_ms.toFixed(2),
          row.simulator_late_p99_ms.toFixed(2),
          row.wrong,
        ]),
      ])}\nneeded: wire bytes + two silences of 3.5 characters + ${turnaround_ms} ms turnaround; ${holds ? "✓" : "✗"} ≥ ${wanted * 100} % of the cycle, and never a silence too short\n`,
    );
  process.exitCode = holds ? 0 : 1;
} finally {
  workshop.close();
}
