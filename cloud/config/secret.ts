// A secret stands alone in a file: one line, never empty, and for nobody else to read.
import { readFileSync, statSync } from "node:fs";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";

export interface Secret {
  readonly kind: "secret";
  readonly secret: string;
  /** Others on this machine can read the file. */
  readonly warning?: { readonly zh: string; readonly en: string };
}

const largest = 4096;

/** The line's end does not belong to it. Neither a refusal nor a warning holds a character of it. */
export function readSecret(path: string): Secret | Refusal {
  let text: string;
  let readableByOthers: boolean;
  try {
    const { size, mode, uid } = statSync(path);
    if (size > largest) return refusal("secret-too-large", `${path} 太大，不像口令`, `${path} is too large for a secret`);
    text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    // A volume that somebody else mounted for us is theirs to protect: we could not change its mode.
    readableByOthers = (mode & 0o077) !== 0 && uid === process.getuid?.();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return refusal("no-secret", `没有这个文件：${path}`, `no such file: ${path}`);
    return refusal("secret-unreadable", `读不到 ${path}：${code}`, `cannot read ${path}: ${code}`);
  }
  if (text.trim() === "") return refusal("secret-empty", `${path} 是空的`, `${path} is empty`);
  if (/\p{Cc}/u.test(text)) return refusal("secret-not-a-line", `${path} 应只有一行`, `${path} should be one line`);
  if (!readableByOthers) return { kind: "secret", secret: text };
  const warning = { zh: `其他用户能读 ${path}，请执行 chmod 600`, en: `others can read ${path}: chmod 600 it` };
  return { kind: "secret", secret: text, warning };
}
