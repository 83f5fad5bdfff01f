// `cuobian site commission`: a test load and one closed relay at a time, all meters watched: proves relay n, meter n and label n, or says what is wired wrongly.
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Ending, oneOf, UsageError, whole } from "../device/say.ts";
import { type Judged, judgeCommission, type Look, metersOf, type Setup, type Step } from "../diagnosis/commission.ts";
import { judgedText } from "../diagnosis/commission-words.ts";
import { type Asker, askerOf } from "./ask.ts";
import type { Bench, SocketPlace, SocketSeen } from "./bench.ts";
import { keptClosed } from "./light.ts";
import { siteOf, visited } from "./visit.ts";
import { bookOf, chosen, namedOf } from "./walk.ts";

const options = {
  config: { type: "string" },
  person: { type: "string" },
  socket: { type: "string", multiple: true, default: [] as string[] },
  label: { type: "string", multiple: true, default: [] as string[] },
  loads: { type: "string", default: "one" },
  "load-W": { type: "string" },
  charger: { type: "boolean", default: false },
  search: { type: "boolean", default: false },
  seconds: { type: "string" },
  answers: { type: "string" },
  record: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Meters of this class show zero 1.2–1.5 s after a relay opened and refresh once a second; what a look says must be later than both. */
const settle_ms = 2_800;
const usualSeconds = 4;
/** A meter's own unrest must not pass for the load. */
const leastLoad_W = 25;

const numberOf = (value: unknown): number | undefined => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

function lookOf(seen: readonly SocketSeen[]): Look {
  return new Map(
    seen.map(({ name, said }) => {
      const relay = typeof said?.relay_closed === "boolean" ? said.relay_closed : undefined;
      const meter =
        said === undefined
          ? undefined
          : { voltage_mV: numberOf(said.voltage_mV), current_mA: numberOf(said.current_mA), power_mW: numberOf(said.power_mW) };
      return [name, { relay, meter }];
    }),
  );
}

interface Round {
  readonly bench: Bench;
  readonly setup: Setup;
  readonly seconds: number;
  readonly talk: (text: string) => void;
}

/** Look, close, look, open, look. */
async function stepOf({ bench, seconds }: Round, socket: SocketPlace, loads: readonly string[]): Promise<Step> {
  await bench.open(socket);
  await pause(settle_ms);
  const before = lookOf(await bench.look());
  await keptClosed(bench, socket, { ms: seconds * 1_000, look: async () => undefined });
  await bench.keep(socket);
  const closed = lookOf(await bench.look());
  await bench.open(socket);
  await pause(settle_ms);
  await bench.open(socket);
  return { socket: socket.name, loads, before, closed, after: lookOf(await bench.look()) };
}

const isDark = (step: Step, setup: Setup): boolean =>
  step.closed.get(step.socket)?.relay === true && metersOf(step, setup).length === 0 && setup.load_mW !== undefined;

/** Nothing moved: does another relay feed the load that stands here? */
async function search(round: Round, socket: SocketPlace): Promise<Step[]> {
  const found: Step[] = [];
  for (const other of round.bench.sockets) {
    if (other.name === socket.name) continue;
    round.talk(`  查找：吸合 ${namedOf(other)} / searching: closing ${namedOf(other)}`);
    const step = await stepOf(round, other, [socket.name]);
    found.push(step);
    if (metersOf(step, round.setup).length > 0) break;
  }
  return found;
}

interface Plan {
  readonly loads: "one" | "all" | "none";
  readonly searches: boolean;
  readonly asker: Asker | undefined;
}

async function stepsOf(round: Round, sockets: readonly SocketPlace[], { loads, searches, asker }: Plan): Promise<Step[]> {
  const steps: Step[] = [];
  const everywhere = round.bench.sockets.map(({ name }) => name);
  if (loads === "all") {
    const answer = await asker?.ask("all", "  每个插座都插上测试负载后按回车 / Enter when a test load is in every socket: ");
    if (answer?.trim() === "?") return steps;
  }
  for (const [at, socket] of sockets.entries()) {
    round.talk(`${at + 1}/${sockets.length} ${namedOf(socket)}`);
    if (loads === "one") {
      const question = `  把测试负载插到 ${namedOf(socket)}，回车；? 跳过 / plug the load into ${namedOf(socket)}, Enter; ? skips: `;
      const answer = await asker?.ask(socket.name, question);
      if (answer === undefined || answer.trim() === "?") continue;
    }
    const step = await stepOf(round, socket, loads === "none" ? [] : loads === "all" ? everywhere : [socket.name]);
    steps.push(step);
    if (loads === "one" && searches && isDark(step, round.setup)) steps.push(...(await search(round, socket)));
  }
  return steps;
}

export async function siteCommission(args: readonly string[], talk: (text: string) => void): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const { person } = values;
  if (person === undefined) throw new UsageError("--person 姓名：谁在现场做，会记入验收记录 / who does it; it is written into the record");
  const loads = oneOf("loads", values.loads, ["one", "all", "none"]);
  const load_W = whole("load-W", values["load-W"], [leastLoad_W, 3_000]);
  if ((load_W === undefined) !== (loads === "none"))
    throw new UsageError(
      `--load-W ${leastLoad_W} … 3000：测试负载的瓦数（灯泡、电热器）；没有负载写 --loads none / the test load's watts (a lamp, a heater); --loads none without one`,
    );
  const seconds = whole("seconds", values.seconds, [3, 30]) ?? usualSeconds;
  const site = siteOf(values.config, values.json);
  if ("code" in site) return site;
  const asker = loads === "none" ? undefined : askerOf(values.answers);
  const book = bookOf(site, { person, record: values.record });
  try {
    return await visited(site, "site commission", async (bench) => {
      const sockets = chosen(bench.sockets, [...values.socket, ...values.label]);
      const setup: Setup = {
        sockets: bench.sockets.map(({ name }) => name),
        load_mW: load_W === undefined ? undefined : load_W * 1_000,
        resistive: !values.charger,
        signed: bench.signed,
      };
      const steps = await stepsOf({ bench, setup, seconds, talk }, sockets, { loads, searches: values.search, asker });
      const judged = judgeCommission(steps, setup).filter(
        ({ socket, findings }) => sockets.some(({ name }) => name === socket) || findings.some(({ code }) => code !== "not-proved"),
      );
      const findings = judged.filter((one) => !one.proved).map((one) => ({ socket: one.socket, findings: one.findings }));
      book.add({ kind: "commission", load_W: load_W ?? null, sockets: judged.length, findings });
      return reportOf(judged, bench, { json: values.json, record: book.path });
    });
  } finally {
    asker?.close();
  }
}

function reportOf(judged: readonly Judged[], { sockets, signed }: Bench, { json, record }: { json: boolean; record: string }): Ending {
  const bad = judged.filter(({ findings }) => findings.some(({ code }) => code !== "not-proved"));
  const unproved = judged.filter(({ proved }) => !proved).length - bad.length;
  const code = bad.length > 0 ? 1 : unproved > 0 ? 5 : 0;
  if (json) return { code, stdout: `${JSON.stringify({ ok: code === 0, sockets: judged, record })}\n`, stderr: "" };
  const label = (name: string): string => {
    const found = sockets.find((socket) => socket.name === name);
    return found === undefined ? name : namedOf(found);
  };
  const proved = judged.filter((one) => one.proved).length;
  const sums = `${judged.length} 路 sockets · ${proved} 已证明 proved · ${bad.length} 有问题 wrong · ${unproved} 未证明 not proved`;
  const unsigned = judged.filter(({ socket }) => !signed.has(socket)).length;
  const blindTo =
    unsigned === 0
      ? []
      : [
          `${unsigned} 路的电表不显示功率方向：互感器装反看不出，也不影响保护与计量 / ${unsigned} sockets' meters show no direction of power: a turned transformer cannot be told there, and does no harm`,
        ];
  return {
    code,
    stdout: `${[...judged.map((one) => judgedText(one, label)), "", sums, ...blindTo, `记录 / record: ${record}`].join("\n")}\n`,
    stderr: "",
  };
}
