// What local rules ask of a charging place, held against the site file: met, broken, or not said. Each rule names where it was published; a broken one can be taken over as a hazard.
import type { Limits } from "../core/charging/limits.ts";
import type { PlaceConfig } from "./place-schema.ts";
import type { ShedConfig } from "./shed-schema.ts";

/** As reported in public; the texts of the rules themselves are with the departments. */
export const ruleSources = {
  quanzhou: "泉州市住建局、市消防救援支队关于电动自行车停放充电场所的规定（公开报道）",
  notice: "泉州市两部门通告 2024-02-27（室内外充电场所）",
  fuzhou: "福州市电动自行车停放充电场所导则（试行）2025-02",
  fujian: "高层民用建筑消防安全管理规定（应急管理部令第5号）第三十七条",
} as const;

export type RuleState = "met" | "broken" | "not-said";
export interface RuleFound {
  readonly shed: string;
  readonly rule: string;
  readonly state: RuleState;
  readonly zh: string;
  readonly en: string;
  readonly found: string;
  readonly source: string;
}

interface Seen {
  readonly shed: ShedConfig;
  readonly place: PlaceConfig;
  readonly bays: number;
  readonly limits: readonly Limits[];
}

interface Rule {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly source: keyof typeof ruleSources;
  /** Whether it is asked of this place at all. */
  readonly asked?: (seen: Seen) => boolean;
  /** undefined: the file does not say. */
  readonly met: (seen: Seen) => boolean | undefined;
  readonly found: (seen: Seen) => string;
}

const least = (value: number | undefined, limit: number): boolean | undefined => (value === undefined ? undefined : value >= limit);
const said = (value: boolean | number | undefined): string =>
  value === undefined ? "未写明 / not written" : typeof value === "number" ? `${value / 10} m` : value ? "有 / yes" : "无 / no";
const indoor = ({ place }: Seen): boolean => place.kind !== "outdoor";
const every = (limits: readonly Limits[], holds: (one: Limits) => boolean): boolean | undefined =>
  limits.length === 0 ? undefined : limits.every(holds);
const versions = ({ limits }: Seen): string => limits.map(({ id, version }) => `${id} v${version}`).join(", ");

export const fireRules: readonly Rule[] = [
  {
    id: "group-size",
    zh: "每组停放不超过 20 辆",
    en: "at most 20 bikes a group",
    source: "quanzhou",
    met: ({ place }) => place.groups.every(({ bays }) => bays <= 20),
    found: ({ place }) => `最大 / largest ${Math.max(0, ...place.groups.map(({ bays }) => bays))}`,
  },
  {
    id: "group-length",
    zh: "每组长度不超过 20 米",
    en: "a group is at most 20 m long",
    source: "quanzhou",
    met: ({ place }) => place.groups.every(({ length_dm }) => length_dm <= 200),
    found: ({ place }) => `最长 / longest ${Math.max(0, ...place.groups.map(({ length_dm }) => length_dm)) / 10} m`,
  },
  {
    id: "partition",
    zh: "组间设高不低于 1.5 米、宽不小于 2.0 米、耐火 1.5 小时的不燃隔墙",
    en: "between groups a non-combustible partition of 1.5 m × 2.0 m and 1.5 h",
    source: "quanzhou",
    asked: ({ place }) => place.groups.length > 1,
    met: ({ place }) =>
      place.groups
        .slice(0, -1)
        .every(({ partition: one }) => one !== undefined && one.height_dm >= 15 && one.depth_dm >= 20 && one.fire_min >= 90),
    found: ({ place }) => `${place.groups.filter(({ partition }) => partition !== undefined).length}/${place.groups.length - 1}`,
  },
  {
    id: "bay-size",
    zh: "车位不小于 2.2 米 × 0.8 米",
    en: "a bay is at least 2.2 m × 0.8 m",
    source: "quanzhou",
    met: ({ place }) =>
      place.bay_length_dm === undefined || place.bay_width_dm === undefined
        ? undefined
        : place.bay_length_dm >= 22 && place.bay_width_dm >= 8,
    found: ({ place }) => `${said(place.bay_length_dm)} × ${said(place.bay_width_dm)}`,
  },
  {
    id: "clear-height",
    zh: "净高不低于 2.0 米",
    en: "clear height at least 2.0 m",
    source: "quanzhou",
    met: ({ place }) => least(place.clear_height_dm, 20),
    found: ({ place }) => said(place.clear_height_dm),
  },
  {
    id: "video",
    zh: "超过 200 平方米或 100 个车位的，24 小时视频监控",
    en: "above 200 m² or 100 bays: video around the clock",
    source: "quanzhou",
    asked: ({ place, bays }) => place.area_m2 > 200 || bays > 100,
    met: ({ place }) => place.video_24h,
    found: ({ place, bays }) => `${place.area_m2} m², ${bays} 车位 / bays, ${said(place.video_24h)}`,
  },
  {
    id: "night-patrol",
    zh: "物业夜间巡查",
    en: "patrol at night",
    source: "quanzhou",
    met: ({ place }) => place.night_patrol,
    found: ({ place }) => said(place.night_patrol),
  },
  {
    id: "to-building",
    zh: "室外场所距民用建筑外墙不小于 3 米",
    en: "outdoors: at least 3 m from the outer wall of a building",
    source: "fuzhou",
    asked: (seen) => !indoor(seen),
    met: ({ place }) => least(place.to_building_dm, 30),
    found: ({ place }) => said(place.to_building_dm),
  },
  {
    id: "to-exit",
    zh: "距安全出口不小于 6 米",
    en: "at least 6 m from an exit",
    source: "fuzhou",
    asked: (seen) => !indoor(seen),
    met: ({ place }) => least(place.to_exit_dm, 60),
    found: ({ place }) => said(place.to_exit_dm),
  },
  {
    id: "storey",
    zh: "室内只可设在首层或地下一层",
    en: "indoors: on the ground floor or in the first basement only",
    source: "fuzhou",
    asked: indoor,
    met: ({ place }) => place.kind !== "other",
    found: ({ place }) => place.kind,
  },
  {
    id: "solid-wall",
    zh: "贴邻或室内设实体墙分隔，不开洞口",
    en: "against or in a building: a solid wall without openings",
    source: "notice",
    asked: indoor,
    met: ({ place }) => place.solid_wall,
    found: ({ place }) => said(place.solid_wall),
  },
  {
    id: "extinguishing",
    zh: "贴邻或室内设自动灭火设施",
    en: "against or in a building: automatic extinguishing",
    source: "notice",
    asked: indoor,
    met: ({ place }) => place.extinguishing,
    found: ({ place }) => said(place.extinguishing),
  },
  {
    id: "smoke-detection",
    zh: "装烟感，接入断电",
    en: "smoke detection that cuts the shed",
    source: "notice",
    met: ({ shed }) => shed.inputs.some(({ kind }) => kind === "smoke"),
    found: ({ shed }) => `${shed.inputs.filter(({ kind }) => kind === "smoke").length}`,
  },
  {
    id: "stop-when-full",
    zh: "充满自动断电",
    en: "stops by itself when full",
    source: "fujian",
    met: ({ limits }) => every(limits, ({ full }) => full.active),
    found: versions,
  },
  {
    id: "stop-when-wrong",
    zh: "充电异常、电池故障自动断电",
    en: "stops by itself when charge or battery go wrong",
    source: "quanzhou",
    met: ({ limits }) => every(limits, (one) => one.second_rise.active && one.over_power.active),
    found: versions,
  },
  {
    id: "overload",
    zh: "过载保护",
    en: "protection against overload",
    source: "quanzhou",
    met: ({ limits }) => every(limits, (one) => one.over_current.active || one.thermal.active),
    found: versions,
  },
  {
    id: "over-temperature",
    zh: "高温报警",
    en: "alarm of high temperature",
    source: "quanzhou",
    met: ({ limits }) => every(limits, (one) => one.over_temperature.active),
    found: versions,
  },
  {
    id: "short-circuit",
    zh: "短路保护（断路器；网关不承担短路保护）",
    en: "protection against short circuits: a breaker's, never the gateway's",
    source: "quanzhou",
    met: ({ place }) => place.short_circuit_breakers,
    found: ({ place }) => said(place.short_circuit_breakers),
  },
];

/** Every rule for every shed; a shed without a place says nothing about itself. */
export function checkFireRules(sheds: readonly ShedConfig[], limitsOf: (station: string) => Limits | undefined): RuleFound[] {
  return sheds.flatMap((shed) => {
    const { place } = shed;
    const limits = [
      ...new Map(shed.stations.map((id) => limitsOf(id)).flatMap((one) => (one === undefined ? [] : [[one.id, one] as const]))).values(),
    ];
    return fireRules.flatMap(({ id, zh, en, source, asked, met, found }): RuleFound[] => {
      const base = { shed: shed.id, rule: id, zh, en, source: ruleSources[source] };
      if (place === undefined) return [{ ...base, state: "not-said", found: "场所（place）未写明 / no place is written" }];
      const seen: Seen = { shed, place, limits, bays: place.groups.reduce((sum, { bays }) => sum + bays, 0) };
      if (asked !== undefined && !asked(seen)) return [];
      const holds = met(seen);
      return [{ ...base, state: holds === undefined ? "not-said" : holds ? "met" : "broken", found: found(seen) }];
    });
  });
}

/** In the words of a rectification ledger: what was found, where, against which rule. */
export const asHazards = (found: readonly RuleFound[], shedName: (id: string) => string) =>
  found
    .filter(({ state }) => state === "broken")
    .map(({ shed, rule, zh, en, found: what, source }) => ({
      ...{ source: "物业自查", place: shedName(shed), shed, rule, category: "电动自行车停放充电场所" },
      ...{ description: `不符合：${zh}（实为 ${what}）`, description_en: `not met: ${en} (found ${what})`, basis: source },
    }));
