// A report: what was taken, who passed, what was charged, what alarmed, between two moments. Read in pages, so that a month of a large compound never stands in memory at once.
import type { Queries } from "#cloud/store/store.ts";
import type { ReportFigure, ReportSource } from "#protocols/api/reports.ts";
import { type EventSource, eventSources, isCounted, keyOf, type Said } from "./sources.ts";

export interface Period {
  readonly site: string;
  readonly from: number;
  readonly to: number;
}

const page = 2_000;

interface Read {
  readonly ordinal: number;
  readonly type: string;
  readonly at: number;
  readonly subject: string | null;
  readonly gateway: string;
  readonly epoch: string;
  readonly stream: string;
  readonly seq: number;
  readonly said: Said;
}

/** Every event of a source in the period, oldest first, a page at a time. */
export async function* eventsOf(read: Queries, source: EventSource, { site, from, to }: Period): AsyncGenerator<Read> {
  let at = from;
  let ordinal = -1;
  for (;;) {
    const rows = await read
      .selectFrom("event")
      .select(["ordinal", "type", "at", "subject", "gateway", "epoch", "stream", "seq", "data"])
      .where("type", "in", [...source.types])
      .where("site", "=", site)
      .where("at", ">=", at)
      .where("at", "<", to)
      .where((eb) => eb.or([eb("at", ">", at), eb("ordinal", ">", ordinal)]))
      .orderBy("at")
      .orderBy("ordinal")
      .limit(page)
      .execute();
    for (const { data, ...row } of rows) {
      const said = JSON.parse(data) as Said;
      if (isCounted(source, { type: row.type, said })) yield { ...row, said };
    }
    const last = rows.at(-1);
    if (rows.length < page || last === undefined) return;
    ({ at, ordinal } = last);
  }
}

class Sums {
  readonly #found = new Map<string, { count: number; amount_fen: number | null; energy_mWh: number | null }>();
  add(key: string, { amount_fen, energy_mWh }: { amount_fen?: number; energy_mWh?: number } = {}): void {
    const sum = this.#found.get(key) ?? { count: 0, amount_fen: null, energy_mWh: null };
    sum.count += 1;
    if (amount_fen !== undefined) sum.amount_fen = (sum.amount_fen ?? 0) + amount_fen;
    if (energy_mWh !== undefined) sum.energy_mWh = (sum.energy_mWh ?? 0) + energy_mWh;
    this.#found.set(key, sum);
  }
  figures(of: ReportSource): ReportFigure[] {
    return [...this.#found].map(([key, sum]) => ({ of, key, ...sum })).sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }
}

async function ofEvents(read: Queries, of: keyof typeof eventSources, period: Period): Promise<ReportFigure[]> {
  const source: EventSource = eventSources[of];
  const sums = new Sums();
  for await (const event of eventsOf(read, source, period))
    sums.add(keyOf(source, event), {
      ...(source.amount_fen === undefined ? {} : { amount_fen: source.amount_fen(event.said) }),
      ...(source.energy_mWh === undefined ? {} : { energy_mWh: source.energy_mWh(event.said) }),
    });
  return sums.figures(of);
}

async function ofPayments(read: Queries, { site, from, to }: Period): Promise<ReportFigure[]> {
  const rows = await read
    .selectFrom("payment")
    .select(({ fn }) => ["method", fn.countAll().as("count"), fn.sum("amount_fen").as("amount")])
    .where("site", "=", site)
    .where("at", ">=", from)
    .where("at", "<", to)
    .groupBy("method")
    .orderBy("method")
    .execute();
  return rows.map(({ method, count, amount }) => ({
    ...{ of: "parking" as const, key: method, count: Number(count), amount_fen: Number(amount), energy_mWh: null },
  }));
}

/** When and by which lane a stay began or ended. */
export const stayEnds = { entries: { at: "entered_at", lane: "lane_in" }, exits: { at: "left_at", lane: "lane_out" } } as const;

async function ofStays(read: Queries, of: keyof typeof stayEnds, { site, from, to }: Period): Promise<ReportFigure[]> {
  const { at, lane } = stayEnds[of];
  const rows = await read
    .selectFrom("visit")
    .select(({ fn }) => [lane, fn.countAll().as("count")])
    .where("site", "=", site)
    .where(at, ">=", from)
    .where(at, "<", to)
    .groupBy(lane)
    .orderBy(lane)
    .execute();
  return rows.map(({ count, ...row }) => ({
    ...{ of, key: (row as Record<string, string | null>)[lane] ?? "", count: Number(count), amount_fen: null, energy_mWh: null },
  }));
}

/** Tests of a maintenance window are no alarms. */
async function ofAlarms(read: Queries, { site, from, to }: Period): Promise<ReportFigure[]> {
  const rows = await read
    .selectFrom("alarm")
    .select(({ fn }) => ["priority", fn.countAll().as("count")])
    .where("site", "=", site)
    .where("test", "is", null)
    .where("first_at", ">=", from)
    .where("first_at", "<", to)
    .groupBy("priority")
    .orderBy("priority")
    .execute();
  return rows.map(({ priority, count }) => ({
    ...{ of: "alarms" as const, key: String(priority), count: Number(count), amount_fen: null, energy_mWh: null },
  }));
}

const moneySources = ["charging-money", "passes", "given-back", "let-off"] as const;
const siteSources = ["passed", "openings", "exceptions", "operators", "sessions", "cuts"] as const;

export interface Rights {
  readonly money: boolean;
  readonly operations: boolean;
  readonly alarms: boolean;
}

export const mayReadSource = (of: ReportSource, { money, operations, alarms }: Rights): boolean =>
  of === "alarms" ? alarms : of === "parking" || (moneySources as readonly string[]).includes(of) ? money : operations;

export async function figuresOf(read: Queries, period: Period, rights: Rights): Promise<ReportFigure[]> {
  const found: ReportFigure[] = [];
  if (rights.money) {
    found.push(...(await ofPayments(read, period)));
    for (const source of moneySources) found.push(...(await ofEvents(read, source, period)));
  }
  if (rights.operations) {
    for (const source of ["entries", "exits"] as const) found.push(...(await ofStays(read, source, period)));
    for (const source of siteSources) found.push(...(await ofEvents(read, source, period)));
  }
  if (rights.alarms) found.push(...(await ofAlarms(read, period)));
  return found;
}

const takes: readonly ReportSource[] = ["parking", "charging-money", "passes", "given-back"];
/** Test money is shown and never counted. */
export const isSandbox = ({ key }: Pick<ReportFigure, "key">): boolean => key === "sandbox";

export const incomeOf = (figures: readonly ReportFigure[]): number =>
  figures.filter((one) => takes.includes(one.of) && !isSandbox(one)).reduce((sum, { amount_fen }) => sum + (amount_fen ?? 0), 0);
export const sandboxOf = (figures: readonly ReportFigure[]): number =>
  figures.filter((one) => takes.includes(one.of) && isSandbox(one)).reduce((sum, { amount_fen }) => sum + (amount_fen ?? 0), 0);
