// What a person at the lane is told, Chinese first; no plate stands in these words.
import type { EventData } from "#protocols/uplink/events.ts";

export type ExceptionReason = EventData<"lane.exception">["reason"];

export const exceptionWords: Readonly<Record<ExceptionReason, { readonly zh: string; readonly en: string }>> = {
  "stale-read": {
    zh: "相机上报的时间过旧，未开闸；请核对相机时钟或网络",
    en: "the read is too old; check the camera's clock and its network",
  },
  "future-read": { zh: "相机上报的时间在未来，未开闸；请校准相机时钟", en: "the read lies in the future; set the camera's clock" },
  "doubtful-clock": {
    zh: "相机的两个时间互相矛盾或缺失，未开闸；请校准相机时钟",
    en: "the camera's two times disagree or are missing; set its clock",
  },
  "offline-read": { zh: "断线期间的记录，不开闸", en: "a record from while the link was down; it never opens" },
  "no-plate": { zh: "无牌车，请人工登记放行", en: "a car without a plate; register and let it in by hand" },
  "low-confidence": { zh: "车牌识别不清，请人工核对", en: "the plate was not read clearly; check it by eye" },
  "no-entry": { zh: "没有入场记录，请人工处理", en: "no entry record; a person has to decide" },
  unpaid: { zh: "待缴费", en: "waiting for payment" },
  "gate-busy": { zh: "前车占用道闸，本车未放行，请人工处理", en: "another car held the arm; this one was not let through" },
  "no-tariff": { zh: "没有可用的收费规则，不能计费，请人工处理", en: "no tariff applies; no price can be told" },
  "duplicate-read": { zh: "重复上报", en: "the same read again" },
  "already-inside": {
    zh: "该车牌已有未离场记录，已按新入场放行，请核对",
    en: "this plate is inside already; let in as a new visit, please check",
  },
};

/** "no-entry" where more than one car inside could be meant. */
export const severalWords = {
  zh: "有多辆相似车牌的车在场，系统不替人选择，请人工核对放行",
  en: "more than one car inside could be meant; a person has to choose",
} as const;
