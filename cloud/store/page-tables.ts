// Tables that pages read of what gateways named and residents sent: facilities, lots, receipts; each is declared beside its migration.
import type { FacilityTables } from "./facility-schema.ts";
import type { LotTables } from "./lot-schema.ts";
import type { ReceiptTables } from "./receipt-schema.ts";

export interface PageTables extends FacilityTables, LotTables, ReceiptTables {}
