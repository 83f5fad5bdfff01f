// `cuobian gateway backup | restore`: the journal kept elsewhere, and brought back as a journal of its own. With a passphrase it is sealed: it holds plates, and then the
// site file and what it names too, so that a new machine's first run can take this one's place.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { courseText } from "#protocols/vocabulary/course.ts";
import type { SiteFile } from "../config/read.ts";
import { backUpJournal, keepFiles, restoreJournal } from "../journal/backup.ts";
import { filesOf } from "./kept-files.ts";
import { isSealed, type OnBytes, seal, unseal } from "./sealed.ts";

export interface Kept {
  readonly code: 0 | 1;
  /** For people, Chinese first; what happened as JSON for programs. */
  readonly words: string;
  readonly json: unknown;
}

const no = (zh: string, en: string): Kept => ({ code: 1, words: `${zh}\n${en}`, json: { kind: "complaint", zh, en } });
const shortest = 12;

/** One line in a file of its own: never an argument, which every process of the machine can read. */
function passphraseIn(path: string): string | Kept {
  try {
    const text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    if ([...text].length >= shortest && !text.includes("\n")) return text;
    return no(`${path} 应为一行、至少 ${shortest} 个字符`, `${path} should be one line of at least ${shortest} characters`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return no(`读不到口令文件：${why}`, `the passphrase cannot be read: ${why}`);
  }
}

/** How far it is, for a person before a terminal; a pipe hears nothing. */
const onTerminal =
  (zh: string, en: string): OnBytes =>
  (done, of) => {
    if (!process.stderr.isTTY) return;
    const course = { done, of, ran_ms: null, unit: "bytes" } as const;
    process.stderr.write(`\r${zh} / ${en} ${courseText(course, false)}${done >= of ? "\n" : "  "}`);
  };

export async function backUp(site: SiteFile, to: string, passphraseFile: string | undefined): Promise<Kept> {
  const place = resolve(to);
  const passphrase = passphraseFile === undefined ? undefined : passphraseIn(passphraseFile);
  if (typeof passphrase === "object") return passphrase;
  if (passphrase !== undefined && existsSync(place))
    return no(`文件已存在，不覆盖：${place}`, `the file exists and is not overwritten: ${place}`);
  // What is not sealed yet lies where we alone may read, never beside the backup.
  const open = passphrase === undefined ? place : join(site.data, "backup.open");
  if (passphrase !== undefined) rmSync(open, { force: true });
  const done = backUpJournal(site.data, open);
  if (done.kind === "complaint") return no(done.zh, done.en);
  const along = passphrase === undefined ? undefined : filesOf(site);
  if (passphrase !== undefined && along !== undefined)
    try {
      keepFiles(open, along.files);
      await seal(open, place, passphrase, onTerminal("加密", "sealing"));
    } finally {
      rmSync(open, { force: true });
    }
  const how =
    passphrase === undefined
      ? {
          zh: "含车牌：请按个人信息保管，或加 --passphrase-file 加密。",
          en: "It holds plates: keep it as personal data, or seal it with --passphrase-file.",
        }
      : sealedWords(along?.files.length ?? 0, along?.left ?? []);
  return {
    code: 0,
    words: `已备份 ${done.events} 条事件到 ${to}（纪元 ${done.epoch}）。${how.zh}\n${done.events} events kept in ${to} (epoch ${done.epoch}). ${how.en}`,
    json: {
      ...done,
      sealed: passphrase !== undefined,
      bytes: statSync(place).size,
      files: along?.files.length ?? 0,
      left: along?.left ?? [],
    },
  };
}

function sealedWords(files: number, left: readonly string[]): { zh: string; en: string } {
  const beyond =
    left.length === 0
      ? { zh: "", en: "" }
      : { zh: `不在其中，另行保管：${left.join("、")}。`, en: ` Not in it, keep them yourself: ${left.join(", ")}.` };
  return {
    zh: `连同站点文件与它所引用的共 ${files} 个文件（含口令与证书），已加密；没有口令无法恢复。${beyond.zh}`,
    en: `With it ${files} files, the site file and what it names (secrets and certificate too); sealed: without the passphrase it is worth nothing.${beyond.en}`,
  };
}

export async function restore(site: SiteFile, from: string, passphraseFile: string | undefined): Promise<Kept> {
  const place = resolve(from);
  if (!existsSync(place) || !isSealed(place)) return restoreOpen(site, place);
  if (passphraseFile === undefined) return no("该备份已加密：请加 --passphrase-file", "this backup is sealed: add --passphrase-file");
  const passphrase = passphraseIn(passphraseFile);
  if (typeof passphrase === "object") return passphrase;
  mkdirSync(site.data, { recursive: true, mode: 0o700 });
  const open = join(site.data, "backup.open");
  rmSync(open, { force: true });
  try {
    if (!(await unseal(place, open, passphrase, onTerminal("解封", "opening"))))
      return no("口令不对，或文件已损坏", "the passphrase is wrong, or the file is damaged");
    return restoreOpen(site, open);
  } finally {
    rmSync(open, { force: true });
  }
}

function restoreOpen(site: SiteFile, from: string): Kept {
  const done = restoreJournal(site.data, from, Date.now());
  if (done.kind === "complaint") return no(done.zh, done.en);
  const aside = done.aside === undefined ? "" : `\n原日志库移到 / what stood there is now ${done.aside}`;
  return {
    code: 0,
    words: `已恢复：新纪元 ${done.epoch}，取代 ${done.former}；${done.pending} 条未确认的事件将带原编号重发，云端不会重复计入。${aside}
启动后旧机器将被云端拒收；备份之后进出的车请在岗亭核对。
Restored: epoch ${done.epoch} takes the place of ${done.former}; ${done.pending} unacknowledged events go again under their old names and count once.
Once started the cloud refuses the old machine; check at the booth the cars that came or went after the backup.`,
    json: done,
  };
}
