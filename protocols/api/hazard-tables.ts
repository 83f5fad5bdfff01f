// The rectification ledger's words and tables without their schemas: the page makes its forms of them, and need not carry the schema library.

export const hazardStates = ["待派单", "待签收", "整改中", "待复查", "已销号"] as const;
export type HazardState = (typeof hazardStates)[number];

/** Handled by the same steps: hazards, residents' wishes and complaints, and disputes that are mediated. */
export const matters = ["hazard", "wish", "complaint", "mediation"] as const;
export type Matter = (typeof matters)[number];

export const hazardSources = [
  ...(["自动监测", "网格巡查", "双随机", "12345", "物业自查", "消防检查", "检察建议", "群众上报", "基线排查"] as const),
] as const;
export const fundingSources = ["公维金", "公共收益", "物业费", "业主自筹", "财政", "运营商", "捐赠"] as const;
export const recordKinds = ["协调会", "现场督办", "约谈", "处罚", "通报", "检察建议", "公益诉讼", "业主表决", "公示", "日志"] as const;

/** What a person may ask for; which role may, from which state, is the ledger's own table. */
export const hazardActions = [
  ...(["dispatch", "receive", "request-reinspection", "reinspect", "return", "close", "archive-false-alarm", "transfer"] as const),
  ...(["ask-postponement", "grant-postponement", "refuse-postponement", "propose-major", "confirm-major", "set-ordinary"] as const),
  ...([
    "control",
    "fund",
    "spend",
    "record",
    "list",
    "unlist",
    "pause",
    "look-back",
    "reopen",
    "merge",
    "correct",
    "publish",
    "comment",
  ] as const),
] as const;
export type HazardAction = (typeof hazardActions)[number];

/** What may be said with an action, beside its note. */
export const givenFields = [
  ...([
    "responsible",
    "responsible_person",
    "responsible_phone",
    "supervisor",
    "measure",
    "control",
    "deadline",
    "until",
    "clause",
  ] as const),
  ...(["funding_source", "budget_fen", "actual_fen", "kind", "reference", "field", "value", "merged_into"] as const),
] as const;
export type GivenField = (typeof givenFields)[number];

/** `needed` must be said, `also` may be: the form and the check are made from this one table. */
export const inputs: Readonly<Record<HazardAction, { readonly needed: readonly GivenField[]; readonly also: readonly GivenField[] }>> = {
  dispatch: { needed: ["responsible"], also: ["responsible_person", "responsible_phone", "supervisor", "measure", "deadline"] },
  receive: { needed: [], also: ["responsible_person", "responsible_phone", "measure"] },
  "request-reinspection": { needed: [], also: ["measure"] },
  reinspect: { needed: [], also: [] },
  return: { needed: [], also: [] },
  close: { needed: [], also: ["reference"] },
  "archive-false-alarm": { needed: [], also: [] },
  transfer: { needed: ["responsible"], also: ["responsible_person", "responsible_phone", "supervisor"] },
  "ask-postponement": { needed: ["until"], also: [] },
  "grant-postponement": { needed: [], also: [] },
  "refuse-postponement": { needed: [], also: [] },
  "propose-major": { needed: ["clause"], also: [] },
  "confirm-major": { needed: [], also: ["reference"] },
  "set-ordinary": { needed: ["clause"], also: [] },
  control: { needed: ["control"], also: [] },
  fund: { needed: ["funding_source"], also: ["budget_fen"] },
  spend: { needed: ["actual_fen"], also: ["reference"] },
  record: { needed: ["kind"], also: ["reference"] },
  list: { needed: ["reference"], also: [] },
  unlist: { needed: [], also: ["reference"] },
  pause: { needed: ["until"], also: [] },
  "look-back": { needed: [], also: [] },
  reopen: { needed: [], also: [] },
  merge: { needed: ["merged_into"], also: [] },
  correct: { needed: ["field", "value"], also: [] },
  publish: { needed: [], also: [] },
  comment: { needed: [], also: [] },
};

/** What `correct` may mend; everything else is changed by a step of its own. */
export const correctable = [
  ...(["place", "category", "zh", "clause", "responsible", "responsible_person", "responsible_phone", "supervisor", "measure"] as const),
  ...(["source", "priority"] as const),
] as const;
export type Correctable = (typeof correctable)[number];
