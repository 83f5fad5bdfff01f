// What every tariff must keep so that each second has exactly one price: no gaps, no overlaps, nothing that is never reached, nothing that falls as the stay grows.
import type { Pricing, Rate, Tariff, VehicleClass, Version } from "#gateway/core/parking/tariff/types.ts";
import { times } from "#gateway/core/parking/tariff/vehicle.ts";
import type { Complain, Path } from "./complaint.ts";
import { checkPeriods } from "./rules-periods.ts";

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
  checkPricing(version.pricing, version, { path: [...path, "pricing"], complain });
  for (const [index, entry] of version.classes.entries())
    checkClass(version, { entry, index, path: [...path, "classes", index] }, complain);
  for (const [index, entry] of version.concessions.entries()) {
    const at: Path = [...path, "concessions", index];
    if (version.concessions.slice(0, index).some((other) => other.id === entry.id))
      complain([...at, "id"], {
        code: "id-twice",
        zh: `名称 ${entry.id} 用了两次`,
        en: `the id ${entry.id} is used twice`,
        example: "id: another",
      });
    if (entry.give.kind === "free-time" && entry.give.free.again === "each-window" && version.pricing.windows === undefined)
      complain([...at, "free", "again"], {
        code: "no-windows",
        zh: "没有 windows，不能每个周期免费一次",
        en: "there are no windows to be free in",
        example: "again: once",
      });
  }
}

function checkClass(
  version: Version,
  { entry, index, path }: { entry: VehicleClass; index: number; path: Path },
  complain: Complain,
): void {
  const earlier = version.classes.slice(0, index);
  if (earlier.some((other) => other.id === entry.id))
    complain([...path, "id"], {
      code: "id-twice",
      zh: `名称 ${entry.id} 用了两次`,
      en: `the id ${entry.id} is used twice`,
      example: "id: another",
    });
  const hides = earlier.find((other) => covers(other.when, entry.when));
  if (hides !== undefined)
    complain(path, {
      code: "class-unreachable",
      zh: `前面的 ${hides.id} 已包含这一类，永远用不到`,
      en: `${hides.id} above takes every vehicle of this class`,
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

/** Whether every vehicle that fits `narrow` fits `wide` too. */
function covers(wide: VehicleClass["when"], narrow: VehicleClass["when"]): boolean {
  return (["classes", "colours", "kinds"] as const).every((key) => {
    const [all, some] = [wide[key], narrow[key]] as [readonly string[] | undefined, readonly string[] | undefined];
    return all === undefined || some?.every((word) => all.includes(word)) === true;
  });
}

function checkPricing(pricing: Pricing, version: Version, { path, complain }: { path: Path; complain: Complain }): void {
  const longest = pricing.windows?.rate === "restarts" ? pricing.windows.seconds : Number.POSITIVE_INFINITY;
  if (pricing.rate.shape === "periods") {
    if (pricing.rate.together === "highest" && pricing.windows === undefined)
      complain([...path, "periods", "together"], {
        code: "highest-of-what",
        zh: "highest 是一个周期内取最高，需要 windows",
        en: "highest means the highest within a window: windows are needed",
        example: "windows: { kind: rolling, length: 24 h, rate: restarts }",
      });
    checkPeriods(pricing.rate, version.calendar, { path: [...path, "periods"], complain });
    for (const [index, period] of pricing.rate.periods.entries()) {
      const length = period.until - period.from + (period.until <= period.from ? 86_400 : 0);
      const most = pricing.rate.stepsAcross === "restart" ? Math.min(longest, length) : longest;
      checkRate(period.rate, most, { path: [...path, "periods", "table", index, "rate"], complain });
    }
  } else checkRate(pricing.rate, longest, { path: [...path, "rate"], complain });
  checkCaps(pricing, path, complain);
  const { free, windows } = pricing;
  if (free?.again === "each-window" && windows !== undefined && free.seconds >= windows.seconds)
    complain([...path, "free", "time"], {
      code: "always-free",
      zh: "免费时间不短于周期，永远不收费",
      en: "the free time is as long as the window: nothing is ever charged",
      example: "time: 30 min",
    });
}

function checkCaps({ windows, stayCap }: Pricing, path: Path, complain: Complain): void {
  const rows = windows?.capsByStay ?? [];
  for (const [index, row] of rows.entries()) {
    const at: Path = [...path, "windows", "caps_by_stay", index];
    if (row.upTo === undefined && index < rows.length - 1)
      complain([...path, "windows", "caps_by_stay", index + 1], {
        code: "cap-unreachable",
        zh: "前一行没有 up_to，这一行永远用不到",
        en: "the row before has no up_to: this one is never reached",
        example: "- { up_to: 48 h, cap: 80 }",
      });
    if (index > 0 && row.upTo !== undefined && row.upTo <= (rows[index - 1]?.upTo ?? 0))
      complain([...at, "up_to"], {
        code: "not-rising",
        zh: "up_to 要逐行变大",
        en: "up_to must grow from row to row",
        example: "2 h, 4 h, 8 h",
      });
    if (index === rows.length - 1 && row.upTo !== undefined)
      complain([...at, "up_to"], {
        code: "caps-end-early",
        zh: "停得更久就没有封顶了：最后一行不写 up_to",
        en: "longer stays have no cap: the last row has no up_to",
        example: "- { cap: 110 }",
      });
  }
  if (stayCap !== undefined && windows !== undefined && windows.caps.length > 0 && stayCap <= Math.min(...windows.caps))
    complain([...path, "windows"], {
      code: "cap-unreachable",
      zh: "整次封顶不高于周期封顶，周期封顶永远用不到",
      en: "the cap of the stay is no higher than that of a window: the window's is never reached",
      example: "- { up_to: 48 h, cap: 80 }",
    });
}

function checkRate(rate: Rate, longest: number, { path, complain }: { path: Path; complain: Complain }): void {
  if (rate.shape === "steps") checkSteps(rate, longest, { path: [...path, "steps"], complain });
  if (rate.shape !== "brackets") return;
  for (const [index, row] of rate.rows.entries()) {
    const before = rate.rows[index - 1];
    const at: Path = [...path, "brackets", index];
    if (before?.upTo === undefined || row.upTo === undefined) continue;
    if (row.upTo <= before.upTo)
      complain([...at, "up_to"], {
        code: "not-rising",
        zh: "up_to 要逐行变大",
        en: "up_to must grow from row to row",
        example: "2 h, 4 h, 8 h",
      });
    if (row.price < before.price)
      complain([...at, "price"], {
        code: "bracket-falls",
        zh: "停得更久反而更便宜",
        en: "a longer stay would cost less than the row before",
        example: "{ up_to: 2 h, price: 5 }, { up_to: 4 h, price: 8 }",
      });
    if (before.upTo >= longest)
      complain(at, {
        code: "bracket-unreachable",
        zh: "上一行已到周期（时段）末尾，这一行用不到",
        en: "the row before already reaches the end of the window or period",
        example: "windows: { kind: rolling, length: 24 h, rate: restarts }",
      });
  }
  const last = rate.rows.at(-1)?.upTo;
  if (last !== undefined && rate.beyond === undefined && last < longest)
    complain([...path, "brackets"], {
      code: "brackets-end-early",
      zh: "超过最后一行没有价格：写 beyond，或用按同样时长重新开始的 windows",
      en: "beyond the last row there is no price: write beyond, or windows that restart by then",
      example: "beyond: { per: 1 h, price: 1, part_unit: up }",
    });
}

function checkSteps(
  { steps }: Extract<Rate, { shape: "steps" }>,
  longest: number,
  { path, complain }: { path: Path; complain: Complain },
): void {
  for (const [index, step] of steps.entries()) {
    const at: Path = [...path, index];
    const start = index === 0 ? 0 : (steps[index - 1]?.until ?? 0);
    const last = index === steps.length - 1;
    if (last && step.until !== undefined && step.until < longest)
      complain([...at, "until"], {
        code: "steps-end-early",
        zh: "最后一段不写 until，否则更久的停车没有价格",
        en: "the last step has no until, or longer stays have no price",
        example: "- { per: 1 h, price: 2 }",
      });
    if (!last && step.until === undefined)
      complain([...path, index + 1], {
        code: "step-unreachable",
        zh: "前一段没有 until，这一段永远用不到",
        en: "the step before has no until: this one is never reached",
        example: "until: 1 h",
      });
    if (start >= longest && index > 0)
      complain(at, {
        code: "step-unreachable",
        zh: "前一段已到周期（时段）末尾，这一段用不到",
        en: "the step before already reaches the end of the window or period",
        example: "until: 1 h",
      });
    if (step.until === undefined) continue;
    if (step.until <= start)
      complain([...at, "until"], {
        code: "not-rising",
        zh: "until 要逐段变大",
        en: "until must grow from step to step",
        example: "2 h, 4 h, 8 h",
      });
    else if ((step.until - start) % step.unit !== 0)
      complain([...at, "per"], {
        code: "step-splits-unit",
        zh: "这一段的长度不是计时单位的整数倍",
        en: "the step is no whole number of its units",
        example: "until: 1 h, per: 15 min",
      });
  }
}
