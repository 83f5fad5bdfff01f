// Queries that several pages share.
import { everywhere, type Scope } from "#cloud/identity/scope.ts";
import { evidenceOf } from "#cloud/ledger/evidence.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { HazardParts } from "./hazards.ts";

/** Entries with the confirmation of their trip, whenever that came. */
export function entryRows(read: Queries, scope: Scope = everywhere) {
  return read
    .selectFrom("entry")
    .leftJoin("trip", (join) => join.onRef("trip.gateway", "=", "entry.gateway").onRef("trip.trip", "=", "entry.trip"))
    .selectAll("entry")
    .select("trip.confirmed_after_ms")
    .$if(!scope.all, (rows) => rows.where("entry.site", "in", scope.sites));
}

export async function hazardWithSteps(read: Queries, id: string): Promise<HazardParts | undefined> {
  const row = await read.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  const steps = await read.selectFrom("hazard_step").selectAll().where("hazard", "=", id).orderBy("seq").execute();
  return { row, steps, evidence: await evidenceOf(read, [id]) };
}

export async function withSteps(read: Queries, rows: Row<"hazard">[]): Promise<HazardParts[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const steps = await read.selectFrom("hazard_step").selectAll().where("hazard", "in", ids).orderBy("seq").execute();
  const evidence = await evidenceOf(read, ids);
  const of = <One extends { readonly hazard: string }>(all: readonly One[]): ReadonlyMap<string, One[]> => {
    const found = new Map<string, One[]>(ids.map((id) => [id, []]));
    for (const one of all) found.get(one.hazard)?.push(one);
    return found;
  };
  const [stepsOf, evidenceFor] = [of(steps), of(evidence)];
  return rows.map((row) => ({ row, steps: stepsOf.get(row.id) ?? [], evidence: evidenceFor.get(row.id) ?? [] }));
}
