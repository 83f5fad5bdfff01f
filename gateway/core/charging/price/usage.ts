// What a session has used, gathered so that any price of its version can be computed from it: time and energy by hour of the day and by power.
// It is all that must be remembered of a session to bill it, however long it was and however often it was interrupted.
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { Band, PriceVersion, Tiers } from "./types.ts";

/** A part of a session. Energy that is not known is null: it is never guessed, and never billed. */
export interface Slice {
  readonly from: Wall;
  readonly ms: number;
  readonly energy_mWh: number | null;
  /** What was drawn; null where it was not seen: then the lowest tier is taken. */
  readonly power_mW: number | null;
}

export interface Cell {
  readonly band: number;
  readonly tier: number;
  readonly ms: number;
  readonly energy_mWh: number;
  /** Of these, within the free time or the free energy. */
  readonly free_ms: number;
  readonly free_mWh: number;
}

export interface Usage {
  readonly cells: readonly Cell[];
  readonly ms: number;
  readonly energy_mWh: number;
  /** Time of which the energy is not known. */
  readonly unmetered_ms: number;
  /** The tier of the newest part. */
  readonly last: number;
  /** Free energy of the month that is left. */
  readonly quota_mWh: number;
}

export const noUsage = (quota_mWh = 0): Usage => ({ cells: [], ms: 0, energy_mWh: 0, unmetered_ms: 0, last: 0, quota_mWh });

const day_ms = 86_400_000;
const chinaOffset_ms = 8 * 3_600_000;

/** The band of this moment, and how long it still lasts. */
export function bandAt(bands: readonly Band[], at: Wall): { readonly band: number; readonly ms: number } {
  const ofDay = (((at + chinaOffset_ms) % day_ms) + day_ms) % day_ms;
  for (const [band, { spans }] of bands.entries())
    for (const { from, until } of spans) if (ofDay >= from * 1000 && ofDay < until * 1000) return { band, ms: until * 1000 - ofDay };
  throw new RangeError(`no band at ${ofDay} ms of the day: the file's check refuses such a table`);
}

export function tierOf({ table }: Tiers, power_mW: number | null): number {
  const found = table.findIndex(({ upTo_mW }) => upTo_mW === undefined || (power_mW ?? 0) <= upTo_mW);
  return found < 0 ? table.length - 1 : found;
}

/** The slice is cut where the hour's band changes and where the free time ends; its energy is shared by time, the earlier part rounded down to whole mWh. */
export function useSlice(version: PriceVersion, before: Usage, slice: Slice): Usage {
  if (!(slice.ms >= 0) || (slice.energy_mWh !== null && slice.energy_mWh < 0))
    throw new RangeError("a slice has a length, and no negative energy");
  // A meter lags: energy that is seen when the time is over.
  if (slice.ms === 0) return atOnce(version, before, slice);
  let usage = before;
  let passed = 0;
  let given = 0;
  while (passed < slice.ms) {
    const { band, ms } = bandAt(version.bands, (slice.from + passed) as Wall);
    const free = freeTimeLeft(version, usage);
    const length = Math.min(ms, slice.ms - passed, free > 0 ? free : Number.POSITIVE_INFINITY);
    passed += length;
    const upTo =
      slice.energy_mWh === null ? 0 : passed === slice.ms ? slice.energy_mWh : Math.floor((slice.energy_mWh * passed) / slice.ms);
    const part = { ms: length, energy_mWh: slice.energy_mWh === null ? null : upTo - given, free: free > 0 };
    usage = added(version, usage, { ...part, band, tier: tierOf(version.tiers, slice.power_mW) });
    given = upTo;
  }
  return usage;
}

function atOnce(version: PriceVersion, usage: Usage, { from, energy_mWh, power_mW }: Slice): Usage {
  const { band } = bandAt(version.bands, from);
  return added(version, usage, { ms: 0, energy_mWh, free: freeTimeLeft(version, usage) > 0, band, tier: tierOf(version.tiers, power_mW) });
}

function freeTimeLeft({ free }: PriceVersion, { ms }: Usage): number {
  return free?.seconds === undefined || free.whenExceeded === "counted" ? 0 : Math.max(0, free.seconds * 1000 - ms);
}

interface Part {
  readonly ms: number;
  readonly energy_mWh: number | null;
  readonly free: boolean;
  readonly band: number;
  readonly tier: number;
}

/** Free energy: the session's own first, then the month's. */
function freeEnergy({ free }: PriceVersion, usage: Usage, part: Part): { readonly own: number; readonly monthly: number } {
  const energy = part.energy_mWh ?? 0;
  if (part.free) return { own: energy, monthly: 0 };
  const allowed = free?.energy_mWh === undefined || free.whenExceeded === "counted" ? 0 : free.energy_mWh;
  const own = Math.min(energy, Math.max(0, allowed - usage.energy_mWh));
  return { own, monthly: Math.min(energy - own, usage.quota_mWh) };
}

function added(version: PriceVersion, usage: Usage, part: Part): Usage {
  const { band, tier, ms } = part;
  const energy_mWh = part.energy_mWh ?? 0;
  const { own, monthly } = freeEnergy(version, usage, part);
  const known = usage.cells.find((cell) => cell.band === band && cell.tier === tier);
  const cell: Cell = {
    band,
    tier,
    ms: (known?.ms ?? 0) + ms,
    energy_mWh: (known?.energy_mWh ?? 0) + energy_mWh,
    free_ms: (known?.free_ms ?? 0) + (part.free ? ms : 0),
    free_mWh: (known?.free_mWh ?? 0) + own + monthly,
  };
  const cells = known === undefined ? [...usage.cells, cell] : usage.cells.map((one) => (one === known ? cell : one));
  return {
    cells: cells.toSorted((a, b) => a.band - b.band || a.tier - b.tier),
    ms: usage.ms + ms,
    energy_mWh: usage.energy_mWh + energy_mWh,
    unmetered_ms: usage.unmetered_ms + (part.energy_mWh === null ? ms : 0),
    last: tier,
    quota_mWh: usage.quota_mWh - monthly,
  };
}
