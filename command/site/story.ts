// `cuobian site story`: what happened to one socket, for whoever asks the next morning. The running gateway is asked; nothing is guessed.
import { parseArgs } from "node:util";
import { fromRfc3339, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type Ending, UsageError } from "../device/say.ts";
import { consoleOf, declined, socketOf } from "./console.ts";

const options = {
  config: { type: "string" },
  url: { type: "string" },
  socket: { type: "string" },
  from: { type: "string" },
  until: { type: "string" },
  last: { type: "string", default: "24 h" },
  json: { type: "boolean", default: false },
} as const;

interface Point {
  readonly at: number;
  readonly power_mW: number | null;
}
interface Bill {
  readonly total_fen: number;
  readonly refund_fen: number;
  readonly energy_mWh: number;
  readonly lines: readonly { readonly zh: string; readonly en: string; readonly amount_fen: number }[];
}
interface Told {
  readonly socket: string;
  readonly from: number;
  readonly until: number;
  readonly charges: readonly {
    readonly session: string;
    readonly begun: number;
    readonly state: string;
    readonly by: string;
    readonly why: string | null;
    readonly seconds: number;
    readonly bill: Bill | null;
    readonly curve: readonly Point[];
  }[];
  readonly facts: readonly {
    readonly at: number;
    readonly zh: string;
    readonly en: string;
    readonly fact: Readonly<Record<string, unknown>> & { readonly kind: string };
  }[];
  readonly moments: readonly Point[];
}

const clockOf = (at: number): string => toRfc3339(wall(at)).slice(5, 19).replace("T", " ");
const bars = "▁▂▃▄▅▆▇█";

/** The power as a row of bars, at most 60 of them. */
function spark(curve: readonly Point[]): string {
  const powers = curve.map(({ power_mW }) => power_mW ?? 0);
  if (powers.length === 0) return "";
  const most = Math.max(...powers, 1);
  const step = Math.max(1, Math.ceil(powers.length / 60));
  const picked = powers.filter((_, at) => at % step === 0);
  return `${picked.map((power) => bars[Math.min(7, Math.floor((power / most) * 8))] ?? "").join("")} ≤ ${Math.round(most / 1000)} W`;
}

/** The numbers behind the sentence. */
const detail = (fact: Told["facts"][number]["fact"]): string =>
  ["trip", "reason", "seconds", "off_after_ms"]
    .filter((key) => fact[key] !== undefined && fact[key] !== null && fact[key] !== "")
    .map((key) => `${key} ${String(fact[key])}`)
    .join(", ");

function text(told: Told): string {
  const lines = [`${told.socket}  ${clockOf(told.from)} – ${clockOf(told.until)}`];
  const yuan = (fen: number): string => (fen / 100).toFixed(2);
  const items = [
    ...told.facts.map(({ at, fact, zh, en }) => ({ at, lines: [`${zh} / ${en}  ${detail(fact)}`.trimEnd()] })),
    ...told.charges.map(({ begun, by, session, why, seconds, state, bill, curve }) => ({
      at: begun,
      lines: [
        `充电 / charge ${session} (${by === "card" ? "刷卡 card" : "由人开始 by a person"}) ${state === "open" ? "进行中 under way" : `结束于 ended for ${why ?? "?"}`}，${Math.round(seconds / 60)} min`,
        ...(curve.length === 0 ? [] : [`  ${spark(curve)}`]),
        ...(bill === null
          ? []
          : [
              `  账单 / bill ¥${yuan(bill.total_fen)}，${(bill.energy_mWh / 1_000_000).toFixed(3)} kWh，退 back ¥${yuan(bill.refund_fen)}`,
              ...bill.lines.map(({ zh, en, amount_fen }) => `    ¥${yuan(amount_fen)}  ${zh} / ${en}`),
            ]),
      ],
    })),
  ].sort((a, b) => a.at - b.at);
  for (const {
    at,
    lines: [first = "", ...more],
  } of items)
    lines.push(`${clockOf(at)}  ${first}`, ...more.map((line) => `                ${line}`));
  if (items.length === 0) lines.push("这段时间没有发生什么 / nothing happened in this time");
  if (told.moments.length > 0)
    lines.push(
      `事件前后十分钟逐次读数 / ten minutes around events, reading by reading: ${told.moments.length} (--json)`,
      `  ${spark(told.moments)}`,
    );
  return lines.join("\n");
}

const lengthOf = (last: string): number => {
  const [, count = "", unit = ""] = /^(\d{1,3}) (h|d)$/.exec(last) ?? [];
  if (count === "") throw new UsageError('--last: 应写成 / write "12 h", "3 d"');
  return Number(count) * (unit === "h" ? 3_600_000 : 86_400_000);
};

export async function siteStory(args: readonly string[]): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const socket = socketOf(values.socket);
  const time = (option: "from" | "until", usual: number): number => {
    const said = values[option];
    if (said === undefined) return usual;
    return (
      fromRfc3339(said) ??
      (() => {
        throw new UsageError(`--${option}: 应写成 / write "2026-11-25 18:00"`);
      })()
    );
  };
  const until = time("until", Date.now());
  const from = time("from", until - lengthOf(values.last));
  const console = consoleOf(values);
  if ("code" in console) return console;
  const answer = await console.api("GET", `/sockets/${socket}/story?from=${from}&until=${until}`);
  if (answer.status !== 200) return declined(answer, { json: values.json, what: "没有答复 / no answer" });
  return { code: 0, stdout: values.json ? `${JSON.stringify(answer.body, null, 2)}\n` : `${text(answer.body as Told)}\n`, stderr: "" };
}
