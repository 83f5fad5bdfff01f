// What a property has kept up in the demonstration's ninety days: walks with what was found, one maintenance of the fire installation, and dates that lie ahead. None of them is an alarm.
import { dayOf, startOf } from "#cloud/calendar/calendar.ts";
import { addDated, doneDated } from "#cloud/maintenance/dated.ts";
import { addPatrol } from "#cloud/maintenance/patrols.ts";
import { endWindow, openWindow } from "#cloud/maintenance/windows.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { chance } from "./chance.ts";
import { done } from "./done.ts";
import type { Cast } from "./people.ts";

const walked = ["东侧充电棚", "西侧充电棚", "消防控制室", "地下车库入口", "水泵房", "疏散楼梯"] as const;
const finds = ["灭火器压力偏低，已报修", "疏散通道有杂物，已清理", "应急灯一盏不亮，已登记更换"] as const;
/** How many days ahead; nearer than thirty would be a hint that waits for somebody. */
const ahead = [
  ["contract", "消防维保合同（演示）", 214],
  ["inspection", "建筑消防设施年度检测报告（演示）", 96],
  ["battery", "消控室主机备用电池", 151],
  ["extinguisher", "充电棚灭火器换药（24 具）", 63],
] as const;
const walksFor_days = 35;

export async function tellCare(
  effect: Effect,
  seed: number,
  { site, cast, now }: { site: string; cast: Cast; now: number },
): Promise<void> {
  const by = chance(seed + 900);
  const person = cast.property.id;
  for (let day = dayOf(now) - walksFor_days; startOf(day) < now; day += 1)
    for (const hour of [9, 20]) {
      const at = startOf(day) + hour * hourMs + by.whole(0, 50) * minuteMs;
      const found = by.unit() < 0.06;
      const said = found ? ({ result: "problem", note: by.pick(finds) } as const) : ({ result: "normal" } as const);
      if (at < now) done(await addPatrol(effect, { site, place: by.pick(walked), ...said, person, now: at }));
    }
  const opened = startOf(dayOf(now) - 24) + 9 * hourMs;
  const company = "安泰消防维保（演示）";
  const window = done(
    await openWindow(effect, { site, zone: "shed-1", minutes: 180, company, reason: "充电棚烟感、温感季度测试", person, at: opened }),
  );
  done(await endWindow(effect, { id: window.id, person, at: opened + 2 * hourMs }));
  for (const [category, what, days] of ahead) await addDated(effect, { site, category, what, due_at: startOf(dayOf(now) + days) });
  const checked = await addDated(effect, { site, category: "other", what: "充电插座绝缘检测", due_at: startOf(dayOf(now) - 12) });
  done(await doneDated(effect, { id: checked.id, person, note: "80 口全部合格，报告已归档", at: now - 20 * dayMs }));
}
