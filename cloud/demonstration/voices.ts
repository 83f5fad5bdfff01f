// What residents of the demonstration said on the public page, each with its answer in the open: wishes and complaints, which stand beside the hazards and in none of their numbers. Pure.
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { type Chance, chance } from "./chance.ts";
import type { Act, Told } from "./fates.ts";

/** Numbers of hazards are below it: no two pictures are the same. */
const firstNumber = 10_000;
const voices = [
  ["wish", "东门充电棚", "晚上七点以后常常排队，希望再装一排充电插座", "已增装十个插座，即日可用"],
  ["wish", "地面停车场", "希望访客车位划出来，周末亲友来访无处停放", "已划访客车位六个，入口处有标识"],
  ["complaint", "地下车库入口", "坡道照明不亮，夜间看不清减速带", "已更换灯具并加反光条"],
  ["wish", "儿童游乐区旁", "希望电动自行车不再从游乐区穿行", "已设隔离桩与绕行标识"],
  ["complaint", "西门出口", "早高峰出口排队超过二十分钟", "七点到九点增开一条出口车道"],
  ["wish", "三栋单元门厅", "希望公示每季度的停车与充电收入明细", "已在公告栏与本页公示"],
  ["complaint", "非机动车坡道", "坡道旁乱停，轮椅无法通过", "已清理并划禁停线"],
] as const;
/** How far each of a compound's voices has come, and how many days ago it was said. */
const courses = [
  ["closed", 52],
  ["closed", 31],
  ["closed", 17],
  ["rectifying", 2],
  ["undispatched", 1],
] as const;

export function tellVoices(seed: number, now: number, compounds: number): Told[] {
  const by = chance(seed + 500);
  return Array.from({ length: compounds }, (_, compound) => {
    const said = by.shuffled(voices);
    return courses.map(([course, back], at): Told => {
      const [matter, place, zh, answer] = said[at] as (typeof voices)[number];
      const facts = { number: firstNumber + compound * courses.length + at, compound, matter, place, zh };
      const more = { fate: course, category: "群众上报", source: "群众上报", clause: null, priority: 3 } as const;
      return { ...facts, ...more, acts: courseOf({ course, answer, found: now - back * dayMs - by.whole(1, 9) * hourMs, now }, by) };
    });
  }).flat();
}

interface Course {
  readonly course: (typeof courses)[number][0];
  readonly answer: string;
  readonly found: number;
  readonly now: number;
}

function courseOf({ course, answer, found, now }: Course, by: Chance): Act[] {
  const step = (at: number, who: "property" | "community" | "street" | "bureau", action: string, note: string, given?: object): Act => ({
    ...{ what: "step", at, who, action, note },
    ...(given === undefined ? {} : { given: given as Readonly<Record<string, string | number>> }),
  });
  const published = found + by.whole(20, 55) * minuteMs;
  const begun: Act[] = [{ what: "found", at: found }, step(published, "community", "publish", "内容属实，在公示页公开办理")];
  if (course === "undispatched") return begun;
  const dispatched = published + by.whole(10, 50) * minuteMs;
  const responsible = { responsible: "物业服务企业（演示）", responsible_person: "客服主管（演示）" };
  // What is open is answered in time for as long as the demonstration may run.
  const deadline = course === "closed" ? dispatched + 7 * dayMs : now + 4 * dayMs;
  const taken = dispatched + by.whole(1, 6) * hourMs;
  const going = [
    ...begun,
    step(dispatched, "community", "dispatch", "请按时答复", { ...responsible, deadline }),
    step(taken, "property", "receive", "已收到，安排办理"),
  ];
  if (course !== "closed") return going;
  const done = taken + by.whole(20, 60) * hourMs;
  return [
    ...going,
    { what: "after", at: done - 6 * minuteMs, nth: 1 },
    step(done, "property", "request-reinspection", answer),
    step(done + 20 * hourMs, "street", "reinspect", "现场看过，已办妥"),
    step(done + 26 * hourMs, "bureau", "close", "办结"),
  ];
}
