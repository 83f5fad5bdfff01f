// A hazard as the browser sees it: the row, its steps with what each set, its evidence.
import { alikeOf } from "#cloud/ledger/alike.ts";
import { overdueDays, pendingOf } from "#cloud/ledger/workflow.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { EvidenceView, HazardState, HazardView } from "#protocols/api/hazards.ts";
import { list, maybeTime, time } from "./words.ts";

export function evidenceView(row: Row<"evidence">): EvidenceView {
  const { sha256, mime, bytes, place, person_name, used_before } = row;
  // The number of another compound's hazard is nobody's business here.
  const alike = alikeOf(row).map(({ hazard, kind, mirrored, same_site }) => ({
    ...{ hazard: same_site ? hazard : null, kind: kind as EvidenceView["kind"], mirrored, here: hazard === row.hazard },
  }));
  return {
    ...{ sha256, mime, bytes, place, person_name, used_before, alike },
    ...{ kind: row.kind as EvidenceView["kind"], taken: row.taken as EvidenceView["taken"] },
    ...{ taken_at: maybeTime(row.taken_at), uploaded_at: time(row.uploaded_at) },
  };
}

export interface HazardParts {
  readonly row: Row<"hazard">;
  readonly steps: readonly Row<"hazard_step">[];
  readonly evidence: readonly Row<"evidence">[];
}

/** `actions` is empty here: what the asking person may do is added when the view leaves. */
export function hazardView({ row, steps, evidence }: HazardParts, now: number): HazardView {
  const state = row.state as HazardState;
  const pending = pendingOf(row);
  const { id, site, compound, place, category, rule, zh, en, responsible, clause, priority, merged_into, postponements } = row;
  const { responsible_person, responsible_phone, supervisor, measure, interim_control, funding_source, budget_fen, actual_fen } = row;
  return {
    ...{ id, site, compound, place, category, rule, zh, en, responsible, clause, priority, merged_into, postponements, state },
    ...{ responsible_person, responsible_phone, supervisor, measure, interim_control, funding_source, budget_fen, actual_fen },
    matter: row.matter as HazardView["matter"],
    grade: row.grade as HazardView["grade"],
    found_at: time(row.found_at),
    source: row.source as HazardView["source"],
    false_alarm: row.false_alarm === 1,
    deadline: maybeTime(row.deadline),
    original_deadline: maybeTime(row.original_deadline),
    deadline_provisional: row.deadline_provisional === 1,
    overdue_days: overdueDays({ state, deadline: row.deadline }, now),
    interim_due: maybeTime(row.interim_due),
    dispatched_at: maybeTime(row.dispatched_at),
    received_at: maybeTime(row.received_at),
    rectified_at: maybeTime(row.rectified_at),
    reinspection_due: maybeTime(row.reinspection_due),
    reinspected_at: maybeTime(row.reinspected_at),
    closed_at: maybeTime(row.closed_at),
    level: row.level,
    paused_until: maybeTime(row.paused_until),
    listed: row.listed === 1,
    references: JSON.parse(row.papers) as HazardView["references"],
    pending:
      pending === undefined
        ? null
        : { kind: pending.kind, until: maybeTime(pending.until ?? null), clause: pending.clause ?? null, by: pending.by },
    published: row.published === 1,
    events: list(row.events),
    evidence: evidence.map(evidenceView),
    steps: steps.map((step) => ({
      ...{ seq: step.seq, at: time(step.at), person: step.person, person_name: step.person_name, action: step.action },
      from: step.from_state as HazardState | null,
      to: step.to_state as HazardState,
      set: step.data === "" ? {} : (JSON.parse(step.data) as Record<string, unknown>),
      ...{ note: step.note, hash: step.hash },
    })),
    version: row.version,
    hash: row.head,
    actions: [],
  };
}
