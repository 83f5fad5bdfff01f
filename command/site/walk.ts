// `cuobian site walk`: "light socket 37". One relay closes for a few seconds with nothing else energised; the person says which label lit up; it is written down.
import { parseArgs } from "node:util";
import type { SiteFile } from "#gateway/config/read.ts";
import { type Ending, UsageError, whole } from "../device/say.ts";
import { type Asker, askerOf } from "./ask.ts";
import type { Bench, SocketPlace } from "./bench.ts";
import { type Lit, light } from "./light.ts";
import { type Book, openBook, recordPath } from "./record.ts";
import { siteOf, visited } from "./visit.ts";

const options = {
  config: { type: "string" },
  person: { type: "string" },
  socket: { type: "string", multiple: true, default: [] as string[] },
  label: { type: "string", multiple: true, default: [] as string[] },
  seconds: { type: "string" },
  answers: { type: "string" },
  record: { type: "string" },
  "only-light": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export type WalkVerdict = "right" | "crossed" | "dark" | "did-not-close" | "did-not-open" | "no-answer" | "lit" | "skipped";

export interface Walked {
  readonly socket: string;
  readonly label: string;
  /** null: nothing, or nobody was asked. */
  readonly seen: string | null;
  readonly verdict: WalkVerdict;
}

const words: Readonly<Record<WalkVerdict, readonly [zh: string, en: string]>> = {
  right: ["相符", "right"],
  lit: ["已点亮", "it was lit"],
  crossed: ["亮的是别的插座：接线或标签错位", "another socket lit: the wire or the label is at the wrong place"],
  dark: ["继电器说已吸合，但没有亮：看灯、保险、输出接线", "the relay says closed and nothing lit: lamp, fuse, output wire"],
  "did-not-close": ["继电器没有吸合", "the relay did not close"],
  "did-not-open": ["命令断开后仍闭合：可能粘连，停用此路", "still closed after OFF: perhaps welded, do not use it"],
  "no-answer": ["设备没有应答", "the device does not answer"],
  skipped: ["未检查", "skipped"],
};

const usualSeconds = 4;

export function walkedOf(lit: Lit, socket: SocketPlace, answer: string | undefined): Walked {
  const base = { socket: socket.name, label: socket.label };
  if (lit !== "lit") return { ...base, seen: null, verdict: lit };
  const said = answer?.trim();
  if (said === undefined || said === "?") return { ...base, seen: null, verdict: "skipped" };
  if (said === "-" || said === "没有") return { ...base, seen: null, verdict: "dark" };
  const seen = said === "" ? socket.label : said;
  return { ...base, seen, verdict: seen === socket.label || seen === socket.name ? "right" : "crossed" };
}

/** By name or by label, in the order of the site; none named: all of them. */
export function chosen(sockets: readonly SocketPlace[], wanted: readonly string[]): readonly SocketPlace[] {
  if (wanted.length === 0) return sockets;
  const is = ({ name, label }: SocketPlace, word: string): boolean => name === word || label === word;
  const unknown = wanted.find((word) => !sockets.some((socket) => is(socket, word)));
  if (unknown === undefined) return sockets.filter((socket) => wanted.some((word) => is(socket, word)));
  const known = sockets.map(({ name, label }) => (name === label ? name : `${label}=${name}`)).join(" ");
  throw new UsageError(`没有插座 / no socket "${unknown}"; ${known}`);
}

export interface Walk {
  readonly bench: Bench;
  readonly asker: Asker | undefined;
  readonly book: Book | undefined;
  readonly seconds: number;
  readonly talk: (text: string) => void;
}

export const namedOf = ({ name, label }: SocketPlace): string => (name === label ? name : `${label} (${name})`);

export async function walkOne({ bench, asker, book, seconds, talk }: Walk, socket: SocketPlace): Promise<Walked> {
  talk(`${namedOf(socket)}：吸合 ${seconds} 秒，看哪一个亮 / closes for ${seconds} s: which one lights?`);
  const lit = await light(bench, socket, seconds * 1_000);
  const question = `  亮的是？回车 = ${socket.label}；或写标签；- 没有亮；r 再来；? 跳过 / which? Enter = ${socket.label}, another label, - none, r again, ? skip: `;
  const answer = lit === "lit" ? await asker?.ask(socket.name, question) : undefined;
  if (answer?.trim() === "r") return walkOne({ bench, asker, book, seconds, talk }, socket);
  const onlyLit = asker === undefined && lit === "lit";
  const walked: Walked = onlyLit ? { socket: socket.name, label: socket.label, seen: null, verdict: "lit" } : walkedOf(lit, socket, answer);
  const [zh, en] = words[walked.verdict];
  const good = walked.verdict === "right" || walked.verdict === "lit";
  talk(`  ${good ? "✓" : "!"} ${zh} / ${en}${walked.verdict === "crossed" ? `: ${walked.seen}` : ""}`);
  book?.add({ kind: "walk", ...walked });
  return walked;
}

export function bookOf(site: SiteFile, { person, record }: { person: string; record: string | undefined }): Book {
  return openBook(record ?? recordPath(site.data), { person, site: site.config.site, gateway: site.config.gateway });
}

export async function siteWalk(args: readonly string[], talk: (text: string) => void): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const { person } = values;
  const onlyLight = values["only-light"];
  if (person === undefined && !onlyLight)
    throw new UsageError("--person 姓名：谁在现场看，会记入验收记录 / who looks on the spot; it is written into the record");
  const seconds = whole("seconds", values.seconds, [1, 30]) ?? usualSeconds;
  const site = siteOf(values.config, values.json);
  if ("code" in site) return site;
  const asker = onlyLight ? undefined : askerOf(values.answers);
  const book = person === undefined || onlyLight ? undefined : bookOf(site, { person, record: values.record });
  try {
    return await visited(site, "site walk", async (bench) => {
      const walked: Walked[] = [];
      for (const socket of chosen(bench.sockets, [...values.socket, ...values.label]))
        walked.push(await walkOne({ bench, asker, book, seconds, talk }, socket));
      return reportOf(walked, { json: values.json, record: book?.path });
    });
  } finally {
    asker?.close();
  }
}

function reportOf(walked: readonly Walked[], { json, record }: { json: boolean; record: string | undefined }): Ending {
  const bad = walked.filter(({ verdict }) => verdict !== "right" && verdict !== "lit");
  const code = bad.length === 0 ? 0 : bad.every(({ verdict }) => verdict === "skipped") ? 5 : 1;
  if (json) return { code, stdout: `${JSON.stringify({ ok: code === 0, walked, record })}\n`, stderr: "" };
  const rows = bad.map(
    ({ socket, label, seen, verdict }) => `! ${label} (${socket})${seen === null ? "" : ` → ${seen}`}  ${words[verdict].join(" / ")}`,
  );
  const sums = `${walked.length} 路 sockets · ${walked.length - bad.length} 相符 right · ${bad.length} 待处理 to mend`;
  return { code, stdout: `${[...rows, sums, ...(record === undefined ? [] : [`记录 / record: ${record}`])].join("\n")}\n`, stderr: "" };
}
