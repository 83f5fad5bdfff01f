// The relational store: the same queries over SQLite (embedded) and PostgreSQL (production). A commit that returns is on the disk.
import { Kysely, sql, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import { addStood, createAlarmSchema } from "./alarm-schema.ts";
import { type Announcements, announcementsOn } from "./announcements.ts";
import { createAnswerSchema } from "./answer-schema.ts";
import { createAssessmentSchema, createStepIndexes } from "./assessment-schema.ts";
import { createAuditSchema } from "./audit-schema.ts";
import { createChosenSchema } from "./chosen-schema.ts";
import { createClockSchema } from "./clock-schema.ts";
import { createCommandSchema, createSuccessionSchema } from "./command-schema.ts";
import { createSnapshotCounts } from "./count-schema.ts";
import { createCourseSchema } from "./course-schema.ts";
import { createDetectorSchema } from "./detector-schema.ts";
import { createDocumentSchema } from "./document-schema.ts";
import { createEmergencySchema } from "./emergency-schema.ts";
import { createEnrolmentSchema } from "./enrolment-schema.ts";
import { createExportSchema } from "./export-schema.ts";
import { createFacilitySchema } from "./facility-schema.ts";
import { createFiguresIndex } from "./figures-schema.ts";
import { createFirstSchema } from "./first-schema.ts";
import { createFrameSchema } from "./frame-schema.ts";
import { createGapSchema } from "./gap-schema.ts";
import { createHandoverSchema } from "./handover-schema.ts";
import { createCommissioningSchema, createHealthSchema } from "./health-schema.ts";
import { createIdentitySchema } from "./identity-schema.ts";
import { addKept } from "./kept-schema.ts";
import { createLedgerSchema } from "./ledger-schema.ts";
import { createLedgerSearch } from "./ledger-search-schema.ts";
import { createLetterSchema } from "./letter-schema.ts";
import { createLotSchema } from "./lot-schema.ts";
import { createMaintenanceSchema, createPatrolSchema } from "./maintenance-schema.ts";
import { createMediationSchema } from "./mediation-schema.ts";
import { createNewestSchema } from "./newest-schema.ts";
import { addNoticeRoles, createNoticeSchema, createTryIndex } from "./notice-schema.ts";
import { createPageIndexes } from "./page-schema.ts";
import { createPaperSchema } from "./paper-schema.ts";
import { createPassageIndexes } from "./passage-schema.ts";
import { createPictureSchema } from "./picture-schema.ts";
import { createPostChangeSchema } from "./post-change-schema.ts";
import { createPostSchema } from "./post-schema.ts";
import { postgres } from "./postgres.ts";
import { createReceiptSchema } from "./receipt-schema.ts";
import { createRetentionSchema } from "./retention-schema.ts";
import { createRevenueSchema } from "./revenue-schema.ts";
import type { Database } from "./schema.ts";
import { createSealSchema, sealWhatIsThere } from "./seal-schema.ts";
import { createShedRuleSchema } from "./shed-rule-schema.ts";
import { createShedSchema } from "./shed-schema.ts";
import { GroupedChanges, openSqlite, openSqliteReader } from "./sqlite.ts";
import { createStatementSchema } from "./statement-schema.ts";
import { createTokenSchema } from "./token-schema.ts";
import { createTownReportSchema } from "./town-report-schema.ts";
import { addVoteMatter, createVoteSchema } from "./vote-schema.ts";

export { isStoreTrouble } from "./trouble.ts";

export type StorePlace = { readonly kind: "sqlite"; readonly file: string } | PostgresPlace;

interface PostgresPlace {
  readonly kind: "postgres";
  readonly url: string;
  /** Other processes change the same database, and are told what we touch. */
  readonly shared?: boolean;
  /** How long a statement may go unanswered before its connection is taken for dead; a minute where nothing is said. */
  readonly answerWithin_ms?: number;
}

/** Inside or outside a transaction: what a query needs. */
export type Queries = Kysely<Database>;
export type Change = Transaction<Database>;

export interface How {
  /** Changes of one name stand in line, also those of other processes on the same database. */
  readonly alone?: string | undefined;
  /** Before all that wait, where they wait in one line: an alarm. */
  readonly first?: boolean | undefined;
}

export interface Store {
  readonly kind: StorePlace["kind"];
  /** Where it is: for a thread of ours that reads by itself (`openReading`). */
  readonly place: StorePlace;
  readonly read: Queries;
  /** Between several processes on one database; undefined: there is only us. */
  readonly announcements: Announcements | undefined;
  /**
   * All or nothing; resolves when it is durable. A change that the database gave up (deadlock, serialisation) is run again: `work` must be able to begin anew.
   */
  change<Result>(work: (change: Change) => Promise<Result>, how?: How): Promise<Result>;
  close(): Promise<void>;
}

export async function openStore(place: StorePlace): Promise<Store> {
  if (place.kind === "sqlite") {
    const db = openSqlite(place.file);
    await migrate(db, place.kind);
    return sqliteStore(db, place.file);
  }
  // A change of the schema may rightly take minutes: it has a connection of its own, without a deadline.
  const patient = new Kysely<Database>({ dialect: postgres(place.url, undefined) });
  await migrate(patient, place.kind);
  await patient.destroy();
  return postgresStore(new Kysely<Database>({ dialect: postgres(place.url, place.answerWithin_ms ?? 60_000) }), place);
}

async function migrate(db: Kysely<Database>, kind: StorePlace["kind"]): Promise<void> {
  const migrator = new Migrator({
    db,
    // Each lives in tables of its own; a store that is a release behind may have a later name already.
    allowUnorderedMigrations: true,
    provider: {
      getMigrations: async () => ({
        "0001-first": { up: (change) => createFirstSchema(change, kind) },
        "0010-commands": { up: createCommandSchema },
        "0011-succession": { up: createSuccessionSchema },
        "0020-sheds": { up: createShedSchema },
        "0030-letters": { up: createLetterSchema },
        "0031-audit": { up: (change) => createAuditSchema(change, kind) },
        "0040-gaps": { up: createGapSchema },
        "0041-clock": { up: createClockSchema },
        "0042-identity": { up: createIdentitySchema },
        "0050-posts": { up: createPostSchema },
        "0055-pages": { up: createPageIndexes },
        "0060-newest": { up: createNewestSchema },
        "0061-documents": { up: createDocumentSchema },
        "0062-enrolment": { up: createEnrolmentSchema },
        "0085-alarms": { up: createAlarmSchema },
        "0086-notices": { up: createNoticeSchema },
        "0087-maintenance": { up: createMaintenanceSchema },
        "0090-ledger": { up: createLedgerSchema },
        "0091-assessment": { up: createAssessmentSchema },
        "0092-revenue": { up: createRevenueSchema },
        "0093-step-indexes": { up: createStepIndexes },
        "0150-tokens": { up: createTokenSchema },
        "0151-answers": { up: createAnswerSchema },
        "0152-retention": { up: createRetentionSchema },
        "0155-gateway-health": { up: createHealthSchema },
        "0165-detectors": { up: createDetectorSchema },
        "0166-facilities": { up: createFacilitySchema },
        "0170-ledger-search": { up: createLedgerSearch },
        "0171-statements": { up: createStatementSchema },
        "0172-votes": { up: createVoteSchema },
        "0173-mediations": { up: createMediationSchema },
        "0174-week-counts": { up: createSnapshotCounts },
        "0193-stood": { up: addStood },
        "0194-patrols": { up: createPatrolSchema },
        "0195-try-times": { up: createTryIndex },
        "0200-receipts": { up: createReceiptSchema },
        "0201-lots": { up: createLotSchema },
        "0187-frames": { up: createFrameSchema },
        "0180-emergency": { up: createEmergencySchema },
        "0196-exports": { up: createExportSchema },
        "0196-passages": { up: createPassageIndexes },
        "0197-papers": { up: createPaperSchema },
        "0198-pictures": { up: createPictureSchema },
        "0199-courses": { up: createCourseSchema },
        "0199-figures": { up: createFiguresIndex },
        "0230-commissioning": { up: createCommissioningSchema },
        "0189-shed-rules": { up: createShedRuleSchema },
        "0218-vote-matters": { up: addVoteMatter },
        "0219-seals": { up: createSealSchema },
        "0220-sealed": { up: sealWhatIsThere },
        "0226-kept-lanes": { up: addKept },
        "0228-chosen-posts": { up: createChosenSchema },
        "0229-post-changes": { up: createPostChangeSchema },
        "0227-handovers": { up: createHandoverSchema },
        "0238-notice-roles": { up: addNoticeRoles },
        "0240-town-reports": { up: createTownReportSchema },
      }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw error;
  }
}

/** One writer: its changes stand in line anyway. */
function sqliteStore(db: Kysely<Database>, file: string): Store {
  const read = openSqliteReader(file);
  const changes = new GroupedChanges(db);
  return {
    kind: "sqlite",
    place: { kind: "sqlite", file },
    read,
    announcements: undefined,
    change: (work, { first } = {}) => changes.change(work, first),
    async close() {
      await changes.settled();
      await read.destroy();
      await db.destroy();
    },
  };
}

function postgresStore(db: Kysely<Database>, place: PostgresPlace): Store {
  const { url, shared } = place;
  return {
    kind: "postgres",
    place,
    read: db,
    announcements: shared === true ? announcementsOn(url) : undefined,
    change: (work, { alone } = {}) =>
      againOnConflict(() =>
        db.transaction().execute(async (change) => {
          if (alone !== undefined) await sql`select pg_advisory_xact_lock(hashtextextended(${alone}, 0))`.execute(change);
          return work(change);
        }),
      ),
    close: () => db.destroy(),
  };
}

const mostTries = 8;
const gaveUp = /^(40001|40P01)$/;

/** Two changes that each wait for the other: the database ends one of them, and it is begun anew a little later. */
async function againOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1)
    try {
      return await work();
    } catch (error) {
      if (tries >= mostTries || !gaveUp.test(String((error as { code?: unknown }).code))) throw error;
      await new Promise((done) => setTimeout(done, Math.random() * 20 * tries));
    }
}
