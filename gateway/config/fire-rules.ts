// What local rules ask of a charging place, held against the site file: met, broken, or not said. Each rule names where it was published; a broken one can be taken over as a hazard.
import { type RuleState, type ShedRule, shedRules } from "#protocols/vocabulary/shed-rules.ts";
import type { Limits } from "../core/charging/limits.ts";
import type { PlaceConfig } from "./place-schema.ts";
import type { SiteConfig } from "./schema.ts";
import type { ShedConfig } from "./shed-schema.ts";
import { pilesOf } from "./stations.ts";

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
  readonly also: AlsoThere;
}

/** What stands in the shed beside its stations. */
export interface AlsoThere {
  /** They protect by their own firmware: nothing here proves what it does. */
  readonly piles: number;
  /** Smoke detectors that report by themselves and cut the shed. */
  readonly detectors: number;
}

interface Rule {
  readonly id: ShedRule;
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
/** Of a charger's own function: broken by any limits that lack it; met only where limits say so of every socket. */
const every = ({ limits, also }: Seen, holds: (one: Limits) => boolean): boolean | undefined =>
  limits.some((one) => !holds(one)) ? false : limits.length === 0 || also.piles > 0 ? undefined : true;
const versions = ({ limits, also }: Seen): string =>
  [
    ...limits.map(({ id, version }) => `${id} v${version}`),
    ...(also.piles === 0 ? [] : [`${also.piles} 台桩由其固件保护，未证实 / piles: their firmware's, not proven`]),
  ].join(", ");
/** Nothing holds of groups that nobody wrote down. */
const ofGroups = ({ place }: Seen, holds: (group: PlaceConfig["groups"][number]) => boolean): boolean | undefined =>
  place.groups.length === 0 ? undefined : place.groups.every(holds);

const smokeDetectors = ({ shed, also }: Seen): number => shed.inputs.filter(({ kind }) => kind === "smoke").length + also.detectors;

export const fireRules: readonly Rule[] = [
  {
    id: "group-size",
    met: (seen) => ofGroups(seen, ({ bays }) => bays <= 20),
    found: ({ place }) => `最大 / largest ${Math.max(0, ...place.groups.map(({ bays }) => bays))}`,
  },
  {
    id: "group-length",
    met: (seen) => ofGroups(seen, ({ length_dm }) => length_dm <= 200),
    found: ({ place }) => `最长 / longest ${Math.max(0, ...place.groups.map(({ length_dm }) => length_dm)) / 10} m`,
  },
  {
    id: "partition",
    asked: ({ place }) => place.groups.length > 1,
    met: ({ place }) =>
      place.groups
        .slice(0, -1)
        .every(({ partition: one }) => one !== undefined && one.height_dm >= 15 && one.depth_dm >= 20 && one.fire_min >= 90),
    found: ({ place }) => `${place.groups.filter(({ partition }) => partition !== undefined).length}/${place.groups.length - 1}`,
  },
  {
    id: "bay-size",
    met: ({ place }) =>
      place.bay_length_dm === undefined || place.bay_width_dm === undefined
        ? undefined
        : place.bay_length_dm >= 22 && place.bay_width_dm >= 8,
    found: ({ place }) => `${said(place.bay_length_dm)} × ${said(place.bay_width_dm)}`,
  },
  {
    id: "clear-height",
    met: ({ place }) => least(place.clear_height_dm, 20),
    found: ({ place }) => said(place.clear_height_dm),
  },
  {
    id: "video",
    asked: ({ place, bays }) => place.area_m2 > 200 || bays > 100,
    met: ({ place }) => place.video_24h,
    found: ({ place, bays }) => `${place.area_m2} m², ${bays} 车位 / bays, ${said(place.video_24h)}`,
  },
  {
    id: "night-patrol",
    met: ({ place }) => place.night_patrol,
    found: ({ place }) => said(place.night_patrol),
  },
  {
    id: "to-building",
    asked: (seen) => !indoor(seen),
    met: ({ place }) => least(place.to_building_dm, 30),
    found: ({ place }) => said(place.to_building_dm),
  },
  {
    id: "to-exit",
    asked: (seen) => !indoor(seen),
    met: ({ place }) => least(place.to_exit_dm, 60),
    found: ({ place }) => said(place.to_exit_dm),
  },
  {
    id: "storey",
    asked: indoor,
    met: ({ place }) => place.kind !== "other",
    found: ({ place }) => place.kind,
  },
  {
    id: "solid-wall",
    asked: indoor,
    met: ({ place }) => place.solid_wall,
    found: ({ place }) => said(place.solid_wall),
  },
  {
    id: "extinguishing",
    asked: indoor,
    met: ({ place }) => place.extinguishing,
    found: ({ place }) => said(place.extinguishing),
  },
  {
    id: "smoke-detection",
    met: (seen) => smokeDetectors(seen) > 0,
    found: (seen) => `${smokeDetectors(seen)}`,
  },
  {
    id: "stop-when-full",
    met: (seen) => every(seen, ({ full }) => full.active),
    found: versions,
  },
  {
    id: "stop-when-wrong",
    met: (seen) => every(seen, (one) => one.second_rise.active && one.over_power.active),
    found: versions,
  },
  {
    id: "overload",
    met: (seen) => every(seen, (one) => one.over_current.active || one.thermal.active),
    found: versions,
  },
  {
    id: "over-temperature",
    met: (seen) => every(seen, (one) => one.over_temperature.active),
    found: versions,
  },
  {
    id: "short-circuit",
    met: ({ place }) => place.short_circuit_breakers,
    found: ({ place }) => said(place.short_circuit_breakers),
  },
  {
    id: "fault-alarm",
    // Every cut-off, weld and blind socket of a station is an alarm; what a pile says of itself is one too.
    met: ({ limits, also }) => (limits.length + also.piles === 0 ? undefined : true),
    found: versions,
  },
];

const alone: AlsoThere = { piles: 0, detectors: 0 };

/** Every rule for every shed; a shed without a place says nothing about itself. */
export function checkFireRules(
  sheds: readonly ShedConfig[],
  limitsOf: (station: string) => Limits | undefined,
  alsoIn: (shed: string) => AlsoThere = () => alone,
): RuleFound[] {
  return sheds.flatMap((shed) => {
    const { place } = shed;
    const limits = [
      ...new Map(shed.stations.map((id) => limitsOf(id)).flatMap((one) => (one === undefined ? [] : [[one.id, one] as const]))).values(),
    ];
    return fireRules.flatMap(({ id, asked, met, found }): RuleFound[] => {
      const base = { shed: shed.id, rule: id, ...shedRules[id] };
      if (place === undefined) return [{ ...base, state: "not-said", found: "场所（place）未写明 / no place is written" }];
      const bays = place.groups.reduce((sum, group) => sum + group.bays, 0);
      const seen: Seen = { shed, place, limits, bays, also: alsoIn(shed.id) };
      if (asked !== undefined && !asked(seen)) return [];
      const holds = met(seen);
      return [{ ...base, state: holds === undefined ? "not-said" : holds ? "met" : "broken", found: found(seen) }];
    });
  });
}

type SiteParts = Pick<SiteConfig, "sheds" | "stations" | "pile_hosts" | "fire">;

/** The same of a whole site file, with the limits that its stations name. */
export const fireRulesOf = (config: SiteParts, limits: ReadonlyMap<string, Limits>): RuleFound[] =>
  checkFireRules(
    config.sheds ?? [],
    (id) => limits.get(config.stations.find((one) => one.id === id)?.limits ?? ""),
    (shed) => ({
      piles: pilesOf(config).filter((pile) => pile.shed === shed).length,
      detectors: (config.fire?.detectors ?? []).filter((one) => one.shed === shed).length,
    }),
  );

/** In the words of a rectification ledger: what was found, where, against which rule. */
export const asHazards = (found: readonly RuleFound[], shedName: (id: string) => string) =>
  found
    .filter(({ state }) => state === "broken")
    .map(({ shed, rule, zh, en, found: what, source }) => ({
      ...{ source: "物业自查", place: shedName(shed), shed, rule, category: "电动自行车停放充电场所" },
      ...{ description: `不符合：${zh}（实为 ${what}）`, description_en: `not met: ${en} (found ${what})`, basis: source },
    }));
