// Queries that several pages share.
import { everywhere, type Scope } from "#cloud/identity/scope.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";

/** Entries with the confirmation of their trip, whenever that came. */
export function entryRows(read: Queries, scope: Scope = everywhere) {
  return read
    .selectFrom("entry")
    .leftJoin("trip", (join) => join.onRef("trip.gateway", "=", "entry.gateway").onRef("trip.trip", "=", "entry.trip"))
    .selectAll("entry")
    .select("trip.confirmed_after_ms")
    .$if(!scope.all, (rows) => rows.where("entry.site", "in", scope.sites));
}

export interface HazardAndSteps {
  readonly row: Row<"hazard">;
  readonly steps: Row<"hazard_step">[];
}

export async function hazardWithSteps(read: Queries, id: string): Promise<HazardAndSteps | undefined> {
  const row = await read.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  return { row, steps: await read.selectFrom("hazard_step").selectAll().where("hazard", "=", id).orderBy("seq").execute() };
}

export async function withSteps(read: Queries, rows: Row<"hazard">[]): Promise<HazardAndSteps[]> {
  if (rows.length === 0) return [];
  const steps = await read
    .selectFrom("hazard_step")
    .selectAll()
    .where(
      "hazard",
      "in",
      rows.map((row) => row.id),
    )
    .orderBy("seq")
    .execute();
  return rows.map((row) => ({ row, steps: steps.filter((step) => step.hazard === row.id) }));
}
