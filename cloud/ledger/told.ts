// Whom a rung of the ladder tells: one notice of the notifier's own a rung, written with its step; and how far each of them came.
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import type { HazardNotice } from "#protocols/api/hazards.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import type { Rung } from "./clocks.ts";

/** As the notifier's table of rules names it. */
const rule = "ledger.escalated";
const subject = (hazard: string): string => `hazard/${hazard}`;
/** Whoever is off duty reads it when he comes; later than this nobody was told. */
const toldWithin_ms = 31 * dayMs;

export async function tellOfRung(
  change: Change,
  { id, site, place, zh, en }: Row<"hazard">,
  { rung, seq, at }: { readonly rung: Rung; readonly seq: number; readonly at: number },
): Promise<void> {
  if (rung.tells.length === 0) return;
  await change
    .insertInto("notice")
    .values({
      ...{ id: `${rule}/${id}/${seq}`, alarm: subject(id), site, kind: "reminder", rule, source: place, count: 1, at, taken: 0 },
      ...{ priority: rung.level === 0 ? 4 : 3, level: rung.level, roles: JSON.stringify(rung.tells) },
      ...{ zh: `${rung.zh}：${zh}（${id}）`, en: `${rung.en}: ${en} (${id})` },
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** Of one hazard, in the order of its steps. No address of a channel is in it. */
export async function noticesOf(
  read: Queries,
  hazard: string,
  channels: readonly { readonly id: string; readonly name: string }[],
): Promise<HazardNotice[]> {
  const notices = await read.selectFrom("notice").selectAll().where("alarm", "=", subject(hazard)).orderBy("at").orderBy("id").execute();
  const views: HazardNotice[] = [];
  for (const { id, at, roles, taken } of notices) {
    const rows = await read
      .selectFrom("delivery")
      .selectAll()
      .where("made_at", ">=", Number(at))
      .where("made_at", "<=", Number(at) + toldWithin_ms)
      .where("notices", "like", `%"${id}"%`)
      .orderBy("made_at")
      .orderBy("id")
      .execute();
    views.push({
      ...{
        step: Number(id.slice(id.lastIndexOf("/") + 1)),
        at: time(at),
        roles: JSON.parse(roles ?? "[]") as string[],
        planned: taken === 1,
      },
      deliveries: rows.map(({ channel, state, tries, ended_at }) => ({
        channel: channels.find((one) => one.id === channel)?.name ?? channel,
        ...{ state: state as "waiting", tries, ended: maybeTime(ended_at) },
      })),
    });
  }
  return views.sort((a, b) => a.step - b.step);
}
