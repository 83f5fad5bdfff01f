// What a price file may not say though each part of it is well written: versions out of order, rules that are never reached, prices that nobody can have meant.
import type { ChargePrice, PriceVersion } from "#gateway/core/charging/price/types.ts";
import type { Complain, Path } from "#gateway/tariff/complaint.ts";
import type { ChargePriceFile } from "./schema.ts";

export function checkPrice(price: ChargePrice, file: ChargePriceFile, complain: Complain): void {
  for (const [index, version] of price.versions.entries()) {
    const path: Path = ["versions", index];
    checkVersion(version, file.versions[index], { path, complain });
    const before = price.versions[index - 1];
    if (version.until !== undefined && version.until <= version.from)
      complain([...path, "until"], {
        code: "ends-before-it-begins",
        zh: "结束早于开始",
        en: "it ends before it begins",
        example: "until: 2026-12-31",
      });
    if (before === undefined) continue;
    if (price.versions.slice(0, index).some(({ id }) => id === version.id))
      complain([...path, "version"], {
        code: "version-twice",
        zh: `版本号 ${version.id} 用了两次`,
        en: `the label ${version.id} is used twice`,
        example: 'version: "2"',
      });
    if (version.from <= before.from)
      complain([...path, "from"], {
        code: "versions-out-of-order",
        zh: "版本要从旧到新排列",
        en: "versions stand in order, the oldest first",
        example: "from: 2026-01-01",
      });
    else if (before.until === undefined || before.until > version.from)
      complain([...path, "from"], {
        code: "versions-overlap",
        zh: "与上一版本的有效期重叠：上一版本写 until",
        en: "overlaps the version before: give that one an until",
        example: "until: 2025-12-31",
      });
    else if (before.until < version.from)
      complain([...path, "from"], {
        code: "versions-gap",
        zh: "与上一版本之间有空档，其间不能开始充电",
        en: "between this version and the one before no charge could begin",
        example: "until: 2025-12-31",
      });
  }
}

interface At {
  readonly path: Path;
  readonly complain: Complain;
}

function checkVersion(version: PriceVersion, file: ChargePriceFile["versions"][number] | undefined, { path, complain }: At): void {
  const { service, electricity, minimum_fen, cap_fen, bands, occupied, free } = version;
  if (cap_fen === 0) complain([...path, "cap"], { code: "cap-of-nothing", zh: "封顶为零", en: "a cap of nothing", example: "cap: 8" });
  else if (minimum_fen !== undefined && cap_fen !== undefined && minimum_fen > cap_fen)
    complain([...path, "minimum"], {
      code: "minimum-above-cap",
      zh: "最低消费高于封顶",
      en: "the minimum is above the cap",
      example: "minimum: 0.5",
    });
  if (file?.tiers !== undefined && service.kind !== "time")
    complain([...path, "tiers"], {
      code: "tiers-unused",
      zh: "没有按功率档定价的服务费，tiers 没有用",
      en: "nothing is priced by tier",
      example: "service: { by_time: … }",
    });
  const banded = [electricity, service].some((one) => one.kind === "energy" && new Set(one.rates).size > 1);
  if (bands.length > 1 && !banded)
    complain([...path, "hours"], {
      code: "hours-unused",
      zh: "各时段价格相同或没有用到，hours 没有用",
      en: "no price differs by the hour",
      example: "per_kWh_at: [{ hours: peak, price: 0.8 }, { hours: valley, price: 0.4 }]",
    });
  if (electricity.kind === "included" && service.kind === "free")
    complain([...path, "electricity"], {
      code: "nothing-charged",
      zh: "电费含在服务费内，服务费又免：写明电价 0",
      en: "electricity is in a service fee that there is none of: if it is free, say per_kWh: 0",
      example: "electricity: { per_kWh: 0 }",
    });
  if (service.kind === "time") checkTime(version, service, { path: [...path, "service", "by_time"], complain });
  for (const [key, one] of [
    ["electricity", electricity],
    ["service", service],
  ] as const)
    if (one.kind === "energy" && one.rates.some((rate) => rate > dearest_kWh))
      complain([...path, key, "per_kWh"], {
        code: "too-dear",
        zh: "每度超过 5 元：单位或价格写错了？",
        en: "more than 5 yuan a kWh: is it the unit, or the price?",
        example: "per_kWh: 0.533",
      });
  if (occupied !== undefined && (occupied.price_fen === 0 || occupied.cap_fen < occupied.price_fen))
    complain([...path, "occupied"], {
      code: "occupied-unreachable",
      zh: "占用费为零，或封顶低于一个单位",
      en: "a fee of nothing, or a cap below one unit",
      example: "{ price: 0.5, cap: 3 }",
    });
  if (free?.energy_mWh !== undefined && free.whenExceeded === "deducted" && electricity.kind === "included" && service.kind !== "energy")
    complain([...path, "free", "energy"], {
      code: "free-energy-unused",
      zh: "没有按电量的价格，扣除免费电量没有用",
      en: "nothing is priced by energy: free energy takes nothing off",
      example: "free: { time: 10 min, when_exceeded: deducted }",
    });
  checkDiscounts(version, { path, complain });
}

/** 5 yuan, in hundredths of a fen. */
const dearest_kWh = 50_000;
const dearestHour = 100_000;

function checkTime(
  { tiers }: PriceVersion,
  { part, rates }: Extract<PriceVersion["service"], { kind: "time" }>,
  { path, complain }: At,
): void {
  const [first] = rates;
  if (first === undefined) return;
  const alike = rates.every(({ per_s }) => per_s === first.per_s) || rates.every(({ rate }) => rate === first.rate);
  if (part === "up" && !alike)
    complain([...path, "part_unit"], {
      code: "tiers-not-alike",
      zh: "不足一个单位按一个计时，各档要么单位相同，要么价格相同，否则“一个单位”说不清",
      en: "where a part of a unit is charged whole, the tiers share their unit or their price: else nobody can say what one unit is",
      example: "{ tier: low, per: 4 h, price: 1 }, { tier: high, per: 2 h, price: 1 }",
    });
  for (let tier = 1; tier < tiers.table.length; tier += 1) {
    const [before, own] = [rates[tier - 1], rates[tier]];
    if (before !== undefined && own !== undefined && own.rate * before.per_s < before.rate * own.per_s)
      complain([...path, "prices"], {
        code: "higher-tier-cheaper",
        zh: "功率高的档反而便宜",
        en: "a higher tier costs less",
        example: "{ tier: high, per: 2 h, price: 1 }",
      });
  }
  if (rates.every(({ rate }) => rate === 0))
    complain([...path, "prices"], {
      code: "nothing-charged",
      zh: "所有价格都是零：写 free: true",
      en: "every price is nothing: say free: true",
      example: "service: { free: true }",
    });
  if (rates.some(({ per_s, rate }) => (rate * 3600) / per_s > dearestHour))
    complain([...path, "prices"], {
      code: "too-dear",
      zh: "每小时超过 10 元：单位或价格写错了？",
      en: "more than 10 yuan an hour: is it the unit, or the price?",
      example: "{ per: 1 h, price: 0.25 }",
    });
}

function checkDiscounts({ discounts, service }: PriceVersion, { path, complain }: At): void {
  for (const [index, { of }] of discounts.entries())
    if (of === "service" && service.kind === "free")
      complain([...path, "discounts", index, "of"], {
        code: "discount-of-nothing",
        zh: "没有服务费可减",
        en: "there is no service fee to take off",
        example: "of: everything",
      });
}
