// Clauses and grades as data: what a hazard rests on. Major hazards are judged by GB 35181-2025 (directly, or by several elements together); the wording here is ours
// and names the subject only: whoever serves a notice cites the text of the standard itself.
export interface Clause {
  readonly id: string;
  readonly zh: string;
  readonly grade: "一般" | "重大";
  readonly judged: "直接" | "综合";
  readonly source: string;
}

const major = "GB 35181-2025 重大火灾隐患判定规则";
const fujian = "福建省消防条例（2023-09-01 施行）";
const quanzhou = "泉州市电动自行车停放充电场所要求";
const row = (id: string, zh: string, grade: Clause["grade"], source: string, judged: Clause["judged"] = "综合"): Clause => ({
  id,
  zh,
  grade,
  judged,
  source,
});

export const usualClauses: readonly Clause[] = [
  row("major-exits", "疏散通道、安全出口被占用堵塞，人员密集", "重大", major),
  row("major-water", "消防给水系统瘫痪，无水可用", "重大", major),
  row("major-alarm", "火灾自动报警系统整体停用", "重大", major),
  row("major-sheds", "充电场所设在建筑内且无防火分隔、无自动灭火", "重大", major),
  row("exits", "占用、堵塞、封闭疏散通道与安全出口", "一般", fujian),
  row("lifts", "电动自行车进电梯、进楼入户、飞线充电", "一般", fujian),
  row("groups", "停放成组超过 20 辆或 20 米，组间未分隔", "一般", quanzhou),
  row("cut-off", "充电设施缺充满自停、过载、短路、高温保护", "一般", quanzhou),
  row("video", "超过 200 平方米或 100 个车位，无 24 小时视频监控", "一般", quanzhou),
  row("hydrant", "消防栓无压、缺件", "一般", "GB 25201 建筑消防设施的维护管理"),
  row("extinguisher", "灭火器过期、欠压、缺失", "一般", "GB 50444 建筑灭火器配置验收及检查规范"),
];

/** As a paper cites it; a clause of somebody's own stands as it was written. */
export function clauseWords(id: string): string {
  const known = usualClauses.find((one) => one.id === id);
  return known === undefined ? id : `${known.source}：${known.zh}`;
}
