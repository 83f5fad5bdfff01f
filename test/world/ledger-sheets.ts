// A sheet as somebody keeps it beside the ledger: its headings, three lines with everything that people write into cells, and the compound that it speaks of.
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { type Column, type Value, writeWorkbook } from "#protocols/excel/write.ts";

/** A sheet as somebody keeps it: a title, a heading, lines; some cells merged. */
export function sheetOf(heads: readonly string[], rows: readonly (readonly Value[])[], merges: readonly string[] = []): Buffer {
  const columns = heads.map((head): Column => ({ head, kind: "text", width: 12 }));
  const bytes = writeWorkbook([{ name: "排查表", title: "青阳街道隐患排查表", info: "填表人：某", columns, rows }]);
  if (merges.length === 0) return Buffer.from(bytes);
  const files = unzipSync(bytes);
  const path = "xl/worksheets/sheet1.xml";
  const more = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join("");
  files[path] = strToU8(strFromU8(files[path] ?? new Uint8Array()).replace("</mergeCells>", `${more}</mergeCells>`));
  return Buffer.from(zipSync(files));
}

export const heads = [
  "序号",
  "检查日期",
  "小区名称",
  "点位位置",
  "隐患类型",
  "隐患问题描述",
  "隐患等级",
  "整改责任单位",
  "整改责任人",
  "整改期限",
  "整改措施",
  "整改情况",
  "实支金额",
];
export const good: readonly Value[][] = [
  [
    "1",
    "2026.3.2",
    "锦绣花园",
    "3 号楼",
    "消防设施",
    "消防栓无压",
    "一般",
    "锦绣物业",
    "张三 13800000000",
    "8月底前",
    "检修管网",
    "未整改",
    null,
  ],
  ["2", "同上", "同上", "地下室", "同上", "灭火器过期", "同上", "同上", "同上", "立行立改", "更换", "已整改", "320.5"],
  ["3", "2026年3月3日", "瑞景", "充电棚", "电动车", "组间未分隔", "重大隐患", "锦绣物业", null, "长期坚持", "加隔墙", "整改中", "1.2万"],
];

export const factsOfJinxiu = {
  ...{
    town: "青阳街道",
    community: "锦绣社区",
    kind: "商品房",
    aliases: ["瑞璟", "瑞景"],
    company: "锦绣物业",
    households: 800,
    area_m2: 90_000,
  },
  ...{
    e_bikes: 900,
    sheds: 2,
    ports: { planned: 200, started: 120, finished: 100, in_use: 80 },
    fire_facilities: "部分故障",
    control_room: true,
  },
};

/** What the cloud says of a sheet. */
export interface Answer {
  readonly applied: boolean;
  readonly errors: readonly { readonly cell: string; readonly head: string; readonly zh: string }[];
  readonly added: readonly string[];
  readonly changed: readonly { readonly id: string; readonly changes: readonly { field: string; was: unknown; now: unknown }[] }[];
  readonly same: number;
  readonly repeated: number;
}
