// What every tariff must keep so that each second has exactly one price: no gaps, no overlaps, nothing that is never reached, nothing that falls as the stay grows.
import type { EntriesCap, Pricing, Tariff, VehicleClass, Version } from "#gateway/core/parking/tariff/types.ts";
import { times } from "#gateway/core/parking/tariff/vehicle.ts";
import { type Complain, idTwice, type Path } from "./complaint.ts";
import { checkCalendar } from "./rules-calendar.ts";
import { checkPeriods } from "./rules-periods.ts";
import { chargesNothing, checkCaps, checkRate, shortestWindow, windowShort } from "./rules-price.ts";
import { hiddenBy, uselessConcession } from "./rules-reach.ts";

export function checkTariff(tariff: Tariff, complain: Complain): void {
  checkVersions(tariff, complain);
  for (const [index, version] of tariff.versions.entries()) checkVersion(version, ["versions", index], complain);
}

function checkVersions({ versions }: Tariff, complain: Complain): void {
  for (const [index, version] of versions.entries()) {
    const path: Path = ["versions", index];
    if (version.until !== undefined && version.until <= version.from)
      complain([...path, "until"], {
        code: "ends-before-it-begins",
        zh: "版本的结束日期早于开始日期",
        en: "the version ends before it begins",
        example: "until: 2026-12-31",
      });
    const before = versions[index - 1];
    if (before === undefined) continue;
    if (versions.slice(0, index).some((other) => other.id === version.id))
      complain([...path, "version"], {
        code: "version-twice",
        zh: `版本号 ${version.id} 用了两次`,
        en: `the label ${version.id} is used twice`,
        example: 'version: "2"',
      });
    if (version.from <= before.from)
      complain([...path, "from"], {
        code: "versions-out-of-order",
        zh: "版本要按开始日期从旧到新排列",
        en: "versions stand in order, the oldest first",
        example: "from: 2026-01-01",
      });
    else if (before.until !== undefined && before.until > version.from)
      complain([...path, "from"], {
        code: "versions-overlap",
        zh: "与上一版本的有效期重叠",
        en: "overlaps the version before",
        example: "until 写前一天 / let the version before end the day before",
      });
    else if (before.until !== undefined && before.until < version.from)
      complain([...path, "from"], {
        code: "versions-gap",
        zh: "与上一版本之间有空档，其间入场无法计费",
        en: "between this version and the one before nothing is in force",
        example: "去掉上一版本的 until / leave out the until of the version before",
      });
  }
}

function checkVersion(version: Version, path: Path, complain: Complain): void {
  if (version.calendar !== undefined) checkCalendar(version.calendar, [...path, "calendar"], complain);
  checkPricing(version.pricing, version, { path: [...path, "pricing"], complain });
  for (const [index, entry] of version.classes.entries())
    checkClass(version, { entry, index, path: [...path, "classes", index] }, complain);
  for (const [index, entry] of version.concessions.entries()) {
    const at: Path = [...path, "concessions", index];
    if (version.concessions.slice(0, index).some((other) => other.id === entry.id)) idTwice(entry.id, [...at, "id"], complain);
    if (entry.give.kind === "free-time" && entry.give.free.again === "each-window" && version.pricing.windows === undefined)
      complain([...at, "free", "again"], {
        code: "no-windows",
        zh: "没有 windows，不能每个周期免费一次",
        en: "there are no windows to be free in",
        example: "again: once",
      });
    if (uselessConcession(version, entry))
      complain(at, {
        code: "concession-unreachable",
        zh: "一般车辆的免费时间已不短于这项优惠，永远用不到",
        en: "every vehicle has as much free time already: it is never the better one",
        example: "free: { time: 2 h, boundary: included, when_exceeded: deducted, again: once }",
      });
  }
  if (version.entries !== undefined) checkEntries(version.entries, [...path, "entries_cap"], complain);
  if (version.passes !== undefined) checkPasses(version.passes, [...path, "passes"], complain);
  if (version.coupons !== undefined) checkCoupons(version.coupons, [...path, "coupons"], complain);
}

function checkEntries({ cap, seconds }: EntriesCap, path: Path, complain: Complain): void {
  if (cap === 0) complain([...path, "cap"], { code: "cap-of-nothing", zh: "封顶为零", en: "a cap of nothing", example: "cap: 30" });
  if (seconds < shortestWindow) windowShort([...path, "length"], complain);
}

/** Whoever leaves a space within so long has not stayed; more is no tolerance. */
const longestTolerance = 86_400;

function checkPasses({ tolerance }: NonNullable<Version["passes"]>, path: Path, complain: Complain): void {
  if (tolerance > longestTolerance)
    complain([...path, "tolerance"], {
      code: "out-of-range",
      zh: "腾位宽限超过24小时：这样写几乎所有车都算有车位",
      en: "a tolerance of more than 24 h: nearly every car would have a space",
      example: "tolerance: 15 min",
    });
}

function checkCoupons({ accepted }: NonNullable<Version["coupons"]>, path: Path, complain: Complain): void {
  for (const [index, kind] of accepted.entries()) if (accepted.indexOf(kind) < index) idTwice(kind, [...path, "accepted", index], complain);
}

function checkClass(
  version: Version,
  { entry, index, path }: { entry: VehicleClass; index: number; path: Path },
  complain: Complain,
): void {
  const earlier = version.classes.slice(0, index);
  if (earlier.some((other) => other.id === entry.id)) idTwice(entry.id, [...path, "id"], complain);
  const hides = hiddenBy(entry, earlier);
  if (hides?.length === 0)
    complain([...path, "when"], {
      code: "class-of-nobody",
      zh: "没有这样的车：这种号牌不会是这个颜色",
      en: "there is no such vehicle: plates of this kind never have this colour",
      example: "when: { kinds: [police] }",
    });
  else if (hides !== undefined)
    complain(path, {
      code: "class-unreachable",
      zh: `前面的 ${hides.join("、")} 已包含这一类，永远用不到`,
      en: `${hides.join(" and ")} above take every vehicle of this class`,
      example: "把较窄的一类写在前面 / put the narrower class first",
    });
  const { effect } = entry;
  if (effect.kind === "pricing") checkPricing(effect.pricing, version, { path: [...path, "pricing"], complain });
  if (effect.kind !== "factor") return;
  try {
    times(version.pricing, effect);
  } catch {
    complain([...path, "factor"], {
      code: "factor-splits-fen",
      zh: "乘以倍数后有价格不是整分",
      en: "times this factor some price is no whole number of fen",
      example: "factor: 2",
    });
  }
}

function checkPricing(pricing: Pricing, version: Version, { path, complain }: { path: Path; complain: Complain }): void {
  const { rate, windows, free } = pricing;
  const longest = windows?.rate === "restarts" ? windows.seconds : Number.POSITIVE_INFINITY;
  if (rate.shape === "periods") {
    if (rate.together === "highest" && windows === undefined)
      complain([...path, "periods", "together"], {
        code: "highest-of-what",
        zh: "highest 是一个周期内取最高，需要 windows",
        en: "highest means the highest within a window: windows are needed",
        example: "windows: { kind: rolling, length: 24 h, rate: restarts }",
      });
    checkPeriods(rate, version.calendar, { path: [...path, "periods"], complain });
    for (const [index, period] of rate.periods.entries()) {
      const length = period.until - period.from + (period.until <= period.from ? 86_400 : 0);
      const most = rate.stepsAcross === "restart" && rate.unitsAcross === "cut" ? Math.min(longest, length) : longest;
      checkRate(period.rate, { longest: most, free }, { path: [...path, "periods", "table", index, "rate"], complain });
      if ((period.free ?? 0) >= length)
        complain([...path, "periods", "table", index, "free"], {
          code: "period-always-free",
          zh: "免费时间不短于时段，这个时段永远不收费：确实免费请写 rate: { free: true }",
          en: "the free time is as long as the period, which never charges: if that is meant, say rate: { free: true }",
          example: "free: 30 min",
        });
    }
  } else checkRate(rate, { longest, free }, { path: [...path, "rate"], complain });
  checkCaps(pricing, path, complain);
  if (chargesNothing(pricing))
    complain([...path, rate.shape === "periods" ? "periods" : "rate"], {
      code: "nothing-charged",
      zh: "所有价格都是零：确实免费请写 rate: { free: true }",
      en: "every price is nothing: if that is meant, say rate: { free: true }",
      example: "rate: { free: true }",
    });
  if (free?.again === "each-window" && windows !== undefined && free.seconds >= windows.seconds)
    complain([...path, "free", "time"], {
      code: "always-free",
      zh: "免费时间不短于周期，永远不收费",
      en: "the free time is as long as the window: nothing is ever charged",
      example: "time: 30 min",
    });
}
