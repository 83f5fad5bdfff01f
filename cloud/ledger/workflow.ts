// Who may take a hazard from which state to which: 待派单 → 待签收 → 整改中 → 待复查 → 已销号. Pure; the same table makes the buttons and refuses what no button offered.
import type { HazardAction, HazardState, Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export interface HazardFacts {
  readonly state: HazardState;
  /** Who took the work on. */
  readonly rectifier: string | null;
  /** Who asked for the re-inspection. */
  readonly reinspector: string | null;
  readonly rectifier_organisation: string | null;
  readonly reinspector_organisation: string | null;
}

export interface Asker {
  /** The natural person, whatever post he acts as. */
  readonly id: string;
  readonly role: Role;
  readonly organisation: string;
}

interface Transition {
  readonly action: HazardAction;
  readonly from: HazardState;
  readonly to: HazardState;
  readonly roles: readonly Role[];
  /** Must be nobody who did the work or asked for its inspection, nor of their organisation. */
  readonly independent?: true;
}

const officers = ["community-officer", "street-officer", "bureau-officer"] as const;
const onSite = ["property-manager", "grid-worker", "fire-maintenance"] as const;

export const transitions: readonly Transition[] = [
  { action: "dispatch", from: "待派单", to: "待签收", roles: officers },
  { action: "receive", from: "待签收", to: "整改中", roles: onSite },
  { action: "return", from: "待签收", to: "待派单", roles: onSite },
  { action: "request-reinspection", from: "整改中", to: "待复查", roles: onSite },
  { action: "return", from: "待复查", to: "整改中", roles: officers, independent: true },
  { action: "close", from: "待复查", to: "已销号", roles: officers, independent: true },
  // A false alarm is archived with its reason, never deleted; who did the work may not be the one who calls it false.
  ...(["待派单", "待签收", "整改中", "待复查"] as const).map(
    (from): Transition => ({ action: "archive-false-alarm", from, to: "已销号", roles: officers, independent: true }),
  ),
];

export function mayDo(hazard: HazardFacts, asker: Asker): HazardAction[] {
  return transitions.filter((row) => row.from === hazard.state && permitted(row, hazard, asker)).map((row) => row.action);
}

function permitted(row: Transition, hazard: HazardFacts, asker: Asker): boolean {
  if (!row.roles.includes(asker.role)) return false;
  return row.independent === undefined || isIndependent(hazard, asker);
}

function isIndependent(hazard: HazardFacts, { id, organisation }: Asker): boolean {
  const people = [hazard.rectifier, hazard.reinspector];
  const organisations = [hazard.rectifier_organisation, hazard.reinspector_organisation];
  return !people.includes(id) && !organisations.includes(organisation);
}

/** The state that the action leads to, or why not. */
export function step(hazard: HazardFacts, action: HazardAction, asker: Asker): HazardState | Refusal {
  const row = transitions.find((one) => one.from === hazard.state && one.action === action);
  if (row === undefined)
    return refusal("wrong-state", `隐患处于“${hazard.state}”，不能执行该操作`, `the hazard is in ${hazard.state}: this cannot be done now`);
  if (!row.roles.includes(asker.role))
    return refusal(
      "wrong-role",
      `您的角色不能执行该操作，需要：${row.roles.map((role) => roleNames[role]).join("、")}`,
      `your role may not do this; it takes: ${row.roles.join(", ")}`,
    );
  if (!permitted(row, hazard, asker))
    return refusal(
      "same-person",
      "整改、申请复查与销号必须由不同的人、不同的单位进行",
      "who did the work or asked for its inspection may not judge it, nor may their organisation",
    );
  return row.to;
}

const roleNames: Readonly<Record<Role, string>> = {
  installer: "安装员",
  booth: "门岗",
  "property-manager": "物业经理",
  "community-officer": "社区专干",
  "street-officer": "街道专员",
  "bureau-officer": "住建局专员",
  "assessment-team": "考评组",
  "owners-committee": "业委会",
  "community-committee": "居委会（收益方）",
  "operating-company": "运营公司",
  finance: "出纳／财务",
  "grid-worker": "网格员",
  "fire-maintenance": "消防维保单位",
  alliance: "联盟单位",
  auditor: "审计员",
  administrator: "管理员",
};

/** Days past the deadline, begun ones counted: one minute late is day 1. A closed hazard is not overdue. */
export function overdueDays(hazard: { readonly state: HazardState; readonly deadline: number | null }, now: number): number {
  if (hazard.deadline === null || hazard.state === "已销号" || now <= hazard.deadline) return 0;
  return Math.floor((now - hazard.deadline) / dayMs) + 1;
}
