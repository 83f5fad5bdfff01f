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
  "wrong-direction": {
    zh: "车辆行驶方向与车道相反，未开闸，请人工查看",
    en: "the car moves against this lane's direction; not opened, please look",
  },
  "lot-full": { zh: "车位已满，仅放行月租车，请引导至其他车场", en: "the lot is full; only pass holders are let in" },
  "lane-closed": { zh: "车道已停用，不自动开闸；恢复前由人工放行", en: "the lane is switched off: it opens nothing by itself" },
  blacklisted: {
    zh: "该车在限制入场名单上，未开闸；请核对名单与原因，人工决定",
    en: "this car is on the list of those not let in: look why, a person decides",
  },
  tailgating: { zh: "有车跟随通过，未经放行，请核对", en: "a car followed through without being let in; please check" },
  "left-unpaid": {
    zh: "待缴费车辆已驶离，欠费已记录，凭证为出口识别与通行计数",
    en: "the car that owed has left; the debt is kept, by its read at the exit and the counted passage",
  },
  "turned-back": {
    zh: "已开闸但车辆未通过，疑似折返；在场记录标为存疑，不计入占用",
    en: "opened, but the car did not come: it seems to have turned back; its visit is doubtful",
  },
  "reversed-out": { zh: "车辆在道闸下倒车退出，请核对通行记录", en: "a car backed out from under the arm; please check what was counted" },
  "wrong-way": { zh: "有车逆向穿过道闸，请立即查看", en: "a car came through against the lane's direction" },
  "stuck-open": { zh: "道闸长时间未落杆，车辆可自由通过；请检查道闸", en: "the arm stays up although nobody holds it; cars pass freely" },
  "opened-by-nobody": {
    zh: "道闸自行开启，非系统指令；请核对遥控器与手动按钮",
    en: "the gate opened without an order of ours: look at remote and button",
  },
  "camera-blind": {
    zh: "相机有心跳但不再上报车牌，期间有车通过；请检查相机识别",
    en: "the camera lives but reports no plates although cars pass",
  },
  "camera-clock": { zh: "相机时钟与网关相差超过 5 秒，请校时", en: "the camera's clock is more than 5 s off; set it" },
};

/** "unpaid" where nobody saw the car come in, and the lot's file says what that costs. */
export const lostWords = {
  zh: "没有入场记录，已按收费文件的规定计费，待缴费；有入场凭据的请人工处理",
  en: "no entry record: charged as the lot's tariff says, waiting for payment; with proof of an entry a person decides",
} as const;

/** "no-entry" where more than one car inside could be meant. */
export const severalWords = {
  zh: "有多辆相似车牌的车在场，系统不替人选择，请人工核对放行",
  en: "more than one car inside could be meant; a person has to choose",
} as const;

/** "no-entry" of a plate under which an entry's camera read a car that a person then put right. */
export const misreadWords = {
  zh: "入口曾把一辆在场车读成这块车牌，后由值班人员更正；请核对是否同一辆",
  en: "an entry read a car that is inside under this plate, and a person put it right: see whether this is it",
} as const;

/** "no-entry" of a car whose visit was closed by a rule. */
export const inferredWords = {
  zh: "该车此前按规则推定离场，现出现在出口；请核对证据后人工处理，不另行计费",
  en: "this car was taken to be gone by a rule, and stands at the exit: look at what proved it; nothing is billed by itself",
} as const;
