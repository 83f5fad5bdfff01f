// What holds where nothing was written: the usual rules of every kind, to be read beside the versions.
import { publishedYears } from "#cloud/calendar/years.ts";
import { usualClauses } from "#cloud/ledger/clauses.ts";
import { usualClocks, usualLadder } from "#cloud/ledger/clocks.ts";
import { usualIssuers } from "#cloud/ledger/papers/issuers.ts";
import { usualSeparations } from "#cloud/ledger/workflow.ts";
import { voteRules } from "#cloud/revenue/vote-rules.ts";
import { usualBodies } from "./bodies.ts";
import { usualChecklists } from "./checklists.ts";
import type { RuleKind } from "./kinds.ts";

const usual: Partial<Record<RuleKind, unknown>> = {
  calendar: publishedYears,
  clocks: usualClocks,
  ladder: usualLadder,
  separations: usualSeparations,
  clauses: usualClauses,
  bodies: usualBodies,
  votes: voteRules,
  issuers: usualIssuers,
  checklists: usualChecklists,
};
export const usualOf = (kind: RuleKind): unknown => usual[kind] ?? null;
