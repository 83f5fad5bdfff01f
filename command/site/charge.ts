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
  money: { type: "string" },
  time: { type: "string" },
  energy: { type: "string" },
  prepaid: { type: "string" },
  group: { type: "string", multiple: true },
  card: { type: "string" },
  "ready-by": { type: "string" },
  stop: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** As the gateway tells it. */
interface Told {
  readonly charge: string;
  readonly socket: string;
  readonly person: string | null;
  readonly state: "waiting" | "asked" | "charging" | "interrupted" | "ended" | "not-begun";
  readonly seconds: number;
  readonly why: string | null;
  readonly bill?: { readonly total_fen: number; readonly refund_fen: number; readonly due_fen: number };
}

interface Wish {
  readonly money?: string;
  readonly time?: string;
  readonly energy?: string;
  readonly prepaid?: string;
  readonly group?: string[];
  readonly card?: string;
  readonly "ready-by"?: string;
}

const fenOf = (option: string, yuan: string): number => {
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(yuan)) throw new UsageError(`--${option}: 元，例如 / yuan, such as 2.50`);
  return Math.round(Number(yuan) * 100);
};

const hourOf = (text: string): string => {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) throw new UsageError("--ready-by: 几点前充好，例如 / by which hour, such as 07:00");
  return text;
};

function choiceOf({ money, time, energy }: Wish): object | undefined {
  if ([money, time, energy].filter((one) => one !== undefined).length > 1)
    throw new UsageError("--money、--time、--energy 只写一项；都不写是充满为止 / one of them; none: until it is full");
  if (money !== undefined) return { kind: "money", fen: fenOf("money", money) };
  if (time !== undefined) {
    const minutes = /^(\d{1,4}) min$/.exec(time)?.[1];
    if (minutes === undefined) throw new UsageError('--time: 应写成 / write "90 min"');
    return { kind: "time", seconds: Number(minutes) * 60 };
  }
  if (energy === undefined) return undefined;
  if (!/^\d{1,2}(\.\d{1,3})?$/.test(energy)) throw new UsageError("--energy: 度，例如 / kWh, such as 0.5");
  return { kind: "energy", mWh: Math.round(Number(energy) * 1_000_000) };
}

/** What the customer chose and paid, as the gateway is told it. */
function wishOf(values: Wish): object {
  const choice = choiceOf(values);
  return {
    ...(choice === undefined ? {} : { choice }),
    ...(values.prepaid === undefined ? {} : { paid_fen: fenOf("prepaid", values.prepaid) }),
    ...(values.group === undefined ? {} : { groups: values.group }),
    ...(values.card === undefined ? {} : { card: values.card }),
    ...(values["ready-by"] === undefined ? {} : { ready_by: hourOf(values["ready-by"]) }),
  };
}

const words: Readonly<Record<Told["state"], readonly [zh: string, en: string]>> = {
  waiting: ["排队等候，轮到即自动开始", "waits its turn, and begins by itself then"],
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
    : await gateway("POST", `/sockets/${socket}/charges`, { charge: randomUUID(), person, ...wishOf(values) });
  if (asked.status !== 202) return declined(asked, { json, what: stop ? "没有停止 / not ended" : "没有开始 / not begun" });
  const { charge } = asked.body as { readonly charge: string };
  const told = await follow(gateway, charge, stop ? ["asked", "charging", "interrupted", "waiting"] : ["asked", "interrupted"]);
  const ok = stop ? told.state === "ended" || told.state === "not-begun" : told.state === "charging" || told.state === "waiting";
  const bill =
    told.bill === undefined
      ? ""
      : `\n账单 / bill ¥${(told.bill.total_fen / 100).toFixed(2)}，退 / back ¥${(told.bill.refund_fen / 100).toFixed(2)}`;
  const why = `${told.why === null ? "" : `: ${told.why}`}${bill}`;
  return {
    code: ok ? 0 : 1,
    stdout: json ? `${JSON.stringify({ ok, ...told })}\n` : `${socket} ${words[told.state].join(" / ")}${why}\n`,
    stderr: "",
  };
}
