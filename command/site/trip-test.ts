// `cuobian site trip-test`: a trip without a load bank. Asks the running gateway to hold one socket to a lower limit as well, for some minutes, and tells what came of it.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Ending, Unreachable, UsageError, whole } from "../device/say.ts";
import { type Api, consoleOf, declined, problemText, socketOf } from "./console.ts";

const options = {
  config: { type: "string" },
  url: { type: "string" },
  person: { type: "string" },
  socket: { type: "string" },
  "limit-mA": { type: "string" },
  minutes: { type: "string", default: "10" },
  reset: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** As the gateway tells it. */
interface Told {
  readonly test: string;
  readonly socket: string;
  readonly limit_mA: number;
  readonly state: "asked" | "running" | "tripped" | "expired" | "cancelled" | "dropped" | "refused";
  readonly trip: string | null;
  readonly cause: string | null;
  readonly value: number | null;
  readonly pickup: number | null;
  readonly decided_after_ms: number | null;
  readonly off_after_ms: number | null;
  readonly confirmed_after_ms: number | null;
  readonly why: string | null;
}

const lookEvery_ms = 500;
/** After the cut: as long as the relay may take to be read back open. */
const confirmWithin_ms = 8_000;
const latchShownWithin_ms = 4_000;
/** Beyond its own time: the gateway says itself when the test is over. */
const patience_ms = 15_000;

interface Asked {
  readonly api: Api;
  readonly socket: string;
  readonly person: string;
  readonly limit_mA: number;
  readonly minutes: number;
}

function askedOf(args: readonly string[]): (Asked & { readonly reset: boolean; readonly json: boolean }) | Ending {
  const { values } = parseArgs({ args: [...args], options });
  const { person } = values;
  if (person === undefined) throw new UsageError("--person 姓名：谁做试验，会记入事件 / who tests; it is written into the events");
  const socket = socketOf(values.socket);
  const limit_mA = whole("limit-mA", values["limit-mA"], [1, 100_000]);
  if (limit_mA === undefined) throw new UsageError("--limit-mA 300：低于充电器的电流 / below what the charger takes");
  const minutes = whole("minutes", values.minutes, [1, 10]) ?? 10;
  const console = consoleOf(values);
  if ("code" in console) return console;
  return { api: console.api, socket, person, limit_mA, minutes, reset: values.reset, json: values.json };
}

/** Polls until the test is over; cancels it when the person leaves. */
async function follow({ api, minutes }: Asked, test: string, talk: (text: string) => void): Promise<Told> {
  const leave = (): void => {
    void api("DELETE", `/trip-tests/${test}`).finally(() => process.exit(130));
  };
  process.once("SIGINT", leave);
  const until = performance.now() + minutes * 60_000 + patience_ms;
  let said = "";
  let over: number | undefined;
  try {
    for (;;) {
      const { status, body } = await api("GET", `/trip-tests/${test}`);
      if (status !== 200) throw new Unreachable(problemText(body));
      const told = body as Told;
      if (told.state !== said) talk(stateWords[told.state].join(" / "));
      said = told.state;
      const now = performance.now();
      if (told.state !== "asked" && told.state !== "running") {
        over ??= now;
        if (told.state !== "tripped" || told.confirmed_after_ms !== null || now - over > confirmWithin_ms) return told;
      }
      if (now > until) return told;
      await pause(lookEvery_ms);
    }
  } finally {
    process.off("SIGINT", leave);
  }
}

const stateWords: Readonly<Record<Told["state"], readonly [zh: string, en: string]>> = {
  asked: ["已交给网关", "handed to the gateway"],
  running: ["试验进行中：插上充电器并开始充电", "the test runs: plug a charger in and start a charge"],
  tripped: ["已断电", "it tripped"],
  expired: ["时间到，没有断电：电流没有超过试验限值", "time is up and nothing tripped: no current was above the test's limit"],
  cancelled: ["已取消", "cancelled"],
  dropped: ["保护进程重启，试验已失效", "protection began anew, and the test is gone"],
  refused: ["保护进程拒绝", "protection refused"],
};

const tripText = (told: Told): string[] =>
  told.trip === null
    ? []
    : [
        `  ${told.cause}: ${told.value} mA > ${told.pickup} mA`,
        `  判定 decided ${told.decided_after_ms} ms · 断开帧 OFF frame ${told.off_after_ms} ms · 回读断开 read back open ${told.confirmed_after_ms ?? "—"} ms`,
      ];

const codeOf = (told: Told): Ending["code"] => {
  if (told.state === "tripped") return told.confirmed_after_ms === null ? 1 : 0;
  return told.state === "expired" || told.state === "cancelled" ? 5 : 1;
};

/** What the gateway shows of a socket is up to a second old: the latch of this moment may not be in it yet. */
async function resetSoon(api: Api, socket: string, body: object): Promise<boolean> {
  const until = performance.now() + latchShownWithin_ms;
  for (;;) {
    const { status } = await api("POST", `/sockets/${socket}/latch-reset`, body);
    if (status !== 409 || performance.now() > until) return status === 202;
    await pause(lookEvery_ms);
  }
}

export async function siteTripTest(args: readonly string[], talk: (text: string) => void): Promise<Ending> {
  const asked = askedOf(args);
  if ("code" in asked) return asked;
  const { api, socket, person, limit_mA, minutes } = asked;
  const test = randomUUID();
  const begun = await api("POST", `/sockets/${socket}/trip-tests`, { test, person, limit_mA, minutes });
  if (begun.status !== 202) return declined(begun, { json: asked.json, what: "没有开始 / not begun" });
  const told = await follow(asked, test, talk);
  const reason = `trip test ${test}`;
  const reset = asked.reset && told.trip !== null ? await resetSoon(api, socket, { trip: told.trip, person, reason }) : undefined;
  const code = codeOf(told);
  if (asked.json) return { code, stdout: `${JSON.stringify({ ok: code === 0, ...told, reset })}\n`, stderr: "" };
  const latch =
    told.trip === null
      ? []
      : [
          reset === true
            ? "  锁定已请求解除 / the latch's reset was asked"
            : `  插座已锁定，试验后须解除 / the socket is latched; reset it: trip ${told.trip} (--reset)`,
        ];
  const lines = [
    `${socket} ${limit_mA} mA: ${stateWords[told.state].join(" / ")}${told.why === null ? "" : `: ${told.why}`}`,
    ...tripText(told),
    ...latch,
  ];
  return { code, stdout: `${lines.join("\n")}\n`, stderr: "" };
}
