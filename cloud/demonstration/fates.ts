// What the demonstration's hazards are and how each has fared: 253 of them, 47 overdue, told as acts with their times. Pure: the same seed and the same moment give the same list.
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { type Chance, chance } from "./chance.ts";

export const total = 253;
/** Of them so many were found by an inspection by lot, which hands them in itself. */
export const byLot = 2;
export const overdue = 47;
export const days = 90;

/** How a hazard stands today, and how many stand so. */
export const fates = {
  closed: 144,
  archived: 6,
  overdue,
  undispatched: 8 - byLot,
  unreceived: 10,
  rectifying: 28,
  rectified: 10,
} as const;
export type Fate = keyof typeof fates;

export type PaperKind = "notice" | "opinion" | "closure";
export type PaperSaid =
  | { readonly step: "serve"; readonly how: string; readonly by: string }
  | { readonly step: "receive"; readonly by: string }
  | { readonly step: "withdraw"; readonly why: string };
type Who = "property" | "community" | "street" | "bureau" | "grid";
export type Act =
  | { readonly what: "found" | "before" | "rungs"; readonly at: number }
  | { readonly what: "after"; readonly at: number; readonly nth: number }
  | { readonly what: "paper"; readonly at: number; readonly who: Who; readonly kind: PaperKind }
  | { readonly what: "paper-step"; readonly at: number; readonly who: Who; readonly kind: PaperKind; readonly said: PaperSaid }
  | {
      readonly what: "step";
      readonly at: number;
      readonly who: Who;
      readonly action: string;
      readonly note: string;
      readonly given?: Readonly<Record<string, string | number>>;
    };

export interface Told {
  readonly number: number;
  /** What residents say is no hazard. */
  readonly matter?: "wish" | "complaint";
  /** Which of the compounds. */
  readonly compound: number;
  readonly fate: Fate;
  readonly place: string;
  readonly category: string;
  readonly zh: string;
  readonly source: string;
  readonly clause: string | null;
  readonly priority: number;
  readonly acts: readonly Act[];
}

const kinds = [
  ["楼道充电", "电动自行车在楼道内停放充电", "lifts", 2, "清理出楼道，张贴告知，恢复集中充电"],
  ["飞线充电", "居民从窗户拉线为电动自行车充电", "lifts", 2, "拆除飞线，引导到充电棚"],
  ["通道占用", "疏散通道堆放杂物", "exits", 2, "清运杂物，划线标识"],
  ["消防栓", "室内消火栓无水压", "hydrant", 2, "检修稳压泵，恢复水压"],
  ["灭火器", "充电棚灭火器欠压、过期", "extinguisher", 3, "更换灭火器并登记"],
  ["充电设施", "充电插座无过温自停功能", "cut-off", 3, "更换插座模组"],
  ["停放分组", "停放成组超过 20 辆，组间未分隔", "groups", 3, "增设分隔，重新划线"],
  ["视频监控", "充电棚无 24 小时视频监控", "video", 4, "增设摄像机"],
  ["应急照明", "疏散楼梯应急照明不亮", null, 4, "更换灯具与电池"],
  ["配电箱", "充电棚配电箱未上锁，接线裸露", null, 3, "整理接线，加锁"],
] as const;
const sources = [
  "自动监测",
  "自动监测",
  "网格巡查",
  "网格巡查",
  "物业自查",
  "双随机",
  "12345",
  "消防检查",
  "群众上报",
  "基线排查",
] as const;
const spots = ["一层楼道", "地下车库入口", "东侧充电棚", "西侧充电棚", "三层电梯厅", "屋面机房", "单元门厅", "非机动车坡道"] as const;

/** So many days ago, at an hour when people work. */
const ago = (now: number, back: number, by: Chance): number => {
  const at = now - back * dayMs - by.whole(0, 10) * hourMs - by.whole(0, 59) * minuteMs;
  return Math.min(at, now - hourMs);
};

export function tellHazards(seed: number, now: number, compounds: number): Told[] {
  const by = chance(seed);
  const list = by.shuffled((Object.keys(fates) as Fate[]).flatMap((fate) => Array.from({ length: fates[fate] }, () => fate)));
  let late = 0;
  return list.map((fate, number): Told => {
    const [category, zh, clause, priority, measure] = by.pick(kinds);
    if (fate === "overdue") late += 1;
    // Every compound has some that are overdue; the first is the largest.
    const compound = fate === "overdue" ? late % compounds : Math.min(compounds - 1, Math.floor(by.unit() ** 1.25 * compounds));
    const facts = {
      ...{ number, compound, fate, category, zh, clause, priority },
      ...{ place: `${by.whole(1, 18)} 栋${by.pick(spots)}`, source: by.pick(sources) },
    };
    return { ...facts, acts: lifeOf({ fate, late, measure, now, number }, by).filter(({ at }) => at <= now) };
  });
}

interface Life {
  readonly fate: Fate;
  readonly late: number;
  readonly measure: string;
  readonly now: number;
  readonly number: number;
}

/** Days over: a few for most, long for some. */
function daysLate(nth: number, by: Chance): number {
  if (nth <= 18) return by.whole(1, 3);
  if (nth <= 32) return by.whole(4, 7);
  return nth <= 42 ? by.whole(8, 15) : by.whole(16, 34);
}

function lifeOf({ fate, late, measure, now, number }: Life, by: Chance): Act[] {
  const back = {
    closed: by.whole(10, days - 1),
    archived: by.whole(3, days - 1),
    undispatched: 0,
    unreceived: 1,
    rectifying: by.whole(2, 9),
    rectified: by.whole(2, 6),
  };
  // What was found lately and is closed already was a short matter.
  const lately = fate === "closed" && back.closed < 25;
  const term = (lately ? 3 : by.pick([3, 7, 7, 10, 15])) * dayMs;
  const found =
    fate === "overdue" ? now - daysLate(late, by) * dayMs + by.whole(1, 20) * hourMs - term - 2 * dayMs : ago(now, back[fate], by);
  const acts: Act[] = [{ what: "found", at: found }];
  const step = (at: number, who: Who, action: string, note: string, given?: Readonly<Record<string, string | number>>): void =>
    void acts.push({ what: "step", at, who, action, note, ...(given === undefined ? {} : { given }) });
  if (by.unit() < 0.6) acts.push({ what: "before", at: found + 12 * minuteMs });
  if (fate === "undispatched") return acts;
  const dispatched = found + by.whole(1, 9) * hourMs;
  if (fate === "archived") {
    step(dispatched, "community", "archive-false-alarm", "现场核实：为检修临时断开，不构成隐患");
    return acts;
  }
  const open = fate === "unreceived" || fate === "rectifying" || fate === "rectified";
  // What is not due yet stays so for the day that the demonstration may run.
  const deadline =
    fate === "overdue" ? found + 2 * dayMs + term - by.whole(0, 20) * hourMs : open ? now + by.whole(2, 12) * dayMs : dispatched + term;
  const postponed = fate === "overdue" && late % 9 === 2;
  const first = postponed ? Math.floor((dispatched + deadline) / 2) : deadline;
  step(dispatched, number % 3 === 0 ? "street" : "community", "dispatch", "请按期整改，整改后上传照片", {
    responsible: "物业服务企业（演示）",
    responsible_person: "工程主管（演示）",
    supervisor: "消防安全办（演示）",
    deadline: first,
  });
  if (number % 3 === 0) papered(acts, { at: dispatched + 40 * minuteMs, who: "street", kind: "notice", number });
  if (fate === "unreceived" || (fate === "overdue" && late % 7 === 0)) return withRungs(acts, deadline, now);
  const received = dispatched + by.whole(1, 8) * hourMs;
  step(received, "property", "receive", "已收到，安排整改", { measure });
  if (postponed) {
    step(received + hourMs, "property", "ask-postponement", "配件未到货，申请延期", { until: deadline });
    step(received + 20 * hourMs, "street", "grant-postponement", "情况属实，同意延期，期间落实管控");
  }
  if (fate === "overdue" && late % 9 === 4) {
    const until = deadline - 12 * hourMs;
    return withRungs(major(acts, received, step, until), deadline, now);
  }
  if (fate === "rectifying") {
    if (number % 4 === 1)
      step(received + 2 * hourMs, "property", "ask-postponement", "配件未到货，申请延期", { until: deadline + 7 * dayMs });
    return acts;
  }
  if (fate === "overdue" && late % 3 !== 0) return withRungs(acts, deadline, now);
  // Four in five of those closed were mended in time.
  const intime = fate === "closed" ? lately || by.unit() < 0.8 : fate === "rectified";
  const rectified =
    fate === "rectified"
      ? received + 3 * hourMs
      : intime
        ? received + (deadline - received) * (0.3 + 0.5 * by.unit())
        : deadline + by.whole(5, 70) * hourMs;
  const done = Math.floor(rectified);
  acts.push({ what: "after", at: done - 5 * minuteMs, nth: 1 });
  step(done, "property", "request-reinspection", "整改完成，申请复查");
  if (fate !== "closed") return withRungs(acts, deadline, now);
  const inspected = done + by.whole(3, 40) * hourMs;
  if (by.unit() < 0.08) step(inspected, "street", "return", "现场仍有杂物，退回整改");
  const again = acts.at(-1);
  const looked = again?.what === "step" && again.action === "return" ? inspected + 30 * hourMs : inspected;
  if (looked !== inspected) {
    acts.push({ what: "after", at: looked - 7 * hourMs, nth: 2 });
    step(looked - 6 * hourMs, "property", "request-reinspection", "已清理完毕，再次申请复查");
  }
  step(looked, "street", "reinspect", "现场复查合格");
  const closed = looked + by.whole(1, 20) * hourMs;
  step(closed, "bureau", "close", "予以销号");
  if (number % 6 === 0) papered(acts, { at: looked + 20 * minuteMs, who: "street", kind: "opinion", number });
  if (number % 8 === 0) papered(acts, { at: closed + 30 * minuteMs, who: "bureau", kind: "closure", number });
  return withRungs(acts, deadline, Math.min(now, looked));
}

/** Issued, served after some days, signed for on the next; one in seven still waits, one in thirty was written wrongly and is issued once more. Without chance: what else is told stays as it is. */
function papered(
  acts: Act[],
  { at, who, kind, number }: { readonly at: number; readonly who: Who; readonly kind: PaperKind; readonly number: number },
): void {
  const wrong = kind === "notice" && number % 30 === 9;
  if (wrong) {
    acts.push({ what: "paper", at, who, kind });
    acts.push({ what: "paper-step", at: at + 25 * minuteMs, who, kind, said: { step: "withdraw", why: "致送单位写错，另行出具" } });
  }
  const issued = wrong ? at + 50 * minuteMs : at;
  acts.push({ what: "paper", at: issued, who, kind });
  if (number % 7 === 1) return;
  const served = issued + (number % 5) * dayMs + (2 + (number % 4)) * hourMs;
  const how = number % 11 === 4 ? "留置送达" : number % 4 === 2 ? "电子送达" : "直接送达";
  acts.push({ what: "paper-step", at: served, who, kind, said: { step: "serve", how, by: "经办人（演示）" } });
  if (number % 5 === 3) return;
  acts.push({ what: "paper-step", at: served + 3 * hourMs, who: "property", kind, said: { step: "receive", by: "物业前台（演示）" } });
}

/** Judged major by two, held down by an interim measure, listed: all before it was due. */
function major(
  acts: Act[],
  received: number,
  step: (at: number, who: Who, action: string, note: string, given?: Readonly<Record<string, string | number>>) => void,
  until: number,
): Act[] {
  const at = Math.min(received + 4 * hourMs, until);
  step(at, "street", "propose-major", "涉及疏散安全，提请判定", { clause: "major-exits" });
  step(at + hourMs, "bureau", "confirm-major", "集体判定为重大隐患", { reference: "演示〔2026〕1 号" });
  step(at + 2 * hourMs, "property", "control", "落实临时管控", { control: "专人值守，夜间每两小时巡查一次" });
  step(at + 3 * hourMs, "bureau", "list", "报请挂牌督办", { reference: "演示督〔2026〕3 号" });
  return acts;
}

/** From the day before it was due to the day that it was looked at: whether a rung is due is the ladder's own matter. */
function withRungs(acts: Act[], deadline: number, to: number): Act[] {
  for (let day = -3; day <= 60; day += 1) {
    const at = deadline + day * dayMs + 10 * hourMs;
    if (at >= to) break;
    acts.push({ what: "rungs", at });
  }
  return acts;
}
