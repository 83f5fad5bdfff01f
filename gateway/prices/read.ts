// From the file's words to the price that is computed with; what a schema cannot see is complained about here.
import type {
  Band,
  ByEnergy,
  ByTime,
  ChargePrice,
  ElectricityPrice,
  PriceVersion,
  ServicePrice,
  Span,
  Tiers,
} from "#gateway/core/charging/price/types.ts";
import { type Complain, idTwice, type Path } from "#gateway/tariff/complaint.ts";
import { oneOf } from "#gateway/tariff/read-pricing.ts";
import { clock, Units } from "#gateway/tariff/units.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { checkPrice } from "./rules.ts";
import type { ChargePriceFile, ChargeVersionFile } from "./schema.ts";

const day_s = 86_400;

export function readChargePrice(file: ChargePriceFile, say: Complain): ChargePrice {
  let wrong = false;
  const complain: Complain = (path, what) => {
    wrong = true;
    say(path, what);
  };
  const units = new PriceUnits(complain);
  const price: ChargePrice = {
    id: file.charging,
    name: file.name,
    source: file.source,
    demonstration: file.demonstration === true,
    versions: file.versions.map((version, index) => readVersion(version, ["versions", index], units)),
  };
  // What is said wrongly is no price yet: it is not judged as one.
  if (!wrong) checkPrice(price, file, complain);
  return price;
}

class PriceUnits extends Units {
  /** Yuan to hundredths of a fen. */
  rate(yuan: number, path: Path): number {
    const rate = Math.round(yuan * 10_000);
    if (Math.abs(yuan * 10_000 - rate) > 1e-6)
      this.complain(path, {
        code: "rate-too-fine",
        zh: "单价最多四位小数",
        en: "a rate has at most four decimals",
        example: "0.5330",
      });
    return rate;
  }

  energy(text: string, path: Path): number {
    const mWh = Math.round(Number(text.replace(" kWh", "")) * 1_000_000);
    if (mWh === 0) this.complain(path, { code: "no-energy", zh: "电量不能为零", en: "an energy of nothing", example: "0.5 kWh" });
    return mWh;
  }
}

const whole: Band = { id: "day", name: { zh: "全天", en: "all day" }, spans: [{ from: 0, until: day_s }] };

function readVersion(file: ChargeVersionFile, path: Path, units: PriceUnits): PriceVersion {
  const lastDay = file.until === undefined ? undefined : units.date(file.until, [...path, "until"]);
  const bands = file.hours === undefined ? [whole] : readBands(file.hours, [...path, "hours"], units);
  const tiers = readTiers(file.tiers, [...path, "tiers"], units);
  const { minimum, cap, free, monthly_free, occupied } = file;
  const at = (key: string): Path => [...path, key];
  return {
    id: file.version,
    from: units.date(file.from, at("from")),
    until: lastDay === undefined ? undefined : wall(lastDay + day_s * 1000),
    bands,
    tiers,
    electricity: readElectricity(file.electricity, { bands, path: at("electricity"), units }),
    service: readService(file.service, { bands, tiers, path: at("service"), units }),
    rounding: file.rounding,
    minimum_fen: minimum === undefined ? undefined : units.money(minimum, at("minimum")),
    cap_fen: cap === undefined ? undefined : units.money(cap, at("cap")),
    free: free === undefined ? undefined : readFree(free, at("free"), units),
    monthly:
      monthly_free === undefined
        ? undefined
        : { energy_mWh: units.energy(monthly_free.energy, [...at("monthly_free"), "energy"]), groups: monthly_free.groups },
    discounts: (file.discounts ?? []).map(({ id, name, groups, of, percent_off }, index) => {
      if (file.discounts?.slice(0, index).some((one) => one.id === id) === true)
        idTwice(id, [...at("discounts"), index, "id"], units.complain);
      return { id, name, groups, of, percentOff: percent_off };
    }),
    occupied:
      occupied === undefined
        ? undefined
        : {
            grace_s: units.length(occupied.grace, [...at("occupied"), "grace"]),
            per_s: units.length(occupied.per, [...at("occupied"), "per"]),
            price_fen: units.money(occupied.price, [...at("occupied"), "price"]),
            part: occupied.part_unit,
            cap_fen: units.money(occupied.cap, [...at("occupied"), "cap"]),
          },
  };
}

type FreeFile = NonNullable<ChargeVersionFile["free"]>;

function readFree(file: FreeFile, path: Path, units: PriceUnits): PriceVersion["free"] {
  const kind = oneOf(file, ["time", "energy"], path, units.complain);
  return {
    seconds: kind === "time" && file.time !== undefined ? units.length(file.time, [...path, "time"]) : undefined,
    energy_mWh: kind === "energy" && file.energy !== undefined ? units.energy(file.energy, [...path, "energy"]) : undefined,
    whenExceeded: file.when_exceeded,
  };
}

/** "22:00 to 06:00" is two spans. */
function spansOf(text: string, path: Path, complain: Complain): Span[] {
  const [from = 0, until = 0] = text.split(" to ").map(clock);
  if (from === until || until > day_s) {
    complain(path, {
      code: "no-such-time",
      zh: "时段没有长度，或没有这个钟点",
      en: "hours of no length, or no such hour",
      example: '"22:00 to 06:00"',
    });
    return [];
  }
  if (from < until) return [{ from, until }];
  return [
    { from, until: day_s },
    { from: 0, until },
  ].filter((span) => span.until > span.from);
}

function readBands(file: NonNullable<ChargeVersionFile["hours"]>, path: Path, { complain }: PriceUnits): Band[] {
  const bands = file.map(({ id, name, at }, index): Band => {
    if (file.slice(0, index).some((other) => other.id === id)) idTwice(id, [...path, index, "id"], complain);
    return { id, name, spans: at.flatMap((text, n) => spansOf(text, [...path, index, "at", n], complain)) };
  });
  const spans = bands.flatMap((band) => band.spans).toSorted((a, b) => a.from - b.from);
  let until = 0;
  for (const span of spans) {
    if (span.from < until)
      complain(path, { code: "hours-overlap", zh: "时段重叠", en: "the bands overlap", example: "08:00 to 11:00, 11:00 to 17:00" });
    if (span.from > until) gap(path, complain);
    until = Math.max(until, span.until);
  }
  if (until < day_s) gap(path, complain);
  return bands;
}

const gap = (path: Path, complain: Complain): void =>
  complain(path, {
    code: "hours-gap",
    zh: "时段之间有空档，其间没有价格",
    en: "between the bands there is no price",
    example: "22:00 to 08:00",
  });

function readTiers(file: ChargeVersionFile["tiers"], path: Path, units: PriceUnits): Tiers {
  if (file === undefined) return { by: "moment", hold_s: 0, table: [{ id: "any", upTo_mW: undefined }] };
  if ((file.by === "highest") !== (file.hold !== undefined))
    units.complain([...path, "hold"], {
      code: "hold-for-highest",
      zh: "highest 须写 hold（最高档累计多久才算）；moment 不写",
      en: "highest needs a hold: for how long in all the tier was reached; moment has none",
      example: "hold: 5 min",
    });
  const table = file.table.map(({ id, up_to }, index) => {
    if (file.table.slice(0, index).some((other) => other.id === id)) idTwice(id, [...path, "table", index, "id"], units.complain);
    return { id, upTo_mW: up_to === undefined ? undefined : Number(up_to.replace(" W", "")) * 1000 };
  });
  for (const [index, { upTo_mW }] of table.entries()) {
    const last = index === table.length - 1;
    if (last !== (upTo_mW === undefined))
      units.complain([...path, "table", index], {
        code: "tiers-end",
        zh: "只有最后一档不写 up_to",
        en: "the last tier, and no other, has no up_to",
        example: "{ id: high }",
      });
    if (index > 0 && upTo_mW !== undefined && upTo_mW <= (table[index - 1]?.upTo_mW ?? 0))
      units.complain([...path, "table", index, "up_to"], {
        code: "not-rising",
        zh: "要逐档变大",
        en: "must grow from tier to tier",
        example: "200 W, 400 W",
      });
  }
  return { by: file.by, hold_s: file.hold === undefined ? 0 : units.length(file.hold, [...path, "hold"]), table };
}

interface Within {
  readonly bands: readonly Band[];
  readonly path: Path;
  readonly units: PriceUnits;
}

type PerkWh = { readonly per_kWh?: number; readonly per_kWh_at?: readonly { readonly hours: string; readonly price: number }[] };

function readPerkWh(file: PerkWh, { bands, path, units }: Within): ByEnergy {
  const { per_kWh, per_kWh_at = [] } = file;
  if (per_kWh !== undefined) {
    const rate = units.rate(per_kWh, [...path, "per_kWh"]);
    return { kind: "energy", rates: bands.map(() => rate) };
  }
  for (const [index, { hours }] of per_kWh_at.entries())
    if (!bands.some(({ id }) => id === hours))
      units.complain([...path, "per_kWh_at", index, "hours"], {
        code: "no-such-band",
        zh: `hours 里没有时段 ${hours}`,
        en: `hours has no band ${hours}`,
        example: bands.map(({ id }) => id).join(" | "),
      });
  const rates = bands.map(({ id }) => {
    const own = per_kWh_at.filter(({ hours }) => hours === id);
    const [first] = own;
    if (first === undefined || own.length > 1)
      units.complain([...path, "per_kWh_at"], {
        code: "one-price-a-band",
        zh: `时段 ${id} 要有且只有一个价格`,
        en: `the band ${id} needs exactly one price`,
        example: `{ hours: ${id}, price: 0.533 }`,
      });
    return first === undefined ? 0 : units.rate(first.price, [...path, "per_kWh_at", per_kWh_at.indexOf(first), "price"]);
  });
  return { kind: "energy", rates };
}

function readElectricity(file: ChargeVersionFile["electricity"], within: Within): ElectricityPrice {
  const kind = oneOf(file, ["per_kWh", "per_kWh_at", "included"], within.path, within.units.complain);
  if (kind === "per_kWh" || kind === "per_kWh_at") return readPerkWh(file, within);
  return { kind: "included" };
}

function readService(file: ChargeVersionFile["service"], within: Within & { readonly tiers: Tiers }): ServicePrice {
  const { path, units } = within;
  const kind = oneOf(file, ["per_kWh", "per_kWh_at", "by_time", "per_session", "free"], path, units.complain);
  if (kind === "per_kWh" || kind === "per_kWh_at") return readPerkWh(file, within);
  if (kind === "per_session" && file.per_session !== undefined)
    return { kind: "session", price_fen: units.money(file.per_session, [...path, "per_session"]) };
  if (kind === "by_time" && file.by_time !== undefined) return readByTime(file.by_time, { ...within, path: [...path, "by_time"] });
  return { kind: "free" };
}

function readByTime(file: NonNullable<ChargeVersionFile["service"]["by_time"]>, within: Within & { readonly tiers: Tiers }): ByTime {
  const { tiers, path, units } = within;
  const single = tiers.table.length === 1;
  for (const [index, { tier }] of file.prices.entries())
    if (single ? tier !== undefined : !tiers.table.some(({ id }) => id === tier))
      units.complain([...path, "prices", index], {
        code: "no-such-tier",
        zh: single ? "没有写 tiers，不能按档定价" : `tiers 里没有 ${tier ?? "（缺少 tier）"}`,
        en: single ? "there are no tiers to price by" : `tiers has no ${tier ?? "(tier is missing)"}`,
        example: single ? "{ per: 1 h, price: 0.25 }" : `tier: ${tiers.table[0]?.id ?? ""}`,
      });
  const rates = tiers.table.map(({ id }) => {
    const own = file.prices.filter(({ tier }) => single || tier === id);
    if (own.length !== 1)
      units.complain([...path, "prices"], {
        code: "one-price-a-tier",
        zh: single ? "不分档时只有一个价格" : `档 ${id} 要有且只有一个价格`,
        en: single ? "without tiers there is one price" : `the tier ${id} needs exactly one price`,
        example: "{ per: 1 h, price: 0.25 }",
      });
    const index = file.prices.indexOf(own[0] ?? file.prices[0] ?? { per: "1 h", price: 0 });
    const { per = "1 h", price = 0 } = own[0] ?? {};
    return { per_s: units.length(per, [...path, "prices", index, "per"]), rate: units.rate(price, [...path, "prices", index, "price"]) };
  });
  return { kind: "time", part: file.part_unit, rates };
}
