// Prices, curves and customers drawn from a seed: sound prices only, of every shape and their mixtures.
import type { BillAbout } from "#gateway/core/charging/price/bill.ts";
import type { Band, PriceVersion, ServicePrice, Tiers } from "#gateway/core/charging/price/types.ts";
import type { Slice } from "#gateway/core/charging/price/usage.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import { type Chance, chance } from "#sim/chance.ts";

function bandsOf(luck: Chance): Band[] {
  const count = luck.whole(1, 4);
  const edges = [...new Set([0, 86_400, ...Array.from({ length: luck.whole(0, 5) }, () => luck.whole(1, 95) * 900)])].sort((a, b) => a - b);
  const bands: { id: string; name: { zh: string; en: string }; spans: { from: number; until: number }[] }[] = Array.from(
    { length: count },
    (_, n) => ({
      id: `b${n}`,
      name: { zh: `段${n}`, en: `band ${n}` },
      spans: [],
    }),
  );
  for (const [n, from] of edges.slice(0, -1).entries())
    bands[luck.whole(0, count - 1)]?.spans.push({ from, until: edges[n + 1] ?? 86_400 });
  return bands;
}

function tiersOf(luck: Chance): Tiers {
  if (luck.unit() < 0.3) return { by: "moment", hold_s: 0, table: [{ id: "any", upTo_mW: undefined }] };
  const count = luck.whole(2, 5);
  const table = Array.from({ length: count }, (_, n) => ({ id: `t${n}`, upTo_mW: n === count - 1 ? undefined : (n + 1) * 150_000 }));
  return luck.unit() < 0.5 ? { by: "moment", hold_s: 0, table } : { by: "highest", hold_s: luck.whole(1, 30) * 60, table };
}

function serviceOf(luck: Chance, bands: readonly Band[], tiers: Tiers): ServicePrice {
  const kind = luck.pick(["energy", "time", "time", "time", "session", "free"] as const);
  if (kind === "free") return { kind };
  if (kind === "session") return { kind, price_fen: luck.whole(0, 200) };
  if (kind === "energy") return { kind, rates: bands.map(() => luck.whole(0, 9_000)) };
  const shape = luck.pick(["same-length", "same-price", "exact"] as const);
  const per_s = luck.pick([600, 1_800, 3_600, 14_400]);
  const rate = luck.whole(100, 10_000);
  const rates = tiers.table.map((_, n) => ({
    per_s: shape === "same-length" ? per_s : Math.max(60, Math.floor(14_400 / (n + 1))),
    rate: shape === "same-price" ? rate : rate + n * luck.whole(0, 700),
  }));
  return { kind, part: shape === "exact" ? "exact" : "up", rates };
}

export function randomVersion(luck: Chance): PriceVersion {
  const bands = bandsOf(luck);
  const tiers = tiersOf(luck);
  const some = <T>(share: number, make: () => T): T | undefined => (luck.unit() < share ? make() : undefined);
  const cap = some(0.4, () => luck.whole(50, 900));
  return {
    id: "r",
    from: wall(0),
    until: undefined,
    bands,
    tiers,
    electricity: luck.unit() < 0.25 ? { kind: "included" } : { kind: "energy", rates: bands.map(() => luck.whole(0, 12_000)) },
    service: serviceOf(luck, bands, tiers),
    rounding: luck.pick(["half-up", "down", "up"] as const),
    minimum_fen: some(0.4, () => luck.whole(0, Math.min(150, cap ?? 150))),
    cap_fen: cap,
    free: some(0.5, () =>
      luck.unit() < 0.5
        ? { seconds: luck.whole(1, 90) * 60, energy_mWh: undefined, whenExceeded: luck.pick(["counted", "deducted"] as const) }
        : { seconds: undefined, energy_mWh: luck.whole(1, 400_000), whenExceeded: luck.pick(["counted", "deducted"] as const) },
    ),
    monthly: undefined,
    discounts: Array.from({ length: luck.whole(0, 3) }, (_, n) => ({
      id: `d${n}`,
      name: { zh: "优惠", en: "discount" },
      groups: [luck.pick(["staff", "resident"])],
      of: luck.pick(["service", "everything"] as const),
      percentOff: luck.whole(1, 100),
    })),
    occupied: some(0.5, () => ({
      grace_s: luck.whole(1, 60) * 60,
      per_s: luck.pick([600, 1_800, 3_600]),
      price_fen: luck.whole(1, 100),
      part: luck.pick(["up", "down"] as const),
      cap_fen: luck.whole(100, 500),
    })),
  };
}

export function randomSlices(luck: Chance): Slice[] {
  let from = 1_790_000_000_000 + luck.whole(0, 3_000_000) * 1000;
  return Array.from({ length: luck.whole(1, 25) }, () => {
    const ms = luck.whole(1, 2_400) * 1000;
    const power_mW = luck.unit() < 0.1 ? null : luck.whole(0, 900_000);
    const slice: Slice = {
      from: from as Wall,
      ms,
      power_mW,
      energy_mWh: luck.unit() < 0.1 ? null : Math.round(((power_mW ?? 200_000) * ms) / 3_600_000),
    };
    // Now and then it was interrupted.
    from += ms + (luck.unit() < 0.15 ? luck.whole(1, 7_200) * 1000 : 0);
    return slice;
  });
}

export function randomCase(seed: number): { version: PriceVersion; slices: Slice[]; about: BillAbout; quota_mWh: number } {
  const luck = chance(seed);
  const groups = (["staff", "resident"] as const).filter(() => luck.unit() < 0.4);
  return {
    version: randomVersion(luck),
    slices: randomSlices(luck),
    quota_mWh: luck.unit() < 0.3 ? luck.whole(0, 800_000) : 0,
    about: {
      groups,
      paid_fen: luck.unit() < 0.5 ? luck.whole(10, 800) : undefined,
      ended: luck.unit() < 0.2 ? "fault" : "ordinary",
      occupied_ms: luck.unit() < 0.5 ? luck.whole(0, 20_000) * 1000 : undefined,
    },
  };
}
