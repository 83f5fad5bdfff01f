// `cuobian gateway backup | restore`: the journal kept elsewhere, and brought back as a journal of its own.
import { resolve } from "node:path";
import type { SiteFile } from "../config/read.ts";
import { backUpJournal, restoreJournal } from "../journal/backup.ts";

export interface Kept {
  readonly code: 0 | 1;
  /** For people, Chinese first; what happened as JSON for programs. */
  readonly words: string;
  readonly json: unknown;
}

export function backUp(site: SiteFile, to: string): Kept {
  const done = backUpJournal(site.data, resolve(to));
  if (done.kind === "complaint") return { code: 1, words: `${done.zh}\n${done.en}`, json: done };
  return {
    code: 0,
    words: `已备份 ${done.events} 条事件到 ${to}（纪元 ${done.epoch}）。含车牌：请按个人信息保管。\n${done.events} events kept in ${to} (epoch ${done.epoch}). It holds plates: keep it as personal data.`,
    json: done,
  };
}

export function restore(site: SiteFile, from: string): Kept {
  const done = restoreJournal(site.data, resolve(from), Date.now());
  if (done.kind === "complaint") return { code: 1, words: `${done.zh}\n${done.en}`, json: done };
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
