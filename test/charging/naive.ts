// A second pricing of charges, naive on purpose: it goes through a session second by second and adds fractions up. It shares nothing with the real one but the words of a price.
import type { BillAbout } from "#gateway/core/charging/price/bill.ts";
import type { PriceVersion } from "#gateway/core/charging/price/types.ts";
import type { Slice } from "#gateway/core/charging/price/usage.ts";

interface Second {
  readonly band: number;
  readonly tier: number;
  readonly energy: number;
  readonly payEnergy: number;
  readonly payTime: boolean;
}

function bandOf(version: PriceVersion, wallSeconds: number): number {
  const ofDay = (((wallSeconds + 28_800) % 86_400) + 86_400) % 86_400;
  return version.bands.findIndex(({ spans }) => spans.some(({ from, until }) => from <= ofDay && ofDay < until));
}

function walk(version: PriceVersion, slices: readonly Slice[], quota_mWh: number): Second[] {
  const seconds: Second[] = [];
  let quota = quota_mWh;
  const deducts = version.free?.whenExceeded === "deducted";
  const freeSeconds = deducts ? (version.free?.seconds ?? 0) : 0;
  let ownFree = deducts ? (version.free?.energy_mWh ?? 0) : 0;
  for (const { from, ms, energy_mWh, power_mW } of slices) {
    const length = ms / 1000;
    let tier = version.tiers.table.length - 1;
    for (let n = version.tiers.table.length - 1; n >= 0; n -= 1) {
      const upTo = version.tiers.table[n]?.upTo_mW;
      if (upTo === undefined || (power_mW ?? 0) <= upTo) tier = n;
    }
    let given = 0;
    for (let n = 1; n <= length; n += 1) {
      const energy = Math.floor(((energy_mWh ?? 0) * n) / length) - given;
      given += energy;
      const payTime = seconds.length >= freeSeconds;
      let payEnergy = payTime ? energy : 0;
      const own = Math.min(payEnergy, ownFree);
      // Within free time the session's own free energy runs down as well: it counts the first kilowatt hours of a session, paid or not.
      ownFree -= payTime ? own : Math.min(energy, ownFree);
      payEnergy -= own;
      const monthly = Math.min(payEnergy, quota);
      quota -= monthly;
      payEnergy -= monthly;
      seconds.push({ band: bandOf(version, from / 1000 + n - 1), tier, energy, payEnergy, payTime });
    }
  }
  return seconds;
}

function round(over: bigint, under: bigint, way: string): number {
  const whole = over / under;
  const rest = over - whole * under;
  if (way === "up") return Number(rest > 0n ? whole + 1n : whole);
  return Number(way === "half-up" && rest + rest >= under ? whole + 1n : whole);
}

function serviceOf(version: PriceVersion, seconds: readonly Second[]): number {
  const { service, tiers, rounding } = version;
  if (service.kind === "free") return 0;
  if (service.kind === "session") return service.price_fen;
  if (service.kind === "energy") {
    let sum = 0n;
    for (const one of seconds) sum += BigInt(one.payEnergy) * BigInt(service.rates[one.band] ?? 0);
    return round(sum, 100_000_000n, rounding);
  }
  let highest = 0;
  for (let tier = 1; tier < tiers.table.length; tier += 1) {
    const held = seconds.filter((one) => one.tier >= tier).length;
    if (held > 0 && held >= tiers.hold_s) highest = tier;
  }
  // A common denominator of all units.
  let common = 1n;
  for (const { per_s } of service.rates) common *= BigInt(per_s);
  let sum = 0n; // in hundredths of a fen / common
  let used = 0n; // units / common
  let paidSeconds = 0;
  for (const one of seconds) {
    if (!one.payTime) continue;
    paidSeconds += 1;
    const { per_s, rate } = service.rates[tiers.by === "highest" ? highest : one.tier] ?? { per_s: 1, rate: 0 };
    sum += (common / BigInt(per_s)) * BigInt(rate);
    used += common / BigInt(per_s);
  }
  if (service.part === "up" && paidSeconds > 0) {
    const last = tiers.by === "highest" ? highest : (seconds.at(-1)?.tier ?? 0);
    const [first] = service.rates;
    if (new Set(service.rates.map(({ per_s }) => per_s)).size === 1) {
      const per = first?.per_s ?? 1;
      for (let n = paidSeconds; n % per !== 0; n += 1) sum += (common / BigInt(per)) * BigInt(service.rates[last]?.rate ?? 0);
    } else if (used % common !== 0n) sum += (common - (used % common)) * BigInt(first?.rate ?? 0);
  }
  return round(sum, common * 100n, rounding);
}

export interface NaiveBill {
  readonly electricity_fen: number;
  readonly service_fen: number;
  readonly occupied_fen: number;
  readonly total_fen: number;
  readonly refund_fen: number;
}

export function naiveBill(
  version: PriceVersion,
  slices: readonly Slice[],
  asked: { readonly about: BillAbout; readonly quota_mWh: number },
): NaiveBill {
  const { about, quota_mWh } = asked;
  const seconds = walk(version, slices, quota_mWh);
  const energy = seconds.reduce((sum, one) => sum + one.energy, 0);
  const { free, electricity, rounding } = version;
  let [electric, service] = [0, 0];
  const within =
    free !== undefined &&
    (free.seconds === undefined || seconds.length <= free.seconds) &&
    (free.energy_mWh === undefined || energy <= free.energy_mWh);
  if (!within) {
    if (electricity.kind === "energy") {
      let sum = 0n;
      for (const one of seconds) sum += BigInt(one.payEnergy) * BigInt(electricity.rates[one.band] ?? 0);
      electric = round(sum, 100_000_000n, rounding);
    }
    service = serviceOf(version, seconds);
    let best = { service: 0, electric: 0 };
    for (const { groups, of, percentOff } of version.discounts) {
      if (groups.every((group) => !about.groups.includes(group))) continue;
      const off = {
        service: round(BigInt(service * percentOff), 100n, rounding),
        electric: of === "everything" ? round(BigInt(electric * percentOff), 100n, rounding) : 0,
      };
      if (off.service + off.electric > best.service + best.electric) best = off;
    }
    service -= best.service;
    electric -= best.electric;
    if (about.ended === "ordinary") service += Math.max(0, (version.minimum_fen ?? 0) - service - electric);
    const above = Math.max(0, service + electric - (version.cap_fen ?? Number.POSITIVE_INFINITY));
    electric -= Math.max(0, above - service);
    service = Math.max(0, service - above);
  }
  if (about.paid_fen !== undefined) {
    const above = Math.max(0, service + electric - about.paid_fen);
    electric -= Math.max(0, above - service);
    service = Math.max(0, service - above);
  }
  let occupied = 0;
  const kept = Math.floor((about.occupied_ms ?? 0) / 1000);
  if (version.occupied !== undefined) {
    const { grace_s, per_s, price_fen, part, cap_fen } = version.occupied;
    for (let at = grace_s; part === "up" ? at < kept : at + per_s <= kept; at += per_s) occupied += price_fen;
    occupied = Math.min(occupied, cap_fen);
  }
  const total = electric + service + occupied;
  return {
    electricity_fen: electric,
    service_fen: service,
    occupied_fen: occupied,
    total_fen: total,
    refund_fen: Math.max(0, (about.paid_fen ?? 0) - total),
  };
}
