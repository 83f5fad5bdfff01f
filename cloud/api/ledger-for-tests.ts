// The routes of the ledger, of public income and of assessment as the tests of rights, of rows and of foreign pages ask them: one table for the three.
import { compound } from "#cloud/ingest/room-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";

export interface RouteForTests {
  readonly who: "anyone" | "signed-in" | readonly Role[];
  /** Somebody who may, and whose role may not: for the audit log. */
  readonly by?: Role;
  readonly not?: Role;
  readonly payload?: object;
  readonly query?: string;
  /** Names a compound, so that from another it is not there. */
  readonly ofOne?: true;
  /** Asked about what is not there: everybody who may is told so. */
  readonly missing?: true;
  /** What the tests tell has no such month to settle: it is answered with a refusal, and leaves no row. */
  readonly refusedHere?: true;
}

export const officers = ["community-officer", "street-officer", "bureau-officer"] as const;
const overseers = ["auditor", "administrator"] as const;
const onSite = ["property-manager", "grid-worker", "fire-maintenance"] as const;
export const ledgerReaders: readonly Role[] = [
  ...(["booth", "operating-company", "assessment-team", "owners-committee", "community-committee", "alliance"] as const),
  ...onSite,
  ...officers,
  ...overseers,
];

const moneyReaders: readonly Role[] = [
  ...(["property-manager", "operating-company", "finance", "owners-committee", "community-committee"] as const),
  ...(["street-officer", "bureau-officer", "auditor"] as const),
];

export const ledgerRoutesForTests: Readonly<Record<string, RouteForTests>> = {
  "GET /api/v1/shed-rules": {
    who: ["booth", "operating-company", "installer", ...onSite, ...officers, ...overseers],
    ...{ query: `?site=${compound.id}`, ofOne: true },
  },
  "POST /api/v1/shed-rules/hazards": {
    ...{ who: [...onSite, ...officers], by: "property-manager", not: "administrator", ofOne: true },
    payload: { site: compound.id },
  },
  "POST /api/v1/hazards": {
    ...{ who: [...onSite, ...officers], by: "grid-worker", not: "administrator", ofOne: true },
    payload: { site: compound.id, place: "3 号楼", category: "消防设施", zh: "消防栓无压", source: "网格巡查" },
  },
  "POST /api/v1/hazards/:id/transitions": {
    who: [...onSite, ...officers, "alliance", "owners-committee", "finance"],
    ...{ by: "bureau-officer", not: "administrator", payload: { action: "dispatch", note: "请整改", responsible: "锦绣物业" } },
  },
  "GET /api/v1/hazards/:id/evidence": { who: ledgerReaders },
  "POST /api/v1/hazards/:id/evidence": {
    ...{ who: [...onSite, "alliance", ...officers], by: "grid-worker", not: "administrator" },
    payload: { kind: "before", mime: "image/png", base64: "iVBORw0KGgo=" },
  },
  "POST /api/v1/hazards/:id/picture": {
    ...{ who: ledgerReaders, not: "finance", missing: true },
    payload: { sha256: "0".repeat(64), reason: "复核 2026-118" },
  },
  "GET /api/v1/hazards/:id/notices": { who: ledgerReaders },
  "GET /api/v1/hazards/:id/mediation": {
    ...{ who: [...officers, "alliance", "auditor", "property-manager", "owners-committee", "community-committee"], missing: true },
  },
  "GET /api/v1/hazards/:id/mediation/agreement": { who: [...officers, "alliance", "auditor"], missing: true },
  "POST /api/v1/hazards/:id/mediation": {
    ...{ who: ["alliance", "community-officer", "street-officer"], not: "bureau-officer", missing: true },
    payload: {
      ...{ outcome: "调解中", confidential: true },
      parties: [
        { name: "甲", side: "申请人" },
        { name: "乙", side: "被申请人" },
      ],
    },
  },
  "GET /api/v1/ledger/escalations": { who: ["property-manager", ...officers, ...overseers] },
  "POST /api/v1/ledger/escalations": { who: ["bureau-officer"], by: "bureau-officer", not: "street-officer" },
  "GET /api/v1/ledger/rules": { who: ledgerReaders, query: "?kind=ladder" },
  "POST /api/v1/ledger/rules": {
    ...{ who: ["bureau-officer"], by: "bureau-officer", not: "street-officer" },
    payload: { kind: "clauses", scope: "", valid_from: "2026-11-25", body: [], note: "测试" },
  },
  "GET /api/v1/ledger/export": { who: ledgerReaders, by: "auditor" },
  "POST /api/v1/ledger/exports": { who: ledgerReaders, by: "auditor", payload: { as: "csv" } },
  "GET /api/v1/ledger/exports": { who: ledgerReaders },
  "GET /api/v1/ledger/exports/:id": { who: ledgerReaders, missing: true },
  "POST /api/v1/ledger/exports/:id/cancellation": { who: ledgerReaders, not: "finance", missing: true },
  "GET /api/v1/ledger/exports/:id/file": { who: ledgerReaders, missing: true },
  "GET /api/v1/ledger/inspections": { who: ledgerReaders },
  "POST /api/v1/ledger/inspections": {
    ...{ who: ["street-officer", "bureau-officer"], not: "booth", refusedHere: true },
    payload: { checklist: "fire", compounds: 200, note: "季度抽查" },
  },
  "POST /api/v1/ledger/inspections/:id/answers": {
    ...{ who: [...officers, "assessment-team", "grid-worker"], not: "booth", missing: true },
    payload: { site: compound.id, answers: [{ item: "exits", ok: true }] },
  },
  "GET /api/v1/ledger/compounds": { who: ledgerReaders },
  "GET /api/v1/ledger/companies": { who: ledgerReaders, query: "?from=2026-11-01&to=2026-11-30" },
  "GET /api/v1/ledger/companies/days": { who: ledgerReaders, query: "?from=2026-11-01&to=2026-11-30" },
  "GET /api/v1/ledger/totals": { who: ledgerReaders },
  "POST /api/v1/ledger/import": {
    ...{ who: [...onSite, ...officers], by: "bureau-officer", not: "administrator" },
    payload: {
      name: "空.xlsx",
      base64: Buffer.from(
        writeWorkbook([{ name: "说明", title: "", info: "", columns: [{ head: "项目", kind: "text", width: 9 }], rows: [] }]),
      ).toString("base64"),
    },
  },
  "GET /api/v1/ledger/ranking": { who: ledgerReaders },
  "GET /api/v1/ledger/snapshots": { who: ledgerReaders },
  "POST /api/v1/ledger/snapshots": { who: ["bureau-officer"], by: "bureau-officer", not: "street-officer", payload: {} },
  "GET /api/v1/assessment": { who: ledgerReaders, query: "?scheme=stars-third&period=2026-Q4" },
  "GET /api/v1/assessment/schemes": { who: ledgerReaders },
  "GET /api/v1/assessment/comparison": { who: ledgerReaders, query: "?period=2026-Q4&a=stars-fifth@0&b=stars-third@0" },
  "GET /api/v1/assessment/entries": { who: ledgerReaders, query: "?scheme=stars-third&period=2026-Q4" },
  "POST /api/v1/assessment/entries": {
    ...{ who: [...officers, "assessment-team"], by: "street-officer", not: "administrator", ofOne: true },
    payload: { scheme: "stars-third", period: "2026-Q4", site: compound.id, item: "safety-exits", reason: "2 号楼堆物" },
  },
  "POST /api/v1/assessment/appeals": {
    who: ["property-manager"],
    not: "booth",
    payload: { entry: "none", words: "已整改" },
    missing: true,
  },
  "POST /api/v1/assessment/decisions": {
    ...{
      who: ["bureau-officer", "street-officer", "assessment-team"],
      not: "booth",
      payload: { entry: "none", says: "void" },
      missing: true,
    },
  },
  "GET /api/v1/assessment/awards": { who: ledgerReaders, query: "?scheme=stars-third" },
  "POST /api/v1/assessment/awards": {
    ...{ who: ["bureau-officer"], not: "booth", refusedHere: true, payload: { scheme: "stars-third", period: "2026-Q4" } },
  },
  "GET /api/v1/assessment/replacements": { who: ledgerReaders },
  "POST /api/v1/assessment/replacements": {
    ...{ who: officers, by: "street-officer", not: "booth", ofOne: true },
    payload: { site: compound.id, title: "物业更换程序", note: "考评不合格" },
  },
  "POST /api/v1/assessment/replacements/:id/steps": {
    ...{ who: [...officers, "owners-committee", "community-committee"], not: "booth", missing: true },
    payload: { step: "talk", day: "2026-11-20", note: "约谈", reference: "1 号" },
  },
  "GET /api/v1/fund/works": { who: ledgerReaders },
  "POST /api/v1/fund/works": {
    ...{ who: ["property-manager", "owners-committee", "community-committee"], by: "owners-committee", not: "booth", ofOne: true },
    payload: { site: compound.id, title: "换消防泵", note: "申报" },
  },
  "POST /api/v1/fund/works/:id/steps": {
    ...{ who: [...officers, "property-manager", "owners-committee", "community-committee", "finance"], not: "booth", missing: true },
    payload: { step: "estimate", day: "2026-11-20", note: "查勘", reference: "1 号" },
  },
  "GET /api/v1/income": { who: moneyReaders, query: `?site=${compound.id}&month=2026-10`, ofOne: true },
  "GET /api/v1/income/passages": { who: moneyReaders, query: `?site=${compound.id}&month=2026-11`, ofOne: true },
  "POST /api/v1/income/entries": {
    ...{ who: ["property-manager", "finance"], by: "finance", not: "booth", ofOne: true },
    payload: {
      site: compound.id,
      kind: "income",
      category: "广告",
      amount_fen: 100,
      day: "2026-11-01",
      voucher: "凭证 1",
      words: "电梯广告",
    },
  },
  "POST /api/v1/income/settlements": {
    ...{
      who: ["property-manager", "finance"],
      not: "booth",
      ofOne: true,
      refusedHere: true,
      payload: { site: compound.id, month: "2026-10" },
    },
  },
  "POST /api/v1/income/quarters": {
    ...{ who: ["property-manager", "finance", "owners-committee"], by: "owners-committee", not: "booth", ofOne: true },
    payload: { site: compound.id, quarter: "2026-Q4", step: "notice", words: "更正" },
  },
  "POST /api/v1/income/statements": {
    ...{ who: ["property-manager", "finance"], by: "finance", not: "booth", ofOne: true },
    payload: {
      site: compound.id,
      kind: "bank",
      apply: "good",
      name: "流水.csv",
      base64: Buffer.from("日期,收入\n2026-11-01,1.00\n").toString("base64"),
    },
  },
  "GET /api/v1/income/match": { who: moneyReaders, query: `?site=${compound.id}&month=2026-10`, ofOne: true },
  "POST /api/v1/income/spending": {
    ...{ who: ["property-manager", "finance", "owners-committee"], by: "finance", not: "booth", ofOne: true, refusedHere: true },
    payload: {
      ...{
        site: compound.id,
        party: "owners",
        day: "2026-11-01",
        amount_fen: 1,
        payee: "某",
        words: "补绿",
        decision: "决议 1",
        voucher: "凭证 1",
      },
    },
  },
  "POST /api/v1/income/objections": {
    ...{ who: ["property-manager", "finance", "owners-committee"], not: "booth", missing: true },
    payload: { id: "none", reply: "已核实" },
  },
  "GET /api/v1/fund": { who: moneyReaders, query: `?site=${compound.id}`, ofOne: true },
  "POST /api/v1/fund/entries": {
    ...{ who: ["property-manager", "finance", "owners-committee", "bureau-officer"], by: "finance", not: "booth", ofOne: true },
    payload: { site: compound.id, kind: "donation", amount_fen: 100, words: "捐赠" },
  },
  "GET /api/v1/fund/votes": { who: moneyReaders, query: `?site=${compound.id}`, ofOne: true },
  "GET /api/v1/fund/vote-rules": { who: moneyReaders, query: `?site=${compound.id}`, ofOne: true },
  "POST /api/v1/fund/votes": {
    ...{ who: ["owners-committee", "community-committee"], by: "owners-committee", not: "finance", ofOne: true },
    payload: {
      ...{ site: compound.id, number: "业主大会 2026 年第 9 号", subject: "换灯", day: "2026-11-01", amount_fen: 100 },
      ...{ all: { heads: 9, areas_milli: 900 }, taking_part: { heads: 8, areas_milli: 800 }, agreeing: { heads: 7, areas_milli: 700 } },
    },
  },
  "GET /api/v1/fund/notice": { who: moneyReaders, query: `?site=${compound.id}&number=none`, missing: true },
  "GET /pub/style.css": { who: "anyone" },
  "GET /pub/paper.css": { who: "anyone" },
  "GET /api/v1/hazards/:id/paper": { who: ledgerReaders, query: "?kind=closure" },
  "GET /api/v1/hazards/:id/papers": { who: ledgerReaders },
  "POST /api/v1/hazards/:id/papers": {
    ...{ who: [...officers, "alliance"], not: "booth", refusedHere: true, payload: { kind: "closure" } },
  },
  "GET /api/v1/ledger/papers": { who: ledgerReaders },
  "GET /api/v1/ledger/papers/counts": { who: ledgerReaders },
  "GET /api/v1/ledger/papers/export": { who: ledgerReaders, query: "?as=csv" },
  "GET /api/v1/ledger/papers/:id": { who: ledgerReaders, missing: true },
  "POST /api/v1/ledger/papers/:id/steps": {
    ...{ who: [...officers, "alliance", "property-manager"], not: "booth", missing: true, payload: { step: "receive" } },
  },
  "GET /api/v1/ledger/weekly": { who: ["bureau-officer", ...overseers], query: "?week=2026-W01", missing: true },
  "GET /api/v1/ledger/reports": { who: ledgerReaders, query: "?month=2026-10" },
  "POST /api/v1/ledger/reports": {
    who: ["street-officer"],
    not: "booth",
    missing: true,
    payload: { town: "nowhere", month: "2026-10", count: 0 },
  },
  "GET /pub/report.js": { who: "anyone" },
  "GET /pub/stars/:lang": { who: "anyone", missing: true },
  "GET /pub/:code/progress": { who: "anyone", missing: true },
  "GET /pub/:code/report": { who: "anyone", missing: true },
  "GET /pub/:code/poster": { who: "anyone", missing: true },
  "GET /pub/:code/:lang": { who: "anyone", missing: true },
  "POST /api/v1/public/reports": { who: "anyone", missing: true, payload: { code: "NOBODY", kind: "wish", place: "门口", words: "修灯" } },
  "POST /api/v1/public/objections": {
    who: "anyone",
    missing: true,
    payload: { code: "NOBODY", quarter: "2026-Q4", line: "parking", words: "为何" },
  },
  "GET /api/v1/ledger/check": { who: [...officers, ...overseers] },
};

export const payloadsForTests: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(ledgerRoutesForTests).flatMap(([name, { payload }]) => (payload === undefined ? [] : [[name, payload]])),
);
