// The register bench over HTTP: one read of a device that belongs to no line of this site, shown every way at once. It knows no write, and never speaks on a line
// that protection or a lane owns: a second master there would make a reading late that something is cut by.
import { lookup } from "node:dns/promises";
import { realpathSync } from "node:fs";
import { BlockList, isIPv4 } from "node:net";
import type { FastifyInstance } from "fastify";
import { BenchAnswer, type BenchLine, BenchQuestion } from "#protocols/api/installer.ts";
import { addressFrom, type BenchRow, bench, hasTwins, offsetVerdicts } from "#protocols/modbus/bench.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { exceptionNames } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest } from "#protocols/modbus/plan.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import type { Outcome } from "../../lines/exchange.ts";
import { openExchange } from "../../lines/open.ts";
import type { SiteContext } from "../../site-context.ts";
import { machineClock } from "../../world/clock.ts";
import { machineDevices } from "../../world/devices.ts";
import { type Problem, sendProblem } from "../problem.ts";
import { type Ear, earOn, findingOf } from "./ear.ts";

const answerWithin_ms = 1_500;
/** A line that is open and silent, whatever its own time-out says. */
const wholeWithin_ms = 6_000;
const functionOf = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;
type Words = readonly number[] | DeviceFault;
const isWords = (read: Words): read is readonly number[] => Array.isArray(read);

/** Networks that a site is built in; the bench is no way into any other. */
const near = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["127.0.0.0", 8],
] as const)
  near.addSubnet(network, prefix, "ipv4");

export function benchRoutes(server: FastifyInstance, context: Pick<SiteContext, "config">): void {
  let busy = false;
  server.post<{ Body: BenchQuestion }>(
    "/bench/read",
    { schema: { body: BenchQuestion, response: { 200: BenchAnswer } } },
    async (request, reply) => {
      const refused = await refusedLine(context.config, request.body.line);
      if (refused !== undefined) return sendProblem(reply, refused);
      const place = placeOf(request.body);
      if ("status" in place) return sendProblem(reply, place);
      if (busy) return sendProblem(reply, { status: 409, code: "busy", zh: "上一次读取还没有完成", en: "the last read has not ended yet" });
      busy = true;
      try {
        const answer = await readOnce(request.body, place);
        return "status" in answer ? sendProblem(reply, answer) : answer;
      } finally {
        busy = false;
      }
    },
  );
}

const owned: Problem = {
  ...{ status: 409, code: "line-of-the-site" },
  zh: "这条线路在站点文件里，由保护进程或车道独占；停用网关后用 cuobian modbus read 读取",
  en: "the site file has this line, and its owner alone asks on it: stop the gateway and use cuobian modbus read",
};

/** One adapter may have several names. */
const realName = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

/** A line of the site file may be named: every address of that name is its. */
async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIPv4(host)) return [host];
  try {
    return (await lookup(host, { all: true, family: 4 })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Whose line it is: of a serial server every port is another line. */
export async function refusedLine(
  { lines, lanes }: Pick<SiteContext["config"], "lines" | "lanes">,
  asked: BenchLine,
): Promise<Problem | undefined> {
  if (asked.kind === "serial") {
    const ours = lines.some((line) => line.kind === "serial" && realName(line.path) === realName(asked.path));
    return ours ? owned : undefined;
  }
  if (!isIPv4(asked.host) || !near.check(asked.host, "ipv4"))
    return {
      ...{ status: 422, code: "not-on-site", where: "/line/host" },
      zh: "只能读本地网络里的设备：写数字地址，如 192.168.1.20",
      en: "only devices of the local network: an address in numbers, like 192.168.1.20",
    };
  const taken = [...lines.flatMap((line) => (line.kind === "serial" ? [] : [line])), ...lanes.map(({ barrier }) => barrier)];
  for (const { host, port } of taken) if (port === asked.port && (await addressesOf(host)).includes(asked.host)) return owned;
  return undefined;
}

export function placeOf({
  address: text,
  notation,
  table,
  count,
}: Pick<BenchQuestion, "address" | "notation" | "table" | "count">): Block | Problem {
  const place = addressFrom(text.trim(), notation ?? "auto");
  if ("kind" in place) return { status: 422, code: "address", zh: place.zh, en: place.en, where: "/address" };
  if (table !== undefined && place.table !== undefined && table !== place.table)
    return {
      ...{ status: 422, code: "address", where: "/address" },
      zh: `${text} 属于 ${place.table}，不是 ${table}；从 0 计数请选“从 0 起”`,
      en: `${text} is of ${place.table}, not of ${table}; choose "from 0" if it counts from 0`,
    };
  return { table: table ?? place.table ?? "holding", address: place.address, count: Math.min(count, 65_536 - place.address) };
}

async function readOnce({ line, unit, expected }: BenchQuestion, exact: Block): Promise<BenchAnswer | Problem> {
  const bits = exact.table === "coil" || exact.table === "discrete";
  // One register before and one behind, so that a sheet counted from 1 shows itself; where the device refuses that, what was asked for.
  const from = bits ? exact.address : Math.max(0, exact.address - 1);
  const until = bits ? exact.address + exact.count : Math.min(65_536, exact.address + exact.count + 1);
  const wide: Block = { ...exact, address: from, count: until - from };
  const began = performance.now();
  let block = wide;
  let read: Words;
  const ear = earOn(machineDevices());
  try {
    read = await onLine(
      line,
      async (ask) => {
        const first = await readBlock(ask, unit, wide);
        if (isWords(first) || first.code !== "exception" || wide.count === exact.count) return first;
        block = exact;
        return readBlock(ask, unit, exact);
      },
      ear,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: 502, code: "unreachable", zh: `连不上设备：${why}`, en: `the device cannot be reached: ${why}` };
  }
  if (!isWords(read)) return line.kind === "tcp" ? faultProblem(read) : wiringProblem(read, ear);
  const asked = { unit, function: functionOf[block.table], table: block.table, address: block.address, count: block.count };
  const took_ms = Math.round(performance.now() - began);
  if (bits)
    return { asked, took_ms, bits: read.map((bit, at) => ({ address: block.address + at, bit })), rows: [], offsets: [], twins: false };
  const rows = bench(block.table, block.address, read, expected);
  const offsets = offsetVerdicts(rows, exact.address, exact.count);
  const inside = rows.filter(({ place }) => place.zero >= exact.address && place.zero < exact.address + exact.count);
  const best = [-1, 0, 1].flatMap((offset) => offsets.find((one) => one.offset === offset) ?? []);
  return { asked, took_ms, bits: [], rows: inside.map(rowOf), offsets: best, twins: hasTwins(offsets) };
}

const rowOf = ({ place, words, readings, best }: BenchRow): BenchAnswer["rows"][number] => ({
  ...{ zero: place.zero, hex: place.hex, sheet: place.five ?? place.six },
  raw: words.map((word) => word.toString(16).toUpperCase().padStart(4, "0")).join(" "),
  readings: readings.map(({ type, order, value, guess }) => ({
    ...{ type, ...(order === undefined ? {} : { order }), value: Number.isFinite(value) ? value : null },
    ...{ zh: guess.zh, en: guess.en, likely: guess.score >= 2 },
  })),
  best: best === undefined ? null : readings.indexOf(best),
});

export type Ask = (request: ReturnType<typeof blockRequest>) => Promise<Outcome>;

/** Opened for this one read, and closed whatever happens. */
export async function onLine<Done>(
  line: BenchLine,
  work: (ask: Ask) => Promise<Done>,
  { devices }: Pick<Ear, "devices"> = { devices: machineDevices() },
): Promise<Done | DeviceFault> {
  const exchange = await openExchange(
    { ...line, turnaround_ms: answerWithin_ms },
    { clock: machineClock(), devices, echo: { state: "unknown" } },
  );
  let timer: NodeJS.Timeout | undefined;
  const ask: Ask = (request) =>
    new Promise((resolve) => {
      const turn = (): void => {
        if (exchange.free()) exchange.ask(request, resolve);
        else exchange.onFree(turn);
      };
      turn();
    });
  const late = new Promise<DeviceFault>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "device-fault", code: "timeout", detail: `${wholeWithin_ms} ms` }), wholeWithin_ms);
  });
  try {
    return await Promise.race([work(ask), late]);
  } finally {
    clearTimeout(timer);
    exchange.close();
  }
}

async function readBlock(ask: Ask, unit: number, block: Block): Promise<Words> {
  const outcome = await ask(blockRequest(unit, block));
  if (outcome.kind !== "answer") return outcome;
  const words = answerWords(block, outcome.pdu);
  return Array.isArray(words) ? words : { kind: "device-fault", code: "bad-frame", detail: words.reason };
}

const hints: Readonly<Record<string, readonly [string, string]>> = {
  "1": ["设备不支持此功能码：换一种寄存器", "the device does not know this function: another table"],
  "2": ["没有这个地址，或中间有空洞：换地址，或减小数量", "no such address, or a hole between: another address, or fewer"],
  "3": ["一次读得太多：减小数量", "too many at once: fewer"],
};

/** Of a line of RS-485 the bytes say more than "no answer": echo, zeros, noise, another unit, two at one address. */
export function wiringProblem(fault: DeviceFault, ear: Pick<Ear, "tries" | "unasked">): Problem {
  const plain = faultProblem(fault);
  const finding = plain.code === "exception" ? undefined : findingOf(ear.tries(), ear.unasked());
  if (finding === undefined) return plain;
  const steps = (english: boolean): string =>
    finding.todo.map((one, at) => `${at + 1}. ${english ? one.en : one.zh}`).join(english ? "; " : "；");
  return {
    ...{ status: plain.status, code: finding.code },
    zh: `${finding.zh}。${steps(false)}`,
    en: `${finding.en}. ${steps(true)}`,
    also: { finding },
  };
}

export function faultProblem({ code, detail }: DeviceFault): Problem {
  if (code === "timeout")
    return {
      ...{ status: 504, code: "no-answer" },
      zh: "没有应答：A/B 对调？波特率？校验？从站地址？终端电阻？",
      en: "no answer: A and B swapped? baud rate? parity? unit? terminating resistor?",
    };
  const number = /^exception (\d+)$/.exec(detail)?.[1] ?? "";
  const [zh, en] = hints[number] ?? [detail, detail];
  const name = number === "" ? "" : ` (${exceptionNames[Number(number)] ?? `exception ${number}`})`;
  return {
    status: 502,
    code: number === "" ? "bad-answer" : "exception",
    zh: `设备拒绝或应答有误：${zh}${name}`,
    en: `the device refused, or answered wrongly: ${en}${name}`,
  };
}
