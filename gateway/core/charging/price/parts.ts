// The two halves of a bill before anything is taken off: electricity, and the service fee.
import type { Fen } from "#protocols/vocabulary/money.ts";
import { type Ratio, ratio, sharedOut } from "./ratio.ts";
import type { ByEnergy, ByTime, PriceVersion, Words } from "./types.ts";
import type { Usage } from "./usage.ts";
import { electricityName, energyLine, kWhText, lengthWords, serviceName, tierWords, timeLine } from "./words.ts";

export type Part = "electricity" | "service" | "occupied";

export interface Line {
  readonly part: Part;
  /** The key of the price file that it comes from. */
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
  readonly amount_fen: Fen;
}

interface Amount extends Words {
  readonly amount: Ratio;
}

const lines = (part: Part, rule: string, { amounts, version }: { amounts: readonly Amount[]; version: PriceVersion }): Line[] => {
  const shares = sharedOut(
    amounts.map(({ amount }) => amount),
    version.rounding,
  );
  return amounts.map(({ zh, en }, at) => ({ part, rule, zh, en, amount_fen: shares[at] as Fen }));
};

const mWhPerkWh = 1_000_000n;

/** The free part of the energy is left out; it has its own line. */
function byEnergy({ rates }: ByEnergy, name: Words, { version, usage }: { version: PriceVersion; usage: Usage }): Amount[] {
  return version.bands.flatMap((band, index) => {
    const mWh = usage.cells.filter((cell) => cell.band === index).reduce((sum, { energy_mWh, free_mWh }) => sum + energy_mWh - free_mWh, 0);
    const rate = rates[index] ?? 0;
    if (mWh === 0) return [];
    const words = energyLine(name, version.bands.length > 1 ? band.name : undefined, { mWh, rate });
    return [{ ...words, amount: ratio(BigInt(mWh) * BigInt(rate), mWhPerkWh * 100n) }];
  });
}

/** Time charged in each tier, without what was free. */
export function tierTimes({ tiers }: PriceVersion, usage: Usage): number[] {
  const own = tiers.table.map((_, tier) =>
    usage.cells.filter((cell) => cell.tier === tier).reduce((sum, { ms, free_ms }) => sum + ms - free_ms, 0),
  );
  if (tiers.by === "moment") return own;
  const highest = highestTier({ tiers }, usage);
  const all = own.reduce((sum, ms) => sum + ms, 0);
  return own.map((_, tier) => (tier === highest ? all : 0));
}

/** The highest that the session held, with all above it, for `hold_s`. */
export function highestTier({ tiers }: Pick<PriceVersion, "tiers">, usage: Usage): number {
  let above = 0;
  for (let tier = tiers.table.length - 1; tier > 0; tier -= 1) {
    above += usage.cells.filter((cell) => cell.tier === tier).reduce((sum, { ms }) => sum + ms, 0);
    if (above > 0 && above >= tiers.hold_s * 1000) return tier;
  }
  return 0;
}

function byTime(price: ByTime, { version, usage }: { version: PriceVersion; usage: Usage }): Amount[] {
  const times = tierTimes(version, usage);
  const found = times.flatMap((ms, tier) => {
    const rate = price.rates[tier];
    if (ms === 0 || rate === undefined) return [];
    return [
      {
        ...timeLine(tierWords(version.tiers, tier), ms, rate),
        amount: ratio(BigInt(ms) * BigInt(rate.rate), BigInt(rate.per_s) * 100_000n),
      },
    ];
  });
  const rest = price.part === "exact" || found.length === 0 ? undefined : filledUp(price, times, { version, usage });
  return rest === undefined ? found : [...found, rest];
}

/** A part of a unit as a whole one. Units of one length: by time, at the tier of the end. Units of one price, each tier its own length: by the share of a unit that is used. */
function filledUp(
  { rates }: ByTime,
  times: readonly number[],
  { version, usage }: { version: PriceVersion; usage: Usage },
): Amount | undefined {
  const words = { zh: "不足一个计费单位，按一个计", en: "a part of a unit is charged as a whole one" };
  const first = rates[0];
  if (first === undefined) return undefined;
  if (rates.every(({ per_s }) => per_s === first.per_s)) {
    const unit = first.per_s * 1000;
    const missing = (unit - (times.reduce((sum, ms) => sum + ms, 0) % unit)) % unit;
    const end = version.tiers.by === "highest" ? highestTier(version, usage) : usage.last;
    const rate = rates[end] ?? first;
    return missing === 0 ? undefined : { ...words, amount: ratio(BigInt(missing) * BigInt(rate.rate), BigInt(unit) * 100n) };
  }
  let used: Ratio = { over: 0n, under: 1n };
  for (const [tier, ms] of times.entries()) {
    const under = BigInt((rates[tier] ?? first).per_s) * 1000n;
    used = ratio(used.over * under + BigInt(ms) * used.under, used.under * under);
  }
  const over = used.over % used.under;
  return over === 0n ? undefined : { ...words, amount: ratio((used.under - over) * BigInt(first.rate), used.under * 100n) };
}

export function electricityLines(version: PriceVersion, usage: Usage): Line[] {
  const { electricity } = version;
  if (electricity.kind === "included") {
    const kWh = kWhText(usage.energy_mWh);
    return [
      note("electricity", "electricity.included", {
        zh: `电费 ${kWh}度，含在服务费内`,
        en: `electricity ${kWh} kWh, paid with the service fee`,
      }),
    ];
  }
  const amounts = byEnergy(electricity, electricityName, { version, usage });
  const found = lines("electricity", "electricity.per_kWh", { amounts, version });
  const free = usage.cells.reduce((sum, { free_mWh }) => sum + free_mWh, 0);
  if (free > 0) found.push(note("electricity", "free", { zh: `免费电量 ${kWhText(free)}度`, en: `free energy ${kWhText(free)} kWh` }));
  if (usage.unmetered_ms > 0) {
    const { zh, en } = lengthWords(Math.floor(usage.unmetered_ms / 1000));
    found.push(
      note("electricity", "unmetered", { zh: `其中${zh}电量未知，不收电费`, en: `the energy of ${en} is not known and costs nothing` }),
    );
  }
  if (found.length === 0) found.push(note("electricity", "electricity.per_kWh", { zh: "电费 0.000度", en: "electricity 0.000 kWh" }));
  return found;
}

export const note = (part: Part, rule: string, words: Words): Line => ({ part, rule, ...words, amount_fen: 0 as Fen });

export function serviceLines(version: PriceVersion, usage: Usage): Line[] {
  const { service } = version;
  switch (service.kind) {
    case "free":
      return [note("service", "service.free", { zh: "不收服务费", en: "no service fee" })];
    case "session":
      return [
        {
          part: "service",
          rule: "service.per_session",
          zh: "服务费 每次",
          en: "service, each charge",
          amount_fen: service.price_fen as Fen,
        },
      ];
    case "energy":
      return lines("service", "service.per_kWh", { amounts: byEnergy(service, serviceName, { version, usage }), version });
    case "time":
      return lines("service", "service.by_time", { amounts: byTime(service, { version, usage }), version });
  }
}
