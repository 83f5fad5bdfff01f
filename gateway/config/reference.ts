// The site file explained, made from its schema: the reference page, the editor's JSON Schema, and a first file to fill in.

import { twiceWithin_s } from "../core/charging/bounds.ts";
import { readLimitsFile, readyLimits } from "./limits-file.ts";
import { limitsSchema } from "./limits-schema.ts";
import { siteConfigSchema } from "./schema.ts";
import { exampleOf, type Shape } from "./shape.ts";

/** JSON Schema for editors: `# yaml-language-server: $schema=site.schema.json` in the first line of a site file. */
export const editorSchema = (): string =>
  `${JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", ...siteConfigSchema }, null, 2)}\n`;

function rule(shape: Shape): string {
  if (shape.anyOf !== undefined) return "one of the forms below";
  if (shape.const !== undefined) return `\`${String(shape.const)}\``;
  if (shape.enum !== undefined) return shape.enum.map((member) => `\`${String(member)}\``).join(" ");
  if (shape.type === "integer") return `${shape.minimum ?? ""} … ${shape.maximum ?? ""}`;
  if (shape.type === "array") return "list";
  if (shape.type === "object") return "keys below";
  return shape.maxLength === undefined ? "text" : `text ≤ ${shape.maxLength}`;
}

function rows(shape: Shape, path: string): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const list = inner.type === "array" ? `${name}[]` : name;
    const must = (shape.required ?? []).includes(key) ? "" : "（可省 / optional）";
    const example = exampleOf(inner);
    const line = `| \`${list}\` | ${inner.title ?? ""} / ${inner.description ?? ""}${must} | ${rule(inner)} | ${example === undefined ? "" : `\`${example}\``} |`;
    return [line, ...(inner.items?.anyOf ?? inner.anyOf ?? [inner.items ?? inner]).flatMap((form) => rows(form, list))];
  });
}

export function siteConfigPage(): string {
  return `<!-- made by test/house/reference.ts from gateway/config/schema.ts; do not edit -->
# 站点配置参考 / Site file reference

\`cuobian config check site.yaml\` 一次列出全部问题（文件:行:列、路径、错在何处、示例）；未知的键会被拒绝，涉及安全与金钱的值没有默认。
\`cuobian config check site.yaml\` names everything that is wrong at once; unknown keys are refused; nothing that concerns safety or money has a default.
\`cuobian config schema\` prints JSON Schema for editors; \`cuobian config new\` prints a file to start from. Relative paths begin at the file's own folder.

| 键 / key | 含义 / meaning | 取值 / values | 例 / e.g. |
| --- | --- | --- | --- |
${rows(siteConfigSchema, "").join("\n")}

## 时间预算 / Timing budget

每条线路在启动前核算：每台设备按其型号文件实际要问的每一块，加一次续期，再加一帧断开；11 位/字符，每帧前后静默 3.5 字符，应答间隔取型号文件的 \`turnaround_ms\`（未写按 60 ms），串口服务器另加 \`network_ms\`。
一轮超过 \`cutoff_ms\`，或超过续期窗口的一半，即被拒绝，并说明怎样改。采购之前：\`cuobian budget shopping-list.yaml\`。
Each line is computed before anything runs, from the questions that it will really ask: every planned block of every device, its re-arm, and one OFF frame; 11 bits a character,
3.5 characters of silence around each frame, the turnaround that the device's profile declares (60 ms if it declares none), and \`network_ms\` behind a serial server.
A round longer than \`cutoff_ms\`, or than half the board's re-arm window, is refused with the remedy. Before buying: \`cuobian budget shopping-list.yaml\`.
`;
}

/** Every rule with its hard bounds, and the ready files as they are. */
export function limitsPage(): string {
  const files = readyLimits().flatMap((name) => {
    const read = readLimitsFile(name);
    if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
    const { limits } = read;
    return [`| \`${name}\` | ${limits.version} | ${limits.issued} | ${limits.name} | ${limits.socket.rated_mA} |`];
  });
  return `<!-- made by test/house/reference.ts from gateway/config/limits-schema.ts; do not edit -->
# 保护限值参考 / Limits file reference

保护的数字是一份有版本、有日期的文件：每条规则写明依据，或写明为何停用（\`active: false\` 加 \`reason\`）；没有默认，未知的键会被拒绝。
Protection's numbers are a document with a version and a date: every rule says where its numbers come from, or why it is off (\`active: false\` with a \`reason\`).
Nothing is assumed and unknown keys are refused. What stands under *values* are hard bounds in code (\`gateway/core/charging/bounds.ts\`): no file can go beyond them.
Whatever the curve, twice the pickup is off within ${twiceWithin_s} s; the curve and the thermal model cannot both be off.

站点文件写 \`limits: [{ id: e-bike, file: e-bike-4a }]\`：现成文件的名字，或相对路径 \`./limits.yaml\`。
\`cuobian config limits FILE\` 检查一份文件并列出全部问题；\`cuobian config limits e-bike-10a --print\` 打印现成的一份，可作起点。

| 现成文件 / ready file | 版本 / version | 日期 / issued | 名称 / name | 额定 mA / rated |
| --- | --- | --- | --- | --- |
${files.join("\n")}

| 键 / key | 含义 / meaning | 取值 / values | 例 / e.g. |
| --- | --- | --- | --- |
${rows(limitsSchema, "").join("\n")}
`;
}

function example(shape: Shape, indent: string): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]) => {
    if (!(shape.required ?? []).includes(key)) return [];
    const comment = `  # ${inner.title ?? ""} / ${inner.description ?? ""}`;
    const leaf = exampleOf(inner, key);
    if (leaf !== undefined) return [`${indent}${leaf}${inner.title === undefined ? "" : comment}`];
    const item = inner.type === "array" ? (inner.items?.anyOf?.[0] ?? inner.items) : undefined;
    const [first = "", ...rest] = example(item ?? inner, item === undefined ? `${indent}  ` : `${indent}    `);
    return [`${indent}${key}:${comment}`, item === undefined ? first : `${indent}  - ${first.trimStart()}`, ...rest];
  });
}

/** A whole valid file with every key that must be written, each explained. */
export const exampleSite = (): string => `${example(siteConfigSchema, "").join("\n")}\n`;
