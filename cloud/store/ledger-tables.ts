// The tables that the ledger grew besides its own (ledger-schema): files made aside, papers, pictures, results, ways and seals.
import type { CourseTables } from "./course-schema.ts";
import type { ExportTables } from "./export-schema.ts";
import type { PaperTables } from "./paper-schema.ts";
import type { PictureTables } from "./picture-schema.ts";
import type { SealTables } from "./seal-schema.ts";

export interface GrownLedgerTables extends CourseTables, ExportTables, PaperTables, PictureTables, SealTables {}
