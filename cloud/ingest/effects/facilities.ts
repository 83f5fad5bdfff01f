// From gateway.started: which points a gateway watches, and what they are called. The newest start says all of it: what it does not name is watched no longer.
import type { Effect } from "#cloud/store/happening.ts";
import type { Of } from "./events.ts";

export async function knowFacilities({ change }: Effect, event: Of<"gateway.started">): Promise<void> {
  const { site, gateway, at, data } = event;
  // A gateway of before they were told says nothing of them.
  if (data.facilities === undefined) return;
  const newest = await change
    .selectFrom("facility_point")
    .select("told_at")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .orderBy("told_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest !== undefined && newest.told_at > at.wall) return;
  await change.deleteFrom("facility_point").where("site", "=", site).where("gateway", "=", gateway).execute();
  const rows = data.facilities.flatMap(({ id: facility, name: facility_name, kind: facility_kind, responsible, points }) =>
    points.map(({ id: point, ...rest }) => ({ facility, point, facility_name, facility_kind, responsible, ...rest })),
  );
  const once = new Map(rows.map((row) => [`${row.facility}/${row.point}`, row]));
  for (const [place, row] of [...once.values()].entries())
    await change
      .insertInto("facility_point")
      .values({ ...row, site, gateway, place, told_at: at.wall })
      .execute();
}
