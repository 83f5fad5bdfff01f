// `cuobian site reset`: which sockets and sheds are locked, and the re-arm of one by whoever has looked at it. It names the person, the trip and the reason; nothing is closed by it.
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Ending, ended, ok, table, Unreachable, UsageError } from "../device/say.ts";
import { type Api, consoleOf, problemText } from "./console.ts";

const options = {
  config: { type: "string" },
  url: { type: "string" },
  person: { type: "string" },
  socket: { type: "string" },
  shed: { type: "string" },
  trip: { type: "string" },
  reason: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

interface Latch {
  /** Or a shed. */
  readonly socket: string;
  readonly state: string;
  readonly trip: string;
  readonly cause: string | null;
}

const lookEvery_ms = 500;
/** The console's own picture is up to a second old. */
const goneWithin_ms = 5_000;

async function latches(api: Api): Promise<readonly Latch[]> {
  const [sockets, sheds] = [await api("GET", "/latches"), await api("GET", "/sheds")];
  for (const { status, body } of [sockets, sheds]) if (status !== 200) throw new Unreachable(problemText(body));
  const held = (sheds.body as { sheds: readonly { shed: string; state: string; trip: string | null; cause: string | null }[] }).sheds;
  return [
    ...held.flatMap(({ shed, state, trip, cause }) => (trip === null || state !== "latched" ? [] : [{ socket: shed, state, trip, cause }])),
    ...(sockets.body as { latches: readonly Latch[] }).latches,
  ];
}

function listed(found: readonly Latch[], json: boolean): Ending {
  if (json) return ok(`${JSON.stringify({ latches: found })}\n`);
  if (found.length === 0) return ok("没有锁定的插座或充电棚 / no socket and no shed is locked\n");
  const rows = found.map(({ socket, state, cause, trip }) => [socket, state, cause ?? "", trip]);
  return ok(`${table([["插座或棚/socket or shed", "状态/state", "原因/cause", "跳闸编号/trip"], ...rows])}\n`);
}

const isGone = (found: readonly Latch[], socket: string, trip: string): boolean =>
  !found.some((one) => one.socket === socket && one.trip === trip);

/** What shows it still is found again at once, under a trip of its own: that is said, and is no success. */
async function watched(api: Api, socket: string, trip: string): Promise<"unlocked" | "locked-again" | "not-seen"> {
  const until = performance.now() + goneWithin_ms;
  for (;;) {
    const found = await latches(api);
    if (isGone(found, socket, trip)) return found.some((one) => one.socket === socket) ? "locked-again" : "unlocked";
    if (performance.now() > until) return "not-seen";
    await pause(lookEvery_ms);
  }
}

const words = {
  unlocked: ["已解除锁定；不会自行合闸", "unlocked; nothing is closed by it"],
  "locked-again": ["又被锁定：原因仍在", "locked again: what tripped it is still there"],
  "not-seen": ["已请求，但尚未看到解除", "asked, and not seen unlocked yet"],
} as const;

export async function siteReset(args: readonly string[]): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const { person, shed, trip, reason, json } = values;
  if (shed !== undefined && values.socket !== undefined) throw new UsageError("--socket 与 --shed 只写一个 / one of --socket and --shed");
  const socket = values.socket ?? shed;
  const wants = socket !== undefined || trip !== undefined || reason !== undefined;
  if (wants && (person?.trim() ?? "") === "")
    throw new UsageError("--person 姓名：谁查看过，会记入事件 / who has looked; it is written into the events");
  if (wants && (socket === undefined || trip === undefined || (reason?.trim() ?? "").length < 2))
    throw new UsageError(
      "--socket station-1/3（或 --shed shed-1）--trip 编号 --reason 原因：三项都要 / all three; without them: which are locked",
    );
  const console = consoleOf(values);
  if ("code" in console) return console;
  const { api } = console;
  if (!wants) return listed(await latches(api), json);
  const path = shed === undefined ? `/sockets/${socket}/latch-reset` : `/sheds/${shed}/reset`;
  const asked = await api("POST", path, { trip, person, reason });
  if (asked.status !== 202) {
    const code = asked.status === 503 ? 4 : 1;
    if (json) return { code, stdout: `${JSON.stringify({ ok: false, ...(asked.body as object) })}\n`, stderr: "" };
    return ended(code, `没有解除 / not reset: ${problemText(asked.body)}`);
  }
  const outcome = await watched(api, socket as string, trip as string);
  const code = outcome === "unlocked" ? 0 : 1;
  const stdout = json
    ? `${JSON.stringify({ ok: code === 0, outcome, socket, trip, person, reason })}\n`
    : `${socket} ${trip}: ${words[outcome].join(" / ")}\n`;
  return { code, stdout, stderr: "" };
}
