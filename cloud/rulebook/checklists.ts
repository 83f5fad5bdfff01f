// Check lists as data: what is asked on site, and what it becomes where it is not so. The wording is ours and names the subject only.
export interface CheckItem {
  readonly id: string;
  readonly zh: string;
  readonly category: string;
  readonly clause?: string;
}

export interface Checklist {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly items: readonly CheckItem[];
}

const item = (id: string, zh: string, category: string, clause: string): CheckItem => ({ id, zh, category, clause });

export const usualChecklists: readonly Checklist[] = [
  {
    ...{ id: "charging", zh: "电动自行车停放充电场所", en: "places where e-bikes stand and charge" },
    items: [
      item("groups", "停放成组不超过 20 辆、20 米，组间有分隔", "电动自行车停放", "groups"),
      item("cut-off", "充电设施有充满自停、过载、短路、高温保护", "电动自行车充电设施", "cut-off"),
      item("video", "超过 200 平方米或 100 个车位的，有 24 小时视频监控", "电动自行车停放", "video"),
      item("lifts", "无进电梯、进楼入户、飞线充电", "电动自行车停放", "lifts"),
      item("extinguisher", "灭火器在有效期内、压力正常", "消防设施", "extinguisher"),
    ],
  },
  {
    ...{ id: "fire", zh: "小区消防设施与通道", en: "fire facilities and escape routes" },
    items: [
      item("exits", "疏散通道、安全出口畅通", "疏散通道", "exits"),
      item("hydrant", "消防栓有水有压、配件齐全", "消防设施", "hydrant"),
      item("alarm", "火灾自动报警系统正常运行", "消防设施", "major-alarm"),
      item("water", "消防给水系统正常", "消防设施", "major-water"),
    ],
  },
];
