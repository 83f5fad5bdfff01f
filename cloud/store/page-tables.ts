// Tables that pages read of what gateways named, residents and duty rooms wrote, and tabs chose: facilities, lots, receipts, hand-overs, posts; each is declared beside its migration.
import type { ChosenTables } from "./chosen-schema.ts";
import type { FacilityTables } from "./facility-schema.ts";
import type { HandoverTables } from "./handover-schema.ts";
import type { LotTables } from "./lot-schema.ts";
import type { PostChangeTables } from "./post-change-schema.ts";
import type { ReceiptTables } from "./receipt-schema.ts";

export interface PageTables extends ChosenTables, FacilityTables, HandoverTables, LotTables, PostChangeTables, ReceiptTables {}
