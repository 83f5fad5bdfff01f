// What cards show and say, in the site's own words: up to four lines and a sentence each. What is not written stays as it is.
import Type, { type Static } from "typebox";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { said, strict } from "./schema-words.ts";
import type { Complain } from "./yaml-file.ts";

const line = (example: string) => Type.String({ ...said("一行", "one line", example), maxLength: 40 });
const text = (zh: string, en: string, lines: readonly string[], voice: string) =>
  Type.Optional(
    strict(zh, en, {
      lines: Type.Array(line(lines[0] ?? ""), { ...said("各行", "up to four lines", lines), maxItems: 4 }),
      voice: Type.Optional(Type.String({ ...said("语音", "what is said; nothing if not written", voice), maxLength: 60 })),
    }),
  );

/** {plate} {due} {free} {phone} {pass} {pass_voice}: nothing else is filled in. */
export const placeholders = ["plate", "due", "free", "phone", "pass", "pass_voice"] as const;

export const Texts = strict("显示与语音", "texts of display and voice cards; {plate}, {due}, {free}, {phone} and {pass} are filled in", {
  welcome: text("入场放行", "let in", ["{plate}", "欢迎光临", "余位 {free}"], "{plate}，欢迎光临"),
  goodbye: text("出场放行", "let out", ["{plate}", "一路平安"], "{plate}，一路平安"),
  pay: text("请缴费", "waits for payment", ["{plate}", "请缴费 {due} 元"], "{plate}，请缴费{due}元"),
  paid: text("已缴费", "paid at the exit", ["{plate}", "已缴费", "一路平安"], "已缴费，一路平安"),
  full: text("车位已满", "full", ["车位已满", "仅限月租车"], "车位已满"),
  wait: text("请等待", "a person is called", ["{plate}", "请等待工作人员", "{phone}"], "请等待工作人员"),
  refused: text("不予放行", "is not let in", ["{plate}", "请联系工作人员"], "请联系工作人员"),
  closed: text("车道停用", "the lane is switched off", ["车道停用"], "车道停用，请走其他车道"),
  idle: text("空闲", "between cars, at an entry", ["欢迎光临", "余位 {free}"], ""),
});
export type Texts = Static<typeof Texts>;

export function checkTexts(texts: unknown, complain: Complain): void {
  if (typeof texts !== "object" || texts === null) return;
  for (const [key, of] of Object.entries(texts as Record<string, { lines?: unknown; voice?: unknown } | null>)) {
    const lines: readonly unknown[] = Array.isArray(of?.lines) ? of.lines : [];
    const all = [...lines.entries()].map(([i, one]) => [["texts", key, "lines", i], one] as const);
    for (const [path, one] of [...all, [["texts", key, "voice"], of?.voice] as const])
      for (const [, name = ""] of typeof one === "string" ? one.matchAll(/\{([^{}]*)\}/g) : []) {
        if (placeholders.some((known) => known === name)) continue;
        const meant = nearest(name, placeholders);
        const list = placeholders.map((known) => `{${known}}`).join(" ");
        complain(path, {
          zh: `没有这个占位：{${name}}；${meant === undefined ? `可用 ${list}` : `是否想写 {${meant}}？`}`,
          en: `nothing is filled in for {${name}}; ${meant === undefined ? `there are ${list}` : `did you mean {${meant}}?`}`,
        });
      }
  }
}
