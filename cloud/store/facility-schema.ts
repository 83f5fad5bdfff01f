// What a gateway watches of water supply, power rooms and the like, as its site file names it: its values are telemetry, its alarms are alarms.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface FacilityPointTable {
  site: string;
  gateway: string;
  facility: string;
  point: string;
  facility_name: string;
  /** water | power | other */
  facility_kind: string;
  responsible: string;
  name: string;
  kind: string;
  /** "" for a contact. */
  unit: string;
  low: number | null;
  high: number | null;
  /** In the order of the site file. */
  place: number;
  /** By which start of the gateway it is known. */
  told_at: number;
}

export interface FacilityTables {
  facility_point: FacilityPointTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createFacilitySchema(db: Kysely<any>): Promise<void> {
  const texts = "site gateway facility point facility_name facility_kind responsible name kind unit";
  await table(db, "facility_point", texts, "low? high? place told_at", ["site", "gateway", "facility", "point"]);
}
