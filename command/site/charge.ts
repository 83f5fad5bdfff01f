// `cuobian site charge`: a person begins or ends a charge at the running gateway, and is told what became of it. For stations without a card reader, and for trying one out.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Ending, Unreachable, UsageError } from "../device/say.ts";
import { type Api, consoleOf, declined, problemText, socketOf } from "./console.ts";

const options = {
  config: { type: "string" },
  url: { type: "string" },
  person: { type: "string" },
  socket: { type: "string" },
  stop: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** As the gateway tells it. */
interface Told {
  readonly charge: string;
  readonly socket: string;
  readonly person: string | null;
  readonly state: "asked" | "charging" | "interrupted" | "ended" | "not-begun";
  readonly seconds: number;
  readonly why: string | null;
}

const words: Readonly<Record<Told["state"], readonly [zh: string, en: string]>> = {
  asked: ["已记下并交给保护进程，继电器尚未吸合", "written down and handed to protection; the relay is not seen closed yet"],
  charging: ["正在充电：继电器回读已吸合", "charging: the relay was read back closed"],
  interrupted: ["中断，看清插座后继续", "interrupted; it goes on when the socket is seen again"],
  ended: ["已结束", "ended"],
  "not-begun": ["没有送电", "not energised"],
};

const lookEvery_ms = 200;
/** Protection waits this long for sight of the socket, then for its relay. */
const settledWithin_ms = 20_000;

/** Until it is no longer one of `open`. */
async function follow(gateway: Api, charge: string, open: readonly Told["state"][]): Promise<Told> {
  const until = performance.now() + settledWithin_ms;
  for (;;) {
    const { status, body } = await gateway("GET", `/charges/${charge}`);
    if (status !== 200) throw new Unreachable(problemText(body));
    const told = body as Told;
    if (!open.includes(told.state) || performance.now() > until) return told;
    await pause(lookEvery_ms);
  }
}

export async function siteCharge(args: readonly string[]): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const { person, stop, json } = values;
  const socket = socketOf(values.socket);
  if (person === undefined && !stop)
    throw new UsageError("--person 姓名：谁开始的，会记入事件 / who begins it; it is written into the events");
  const console = consoleOf(values);
  if ("code" in console) return console;
  const { api: gateway } = console;
  const asked = stop
    ? await gateway("DELETE", `/sockets/${socket}/charge`)
    : await gateway("POST", `/sockets/${socket}/charges`, { charge: randomUUID(), person });
  if (asked.status !== 202) return declined(asked, { json, what: stop ? "没有停止 / not ended" : "没有开始 / not begun" });
  const { charge } = asked.body as { readonly charge: string };
  const told = await follow(gateway, charge, stop ? ["asked", "charging", "interrupted"] : ["asked", "interrupted"]);
  const ok = stop ? told.state === "ended" || told.state === "not-begun" : told.state === "charging";
  const why = told.why === null ? "" : `: ${told.why}`;
  return {
    code: ok ? 0 : 1,
    stdout: json ? `${JSON.stringify({ ok, ...told })}\n` : `${socket} ${words[told.state].join(" / ")}${why}\n`,
    stderr: "",
  };
}
