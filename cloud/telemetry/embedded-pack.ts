// From points to blocks of bytes: every series and every gateway has a number, given when it is first seen; its name goes with the batch that brings it.
import type SqliteDatabase from "better-sqlite3";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { BlockWriter } from "./block.ts";
import { seriesName } from "./port.ts";

export const qualities = ["good", "stale", "bad"] as const satisfies readonly Quality[];

export interface Named {
  readonly id: number;
  readonly name: string;
}
export interface NamedSeries extends Named {
  readonly source: number;
}

/** What the writer is given. */
export interface Packed {
  readonly sources: readonly Named[];
  readonly series: readonly NamedSeries[];
  readonly blocks: readonly { readonly source: number; readonly hour: number; readonly data: Uint8Array<ArrayBuffer> }[];
}

/** What is measured at one thing: the gateway it is of, and the numbers of its fields. */
interface Thing {
  readonly measurement: string;
  readonly tags: TelemetryPoint["tags"];
  readonly source: number;
  readonly fields: Map<string, number>;
}

const million = 1_000_000n;

/** `db` is the file that the blocks are for; nobody else gives numbers in it. */
export function packing(db: SqliteDatabase.Database): (points: readonly TelemetryPoint[]) => Packed {
  const findSeries = db.prepare("SELECT id, source FROM series WHERE name = ?").safeIntegers(false);
  const findSource = db.prepare("SELECT id FROM source WHERE name = ?").safeIntegers(false).pluck();
  const highest = (table: "series" | "source"): number =>
    (db.prepare(`SELECT max(id) FROM ${table}`).safeIntegers(false).pluck().get() as number | null) ?? 0;
  const given = { series: highest("series"), source: highest("source") };
  const sources = new Map<string, number>();
  const series = new Map<string, number>();
  const things = new Map<string, Thing>();
  /** Whoever reads the same names again and again hands over the same object. */
  const byTags = new WeakMap<object, Thing>();
  let news: { sources: Named[]; series: NamedSeries[] } = { sources: [], series: [] };

  function sourceOf(name: string): number {
    const known = sources.get(name) ?? (findSource.get(name) as number | undefined);
    const id = known ?? ++given.source;
    if (known === undefined) news.sources.push({ id, name });
    sources.set(name, id);
    return id;
  }

  function seriesOf(name: string, source: number): number {
    const here = series.get(name);
    if (here !== undefined) return here;
    const known = findSeries.get(name) as { id: number; source: number } | undefined;
    const id = known?.id ?? ++given.series;
    // A file of before gateways were known says 0.
    if (known?.source !== source) news.series.push({ id, name, source });
    series.set(name, id);
    return id;
  }

  function thingOf({ measurement, tags }: TelemetryPoint): Thing {
    const same = byTags.get(tags);
    if (same?.measurement === measurement) return same;
    const text = `${measurement} ${JSON.stringify(tags)}`;
    const thing = things.get(text) ?? {
      ...{ measurement, tags, fields: new Map<string, number>() },
      source: sourceOf(`${tags.site ?? ""}/${tags.gateway ?? ""}`),
    };
    things.set(text, thing);
    byTags.set(tags, thing);
    return thing;
  }

  function fieldOf(thing: Thing, field: string): number {
    const known = thing.fields.get(field);
    if (known !== undefined) return known;
    const { measurement, tags, source } = thing;
    const id = seriesOf(seriesName({ measurement, tags, field }), source);
    thing.fields.set(field, id);
    return id;
  }

  return (points) => {
    const blocks: { source: number; hour: number; block: BlockWriter }[] = [];
    let open: (typeof blocks)[number] | undefined;
    for (const point of points) {
      const thing = thingOf(point);
      const { source } = thing;
      const ns = Number((point.time_ns % million) + million) % 1e6;
      const ms = Number((point.time_ns - BigInt(ns)) / million);
      const hour = Math.floor(ms / hourMs);
      if (open?.hour !== hour || open.source !== source) {
        open = blocks.find((one) => one.hour === hour && one.source === source);
        if (open === undefined) {
          open = { source, hour, block: new BlockWriter(hour) };
          blocks.push(open);
        }
      }
      let count = 0;
      for (const _ in point.fields) count += 1;
      open.block.point({ ms, ns, quality: qualities.indexOf(point.quality), count });
      for (const field in point.fields) open.block.value(fieldOf(thing, field), point.fields[field] ?? 0);
    }
    const packed = { ...news, blocks: blocks.map(({ source, hour, block }) => ({ source, hour, data: block.take() })) };
    news = { sources: [], series: [] };
    return packed;
  };
}
