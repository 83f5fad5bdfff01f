// The monthly forms of fire protection, filled from what is on record: duty, tests, repairs, dated work. A cell that nobody has recorded stays empty; nothing is invented.
import type { Queries } from "#cloud/store/store.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { coverageOf, coverageWords } from "./windows.ts";

export const formKinds = ["duty", "test", "repair", "patrol"] as const;
export type FormKind = (typeof formKinds)[number];

export interface Form {
  readonly title_zh: string;
  readonly title_en: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Of {
  readonly site: string;
  readonly from: number;
  readonly to: number;
}
const cell = (value: string | null | undefined): string => value ?? "";
/** A form is signed by people: names, not how the system calls them. */
async function namesOf(read: Queries): Promise<(person: string | null) => string> {
  const names = new Map((await read.selectFrom("person").select(["id", "name"]).execute()).map(({ id, name }) => [id, name]));
  return (person) => (person === null ? "" : (names.get(person) ?? person));
}

/** Shifts, sentry checks, and every alarm of the first and second priority with who took it and when. */
async function duty(read: Queries, { site, from, to }: Of): Promise<Form> {
  const checks = await read
    .selectFrom("event")
    .select(["type", "at", "data"])
    .where("site", "=", site)
    .where((eb) => eb.or([eb("type", "like", "fire.sentry-%"), eb("type", "=", "shift.ended")]))
    .where("at", ">=", from)
    .where("at", "<", to)
    .orderBy("at")
    .execute();
  const alarms = await read
    .selectFrom("alarm")
    .selectAll()
    .where("site", "=", site)
    .where("priority", "<=", 2)
    .where("test", "is", null)
    .where("first_at", ">=", from)
    .where("first_at", "<", to)
    .orderBy("first_at")
    .execute();
  const words: Readonly<Record<string, string>> = {
    "fire.sentry-asked": "查岗",
    "fire.sentry-answered": "查岗应答",
    "fire.sentry-unanswered": "查岗无应答",
    "shift.ended": "交接班",
  };
  const nameOf = await namesOf(read);
  const rows = [
    ...checks.map(({ type, at, data }) => {
      const {
        device = "",
        operator = "",
        person = "",
        to = "",
      } = JSON.parse(data) as Partial<Record<"device" | "operator" | "person" | "to", string>>;
      const who = type === "shift.ended" ? `${nameOf(person)} → ${nameOf(to)}` : operator;
      return { at, row: [time(at), words[type] ?? type, type === "shift.ended" ? "门岗" : device, who, "", ""] };
    }),
    ...alarms.map((one) => ({
      at: one.first_at,
      row: [
        time(one.first_at),
        one.zh,
        one.source,
        nameOf(one.acknowledged_by),
        cell(maybeTime(one.acknowledged_at)),
        cell(maybeTime(one.cleared_at)),
      ],
    })),
  ].sort((a, b) => a.at - b.at);
  return {
    title_zh: "消防控制室值班记录",
    title_en: "duty of the fire control room",
    columns: ["时间", "内容", "部位", "处理人", "确认时间", "恢复时间"],
    rows: rows.map(({ row }) => row),
  };
}

async function test(read: Queries, { site, from, to }: Of): Promise<Form> {
  const windows = await read
    .selectFrom("maintenance")
    .selectAll()
    .where("site", "=", site)
    .where("from_at", ">=", from)
    .where("from_at", "<", to)
    .orderBy("from_at")
    .execute();
  const nameOf = await namesOf(read);
  const rows: string[][] = [];
  for (const one of windows)
    rows.push([
      time(one.from_at),
      cell(maybeTime(one.ended_at)),
      one.zone,
      one.company,
      nameOf(one.person),
      one.reason,
      coverageWords(await coverageOf(read, one)).zh,
    ]);
  return {
    title_zh: "消防设施检测记录",
    title_en: "tests of fire equipment",
    columns: ["开始", "结束", "区域", "单位", "登记人", "内容", "覆盖"],
    rows,
  };
}

async function repair(read: Queries, { site, from, to }: Of): Promise<Form> {
  const faults = await read
    .selectFrom("alarm")
    .selectAll()
    .where("site", "=", site)
    .where("rule", "in", ["fire.fault", "fire.power", "fire.shielded", "fire.removed", "fire.battery", "fire.device-lost", "facility.pump"])
    .where("test", "is", null)
    .where("first_at", ">=", from)
    .where("first_at", "<", to)
    .orderBy("first_at")
    .execute();
  const nameOf = await namesOf(read);
  const rows = faults.map((one) => [
    time(one.first_at),
    one.source,
    one.zh,
    nameOf(one.acknowledged_by),
    cell(maybeTime(one.cleared_at)),
    one.active === 1 ? "未修复" : "已恢复",
  ]);
  return {
    title_zh: "消防设施故障维修记录",
    title_en: "faults and repairs",
    columns: ["发现时间", "部位", "故障", "处理人", "恢复时间", "状态"],
    rows,
  };
}

/** Patrols as they were written down, what people found on their rounds, and dated work that was done: batteries, extinguishers, inspections. */
async function patrol(read: Queries, { site, from, to }: Of): Promise<Form> {
  const done = await read
    .selectFrom("dated_item")
    .selectAll()
    .where("site", "=", site)
    .where("done_at", ">=", from)
    .where("done_at", "<", to)
    .orderBy("done_at")
    .execute();
  const walked = await read
    .selectFrom("patrol")
    .selectAll()
    .where("site", "=", site)
    .where("at", ">=", from)
    .where("at", "<", to)
    .orderBy("at")
    .execute();
  const found = await read
    .selectFrom("hazard")
    .select(["id", "found_at", "place", "zh", "state", "source"])
    .where("site", "=", site)
    .where("source", "in", ["网格巡查", "物业自查", "消防检查", "双随机"])
    .where("found_at", ">=", from)
    .where("found_at", "<", to)
    .orderBy("found_at")
    .execute();
  const nameOf = await namesOf(read);
  const rows = [
    ...walked.map((one) => ({
      at: one.at,
      row: [time(one.at), "巡查", one.place, one.result === "normal" ? "正常" : "发现问题", nameOf(one.person), cell(one.note)],
    })),
    ...found.map((one) => ({
      at: one.found_at,
      row: [time(one.found_at), one.source, one.place, one.zh, "", `台账 ${one.id}：${one.state}`],
    })),
    ...done.map((one) => ({
      at: one.done_at ?? 0,
      row: [
        cell(maybeTime(one.done_at)),
        "到期事项",
        one.what,
        `到期 ${time(one.due_at).slice(0, 10)}`,
        nameOf(one.done_by),
        cell(one.note),
      ],
    })),
  ].sort((a, b) => a.at - b.at);
  return {
    title_zh: "防火巡查与到期事项记录",
    title_en: "patrols and dated work",
    columns: ["时间", "类别", "部位或事项", "情况", "巡查或完成人", "说明"],
    rows: rows.map(({ row }) => row),
  };
}

const forms = { duty, test, repair, patrol } as const;
export const formOf = (read: Queries, kind: FormKind, of: Of): Promise<Form> => forms[kind](read, of);

/** As a workbook to print, A4 landscape: the title, whose and when, and a line to sign by hand. */
export function workbookOf(form: Form, { site, month, made, person }: Record<"site" | "month" | "made" | "person", string>): Uint8Array {
  const { title_zh: title, columns, rows } = form;
  const widest = (at: number): number => Math.max(...[columns, ...rows].map((row) => (row[at] ?? "").length));
  return writeWorkbook([
    {
      ...{
        name: month,
        title: `${title} ${month}`,
        rows: [...rows, columns.map(() => ""), ["值班/检修人签字：", ...columns.slice(1).map(() => "")]],
      },
      info: `小区 ${site} · 制表时间 ${made} · 制表人 ${person} · ${rows.length} 条；空格即无记录`,
      columns: columns.map((head, at) => ({ head, kind: "wrapped", width: Math.min(50, Math.max(12, widest(at) + 4)) })),
    },
  ]);
}

/** For a spreadsheet: UTF-8 with its mark, and no cell that is taken for a formula. */
export function csvOf({ columns, rows }: Form): string {
  const safe = (text: string): string => `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return `\uFEFF${[columns, ...rows].map((row) => row.map(safe).join(",")).join("\r\n")}\r\n`;
}
