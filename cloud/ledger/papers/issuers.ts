// Who may issue what: the fire service, the housing bureau, the town, each with its own papers, their titles and its clocks. Data; the usual stands here, the bureau writes its own
// (rule kind `issuers`). A paper of somebody who may not issue it is refused in words that say who may.
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { LedgerPolicy } from "../policy.ts";

export const issuedKinds = ["notice", "opinion", "closure", "supervision"] as const;
export type IssuedKind = (typeof issuedKinds)[number];

export interface Template {
  readonly kind: IssuedKind;
  readonly title: string;
  /** Before the year in its number ("晋住建改字"); the organisation's name and a usual word where nothing is said. */
  readonly word?: string;
  /** A last paragraph of the issuer's own: where one may appeal, whom to call. */
  readonly closing?: string;
}

export interface Issuer {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly roles: readonly Role[];
  /** Of these roles only whose organisation's name holds this: the fire service is one of the alliance's bodies. */
  readonly organisation?: string;
  readonly papers: readonly Template[];
  /** Instead of the ledger's own clocks. */
  readonly clocks?: { readonly notice_working_days?: number; readonly reinspection_working_days?: number };
}

const ordinary: readonly Template[] = [
  { kind: "notice", title: "隐患整改通知书" },
  { kind: "opinion", title: "复查意见书" },
  { kind: "closure", title: "隐患销号单" },
  { kind: "supervision", title: "督办单" },
];
export const usualIssuers: readonly Issuer[] = [
  {
    ...{ id: "fire", zh: "消防救援机构", en: "fire service", roles: ["alliance"], organisation: "消防" },
    // It closes nothing in the bureau's ledger.
    papers: [
      { kind: "notice", title: "责令限期改正通知书" },
      { kind: "opinion", title: "消防复查意见书" },
    ],
    clocks: { notice_working_days: 3, reinspection_working_days: 3 },
  },
  { id: "housing", zh: "住房和城乡建设局", en: "housing bureau", roles: ["bureau-officer"], papers: ordinary },
  { id: "town", zh: "镇街", en: "town or street", roles: ["street-officer"], papers: ordinary },
];

export async function issuersOn(read: Queries, day: string): Promise<readonly Issuer[]> {
  const written = await ruleOn(read, "issuers", "", day);
  return (written?.body as readonly Issuer[] | undefined) ?? usualIssuers;
}

export interface Asker {
  readonly role: Role;
  readonly organisation: string;
}

const is = ({ roles, organisation }: Issuer, asker: Asker): boolean =>
  roles.includes(asker.role) && (organisation === undefined || asker.organisation.includes(organisation));

/** With whose template this person issues it, or why not and who may. */
export function issuing(
  issuers: readonly Issuer[],
  kind: IssuedKind,
  asker: Asker,
): { readonly issuer: Issuer; readonly template: Template } | Refusal {
  for (const issuer of issuers) {
    const template = is(issuer, asker) ? issuer.papers.find((one) => one.kind === kind) : undefined;
    if (template !== undefined) return { issuer, template };
  }
  const who = issuers.filter(({ papers }) => papers.some((one) => one.kind === kind));
  const title = who[0]?.papers.find((one) => one.kind === kind)?.title ?? kind;
  return refusal(
    "wrong-issuer",
    `“${asker.organisation}”不能出具“${title}”；可出具的单位：${who.map(({ zh }) => zh).join("、") || "无"}`,
    `${asker.organisation} may not issue this paper (${kind}); who may: ${who.map(({ en }) => en).join(", ") || "nobody"}`,
  );
}

/** The deadline has passed and it is not closed: somebody may be pressed in writing. */
export const isSupervised = ({ deadline, closed_at, dispatched_at }: Row<"hazard">, now: number): boolean =>
  dispatched_at !== null && closed_at === null && deadline !== null && now > deadline;

export interface PaperDue {
  readonly issuer: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: IssuedKind;
  readonly title: string;
  /** The asking person issues it. */
  readonly mine: boolean;
  /** The hazard has come so far. */
  readonly ready: boolean;
  readonly due_at: number | null;
  readonly provisional: boolean;
  readonly late: boolean;
}

/** Every paper of every issuer about one hazard, with the issuer's own clock. */
export function papersDue(
  issuers: readonly Issuer[],
  row: Row<"hazard">,
  { asker, policy, now }: { readonly asker: Asker; readonly policy: LedgerPolicy; readonly now: number },
): PaperDue[] {
  const { calendar, clocks: usual } = policy;
  return issuers.flatMap((issuer) =>
    issuer.papers.map(({ kind, title }): PaperDue => {
      const days = { ...usual, ...issuer.clocks };
      const stands: Readonly<Record<IssuedKind, readonly [from: number | null, until: number | null, working: number, ready: boolean]>> = {
        notice: [row.found_at, row.dispatched_at, days.notice_working_days, row.dispatched_at !== null && row.responsible !== null],
        opinion: [row.rectified_at, row.reinspected_at, days.reinspection_working_days, row.reinspected_at !== null],
        closure: [null, row.closed_at, 0, row.closed_at !== null],
        supervision: [null, null, 0, isSupervised(row, now)],
      };
      const [from, until, working, ready] = stands[kind];
      const due = from === null ? undefined : calendar.workingDaysAfter(from, working);
      return {
        ...{ issuer: issuer.id, zh: issuer.zh, en: issuer.en, kind, title, mine: is(issuer, asker), ready },
        ...{ due_at: due?.at ?? null, provisional: due?.provisional ?? false },
        late: due !== undefined && (until ?? now) > due.at,
      };
    }),
  );
}
