// By which limits a gateway protected a station at a moment: what it said then that it runs, and the texts that it said or was sent. What nobody has said is not known, and nothing stands in for it.
import { parseDocument } from "yaml";
import type { Queries } from "#cloud/store/store.ts";
import { parseLimits } from "#gateway/config/limits-file.ts";
import type { Limits } from "#gateway/core/charging/limits.ts";
import type { DocumentKind } from "#protocols/uplink/documents.ts";
import type { EventData } from "#protocols/uplink/events.ts";

export interface StationAt {
  readonly site: string;
  readonly gateway: string;
  readonly station: string;
  readonly at: number;
}

export interface LimitsHeld {
  readonly limits: Limits | undefined;
  /** At most so often a value is told to the cloud, as the site file has it. */
  readonly interval_ms: number;
  /** On which the station hangs; undefined: it is not said, or it is put together of several. */
  readonly line: string | undefined;
}

/** What a site file says when it says nothing of it. */
const usualInterval_ms = 2_000;

type Running = EventData<"config.running">;
type Item = Running["items"][number];
type Thing = Readonly<Record<string, unknown>>;
const isThing = (value: unknown): value is Thing => typeof value === "object" && value !== null && !Array.isArray(value);
const things = (value: unknown): readonly Thing[] => (Array.isArray(value) ? value.filter(isThing) : []);

/** The newest word of before; of a gateway that had said nothing yet, its first after. */
async function itemsAt(read: Queries, { site, gateway, at }: StationAt): Promise<readonly Item[]> {
  const said = read
    .selectFrom("event")
    .select("data")
    .where("type", "=", "config.running")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .limit(1);
  const row = await said.where("at", "<=", at).orderBy("ordinal", "desc").executeTakeFirst();
  return row === undefined ? [] : (JSON.parse(row.data) as Running).items;
}

async function textOf(read: Queries, { site, gateway }: StationAt, { kind, name, version, hash }: Item): Promise<string | undefined> {
  if (hash === null) return undefined;
  const of = version > 0 ? ("document" as const) : ("local_text" as const);
  const row = await read
    .selectFrom(of)
    .select("text")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .where("hash", "=", hash)
    .executeTakeFirst();
  return row?.text;
}

function siteIn(text: string | undefined): Thing {
  try {
    const site: unknown = parseDocument(text ?? "").toJS({ maxAliasCount: 20 });
    return isThing(site) ? site : {};
  } catch {
    return {};
  }
}

export async function limitsHeld(read: Queries, asked: StationAt): Promise<LimitsHeld> {
  const items = await itemsAt(read, asked);
  const itemOf = (kind: DocumentKind, name: unknown): Item | undefined => items.find((one) => one.kind === kind && one.name === name);
  const siteItem = itemOf("site", "site");
  const site = siteIn(siteItem === undefined ? undefined : await textOf(read, asked, siteItem));
  const interval = isThing(site.telemetry) ? site.telemetry.interval_ms : undefined;
  const interval_ms = typeof interval === "number" && interval > 0 ? interval : usualInterval_ms;
  const station = things(site.stations).find(({ id }) => id === asked.station);
  const named = station?.limits;
  const line = typeof station?.line === "string" ? station.line : undefined;
  const item = itemOf("limits", named);
  const text = item === undefined ? undefined : await textOf(read, asked, item);
  const parsed = text === undefined ? undefined : parseLimits(text, String(named));
  return { limits: parsed?.kind === "limits" ? parsed.limits : undefined, interval_ms, line };
}
