// What the demonstration's compounds are and were: who managed them over five years, how far their charging ports and fire facilities are built. Pure; every version with the day from which
// it holds. One is finished, one is under way and changed its company five weeks ago, one says that all is sound while its contract is over and the ledger knows better.
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export interface Place {
  readonly town: string;
  readonly community: string;
  /** Who manages it today. */
  readonly company: string;
}

export interface Told {
  readonly valid_from: string;
  readonly at: number;
  readonly note: string;
  readonly body: Body;
}

interface Body extends Place {
  readonly kind: string;
  readonly aliases: readonly string[];
  readonly grid: string;
  readonly manager: string;
  readonly contract_until: string;
  readonly fire_maintenance: string;
  readonly households: number;
  readonly area_m2: number;
  readonly e_bikes: number;
  readonly sheds: number;
  readonly ports: { readonly planned: number; readonly started: number; readonly finished: number; readonly in_use: number };
  readonly fire_facilities: "完好" | "部分故障" | "停用" | "维修中";
  readonly control_room: boolean;
  readonly spaces: "业主共有" | "混合";
}

const ports = (planned: number, started: number, finished: number, in_use: number) => ({ planned, started, finished, in_use });

interface Change {
  /** So many days before today. */
  readonly ago: number;
  readonly note: string;
  readonly company?: string;
  readonly sheds: number;
  readonly ports: Body["ports"];
  readonly fire: Body["fire_facilities"];
  /** So many days after today; negative: it is over. */
  readonly contract: number;
}
interface Told5 {
  readonly households: number;
  readonly area_m2: number;
  readonly e_bikes: number;
  readonly maintenance: string;
  readonly changes: readonly Change[];
}

const stories: readonly Told5[] = [
  {
    ...{ households: 640, area_m2: 82_000, e_bikes: 410, maintenance: "安泰消防维保（演示）" },
    changes: [
      { ago: 1_700, note: "首次建档", company: "旧锦物业（演示）", sheds: 0, ports: ports(0, 0, 0, 0), fire: "部分故障", contract: -820 },
      { ago: 820, note: "业主大会选聘新物业", sheds: 1, ports: ports(40, 0, 0, 0), fire: "停用", contract: 640 },
      { ago: 400, note: "充电棚开工，消防系统用公维金更新", sheds: 1, ports: ports(40, 40, 16, 12), fire: "维修中", contract: 640 },
      { ago: 130, note: "充电棚建成，消防系统验收", sheds: 2, ports: ports(40, 40, 40, 40), fire: "完好", contract: 640 },
    ],
  },
  {
    ...{ households: 512, area_m2: 61_500, e_bikes: 365, maintenance: "城安消防维保（演示）" },
    changes: [
      { ago: 1_600, note: "首次建档", company: "湖畔物业（演示）", sheds: 0, ports: ports(0, 0, 0, 0), fire: "完好", contract: -30 },
      {
        ago: 130,
        note: "充电棚一期开工",
        company: "湖畔物业（演示）",
        sheds: 1,
        ports: ports(60, 40, 12, 8),
        fire: "部分故障",
        contract: -30,
      },
      { ago: 36, note: "合同期满，业主大会选聘新物业", sheds: 1, ports: ports(60, 60, 24, 20), fire: "部分故障", contract: 1_060 },
      { ago: 9, note: "二期通电，喷淋泵送修", sheds: 2, ports: ports(60, 60, 44, 38), fire: "维修中", contract: 1_060 },
    ],
  },
  {
    ...{ households: 388, area_m2: 43_200, e_bikes: 290, maintenance: "安泰消防维保（演示）" },
    changes: [
      { ago: 1_500, note: "首次建档", company: "云上物业（演示）", sheds: 0, ports: ports(0, 0, 0, 0), fire: "部分故障", contract: -740 },
      { ago: 740, note: "原物业退出，街道组织选聘", sheds: 0, ports: ports(80, 0, 0, 0), fire: "部分故障", contract: -12 },
      { ago: 130, note: "充电棚开工", sheds: 1, ports: ports(80, 40, 20, 12), fire: "部分故障", contract: -12 },
      { ago: 20, note: "物业填报消防设施已修复", sheds: 1, ports: ports(80, 64, 32, 26), fire: "完好", contract: -12 },
    ],
  },
];

export const sizeOf = (nth: number): { readonly households: number; readonly area_m2: number } =>
  stories[nth % stories.length] ?? { households: 640, area_m2: 82_000 };

/** Oldest first. */
export function tellWorks(nth: number, place: Place, now: number): readonly Told[] {
  const story = stories[nth % stories.length];
  if (story === undefined) return [];
  const { households, area_m2, e_bikes, maintenance } = story;
  const day = (ago: number): string => dayText(dayOf(now - ago * dayMs));
  return story.changes.map(({ ago, note, company = place.company, sheds, ports: built, fire, contract }): Told => {
    const facts = { ...place, company, kind: "住宅小区", aliases: [], grid: `第 ${nth + 1} 网格（演示）`, manager: "项目经理（演示）" };
    return {
      ...{ valid_from: day(ago), at: now - ago * dayMs, note: `${note}（演示数据）` },
      body: {
        ...{ ...facts, contract_until: day(-contract), fire_maintenance: maintenance, households, area_m2, e_bikes, sheds, ports: built },
        ...{ fire_facilities: fire, control_room: nth !== 2, spaces: nth === 2 ? "混合" : "业主共有" },
      },
    };
  });
}

/** Who managed it at that moment. */
export const companyAt = (told: readonly Told[], at: number): string | undefined =>
  told.filter((one) => one.valid_from <= dayText(dayOf(at))).at(-1)?.body.company;
