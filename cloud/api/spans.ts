// What every curve asks for: a time of at most a month (three years by the hour), single readings or minutes and hours, and an engine that may be away.
import Type from "typebox";
import type { Queries } from "#cloud/store/store.ts";
import { type Series, type Telemetry, TelemetryTrouble } from "#cloud/telemetry/port.ts";
import { gapView } from "#cloud/views/views.ts";
import { time } from "#cloud/views/words.ts";
import { GapView } from "#protocols/api/gaps.ts";
import { dayMs, fromRfc3339, hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { ApiProblem } from "./problem.ts";

/** Of the question. */
export const Span = {
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  /** Minutes or hours instead of single readings. */
  step: Type.Optional(Type.Enum(["1m", "1h"])),
};
/** Of the answer. */
export const Samples = {
  samples: Type.Array(Type.Object({ at: Type.String(), value: Type.Integer(), quality: Type.Enum(["good", "stale", "bad"]) })),
  step: Type.Optional(Type.Enum(["1m", "1h"])),
  buckets: Type.Optional(
    Type.Array(Type.Object({ at: Type.String(), count: Type.Integer(), min: Type.Integer(), max: Type.Integer(), mean: Type.Number() })),
  ),
  gaps: Type.Array(GapView, { description: "readings of this gateway that are known to be lost or thinned in this time" }),
};

export interface SpanAsked {
  readonly from?: string;
  readonly to?: string;
  readonly step?: "1m" | "1h";
}

/** The store looks through it hour by hour: whoever asks for a century must not hold up everybody else. */
const longestSpanMs = 31 * dayMs;
const longestOfHoursMs = 3 * 366 * dayMs;

export function spanOf({ from, to, step }: SpanAsked, now: number): { readonly since: Wall; readonly until: Wall } {
  const until = to === undefined ? wall(now) : fromRfc3339(to);
  const since = from === undefined ? wall((until ?? now) - hourMs) : fromRfc3339(from);
  if (until === undefined || since === undefined)
    throw new ApiProblem(400, {
      code: "no-time",
      zh: "from、to 应为 RFC 3339 时间",
      en: "from and to are RFC 3339 times",
      hint_zh: "2026-11-25T08:00:00+08:00",
      hint_en: "2026-11-25T08:00:00+08:00",
    });
  if (since >= until || until - since > (step === "1h" ? longestOfHoursMs : longestSpanMs))
    throw new ApiProblem(400, {
      code: "no-span",
      zh: "from 须早于 to，且相差不超过 31 天（step=1h 时三年）",
      en: "from lies before to, and at most 31 days (three years with step=1h)",
      hint_zh: "分段查询",
      hint_en: "ask in parts",
    });
  return { since, until };
}

/** An engine elsewhere may be down: what it holds is not lost, and cannot be shown. */
export async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TelemetryTrouble)) throw error;
    throw new ApiProblem(503, {
      code: "telemetry-engine",
      zh: "遥测引擎暂时没有应答",
      en: "the telemetry engine does not answer",
      hint_zh: "数据不会丢失，稍后再试",
      hint_en: "nothing is lost; try again later",
    });
  }
}

async function lostReadings(
  read: Queries,
  { site, gateway }: { readonly site: string; readonly gateway: string },
  { since, until }: { since: Wall; until: Wall },
): Promise<GapView[]> {
  const rows = await read
    .selectFrom("gap")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("stream", "=", "bulk")
    .where("to_at", ">=", since)
    .where((eb) => eb.or([eb("from_at", "is", null), eb("from_at", "<", until)]))
    .orderBy("to_at")
    .limit(200)
    .execute();
  return rows.map(gapView);
}

export interface CurveOf {
  readonly read: Queries;
  readonly telemetry: Telemetry;
  readonly place: { readonly site: string; readonly gateway: string };
  readonly series: Series;
  readonly asked: SpanAsked;
  readonly now: number;
}

/** A gap between samples is a gap. */
export async function curveOf({ read, telemetry, place, series, asked, now }: CurveOf) {
  const { step } = asked;
  const { since, until } = spanOf(asked, now);
  const span = { series, from: since, to: until, limit: step === undefined ? 10_000 : 50_000 };
  const gaps = await lostReadings(read, place, { since, until });
  if (step !== undefined) {
    const buckets = await answered(telemetry.aggregate({ ...span, step }));
    return { gaps, samples: [], step, buckets: buckets.map(({ from: begin, ...rest }) => ({ at: time(begin), ...rest })) };
  }
  const samples = await answered(telemetry.range(span));
  return {
    gaps,
    samples: samples.map(({ time_ns, value, quality }) => ({ at: time(Number(time_ns / 1_000_000n)), value, quality })),
  };
}
