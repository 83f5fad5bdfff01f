// The page of the safe mode, as plain HTML: it needs no script, and every word of the file on it is escaped.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly zh: string;
  readonly en: string;
  readonly example?: string;
}

export const placeOfFault = ({ file, line, column }: Fault): string =>
  line === 0 ? basename(file) : `${basename(file)}:${line}:${column}`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

const words = {
  zh: {
    ...{ lang: "zh-CN", title: "安全模式", other: "English" },
    what: (n: number) => `站点文件有 ${n} 处错误，网关没有启动。`,
    safe: "此刻没有任何操作：不识别、不开闸、不收费；充电桩由自身的断电时限保持断开。",
    details: "看原因与改法",
    locked: "看原因与改法需要现场口令（岗亭口令文件里的那一行），用户名随意。口令文件读不到时，请看网关日志：",
    how: "怎样改",
    steps: (file: string): string[] => [
      `在网关上打开 ${file}，按下面的行列改正`,
      `检查：cuobian config check ${file}`,
      "保存后网关两秒内自行启动，本页随即变回网关页面；刷新即可",
      "以两个单元安装的：保护进程要再启动一次，systemctl start cuobian-safety",
    ],
    example: "正确的写法",
    unreadable: "文件读不到",
  },
  en: {
    ...{ lang: "en", title: "Safe mode", other: "中文" },
    what: (n: number) => `The site file has ${n === 1 ? "one fault" : `${n} faults`}; the gateway has not started.`,
    safe: "Nothing is done meanwhile: no plate is read, no gate opened, no money taken; charging boards stay open by their own time-out.",
    details: "causes and remedies",
    locked:
      "Causes and remedies need this site's token (the line in the booth's token file), with any user name. Where that file cannot be read, see the log of the gateway:",
    how: "How to mend it",
    steps: (file: string): string[] => [
      `open ${file} on the gateway, and mend it at the lines and columns below`,
      `check it: cuobian config check ${file}`,
      "two seconds after it is saved the gateway starts by itself, and this page is the gateway's own again: reload it",
      "where it runs as two units the safety process is started once more: systemctl start cuobian-safety",
    ],
    example: "a right value",
    unreadable: "the file cannot be read",
  },
} as const;

/** The line itself, with the one before and the one behind. */
function around({ file, line }: Fault): string {
  let lines: string[];
  try {
    lines = readFileSync(file, "utf8").split("\n");
  } catch {
    return "";
  }
  return lines
    .map((text, at) => ({ text, number: at + 1 }))
    .filter(({ number }) => line > 0 && Math.abs(number - line) <= 1)
    .map(({ text, number }) => `${number === line ? "▶" : " "} ${String(number).padStart(4)}  ${text}`)
    .join("\n");
}

function faultItem(fault: Fault, english: boolean, open: boolean): string {
  const place = `<b class="place">${escaped(placeOfFault(fault))}</b> <code>${escaped(fault.path)}</code>`;
  if (!open) return `<li>${place}</li>`;
  const says = words[english ? "en" : "zh"];
  const example = fault.example === undefined ? "" : `<p>${says.example}: <code>${escaped(fault.example)}</code></p>`;
  const source = around(fault);
  return `<li>${place}<p>${escaped(english ? fault.en : fault.zh)}</p>${source === "" ? "" : `<pre tabindex="0">${escaped(source)}</pre>`}${example}</li>`;
}

export function safePage({
  faults,
  english,
  open,
}: {
  readonly faults: readonly Fault[];
  readonly english: boolean;
  readonly open: boolean;
}): string {
  const says = words[english ? "en" : "zh"];
  const file = faults[0]?.file ?? "site.yaml";
  const query = english ? "?lang=en" : "";
  const shown = open ? file : faults[0] === undefined ? file : placeOfFault({ ...faults[0], line: 0 });
  const more = open
    ? `<h2>${says.how}</h2><ol class="steps">${says
        .steps(shown)
        .map((step) => `<li>${escaped(step)}</li>`)
        .join("")}</ol>`
    : `<p><a class="button" href="/details${query}">${says.details}</a></p><p class="muted">${says.locked} <code>journalctl -u cuobian-site -u cuobian-gateway</code></p>`;
  return `<!doctype html>
<html lang="${says.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${says.title} · ${english ? "Cuobian" : "厝边"}</title><link rel="stylesheet" href="/safe.css"></head>
<body><main>
<p class="other"><a class="button" href="${open ? "/details" : "/"}${english ? "" : "?lang=en"}" lang="${english ? "zh-CN" : "en"}">${says.other}</a></p>
<h1>${says.title}</h1>
<p class="what">${says.what(faults.length)}</p>
<p>${says.safe}</p>
<ol class="faults">${faults.map((fault) => faultItem(fault, english, open)).join("")}</ol>
${more}
</main></body></html>
`;
}
