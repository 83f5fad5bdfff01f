// `cuobian decode`: hex in, every field explained. A function from words to words; main.ts gives it the process.
import { parseArgs } from "node:util";
import { profiles } from "#protocols/fire/gbt26875/profile.ts";
import { concat, fromHex } from "#protocols/frames/bytes.ts";
import { type Options, protocols } from "./protocols.ts";
import { asJson, asText } from "./render.ts";

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** 0 every frame is good, 1 something was refused or nothing was found, 2 usage. */
  readonly code: 0 | 1 | 2;
}

const known = Object.keys(protocols).join("|");
export const help = `cuobian decode — 逐字段解释报文 / a frame explained field by field

用法 / usage:
  cuobian decode ${known} <hex…|->

  -                  从标准输入读十六进制 / hex from standard input
  --json             一份 JSON 文档 / one JSON document
  --from pile|server dny：发送方（正文看不出时） / dny: who sent it, where the body does not say
  --profile ${Object.keys(profiles).join("|")}
                     gbt26875：允许的厂商偏差 / gbt26875: which deviations are allowed

例 / examples:
  cuobian decode dny 444E5910003B37AB04010021980802000009 05EE02
  cuobian decode modbus 01 05 00 00 FF 00 8C 3A
  cat capture.hex | cuobian decode gbt26875 - --profile field --json

退出码 / exit codes: 0 全部正确 all good · 1 有拒收或无帧 something refused, or no frame · 2 用法 usage
`;

const usage = (zh: string, en: string): Outcome => ({
  stdout: "",
  stderr: `cuobian decode: ${zh} / ${en}\n  cuobian decode --help\n`,
  code: 2,
});

function optionsOf(values: { readonly from?: string | undefined; readonly profile?: string | undefined }): Options | Outcome {
  const { from, profile } = values;
  if (from !== undefined && from !== "pile" && from !== "server") return usage(`--from 只能是 pile 或 server`, `--from is pile or server`);
  const chosen = profile === undefined ? undefined : profiles[profile];
  if (profile !== undefined && chosen === undefined)
    return usage(`没有 profile "${profile}"`, `no profile "${profile}"; there are ${Object.keys(profiles).join(", ")}`);
  return { ...(from !== undefined && { from: from === "pile" ? "up" : "down" }), ...(chosen !== undefined && { profile: chosen }) };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean" }, from: { type: "string" }, profile: { type: "string" }, help: { type: "boolean", short: "h" } },
  });

/** `stdin` is only asked for when the hex is "-". */
export function decode(args: readonly string[], stdin: () => string): Outcome {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (problem) {
    return usage("参数有误", problem instanceof Error ? problem.message : String(problem));
  }
  const { values, positionals } = parsed;
  if (values.help) return { stdout: help, stderr: "", code: 0 };
  const [protocol = "", ...hex] = positionals;
  const read = protocols[protocol];
  if (read === undefined) return usage(`没有协议 "${protocol}"`, `no protocol "${protocol}"; there are ${known}`);
  const options = optionsOf(values);
  if ("code" in options) return options;
  if (hex.length === 0) return usage("没有给出十六进制", "no hex given");
  const parts = hex.map((text) => fromHex(text === "-" ? stdin() : text));
  const wrong = parts.find((part) => !(part instanceof Uint8Array));
  if (wrong !== undefined && !(wrong instanceof Uint8Array)) return usage("不是十六进制", wrong.reason);
  const items = read(concat(...parts.filter((part) => part instanceof Uint8Array)), options);
  const found =
    items.some((item) => item.kind === "frame") &&
    !items.some((item) => item.kind === "refused" || (item.explanation?.faults.length ?? 0) > 0);
  const empty = items.length === 0 ? "没有字节 / no bytes\n" : "";
  return { stdout: values.json ? asJson(protocol, items) : items.length > 0 ? asText(items) : "", stderr: empty, code: found ? 0 : 1 };
}
