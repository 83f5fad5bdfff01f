// The last lines of the log, newest first: what the gateway says of itself, without a shell.
import type { RecentLog } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { inWords, state } from "./state.ts";

type Process = "" | "site" | "safety";
const processes: readonly Process[] = ["", "site", "safety"];
type Level = "info" | "warn" | "error";
const levels: readonly Level[] = ["info", "warn", "error"];
const marks: Readonly<Record<Level, string>> = { info: "○", warn: "■", error: "▲" };
type Line = RecentLog["lines"][number];
export const log: {
  level: Level;
  process: Process;
  lines: RecentLog["lines"];
  heard: boolean | null;
  copied: boolean;
  words: string;
  still: boolean;
} = { ...{ level: "info", process: "", lines: [], heard: null }, ...{ copied: false, words: "", still: false } };

export const logKey = (): unknown => [log.level, log.process, log.lines, log.heard, log.copied, log.words, log.still];

/** It runs on by itself, unless somebody reads: then it stands. */
export async function lookAtLog(): Promise<void> {
  if (state.api === undefined || log.still) return;
  const { lines, safety_heard } = await state.api.log(log.level, log.process);
  Object.assign(log, { lines, heard: safety_heard });
}

const causeText = ({ cause }: Line): string => (cause === null ? "" : inWords(cause));
/** Every word that was typed stands somewhere in the line. */
const shown = (): Line[] => {
  const wanted = log.words.toLowerCase().split(/\s+/);
  return log.lines.filter((line) => {
    const all = `${text(line)} ${causeText(line)}`.toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
};

const text = ({ at, level, process, says, detail }: Line): string => `${at} ${level} ${process} ${says} ${detail}`;

/** Also where a page over plain HTTP has no clipboard of its own. */
function copyLines(): void {
  const area = document.createElement("textarea");
  area.value = shown().map(text).join("\n");
  document.body.append(area);
  area.select();
  log.copied = document.execCommand("copy");
  area.remove();
}

/** What somebody far away needs to help: the site as it is, its last hour, and the log, all as this page shows it, masked. */
function download(): void {
  const { overview, history } = state;
  const text = JSON.stringify({ made: new Date().toISOString(), overview, history, log: log.lines }, null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `cuobian-${overview === undefined ? "gateway" : overview.gateway}-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-")}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function logView(show: () => void): HTMLElement[] {
  const { log: words } = state.words;
  const change = (event: Event): void => {
    const { name, value } = event.target as HTMLSelectElement;
    Object.assign(log, { [name]: value, copied: false, still: false });
    lookAtLog().then(show, () => undefined);
  };
  const of = processes.map((process) => h("option", { value: process, selected: process === log.process }, words.processes[process]));
  const options = levels.map((level) => h("option", { value: level, selected: level === log.level }, words.levels[level]));
  const copy = (): void => {
    copyLines();
    show();
  };
  const filter = (event: Event): void => {
    Object.assign(log, { words: (event.target as HTMLInputElement).value, copied: false });
    show();
  };
  const stand = (): void => {
    log.still = !log.still;
    show();
    if (!log.still) lookAtLog().then(show, () => undefined);
  };
  const lines = shown();
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h(
      "div",
      { class: "does" },
      h("label", { class: "inline" }, words.process, h("select", { name: "process", "data-key": "process", change }, ...of)),
      h("label", { class: "inline" }, words.level, h("select", { name: "level", "data-key": "level", change }, ...options)),
      h(
        "label",
        { class: "inline" },
        words.filter,
        h("input", { name: "filter", value: log.words, "data-key": "filter", autocomplete: "off", input: filter }),
      ),
      h(
        "button",
        { type: "button", "data-key": "still", "aria-pressed": String(log.still), click: stand },
        log.still ? words.follow : words.still,
      ),
      h("button", { type: "button", "data-key": "copy", click: copy }, log.copied ? words.copied : words.copy),
      h("button", { type: "button", "data-key": "download", click: download }, words.download),
    ),
    h(
      "p",
      { class: "muted", role: "status", "data-lines": lines.length },
      `${words.count(lines.length, log.lines.length)}${log.still ? ` · ${words.stands}` : ""}`,
    ),
    ...(log.heard === false ? [h("p", { class: "muted", "data-safety-unheard": true }, words.unheard)] : []),
    lines.length === 0
      ? h("p", { class: "muted" }, words.none)
      : h(
          "ol",
          { class: "log" },
          ...[...lines]
            .reverse()
            .map((line) =>
              h(
                "li",
                { class: line.level, "data-line": line.level, "data-process": line.process },
                h(
                  "span",
                  { class: "muted" },
                  `${marks[line.level]} ${line.at.slice(5, 19).replace("T", " ")} ${words.processes[line.process]}`,
                ),
                h("b", {}, line.says),
                line.cause !== null && h("span", { class: "cause" }, inWords(line.cause)),
                line.detail !== "" && h("code", {}, line.detail),
              ),
            ),
        ),
  ];
}
