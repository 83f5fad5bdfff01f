// The ways that a compound goes through step by step. Data: which steps there are, which must come before which, what each must name, who takes it, and what ends the way.
import type { VoteMatter } from "#cloud/revenue/vote-rules.ts";
import type { Role } from "#protocols/api/views.ts";

export interface CourseStepRule {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly roles: readonly Role[];
  /** One of these must have been taken before. */
  readonly after: readonly string[];
  /** What its reference must be: any document, or a vote of the owners that passed. */
  readonly needs?: "document" | "passed-vote";
  /** What the vote must have been on. */
  readonly matter?: VoteMatter;
  /** So many working days must lie between the last of `after` and this one. */
  readonly working_days?: number;
  readonly ends?: string;
}

export const courseKinds = ["replacement", "fund-work"] as const;
export type CourseKind = (typeof courseKinds)[number];

const overseers = ["community-officer", "street-officer", "bureau-officer"] as const;
const owners = ["owners-committee", "community-committee"] as const;
const works = ["property-manager", "owners-committee", "community-committee"] as const;

export const courseRules: Readonly<Record<CourseKind, readonly CourseStepRule[]>> = {
  // To choose and dismiss a property company is the owners' own decision (Civil Code art. 278): officers prepare it, a vote makes it.
  replacement: [
    { id: "opened", zh: "启动", en: "opened", roles: overseers, after: [] },
    { id: "talk", zh: "约谈", en: "talk", roles: overseers, after: ["opened"], needs: "document" },
    { id: "order", zh: "限期整改", en: "ordered to mend it", roles: overseers, after: ["talk"], needs: "document" },
    { id: "mended", zh: "整改合格，保留", en: "mended, it stays", roles: overseers, after: ["order"], needs: "document", ends: "kept" },
    {
      id: "vote",
      zh: "业主大会表决解聘",
      en: "the owners vote it out",
      roles: owners,
      after: ["order"],
      needs: "passed-vote",
      matter: "company",
    },
    { id: "selected", zh: "选聘新物业", en: "another is chosen", roles: owners, after: ["vote"], needs: "document" },
    { id: "handed-over", zh: "交接完成", en: "handed over", roles: overseers, after: ["selected"], needs: "document", ends: "replaced" },
    {
      id: "withdrawn",
      zh: "撤销程序",
      en: "withdrawn",
      roles: ["bureau-officer"],
      after: ["opened"],
      needs: "document",
      ends: "withdrawn",
    },
  ],
  "fund-work": [
    { id: "opened", zh: "申报", en: "applied for", roles: works, after: [] },
    { id: "estimate", zh: "查勘与预算", en: "estimated", roles: works, after: ["opened"], needs: "document" },
    { id: "vote", zh: "业主表决", en: "voted", roles: owners, after: ["estimate"], needs: "passed-vote", matter: "use-fund" },
    { id: "notice", zh: "公示", en: "public notice", roles: works, after: ["vote"], needs: "document" },
    // A notice hangs for ten working days before anything is paid or built.
    { id: "approved", zh: "审核备案", en: "approved", roles: overseers, after: ["notice"], needs: "document", working_days: 10 },
    { id: "begun", zh: "施工", en: "begun", roles: works, after: ["approved"] },
    { id: "accepted", zh: "验收", en: "accepted", roles: [...owners, ...overseers], after: ["begun"], needs: "document" },
    {
      id: "paid",
      zh: "拨付、归档",
      en: "paid and filed",
      roles: ["finance", ...overseers],
      after: ["accepted"],
      needs: "document",
      ends: "done",
    },
    { id: "withdrawn", zh: "撤回", en: "withdrawn", roles: works, after: ["opened"], needs: "document", ends: "withdrawn" },
  ],
};
