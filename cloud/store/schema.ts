// What the cloud remembers: one schema for SQLite and PostgreSQL. Times are whole milliseconds since 1970, money is whole fen, lists are JSON text.
import type { Generated, Insertable, Selectable } from "kysely";
import type { AlarmAcknowledgementTable, AlarmCallTable, AlarmHoldTable, AlarmStepTable, AlarmTable } from "./alarm-schema.ts";
import type { AnswerTable } from "./answer-schema.ts";
import type { AppealTable, AssessmentEntryTable, AssessmentVisitTable, SnapshotRowTable } from "./assessment-schema.ts";
import type { AuditAnchorTable, AuditHeadTable, AuditTable } from "./audit-schema.ts";
import type { AnchorTable, LabelTable } from "./clock-schema.ts";
import type { CommandTable, SuccessionTable } from "./command-schema.ts";
import type { SnapshotCountTable } from "./count-schema.ts";
import type { DetectorCauseTable, DetectorTable } from "./detector-schema.ts";
import type { DocumentTable, LocalTextTable, RunningTable } from "./document-schema.ts";
import type { CertificateTable, EnrolmentCodeTable } from "./enrolment-schema.ts";
import type { FramePartTable } from "./frame-schema.ts";
import type { GapTable } from "./gap-schema.ts";
import type { GatewayCommissioningTable, GatewayHealthTable } from "./health-schema.ts";
import type { IdentityTable } from "./identity-schema.ts";
import type {
  EvidenceBytesTable,
  EvidenceTable,
  HazardNumberTable,
  HazardStepTable,
  HazardTable,
  LedgerHeadTable,
  RuleTable,
  SnapshotCorrectionTable,
  SnapshotTable,
} from "./ledger-schema.ts";
import type { SearchTables } from "./ledger-search-schema.ts";
import type { GrownLedgerTables } from "./ledger-tables.ts";
import type { DeadLetterTable, LetterTryTable } from "./letter-schema.ts";
import type { DatedItemTable, MaintenanceTable, PatrolTable, ZonePointTable } from "./maintenance-schema.ts";
import type { MediationTable } from "./mediation-schema.ts";
import type { NewestTable } from "./newest-schema.ts";
import type { DeliveryTable, DeliveryTryTable, NoticeTable } from "./notice-schema.ts";
import type { PageTables } from "./page-tables.ts";
import type { PersonTable, PostTable, SignInTable } from "./post-schema.ts";
import type { RetentionTable } from "./retention-schema.ts";
import type {
  FundEntryTable,
  IncomeEntryTable,
  ObjectionTable,
  QuarterTable,
  SettlementLineTable,
  SettlementTable,
} from "./revenue-schema.ts";
import type { ShedRuleTable } from "./shed-rule-schema.ts";
import type { ShedTable } from "./shed-schema.ts";
import type { StatementTables } from "./statement-schema.ts";
import type { AccessTables } from "./token-schema.ts";
import type { TownReportTable } from "./town-report-schema.ts";
import type { OwnersVoteTable } from "./vote-schema.ts";

/** Every key that was ever taken in, with what it said: this row and its effects are one transaction. */
export interface InboxTable {
  gateway: string;
  epoch: string;
  stream: string;
  seq: number;
  hash: string;
  received_at: number;
}

/** How far each stream is without a gap, and how far it is known to go. */
export interface CursorTable {
  site: string;
  gateway: string;
  epoch: string;
  stream: string;
  up_to: number;
  seen_to: number;
  updated_at: number;
}

export interface EventTable {
  ordinal: Generated<number>;
  site: string;
  gateway: string;
  epoch: string;
  stream: string;
  seq: number;
  type: string;
  at: number;
  received_at: number;
  late: number;
  subject: string | null;
  /** What the gateway's clocks said. */
  stamp: string;
  /** How `at` is known: true | derived | received (order.ts). */
  clock: Generated<string>;
  data: string;
}

export interface TallyTable {
  name: string;
  value: number;
}

export interface GatewayTable {
  site: string;
  gateway: string;
  state: string;
  since: number | null;
  last_event_at: number | null;
}

export interface LaneTable {
  site: string;
  gateway: string;
  lane: string;
  name: string;
  direction: string;
  last_stamp: string | null;
  last_at: number | null;
  last_plate: string | null;
  last_what: string | null;
  last_zh: string | null;
  last_en: string | null;
  passages: number;
  openings: number;
  /** held-open | closed | fire; null: by its own rules. */
  kept: Generated<string | null>;
  kept_until: Generated<number | null>;
  kept_by: Generated<string | null>;
  kept_stamp: Generated<string | null>;
}

export interface SocketTable {
  site: string;
  gateway: string;
  socket: string;
  station: string;
  number: number;
  state: string;
  session: string | null;
  since: number | null;
  trip: string | null;
  cause: string | null;
  stamp: string | null;
}

export interface VisitTable {
  visit: string;
  site: string;
  gateway: string;
  lot: string | null;
  lane_in: string | null;
  lane_out: string | null;
  plate: string | null;
  /** In the plate's place once its days are over: keyed, so that two stays of one car still agree. */
  plate_key: Generated<string | null>;
  plate_colour: string | null;
  tariff: string | null;
  offline: number;
  state: string;
  entered_at: number | null;
  left_at: number | null;
  total_fen: number | null;
  paid_fen: number;
}

export interface BillTable {
  bill: string;
  visit: string;
  site: string;
  lane: string;
  tariff: string;
  lines: string;
  total_fen: number;
  paid_fen: number;
  due_fen: number;
  entered_at: number;
  left_at: number;
}

export interface PaymentTable {
  payment: string;
  visit: string;
  site: string;
  lane: string | null;
  method: string;
  amount_fen: number;
  collector: string;
  at: number;
}

export interface SessionTable {
  session: string;
  site: string;
  gateway: string;
  socket: string;
  card: string | null;
  started_at: number | null;
  ended_at: number | null;
  cause: string | null;
  start_mWh: number | null;
  energy_mWh: number | null;
  seconds: number | null;
}

/** What is known of one opening of one relay, whichever event came first. */
export interface TripTable {
  gateway: string;
  trip: string;
  socket: string;
  confirmed_after_ms: number | null;
}

/** The newest clearing of a cause, kept so that an older raising that arrives later does not light it again. */
export interface ClearanceTable {
  site: string;
  gateway: string;
  rule: string;
  source: string;
  stamp: string;
}

/** The property's own list. */
export interface EntryTable {
  id: string;
  site: string;
  gateway: string;
  source: string;
  trip: string | null;
  cause: string;
  at: number;
  zh: string;
  en: string;
  event: string;
  seen_at: number | null;
  decided_after_ms: number | null;
  off_after_ms: number | null;
  received_at: number;
  state: string;
  handled_by: string | null;
  handled_at: number | null;
  note: string | null;
  hazard: string | null;
}

export interface Database extends AccessTables, SearchTables, StatementTables, GrownLedgerTables, PageTables {
  gap: GapTable;
  gateway_health: GatewayHealthTable;
  gateway_commissioning: GatewayCommissioningTable;
  inbox: InboxTable;
  cursor: CursorTable;
  event: EventTable;
  dead_letter: DeadLetterTable;
  letter_try: LetterTryTable;
  newest: NewestTable;
  tally: TallyTable;
  gateway: GatewayTable;
  lane: LaneTable;
  socket: SocketTable;
  visit: VisitTable;
  bill: BillTable;
  payment: PaymentTable;
  session: SessionTable;
  trip: TripTable;
  alarm: AlarmTable;
  alarm_acknowledgement: AlarmAcknowledgementTable;
  alarm_hold: AlarmHoldTable;
  alarm_step: AlarmStepTable;
  alarm_call: AlarmCallTable;
  maintenance: MaintenanceTable;
  patrol: PatrolTable;
  zone_point: ZonePointTable;
  dated_item: DatedItemTable;
  notice: NoticeTable;
  delivery: DeliveryTable;
  delivery_try: DeliveryTryTable;
  clearance: ClearanceTable;
  entry: EntryTable;
  hazard: HazardTable;
  hazard_step: HazardStepTable;
  ledger_head: LedgerHeadTable;
  hazard_number: HazardNumberTable;
  evidence: EvidenceTable;
  evidence_bytes: EvidenceBytesTable;
  rule: RuleTable;
  snapshot: SnapshotTable;
  snapshot_correction: SnapshotCorrectionTable;
  town_report: TownReportTable;
  snapshot_row: SnapshotRowTable;
  assessment_visit: AssessmentVisitTable;
  assessment_entry: AssessmentEntryTable;
  appeal: AppealTable;
  income_entry: IncomeEntryTable;
  settlement: SettlementTable;
  settlement_line: SettlementLineTable;
  fund_entry: FundEntryTable;
  owners_vote: OwnersVoteTable;
  mediation: MediationTable;
  snapshot_count: SnapshotCountTable;
  quarter: QuarterTable;
  objection: ObjectionTable;
  person: PersonTable;
  sign_in: SignInTable;
  command: CommandTable;
  succession: SuccessionTable;
  shed: ShedTable;
  post: PostTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  audit_anchor: AuditAnchorTable;
  clock_anchor: AnchorTable;
  label: LabelTable;
  identity: IdentityTable;
  detector: DetectorTable;
  detector_cause: DetectorCauseTable;
  frame_part: FramePartTable;
  shed_rule: ShedRuleTable;
  document: DocumentTable;
  enrolment_code: EnrolmentCodeTable;
  certificate: CertificateTable;
  running: RunningTable;
  local_text: LocalTextTable;
  answer: AnswerTable;
  retention: RetentionTable;
}

export type Row<Name extends keyof Database> = Selectable<Database[Name]>;
export type NewRow<Name extends keyof Database> = Insertable<Database[Name]>;
