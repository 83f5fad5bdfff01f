// The register bench over HTTP: one read of a device that belongs to no line of this site, shown every way at once. It knows no write, and never speaks on a line
// that protection or a lane owns: a second master there would make a reading late that something is cut by.
import { lookup } from "node:dns/promises";
import { realpathSync } from "node:fs";
import { BlockList, isIPv4 } from "node:net";
import type { FastifyInstance } from "fastify";
import { BenchAnswer, type BenchLine, BenchQuestion } from "#protocols/api/installer.ts";
import { addressFrom } from "#protocols/modbus/bench.ts";
import type { Block } from "#protocols/modbus/plan.ts";
import type { SiteContext } from "../../site-context.ts";
import { machineClock } from "../../world/clock.ts";
import { machineDevices } from "../../world/devices.ts";
import { type Problem, sendProblem } from "../problem.ts";
import { benchRead } from "./bench-read.ts";

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
        const answer = await benchRead(request.body, place, { devices: machineDevices(), clock: machineClock() });
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
