// The last lines of the log, newest first: what the gateway says of itself, without a shell.
import type { RecentLog } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { state } from "./state.ts";

type Level = "info" | "warn" | "error";
const levels: readonly Level[] = ["info", "warn", "error"];
const marks: Readonly<Record<Level, string>> = { info: "○", warn: "■", error: "▲" };
export const log: { level: Level; lines: RecentLog["lines"]; copied: boolean } = { level: "info", lines: [], copied: false };

export const logKey = (): unknown => [log.level, log.lines, log.copied];

export async function lookAtLog(): Promise<void> {
  if (state.api !== undefined) log.lines = (await state.api.log(log.level)).lines;
}

const text = ({ at, level, says, detail }: RecentLog["lines"][number]): string => `${at} ${level} ${says} ${detail}`;

/** Also where a page over plain HTTP has no clipboard of its own. */
function copyLines(): void {
  const area = document.createElement("textarea");
  area.value = log.lines.map(text).join("\n");
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
    Object.assign(log, { level: (event.target as HTMLSelectElement).value, copied: false });
    lookAtLog().then(show, () => undefined);
  };
  const options = levels.map((level) => h("option", { value: level, selected: level === log.level }, words.levels[level]));
  const copy = (): void => {
    copyLines();
    show();
  };
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h(
      "div",
      { class: "does" },
      h("label", { class: "inline" }, words.level, h("select", { name: "level", "data-key": "level", change }, ...options)),
      h("button", { type: "button", "data-key": "copy", click: copy }, log.copied ? words.copied : words.copy),
      h("button", { type: "button", "data-key": "download", click: download }, words.download),
    ),
    log.lines.length === 0
      ? h("p", { class: "muted" }, words.none)
      : h(
          "ol",
          { class: "log" },
          ...[...log.lines]
            .reverse()
            .map((line) =>
              h(
                "li",
                { class: line.level, "data-line": line.level },
                h("span", { class: "muted" }, `${marks[line.level]} ${line.at.slice(5, 19).replace("T", " ")}`),
                h("b", {}, line.says),
                line.detail !== "" && h("code", {}, line.detail),
              ),
            ),
        ),
  ];
}
