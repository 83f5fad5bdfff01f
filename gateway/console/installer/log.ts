// The last lines of both processes' logs, for who stands before the gateway and has no shell. What could be a plate, a card or a secret is masked once more.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { RecentLog } from "#protocols/api/installer.ts";
import { provinces } from "#protocols/vocabulary/plate.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { Probes, Sessions } from "../../site-context.ts";
import { causeOf } from "./log-causes.ts";

const mostLines = 200;
const longestDetail = 500;
const Query = Type.Object(
  { level: Type.Optional(Type.Enum(["info", "warn", "error"])), process: Type.Optional(Type.Enum(["site", "safety"])) },
  { additionalProperties: false },
);
type Process = RecentLog["lines"][number]["process"];
const levels = { info: 30, warn: 40, error: 50 } as const;
const named = (level: number): RecentLog["lines"][number]["level"] => (level >= 50 ? "error" : level >= 40 ? "warn" : "info");

const masks: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`([${provinces}][A-Z])[· .-]?[A-Z0-9]{4,6}(?![A-Z0-9])`, "g"), "$1·***"],
  [/\b(bearer|basic)\s+[^\s"]+/gi, "$1 ***"],
  [/("[^"]*(?:token|password|secret|passwd|key|card)[^"]*"\s*:\s*)"[^"]*"/gi, '$1"***"'],
  [/\b(token|password|secret|passwd)=[^\s&"]+/gi, "$1=***"],
  [/([a-z]+:\/\/)[^/\s@"]+@/gi, "$1***@"],
  [/-----BEGIN[^-]*PRIVATE KEY-----[\s\S]*?(?:-----END[^-]*-----|$)/g, "***"],
];
export const masked = (line: string): string => masks.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line);

/** What stands beside these in a line is its detail. */
const usual = ["level", "time", "pid", "hostname", "name", "msg"];

export function logLine(line: string, process: Process = "site"): RecentLog["lines"][number] | undefined {
  try {
    const said = JSON.parse(masked(line)) as Record<string, unknown>;
    const time = Number(said.time);
    const detail = Object.fromEntries(Object.entries(said).filter(([key]) => !usual.includes(key)));
    const text = Object.keys(detail).length === 0 ? "" : JSON.stringify(detail);
    const says = String(said.msg ?? "");
    return {
      at: Number.isFinite(time) ? toRfc3339(wall(time)) : "",
      level: named(Number(said.level)),
      process,
      says,
      detail: text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text,
      cause: said.level === undefined || Number(said.level) < levels.warn ? null : causeOf(says),
    };
  } catch {
    return undefined;
  }
}

/** Both in the order of their times; a line without one keeps its place behind the one before it. */
export function inOrder(logs: readonly (readonly RecentLog["lines"][number][])[]): RecentLog["lines"] {
  const timed = logs.flatMap((lines) => {
    let last = "";
    return lines.map((line) => {
      last = line.at === "" ? last : line.at;
      return { line, last };
    });
  });
  return timed.sort((a, b) => (a.last < b.last ? -1 : a.last > b.last ? 1 : 0)).map(({ line }) => line);
}

interface Logs {
  readonly probes: Pick<Probes, "recent">;
  readonly sessions: Pick<Sessions, "safetyLog">;
}

export function logRoutes(server: FastifyInstance, { probes, sessions }: Logs): void {
  server.get<{ Querystring: { level?: keyof typeof levels; process?: Process } }>(
    "/log",
    { schema: { querystring: Query, response: { 200: RecentLog } } },
    async (request) => {
      const { level = "info", process } = request.query;
      const least = levels[level];
      const safety = process === "site" ? undefined : sessions.safetyLog();
      const read = (lines: readonly string[], of: Process) => lines.flatMap((line) => logLine(line, of) ?? []);
      const shown = (lines: RecentLog["lines"]) => lines.filter((line) => levels[line.level] >= least);
      const site = process === "safety" ? [] : shown(read(probes.recent?.() ?? [], "site"));
      // One that says much takes no line of the other's.
      const logs = [site, shown(read(safety ?? [], "safety"))].map((lines) => lines.slice(-mostLines));
      return { lines: inOrder(logs), safety_heard: process === "site" ? null : safety !== undefined };
    },
  );
}
