// What local rules ask of a place where e-bikes are parked and charged: in words, each with where it was published. The site file is held against them at the edge; the ledger takes a broken one over.
// As reported in public; the texts of the rules themselves are with the departments.
const quanzhou = "泉州市住建局、市消防救援支队关于电动自行车停放充电场所的规定（公开报道）";
const notice = "泉州市两部门通告 2024-02-27（室内外充电场所）";
const fuzhou = "福州市电动自行车停放充电场所导则（试行）2025-02";
const highRise = "高层民用建筑消防安全管理规定（应急管理部令第5号）第三十七条";

export interface ShedRuleWords {
  readonly zh: string;
  readonly en: string;
  readonly source: string;
}

export const shedRules = {
  "group-size": { zh: "每组停放不超过 20 辆", en: "at most 20 bikes a group", source: quanzhou },
  "group-length": { zh: "每组长度不超过 20 米", en: "a group is at most 20 m long", source: quanzhou },
  partition: {
    zh: "组间设高不低于 1.5 米、宽不小于 2.0 米、耐火 1.5 小时的不燃隔墙",
    en: "between groups a non-combustible partition of 1.5 m × 2.0 m and 1.5 h",
    source: quanzhou,
  },
  "bay-size": { zh: "车位不小于 2.2 米 × 0.8 米", en: "a bay is at least 2.2 m × 0.8 m", source: quanzhou },
  "clear-height": { zh: "净高不低于 2.0 米", en: "clear height at least 2.0 m", source: quanzhou },
  video: {
    zh: "超过 200 平方米或 100 个车位的，24 小时视频监控",
    en: "above 200 m² or 100 bays: video around the clock",
    source: quanzhou,
  },
  "night-patrol": { zh: "物业夜间巡查", en: "patrol at night", source: quanzhou },
  "to-building": {
    zh: "室外场所距民用建筑外墙不小于 3 米",
    en: "outdoors: at least 3 m from the outer wall of a building",
    source: fuzhou,
  },
  "to-exit": { zh: "距安全出口不小于 6 米", en: "at least 6 m from an exit", source: fuzhou },
  storey: { zh: "室内只可设在首层或地下一层", en: "indoors: on the ground floor or in the first basement only", source: fuzhou },
  "solid-wall": { zh: "贴邻或室内设实体墙分隔，不开洞口", en: "against or in a building: a solid wall without openings", source: notice },
  extinguishing: { zh: "贴邻或室内设自动灭火设施", en: "against or in a building: automatic extinguishing", source: notice },
  "smoke-detection": { zh: "装烟感，接入断电", en: "smoke detection that cuts the shed", source: notice },
  "stop-when-full": { zh: "充满自动断电", en: "stops by itself when full", source: highRise },
  "stop-when-wrong": { zh: "充电异常、电池故障自动断电", en: "stops by itself when charge or battery go wrong", source: quanzhou },
  overload: { zh: "过载保护", en: "protection against overload", source: quanzhou },
  "over-temperature": { zh: "高温报警", en: "alarm of high temperature", source: quanzhou },
  "short-circuit": {
    zh: "短路保护（断路器；网关不承担短路保护）",
    en: "protection against short circuits: a breaker's, never the gateway's",
    source: quanzhou,
  },
  "fault-alarm": { zh: "充电故障报警", en: "alarm when a charge goes wrong", source: quanzhou },
} as const satisfies Readonly<Record<string, ShedRuleWords>>;
export type ShedRule = keyof typeof shedRules;

export const ruleStates = ["met", "broken", "not-said"] as const;
export type RuleState = (typeof ruleStates)[number];

/** A gateway that is newer than we are may name a rule that we do not know: then its name is all there is. */
export const ruleWords = (rule: string): ShedRuleWords =>
  (shedRules as Readonly<Record<string, ShedRuleWords>>)[rule] ?? { zh: rule, en: rule, source: "" };
