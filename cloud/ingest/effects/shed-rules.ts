// From gateway.started: what local fire rules found of each shed. The newest start says all of it; what was broken and is mended is met, and nothing of it stays.
import type { Effect } from "#cloud/store/happening.ts";
import type { Of } from "./events.ts";

export async function knowShedRules({ change }: Effect, event: Of<"gateway.started">): Promise<void> {
  const { site, gateway, at, data } = event;
  // A gateway of before they were held says nothing of them.
  if (data.sheds === undefined || data.sheds.every(({ rules }) => rules === undefined)) return;
  const newest = await change
    .selectFrom("shed_rule")
    .select("told_at")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .orderBy("told_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest !== undefined && newest.told_at > at.wall) return;
  await change.deleteFrom("shed_rule").where("site", "=", site).where("gateway", "=", gateway).execute();
  const rows = data.sheds.flatMap(({ id: shed, name, rules = [] }) => rules.map((one) => ({ shed, shed_name: name, ...one })));
  const once = new Map(rows.map((row) => [`${row.shed} ${row.rule}`, row]));
  for (const [place, row] of [...once.values()].entries())
    await change
      .insertInto("shed_rule")
      .values({ ...row, site, gateway, place, told_at: at.wall })
      .execute();
}
