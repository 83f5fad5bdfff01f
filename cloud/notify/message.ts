// What is told, in words, and in the shapes that the robots of WeCom, DingTalk and Feishu, a mailbox and a webhook take. Pure; signatures are given the time.
// Sources: the vendors' own pages on group robots (developer.work.weixin.qq.com/document/path/91770, open.dingtalk.com/document/robots/custom-robot-access,
// open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
import { createHmac } from "node:crypto";

export interface Told {
  readonly kind: "raised" | "recovered" | "escalated" | "reminder" | "test";
  readonly priority: 1 | 2 | 3 | 4;
  readonly compound: string;
  readonly source: string;
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
  readonly action_zh: string;
  readonly action_en: string;
  readonly count: number;
  readonly level: number;
  /** RFC 3339. */
  readonly at: string;
  readonly alarm: string;
}

export interface Message {
  readonly id: string;
  readonly told: readonly Told[];
}

const glyphs = { 1: "◆ 一级", 2: "▲ 二级", 3: "■ 三级", 4: "● 四级" } as const;
const kindWords = { raised: "告警", recovered: "已恢复", escalated: "无人确认，升级", reminder: "提醒", test: "通道测试" } as const;

const headline = (one: Told): string =>
  `${glyphs[one.priority]} ${kindWords[one.kind]}${one.kind === "escalated" ? ` ${one.level} 级` : ""}：${one.zh}`;

/** Of one: everything; of a digest: how many, the worst first, at most twenty named. */
export function titleOf({ told }: Message): string {
  const [first, ...others] = [...told].sort((a, b) => a.priority - b.priority);
  if (first === undefined) return "";
  return others.length === 0
    ? `${headline(first)}（${first.compound}）`
    : `${told.length} 条通知，最高${glyphs[first.priority].slice(2)}：${first.zh}（${first.compound}）`;
}

export function linesOf({ told }: Message): string[] {
  const sorted = [...told].sort((a, b) => a.priority - b.priority || (a.at < b.at ? -1 : 1));
  const [only] = sorted;
  if (sorted.length === 1 && only !== undefined)
    return [
      `${only.compound} ${only.source}${only.count > 1 ? `（×${only.count}）` : ""}`,
      only.at,
      ...(only.kind === "recovered" ? [] : only.action_zh.split("\n").map((line) => `处置：${line}`)),
      `${only.en}${only.kind === "recovered" ? " (over)" : ""}`,
    ];
  const named = sorted
    .slice(0, 20)
    .map((one) => `${headline(one)}  ${one.compound} ${one.source}${one.count > 1 ? ` ×${one.count}` : ""}  ${one.at.slice(11, 19)}`);
  return sorted.length > 20
    ? [...named, `另有 ${sorted.length - 20} 条，见告警页 / and ${sorted.length - 20} more on the alarms page`]
    : named;
}

/** Cut at whole characters, so many bytes at most. */
export function within(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let out = "";
  let size = 3;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    out += character;
  }
  return `${out}…`;
}

/** What a robot renders as markup, and what would address everybody, stays text. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>#@|]/g, (one) => ({ "@": "＠", "<": "＜", ">": "＞" })[one] ?? `\\${one}`);

export interface Posted {
  /** Added to the robot's own address. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
const json = (body: unknown, query: Posted["query"] = {}): Posted => ({
  query,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(body),
});

/** Markdown of at most 4,096 bytes. */
export const forWecom = (message: Message): Posted =>
  json({
    msgtype: "markdown",
    markdown: {
      content: within([`**${plain(titleOf(message))}**`, ...linesOf(message).map((line) => `> ${plain(line)}`)].join("\n"), 4_096),
    },
  });

/** sign = base64(HMAC-SHA256(key secret, "timestamp\nsecret")), in the address; milliseconds. */
export function forDingtalk(message: Message, { secret, now }: { readonly secret?: string | undefined; readonly now: number }): Posted {
  const title = titleOf(message);
  const text = within([`#### ${plain(title)}`, ...linesOf(message).map((line) => `- ${plain(line)}`)].join("\n"), 18_000);
  const timestamp = String(now);
  const query: Posted["query"] =
    secret === undefined ? {} : { timestamp, sign: createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64") };
  return json({ msgtype: "markdown", markdown: { title: within(title, 200), text }, at: { isAtAll: false } }, query);
}

/** sign = base64(HMAC-SHA256(key "timestamp\nsecret", "")), in the body; seconds. */
export function forFeishu(message: Message, { secret, now }: { readonly secret?: string | undefined; readonly now: number }): Posted {
  const timestamp = String(Math.floor(now / 1000));
  const signed =
    secret === undefined ? {} : { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64") };
  const content = linesOf(message).map((line) => [{ tag: "text", text: within(line, 1_000) }]);
  return json({ ...signed, msg_type: "post", content: { post: { zh_cn: { title: within(titleOf(message), 300), content } } } });
}

/** x-cuobian-signature: t=<ms>,v1=<hex HMAC-SHA256 of "t.body">: the receiver can refuse what is old or not ours. */
export function forWebhook(message: Message, { secret, now }: { readonly secret: string; readonly now: number }): Posted {
  const body = JSON.stringify({ v: 1, id: message.id, title: titleOf(message), notices: message.told });
  const signature = createHmac("sha256", secret).update(`${now}.${body}`).digest("hex");
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "x-cuobian-id": message.id,
    "x-cuobian-signature": `t=${now},v1=${signature}`,
  };
  return { query: {}, headers, body };
}

/** What a robot says of itself behind its status 200; undefined: it took the message. */
export function refusedBy(body: string): string | undefined {
  let said: { errcode?: unknown; errmsg?: unknown; code?: unknown; msg?: unknown; StatusCode?: unknown };
  try {
    said = JSON.parse(body) as typeof said;
  } catch {
    return "the answer is no JSON";
  }
  const code = said?.errcode ?? said?.code ?? said?.StatusCode;
  if (code === 0) return undefined;
  return `code ${String(code)}: ${String(said?.errmsg ?? said?.msg ?? "").slice(0, 120)}`;
}
