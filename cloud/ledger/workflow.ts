// Who may take a hazard from which state to which: 待派单 → 待签收 → 整改中 → 待复查 → 已销号. Pure; the same table makes the buttons and refuses what no button offered.

import { roleNames } from "#protocols/api/role-names.ts";
import type { HazardAction, HazardState, Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export interface HazardFacts {
  readonly state: HazardState;
  readonly grade: string;
  /** Who took the work on. */
  readonly rectifier: string | null;
  /** Who asked for the re-inspection. */
  readonly reinspector: string | null;
  readonly rectifier_organisation: string | null;
  readonly reinspector_organisation: string | null;
  /** Who looked at the work and found it done. */
  readonly inspector: string | null;
  readonly inspector_organisation: string | null;
  /** JSON: what waits for somebody's word. */
  readonly pending: string | null;
  readonly listed: number;
  readonly published: number;
}

export interface Asker {
  /** The natural person, whatever post he acts as. */
  readonly id: string;
  readonly role: Role;
  readonly organisation: string;
}

/** How far apart those must stand who work, look and close, by grade: data. */
export interface Separation {
  /** The closer is another person than the inspector; and of another organisation. */
  readonly closer_is_another: boolean;
  readonly closer_of_another_organisation: boolean;
}
export type Separations = Readonly<Record<"一般" | "重大", Separation>>;
export const usualSeparations: Separations = {
  一般: { closer_is_another: true, closer_of_another_organisation: false },
  重大: { closer_is_another: true, closer_of_another_organisation: true },
};

export interface Pending {
  readonly kind: "postponement" | "major";
  readonly by: string;
  readonly organisation: string;
  readonly until?: number;
  readonly clause?: string;
}
export const pendingOf = ({ pending }: Pick<HazardFacts, "pending">): Pending | undefined =>
  pending === null ? undefined : (JSON.parse(pending) as Pending);

interface Transition {
  readonly action: HazardAction;
  readonly from: readonly HazardState[];
  /** "same": nothing moves, something is written down. */
  readonly to: HazardState | "same";
  readonly roles: readonly Role[];
  /** Must be nobody who did the work or asked for its inspection, nor of their organisation. */
  readonly independent?: true;
  /** Only when the hazard stands so. */
  readonly when?: (hazard: HazardFacts) => boolean;
}

const officers = ["community-officer", "street-officer", "bureau-officer"] as const;
const superiors = ["street-officer", "bureau-officer"] as const;
const onSite = ["property-manager", "grid-worker", "fire-maintenance", "alliance"] as const;
const open = ["待派单", "待签收", "整改中", "待复查"] as const;
const all = [...open, "已销号"] as const;
const waitsFor = (kind: Pending["kind"]) => (hazard: HazardFacts) => pendingOf(hazard)?.kind === kind;
const nothingWaits = ({ pending }: HazardFacts) => pending === null;

export const transitions: readonly Transition[] = [
  { action: "dispatch", from: ["待派单"], to: "待签收", roles: officers },
  { action: "receive", from: ["待签收"], to: "整改中", roles: onSite },
  { action: "return", from: ["待签收"], to: "待派单", roles: onSite },
  { action: "request-reinspection", from: ["整改中"], to: "待复查", roles: onSite },
  {
    action: "reinspect",
    from: ["待复查"],
    to: "same",
    roles: [...officers, "grid-worker"],
    independent: true,
    when: (hazard) => hazard.inspector === null,
  },
  { action: "return", from: ["待复查"], to: "整改中", roles: officers, independent: true },
  { action: "close", from: ["待复查"], to: "已销号", roles: officers, independent: true, when: (hazard) => hazard.inspector !== null },
  // A false alarm is archived with its reason, never deleted; who did the work may not be the one who calls it false.
  { action: "archive-false-alarm", from: open, to: "已销号", roles: officers, independent: true },
  { action: "merge", from: ["待派单", "待签收"], to: "已销号", roles: officers },
  { action: "transfer", from: ["待派单", "待签收", "整改中"], to: "待签收", roles: officers },

  { action: "ask-postponement", from: ["整改中"], to: "same", roles: onSite, when: nothingWaits },
  { action: "grant-postponement", from: ["整改中"], to: "same", roles: officers, independent: true, when: waitsFor("postponement") },
  { action: "refuse-postponement", from: ["整改中"], to: "same", roles: officers, independent: true, when: waitsFor("postponement") },
  // Major is a judgement that people make together, never a machine and never one alone.
  {
    action: "propose-major",
    from: open,
    to: "same",
    roles: officers,
    when: (hazard) => hazard.grade === "一般" && hazard.pending === null,
  },
  { action: "confirm-major", from: open, to: "same", roles: superiors, when: waitsFor("major") },
  {
    action: "set-ordinary",
    from: open,
    to: "same",
    roles: superiors,
    when: (hazard) => hazard.grade === "重大" || waitsFor("major")(hazard),
  },

  { action: "control", from: open, to: "same", roles: [...onSite, ...officers] },
  { action: "fund", from: open, to: "same", roles: ["property-manager", "owners-committee", ...officers] },
  { action: "spend", from: [...open, "已销号"], to: "same", roles: ["property-manager", "finance", "owners-committee", ...officers] },
  { action: "record", from: all, to: "same", roles: [...officers, "alliance"] },
  { action: "list", from: open, to: "same", roles: superiors, when: ({ listed }) => listed === 0 },
  { action: "unlist", from: all, to: "same", roles: superiors, when: ({ listed }) => listed === 1 },
  { action: "pause", from: open, to: "same", roles: superiors },
  { action: "look-back", from: ["已销号"], to: "same", roles: [...officers, "grid-worker"], independent: true },
  { action: "reopen", from: ["已销号"], to: "待派单", roles: officers },
  { action: "correct", from: all, to: "same", roles: officers },
  { action: "publish", from: all, to: "same", roles: officers, when: ({ published }) => published === 0 },
  { action: "comment", from: all, to: "same", roles: [...onSite, "owners-committee", ...officers] },
];

export function mayDo(hazard: HazardFacts, asker: Asker, separations: Separations = usualSeparations): HazardAction[] {
  return transitions
    .filter((row) => row.from.includes(hazard.state) && (row.when?.(hazard) ?? true) && row.roles.includes(asker.role))
    .filter((row) => !isTooNear(row, hazard, asker, separations))
    .map((row) => row.action);
}

function isTooNear(row: Transition, hazard: HazardFacts, asker: Asker, separations: Separations): boolean {
  const { id, organisation } = asker;
  if (row.independent !== undefined) {
    if ([hazard.rectifier, hazard.reinspector].includes(id)) return true;
    if ([hazard.rectifier_organisation, hazard.reinspector_organisation].includes(organisation)) return true;
  }
  const pending = pendingOf(hazard);
  if (row.action === "confirm-major" && pending?.by === id) return true;
  if (row.action === "grant-postponement" && (pending?.by === id || pending?.organisation === organisation)) return true;
  if (row.action !== "close") return false;
  const apart = separations[hazard.grade === "重大" ? "重大" : "一般"];
  if (apart.closer_is_another && hazard.inspector === id) return true;
  return apart.closer_of_another_organisation && hazard.inspector_organisation === organisation;
}

/** The state that the action leads to, or why not. */
export function step(
  hazard: HazardFacts,
  action: HazardAction,
  asker: Asker,
  separations: Separations = usualSeparations,
): HazardState | Refusal {
  const rows = transitions.filter((one) => one.from.includes(hazard.state) && one.action === action);
  if (rows.length === 0)
    return refusal("wrong-state", `隐患处于“${hazard.state}”，不能执行该操作`, `the hazard is in ${hazard.state}: this cannot be done now`);
  const row = rows.find(({ roles }) => roles.includes(asker.role));
  if (row === undefined) {
    const roles = [...new Set(rows.flatMap((one) => one.roles))];
    return refusal(
      "wrong-role",
      `您的角色不能执行该操作，需要：${roles.map((role) => roleNames.zh[role]).join("、")}`,
      `your role may not do this; it takes: ${roles.join(", ")}`,
    );
  }
  if (row.when !== undefined && !row.when(hazard)) return notSo(action);
  if (isTooNear(row, hazard, asker, separations))
    return refusal(
      "same-person",
      "整改、复查与销号必须由不同的人、不同的单位进行；谁申请，谁不得批准",
      "who did the work, who looked at it and who closes it are different people and organisations; nobody grants his own request",
    );
  return row.to === "same" ? hazard.state : row.to;
}

function notSo(action: HazardAction): Refusal {
  const [zh, en] = notNow[action] ?? ["当前没有这一事项", "there is nothing of the kind now"];
  return refusal("not-now", zh, en);
}

const notNow: Partial<Record<HazardAction, readonly [zh: string, en: string]>> = {
  close: ["尚未复查合格，不能销号", "it was not re-inspected yet: it cannot be closed"],
  reinspect: ["已有复查结论", "it was re-inspected already"],
  "ask-postponement": ["已有事项待批", "something waits for a decision already"],
  "grant-postponement": ["没有待批的延期申请", "no postponement was asked for"],
  "refuse-postponement": ["没有待批的延期申请", "no postponement was asked for"],
  "propose-major": ["已是重大隐患，或已有事项待批", "it is major already, or something waits for a decision"],
  "confirm-major": ["没有人提请判定为重大", "nobody proposed that it is major"],
  "set-ordinary": ["本来就是一般隐患", "it is ordinary already"],
  list: ["已挂牌", "it is listed already"],
  unlist: ["未挂牌", "it is not listed"],
  publish: ["已公开", "it is public already"],
};

/** Days past the deadline, begun ones counted: one minute late is day 1. A closed hazard is not overdue. */
export function overdueDays(hazard: { readonly state: HazardState; readonly deadline: number | null }, now: number): number {
  if (hazard.deadline === null || hazard.state === "已销号" || now <= hazard.deadline) return 0;
  return Math.floor((now - hazard.deadline) / dayMs) + 1;
}
