// A channel's or a bank's statement, read as either writes it: headings by their many names, notes above and sums below; every cell that cannot be read is named, all at once, and
// a bank's line that is missing is found by the balances around it. Pure.
import { readMoment } from "#cloud/ledger/sheet/words.ts";
import type { Sheet, SheetRow } from "#protocols/excel/workbook.ts";
import { letters } from "#protocols/excel/write.ts";

export const statementKinds = ["channel", "bank"] as const;
export type StatementKind = (typeof statementKinds)[number];

export interface StatementLine {
  readonly row: number;
  readonly at: number;
  readonly amount_fen: number;
  readonly refund_fen: number;
  readonly fee_fen: number;
  /** The merchant's own number: the payment's, where the channel knows it. */
  readonly reference: string;
  /** The channel's or the bank's number. */
  readonly serial: string;
  readonly batch: string;
  readonly words: string;
  readonly other: string;
}

export interface CellTrouble {
  readonly sheet: string;
  readonly row: number;
  readonly cell: string;
  readonly head: string;
  readonly zh: string;
  readonly en: string;
}

const heads: Readonly<Record<string, readonly string[]>> = {
  at: ["交易时间", "支付时间", "支付完成时间", "交易日期", "记账日期", "入账日期", "入账时间", "发生时间", "记账时间", "日期", "时间"],
  reference: ["商户订单号", "商户单号", "外部订单号", "商家订单号", "商户交易号"],
  serial: ["微信订单号", "支付宝交易号", "平台订单号", "交易流水号", "账务流水号", "流水号", "交易号", "凭证号", "业务流水号", "订单号"],
  amount: ["应结订单金额", "订单金额", "交易金额", "发生额", "收支金额", "金额"],
  in: ["收入金额", "收入", "贷方发生额", "贷方金额", "贷方", "存入金额", "存入", "转入金额"],
  out: ["支出金额", "支出", "借方发生额", "借方金额", "借方", "支取金额", "支取", "转出金额"],
  refund: ["退款金额", "商家退款金额"],
  fee: ["手续费", "服务费", "服务费金额", "交易手续费"],
  batch: ["结算批次号", "结算批次", "结算单号", "结算日期"],
  words: ["摘要", "用途", "附言", "备注", "商品名称", "业务类型", "交易类型"],
  other: ["对方户名", "对方名称", "对方单位", "对方账户名称", "对方账号名称"],
  balance: ["账户余额", "余额", "账面余额"],
};
const bare = (text: string): string => text.normalize("NFKC").replace(/[\s*`]|[(（][^)）]*[)）]/g, "");
const plain = (text: string): string => text.replace(/^[`'\t]+|\t+$/g, "").trim();

export function readStatement(
  sheets: readonly Sheet[],
  kind: StatementKind,
): { readonly lines: readonly StatementLine[]; readonly troubles: readonly CellTrouble[]; readonly refused: number } {
  const lines: StatementLine[] = [];
  const troubles: CellTrouble[] = [];
  let refused = 0;
  let any = false;
  for (const sheet of sheets) {
    const heading = headingOf(sheet.rows);
    if (heading === undefined) continue;
    any = true;
    const body = sheet.rows.slice(heading.at + 1);
    const ends = body.findIndex(({ cells }) =>
      /^[#\-—]|^(合计|总计|小计|总交易|期末|本页)/.test(plain(cells.find((one) => one !== "") ?? "")),
    );
    const rows = ends === -1 ? body : body.slice(0, ends);
    const found = readRows(sheet.name, rows, { kind, columns: heading.columns });
    lines.push(...found.lines);
    troubles.push(...found.troubles);
    refused += rows.length - found.lines.length;
  }
  if (!any) {
    const row = sheets[0]?.rows[0]?.line ?? 1;
    troubles.push({
      ...{ sheet: sheets[0]?.name ?? "", row, cell: `A${row}`, head: "" },
      zh: kind === "bank" ? "找不到表头（要有日期，以及收入、支出或金额）" : "找不到表头（要有交易时间和金额）",
      en: "no heading found: it takes a date and an amount",
    });
  }
  return { lines, troubles, refused };
}

/** Among the first thirty rows the one that names a date and an amount, and most besides. */
function headingOf(rows: readonly SheetRow[]): { readonly at: number; readonly columns: ReadonlyMap<string, number> } | undefined {
  let best: { at: number; columns: Map<string, number> } | undefined;
  for (const [at, row] of rows.slice(0, 30).entries()) {
    const names = row.cells.map(bare);
    const columns = new Map<string, number>();
    for (const [key, known] of Object.entries(heads)) {
      const index = known.map((one) => names.indexOf(one)).find((one) => one >= 0);
      if (index !== undefined) columns.set(key, index);
    }
    const money = ["amount", "in", "out"].some((key) => columns.has(key));
    if (columns.has("at") && money && columns.size > (best?.columns.size ?? 0)) best = { at, columns };
  }
  return best;
}

interface Around {
  readonly kind: StatementKind;
  readonly columns: ReadonlyMap<string, number>;
}

function readRows(sheet: string, rows: readonly SheetRow[], { kind, columns }: Around) {
  const lines: StatementLine[] = [];
  const troubles: CellTrouble[] = [];
  const balances: { readonly row: number; readonly moved: number; readonly left: number }[] = [];
  const say = (row: number, key: string, { zh, en }: { readonly zh: string; readonly en: string }): void => {
    const cell = `${letters(columns.get(key) ?? 0)}${row}`;
    troubles.push({ sheet, row, cell, head: heads[key]?.[0] ?? key, zh, en });
  };
  for (const row of rows) {
    const before = troubles.length;
    for (const [key, at] of columns) {
      const trouble = row.troubles?.get(at);
      if (trouble !== undefined) say(row.line, key, trouble);
    }
    const of = (key: string): string => plain(row.cells[columns.get(key) ?? -1] ?? "");
    const money = (key: string): number => {
      const text = of(key);
      if (text === "" || text === "-" || text === "--" || text === "/") return 0;
      const fen = fenOf(text);
      if (fen === undefined) say(row.line, key, { zh: `金额看不懂：“${text}”`, en: `no amount of money: "${text}"` });
      return fen ?? 0;
    };
    const moment = readMoment(
      of("at").replace(
        /^(\d{8})\s+(\d{2}):?(\d{2}):?\d{0,2}$/,
        (_, day: string, hour: string, minute: string) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)} ${hour}:${minute}`,
      ),
    );
    if (!("value" in moment)) say(row.line, "at", moment);
    const moved =
      kind === "bank" && (columns.has("in") || columns.has("out"))
        ? Math.abs(money("in")) - Math.abs(money("out"))
        : money(columns.has("amount") ? "amount" : "in");
    const refund_fen = kind === "channel" ? Math.abs(money("refund")) : 0;
    // Some write what they keep with a minus, some without; of a refund they give it back.
    const kept = kind === "channel" ? Math.abs(money("fee")) : 0;
    const fee_fen = moved <= 0 && refund_fen > 0 ? 0 - kept : kept;
    if (columns.has("balance") && of("balance") !== "") balances.push({ row: row.line, moved, left: money("balance") });
    if (troubles.length > before || !("value" in moment)) continue;
    if (moved === 0 && refund_fen === 0 && fee_fen === 0) {
      say(row.line, columns.has("amount") ? "amount" : columns.has("in") ? "in" : "out", { zh: "没有金额", en: "there is no amount" });
      continue;
    }
    const texts = { reference: of("reference"), serial: of("serial"), batch: of("batch"), words: of("words"), other: of("other") };
    lines.push({ row: row.line, at: moment.value, amount_fen: moved, refund_fen, fee_fen, ...texts });
  }
  // Newest first or last: whichever of the two has fewer breaks is how it was written.
  const breaks = (falling: boolean): number[] =>
    balances.flatMap((one, at) => {
      const former = falling ? balances[at + 1] : balances[at - 1];
      return former === undefined || former.left + one.moved === one.left ? [] : [one.row];
    });
  const [rising, falling] = [breaks(false), breaks(true)];
  for (const row of rising.length <= falling.length ? rising : falling)
    say(row, "balance", {
      zh: "余额与上一笔接不上：中间有缺行，或金额不对",
      en: "the balance does not follow: a line is missing, or an amount is wrong",
    });
  return { lines, troubles };
}

/** Yuan to whole fen, exact; more than two places only where they are zeros. */
export function fenOf(text: string): number | undefined {
  const match = /^([+-]?)[¥￥]?([+-]?)(\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.(\d{1,2})0*)?$/.exec(text.replace(/元$/, "").trim());
  if (match === null) return undefined;
  const fen = Number((match[3] ?? "").replace(/[,，]/g, "")) * 100 + Number((match[4] ?? "").padEnd(2, "0") || 0);
  if (!Number.isSafeInteger(fen)) return undefined;
  return match[1] === "-" || match[2] === "-" ? 0 - fen : fen;
}
