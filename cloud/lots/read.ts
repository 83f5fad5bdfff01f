// Occupancy of a compound's lots, read from its stays; and the times of which nothing is known: a gateway that is not connected, and one that stood still before it started again.
import type { Queries } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import type { LotOccupancy, Occupancy } from "#protocols/api/occupancy.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { heatOf, type Point, type Span, type Stood, stepsOf } from "./occupancy.ts";

const weeksBack_ms = 28 * dayMs;
/** A gateway says how it is every five minutes: one that said nothing for twice as long before it started had stood still. */
const quiet_ms = 10 * minuteMs;

interface Stay extends Stood {
  readonly gateway: string;
  readonly lot: string;
}

async function staysOf(read: Queries, site: string, { from, to }: Span): Promise<readonly Stay[]> {
  const columns = ["gateway", "lot", "entered_at", "left_at", "state"] as const;
  const rows = await read
    .selectFrom("visit")
    .select([...columns])
    .where("site", "=", site)
    .where("entered_at", "<", to)
    .where((eb) => eb.or([eb("left_at", "is", null), eb("left_at", ">", from)]))
    .execute();
  // Gone, and nobody knows when: it is not counted as standing there for ever.
  return rows.flatMap(({ gateway, lot, entered_at, left_at, state }) =>
    lot === null || entered_at === null || (left_at === null && state === "gone") ? [] : [{ gateway, lot, entered_at, left_at }],
  );
}

export async function unknownOf(
  read: Queries,
  { site, gateway }: { site: string; gateway: string },
  { from, to }: Span,
): Promise<readonly Span[]> {
  const of = () => read.selectFrom("event").where("site", "=", site).where("gateway", "=", gateway);
  const starts = await of().select("at").where("type", "=", "gateway.started").where("at", ">=", from).where("at", "<", to).execute();
  const stood = await Promise.all(
    starts.map(async ({ at }) => {
      const before = await of()
        .select((eb) => eb.fn.max("at").as("at"))
        .where("at", "<", at)
        .executeTakeFirst();
      const last = before?.at === null || before?.at === undefined ? undefined : Number(before.at);
      return last === undefined || at - last <= quiet_ms ? [] : [{ from: last, to: at }];
    }),
  );
  const known = await read
    .selectFrom("gateway")
    .select(["state", "since", "last_event_at"])
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .executeTakeFirst();
  // One that was never heard of itself has nothing to be silent about.
  const last = Math.max(known?.last_event_at ?? 0, known?.since ?? 0);
  const away = known === undefined || known.state === "online" || last === 0 ? [] : [{ from: last, to }];
  return [...stood.flat(), ...away];
}

/** Before the first that we know of there is nothing to say. */
async function knownFrom(read: Queries, { site, gateway }: { site: string; gateway: string }, stays: readonly Stay[]): Promise<number> {
  const first = await read
    .selectFrom("event")
    .select((eb) => eb.fn.min("at").as("at"))
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .executeTakeFirst();
  const heard = first?.at === null || first?.at === undefined ? Number.POSITIVE_INFINITY : Number(first.at);
  return Math.min(heard, ...stays.map(({ entered_at }) => entered_at));
}

const told = (points: readonly Point[], by = 0) => points.map(({ at, taken }) => ({ at: time(at + by), taken }));

export async function readOccupancy(read: Queries, site: string, now: number): Promise<Occupancy> {
  const month: Span = { from: now - weeksBack_ms, to: now };
  const stays = await staysOf(read, site, month);
  const named = await read.selectFrom("lot").selectAll().where("site", "=", site).orderBy("gateway").orderBy("place").execute();
  const keys = new Map<string, { gateway: string; lot: string; name: string; within: string | null; capacity: number | null }>(
    named.map(({ gateway, lot, name, within, capacity }) => [`${gateway} ${lot}`, { gateway, lot, name, within, capacity }]),
  );
  for (const { gateway, lot } of stays)
    if (!keys.has(`${gateway} ${lot}`)) keys.set(`${gateway} ${lot}`, { gateway, lot, name: lot, within: null, capacity: null });
  const gateways = new Map<string, readonly Span[]>();
  for (const { gateway } of keys.values()) {
    if (gateways.has(gateway)) continue;
    const own = stays.filter((one) => one.gateway === gateway);
    const from = await knownFrom(read, { site, gateway }, own);
    gateways.set(gateway, [{ from: month.from, to: Math.min(now, from) }, ...(await unknownOf(read, { site, gateway }, month))]);
  }
  const lots = [...keys.values()].map((one): LotOccupancy => {
    const of = (lot: string): readonly Stay[] => stays.filter((stay) => stay.gateway === one.gateway && stay.lot === lot);
    const inner = [...keys.values()].filter(({ gateway, within }) => gateway === one.gateway && within === one.lot);
    const given = { unknown: gateways.get(one.gateway) ?? [], less: inner.flatMap(({ lot }) => of(lot)) };
    const steps = (from: number, to: number) => stepsOf(of(one.lot), { from, to }, given);
    const day = steps(now - dayMs, now);
    return {
      ...one,
      taken: day.at(-1)?.taken ?? null,
      day: told(day),
      day_before: told(steps(now - 2 * dayMs, now - dayMs), dayMs),
      week: heatOf(steps(month.from, now), now).map((hours) => [...hours]),
    };
  });
  return { from: time(now - dayMs), to: time(now), lots };
}
