// Tables that pages read of what gateways named and residents and duty rooms wrote: facilities, lots, receipts, hand-overs; each is declared beside its migration.
import type { FacilityTables } from "./facility-schema.ts";
import type { HandoverTables } from "./handover-schema.ts";
import type { LotTables } from "./lot-schema.ts";
import type { ReceiptTables } from "./receipt-schema.ts";

export interface PageTables extends FacilityTables, HandoverTables, LotTables, ReceiptTables {}
