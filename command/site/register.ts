// `cuobian site register`: a property office's table of passes, coupons or vehicles goes into the running gateway, tried first if asked, and what is in it is listed.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Ending, ended, ok, oneOf, table, UsageError } from "../device/say.ts";
import { type Api, consoleOf, declined } from "./console.ts";

const options = {
  config: { type: "string" },
  url: { type: "string" },
  person: { type: "string" },
  plate: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

const lists = ["passes", "coupons", "vehicles"] as const;

interface Taken {
  readonly written: boolean;
  readonly rows: number;
  readonly complaints: readonly { readonly line: number; readonly zh: string; readonly en: string }[];
}

/** Spreadsheets of Chinese offices save GB 18030 as often as UTF-8. */
export function csvText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function readTable(file: string): string {
  try {
    return csvText(readFileSync(file === "-" ? 0 : file));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

export async function siteRegister(args: readonly string[]): Promise<Ending> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [word = "", file] = positionals;
  const list = oneOf("register", word, lists);
  const console = consoleOf(values);
  if ("code" in console) return console;
  const { api } = console;
  const { json, person, plate } = values;
  if (file === undefined) return listed(await pages(api, list, plate), json);
  if (person === undefined) throw new UsageError("--person 姓名：谁录入的，会记下来 / who puts it in; it is written down");
  const answer = await api("POST", "/register/csv", { person, list, csv: readTable(file), dry_run: values["dry-run"] });
  if (answer.status !== 200) return declined(answer, { json, what: "没有写入 / nothing was written" });
  return told(answer.body as Taken, { file, json });
}

function told({ written, rows, complaints }: Taken, { file, json }: { file: string; json: boolean }): Ending {
  const code = complaints.length === 0 ? 0 : 1;
  if (json) return { code, stdout: `${JSON.stringify({ ok: code === 0, written, rows, complaints })}\n`, stderr: "" };
  if (complaints.length > 0)
    return ended(
      1,
      [
        `一行都没有写入：${rows} 行中有 ${complaints.length} 处不对 / nothing was written: ${complaints.length} faults in ${rows} rows`,
        ...complaints.map(({ line, zh, en }) => `  ${file}:${line}: ${zh} / ${en}`),
      ].join("\n"),
    );
  return ok(
    written
      ? `已写入 ${rows} 行 / ${rows} rows written\n`
      : `${rows} 行都可以写入，试行未写 / ${rows} rows are right; tried, not written\n`,
  );
}

type Rows = Readonly<Record<string, unknown>>[];

async function pages(api: Api, list: string, plate: string | undefined): Promise<Rows> {
  const found: Rows = [];
  for (let after: string | null = ""; after !== null; ) {
    const query = new URLSearchParams({ ...(plate === undefined ? {} : { plate }), ...(after === "" ? {} : { after }) });
    const { status, body } = await api("GET", `/register/${list}?${query}`);
    if (status !== 200) throw new UsageError(JSON.stringify(body));
    const page = body as { rows: Rows; next: string | null };
    found.push(...page.rows);
    after = page.next;
  }
  return found;
}

function listed(rows: Rows, json: boolean): Ending {
  if (json) return ok(`${JSON.stringify({ rows })}\n`);
  const [first] = rows;
  if (first === undefined) return ok("没有 / none\n");
  const names = Object.keys(first);
  return ok(`${table([names, ...rows.map((row) => names.map((name) => cell(row[name])))])}\n`);
}

const cell = (value: unknown): string =>
  Array.isArray(value)
    ? value.join(" ")
    : value === null || value === undefined
      ? ""
      : value === true
        ? "是"
        : value === false
          ? "否"
          : String(value);
