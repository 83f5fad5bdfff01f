// What a shift hands over: what was done since the one before it, and what is open at this moment.
import { eventsOf, figuresOf, type Period } from "#cloud/reports/report.ts";
import type { Queries } from "#cloud/store/store.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import type { HandoverFigures } from "#protocols/api/handovers.ts";
import type { ReportFigure } from "#protocols/api/reports.ts";
import { type ActionName, actions } from "#protocols/uplink/commands.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";

const mostRows = 50;
/** An exception that is older stands at no gate any more. */
const waits_ms = hourMs;

type Sum = HandoverFigures["cash"];
function sumOf(figures: readonly ReportFigure[], is: (one: ReportFigure) => boolean): Sum {
  const some = figures.filter(is);
  const amount_fen = some.reduce((sum, one) => sum + (one.amount_fen ?? 0), 0);
  return { count: some.reduce((sum, one) => sum + one.count, 0), amount_fen };
}
const countOf = (figures: readonly ReportFigure[], of: ReportFigure["of"]): number => sumOf(figures, (one) => one.of === of).count;

const byCount = (found: ReadonlyMap<string, number>): (readonly [string, number])[] =>
  [...found].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, mostRows);

async function byHand(read: Queries, period: Period): Promise<Pick<HandoverFigures, "openings" | "operators">> {
  const [reasons, people] = [new Map<string, number>(), new Map<string, number>()];
  for await (const { said } of eventsOf(read, { types: ["gate.ordered"], key: "reason" }, period)) {
    const { reason, person } = said as EventData<"gate.ordered">;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    people.set(person, (people.get(person) ?? 0) + 1);
  }
  return {
    openings: byCount(reasons).map(([reason, count]) => ({ reason, count })),
    operators: byCount(people).map(([person, count]) => ({ person, count })),
  };
}

async function drawersOf(read: Queries, period: Period): Promise<HandoverFigures["drawers"]> {
  const found: HandoverFigures["drawers"] = [];
  for await (const { said, gateway, at } of eventsOf(read, { types: ["shift.ended"], key: "person" }, period)) {
    const { person, to, expected_fen, counted_fen } = said as EventData<"shift.ended">;
    found.push({ gateway, person, to, expected_fen, counted_fen, ended: time(at) });
  }
  return found.slice(-mostRows);
}

async function alarmsOf(read: Queries, site: string): Promise<HandoverFigures["alarms"]> {
  const open = await read
    .selectFrom("alarm")
    .select(["id", "priority", "source", "zh", "en", "first_at", "active", "acknowledged_at"])
    .where("site", "=", site)
    .where("open", "=", 1)
    .where("test", "is", null)
    .orderBy("priority")
    .orderBy("first_at")
    .execute();
  const waiting = open.filter(({ acknowledged_at }) => acknowledged_at === null);
  return {
    active: open.filter(({ active }) => active === 1).length,
    unacknowledged: waiting.length,
    rows: waiting
      .slice(0, mostRows)
      .map(({ id, priority, source, zh, en, first_at }) => ({ id, priority, source, zh, en, first: time(first_at) })),
  };
}

async function lanesOf(read: Queries, { site, now }: { site: string; now: number }): Promise<Pick<HandoverFigures, "exceptions" | "kept">> {
  const lanes = await read.selectFrom("lane").selectAll().where("site", "=", site).orderBy("lane").execute();
  return {
    exceptions: lanes.flatMap(({ lane, name, last_what, last_at, last_zh, last_en }) =>
      last_what === "exception" && last_at !== null && now - last_at < waits_ms
        ? [{ lane, name, zh: last_zh ?? "", en: last_en ?? "", at: time(last_at) }]
        : [],
    ),
    kept: lanes.flatMap(({ lane, name, kept, kept_until }) =>
      kept === null ? [] : [{ lane, name, mode: kept, until: maybeTime(kept_until) }],
    ),
  };
}

async function ordersOf(read: Queries, site: string): Promise<HandoverFigures["orders"]> {
  const rows = await read
    .selectFrom("command")
    .select(["id", "action", "person", "reason"])
    .where("site", "=", site)
    .where("state", "=", "waiting")
    .orderBy("asked_at")
    .limit(mostRows)
    .execute();
  return rows.map(({ id, action, person, reason }) => {
    const { zh, en } = actions[action as ActionName];
    return { id, zh, en, person, reason };
  });
}

type Done = Pick<HandoverFigures, "openings" | "operators" | "cash" | "waived" | "given_back" | "drawers" | "cars">;
type Open = Omit<HandoverFigures, keyof Done>;

/** What was done in the period. */
export async function doneIn(read: Queries, period: Period): Promise<Done> {
  const figures = await figuresOf(read, period, { money: true, operations: true, alarms: false });
  return {
    ...(await byHand(read, period)),
    cash: sumOf(figures, ({ of, key }) => (of === "parking" || of === "passes") && key === "cash"),
    waived: sumOf(figures, ({ of }) => of === "let-off"),
    given_back: sumOf(figures, ({ of }) => of === "given-back"),
    drawers: await drawersOf(read, period),
    cars: { entered: countOf(figures, "entries"), left: countOf(figures, "exits") },
  };
}

export const nothingOpen: Open = {
  alarms: { active: 0, unacknowledged: 0, rows: [] },
  ...{ exceptions: [], kept: [], orders: [], offline: [], entries: 0, behind: 0 },
};

async function openAt(read: Queries, site: string, now: number): Promise<Open> {
  const offline = await read
    .selectFrom("gateway")
    .select(["gateway", "since"])
    .where("site", "=", site)
    .where("state", "!=", "online")
    .orderBy("gateway")
    .execute();
  const { n } = await read
    .selectFrom("entry")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("site", "=", site)
    .where("state", "=", "open")
    .executeTakeFirstOrThrow();
  const missing = await read
    .selectFrom("cursor")
    .select(({ fn }) => [fn.sum<number | string | null>("seen_to").as("seen"), fn.sum<number | string | null>("up_to").as("up_to")])
    .where("site", "=", site)
    .executeTakeFirst();
  return {
    alarms: await alarmsOf(read, site),
    ...(await lanesOf(read, { site, now })),
    orders: await ordersOf(read, site),
    offline: offline.map(({ gateway, since }) => ({ gateway, since: maybeTime(since) })),
    entries: Number(n),
    behind: Math.max(0, Number(missing?.seen ?? 0) - Number(missing?.up_to ?? 0)),
  };
}

/** What stands open now, and what was done in the period. */
export const figuresAt = async (read: Queries, period: Period, now: number): Promise<HandoverFigures> => ({
  ...(await doneIn(read, period)),
  ...(await openAt(read, period.site, now)),
});
