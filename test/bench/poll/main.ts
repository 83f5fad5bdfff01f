// Polling in one run on the same simulators: ours, a C client on libmodbus, bare modbus-serial, and Node-RED's Modbus node where npm can install it.
//   a  8 Modbus TCP slaves that take 5 to 20 ms to answer: how much of what their answering times allow
//   b  a slave that answers at once: reads a second, and processor time a read
//   c  1,000 contiguous registers, and the same with 30 % holes: questions
import { parseArgs } from "node:util";
import { openWorkshop } from "../compile.ts";
import { median, table } from "../table.ts";
import { type Client, libmodbus, modbusSerial, ours } from "./clients.ts";
import { contiguous, type Merged, readMerged, withHoles } from "./merging.ts";
import { installNodeRed, nodeRed, wanted } from "./node-red.ts";
import { type Slaves, startSlaves } from "./slaves.ts";

const help = `npm run bench -- poll [--seconds 3] [--rounds 3] [--no-node-red] [--json]\n`;
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    "no-node-red": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit();
}
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const registers = 10;
const many = 16;
const talk = (words: string): void => void process.stderr.write(`${words}\n`);

interface Row {
  readonly client: string;
  /** Of what the slaves' own answering times allow: the least of the eight, each the median of its rounds. */
  readonly least: number;
  readonly mean: number;
  readonly reads_per_s: number;
  readonly cpu_us: number;
}

async function slow(clients: readonly Client[], slaves: Slaves): Promise<Row[]> {
  const rows: Row[] = [];
  for (const client of clients) {
    const kept: number[][] = slaves.ports.map(() => []);
    const rates: number[] = [];
    const costs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      talk(`a ${client.name} ${round + 1}/${rounds}`);
      await slaves.reset();
      const { reads, seconds: took, cpu_us, wrong } = await client.run({ seconds, registers, ports: slaves.ports });
      if (wrong > 0) throw new Error(`${client.name}: ${wrong} wrong answers`);
      for (const [at, { actual_us, span_us }] of (await slaves.stats()).entries()) kept[at]?.push(actual_us / span_us);
      rates.push(reads / took);
      costs.push(cpu_us / reads);
    }
    const medians = kept.map(median);
    const mean = medians.reduce((sum, one) => sum + one, 0) / medians.length;
    rows.push({ client: client.name, least: Math.min(...medians), mean, reads_per_s: median(rates), cpu_us: median(costs) });
  }
  return rows;
}

interface Fast {
  readonly client: string;
  readonly reads_per_s: number;
  readonly cpu_us: number;
  readonly each: readonly { readonly reads_per_s: number; readonly cpu_us: number }[];
}

/** Round by round, so that what else the machine does meets everybody. */
async function fast(clients: readonly Client[], slaves: Slaves): Promise<Fast[]> {
  const each = new Map<string, { reads_per_s: number; cpu_us: number }[]>(clients.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const client of clients) {
      talk(`b ${client.name} ${round + 1}/${rounds}`);
      const { reads, wrong, seconds: took, cpu_us } = await client.run({ seconds, registers, ports: slaves.ports });
      if (wrong > 0) throw new Error(`${client.name}: ${wrong} wrong answers`);
      each.get(client.name)?.push({ reads_per_s: reads / took, cpu_us: cpu_us / reads });
    }
  return [...each].map(([client, runs]) => ({
    client,
    reads_per_s: median(runs.map((one) => one.reads_per_s)),
    cpu_us: median(runs.map((one) => one.cpu_us)),
    each: runs,
  }));
}

/** The median over the rounds of one's figure against the other's in the same round. */
function ratio(rows: readonly Fast[], [one, other]: readonly [string, string], what: "reads_per_s" | "cpu_us"): number {
  const find = (name: string) => rows.find(({ client }) => client === name)?.each ?? [];
  return median(find(one).map((run, at) => run[what] / (find(other)[at]?.[what] ?? Number.NaN)));
}

const workshop = openWorkshop();
const claims: { readonly claim: string; readonly found: string; readonly holds: boolean }[] = [];
const claim = (words: string, found: number, holds: boolean): void => void claims.push({ claim: words, found: found.toFixed(2), holds });
try {
  const program = workshop.compile(`${import.meta.dirname}/slaves.c`);
  const yardstick = libmodbus(workshop.compile(`${import.meta.dirname}/libmodbus.c`, "modbus", "pthread"));
  if (!values["no-node-red"]) talk(`npm install ${wanted.join(" ")} …`);
  const installed = values["no-node-red"] ? { why: "--no-node-red" } : installNodeRed(workshop.folder);

  const eight = await startSlaves(program, { count: 8, least_ms: 5, most_ms: 20 });
  const red = (slaves: Slaves): Client[] => ("folder" in installed ? [nodeRed(installed.folder, slaves)] : []);
  const a = await slow([ours(1), yardstick, modbusSerial, ...red(eight)], eight);
  eight.stop();
  const one = await startSlaves(program, { count: 1, least_ms: 0, most_ms: 0 });
  const b = await fast([ours(1), ours(many), yardstick, modbusSerial, ...red(one)], one);
  const c: Merged[] = [];
  for (const [what, addresses] of [
    ["contiguous", contiguous],
    ["30 % holes", withHoles()],
  ] as const)
    for (const in_flight of [1, 8]) c.push(await readMerged(what, addresses, { port: one.ports[0] ?? 0, in_flight }));
  one.stop();

  const [own, piped, library, bare] = ["cuobian", `cuobian, ${many} in flight`, "libmodbus (C)", "modbus-serial"] as const;
  claim("a: of what 8 slaves' answering times allow, the least of the eight ≥ 0.95", a[0]?.least ?? 0, (a[0]?.least ?? 0) >= 0.95);
  const rate = ratio(b, [own, bare], "reads_per_s");
  claim("b: reads a second against bare modbus-serial ≥ 1", rate, rate >= 1);
  const cost = ratio(b, [own, bare], "cpu_us");
  claim("b: processor time a read against bare modbus-serial ≤ 1", cost, cost <= 1);
  const several = ratio(b, [piped, library], "reads_per_s");
  claim(`b: ${many} in flight, reads a second against libmodbus ≥ 1`, several, several >= 1);
  const most = Math.max(...c.map(({ questions }) => questions));
  claim("c: questions for 1,000 registers, contiguous and with 30 % holes ≤ 8", most, most <= 8 && c.every(({ wrong }) => wrong === 0));

  const notMeasured = "why" in installed ? `Node-RED: 未测 / not measured: ${installed.why}` : undefined;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ bench: "poll", seconds, rounds, a, b, c, claims, nodeRed: notMeasured ?? wanted })}\n`);
  else process.stdout.write(report(a, b, c, notMeasured));
  process.exitCode = claims.every(({ holds }) => holds) ? 0 : 1;
} finally {
  workshop.close();
}

function report(a: readonly Row[], b: readonly Fast[], c: readonly Merged[], notMeasured: string | undefined): string {
  const slowTable = table([
    ["8 slaves, 5–20 ms", "least", "mean", "reads/s", "CPU µs/read"],
    ...a.map((row) => [row.client, row.least.toFixed(3), row.mean.toFixed(3), row.reads_per_s.toFixed(0), row.cpu_us.toFixed(0)]),
  ]);
  const fastTable = table([
    ["answers at once", "reads/s", "CPU µs/read"],
    ...b.map((row) => [row.client, row.reads_per_s.toFixed(0), row.cpu_us.toFixed(1)]),
  ]);
  const mergedTable = table([
    ["1,000 registers", "points", "questions", "in flight", "ms", "wrong"],
    ...c.map((row) => [row.what, row.points, row.questions, row.in_flight, row.ms.toFixed(1), row.wrong]),
  ]);
  const held = claims.map(({ claim: words, found, holds }) => `${holds ? "✓" : "✗"} ${words}: ${found}\n`).join("");
  return `${slowTable}\n${fastTable}\n${mergedTable}\n${held}${notMeasured === undefined ? "" : `${notMeasured}\n`}`;
}
