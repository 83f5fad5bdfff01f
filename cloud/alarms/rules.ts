// Which events are alarms: a row each. Priority 1 is for life and fire; every row says cause, consequence and what to do in at most three lines, or it would be no alarm.
import type { EventType } from "#protocols/uplink/events.ts";
import { fireRules } from "./fire-rules.ts";
import type { Kind } from "./life.ts";
import { pileRules } from "./pile-rules.ts";
import { shedRules } from "./shed-rules.ts";
import { uplinkRules } from "./uplink-rules.ts";

/** "input": one contact of one shed; "point": one thing of one device. */
export type SourceKind = "socket" | "lane" | "station" | "line" | "shed" | "input" | "budget" | "gateway" | "device" | "point";

export interface AlarmRule {
  readonly rule: string;
  /** The event that raises it; absent when the cloud itself notices. */
  readonly on?: EventType;
  /** Only when the event's `cause` is one of these. */
  readonly causes?: readonly string[];
  readonly about: SourceKind;
  readonly priority: 1 | 2 | 3 | 4;
  readonly zh: string;
  readonly en: string;
  readonly action_zh: string;
  readonly action_en: string;
  /** Events about the same source that clear it. None: it is a moment, and an acknowledgement closes it. */
  readonly clearedBy: readonly EventType[];
  /** A clearing that names a cause clears only the rule of that cause. */
  readonly clearsOwnCause?: true;
  /** Gone by itself it stays until a person has reset it. */
  readonly latched?: true;
  /** It must last so long before it calls, and be gone so long before it counts as gone. */
  readonly onDelay_ms?: number;
  readonly offDelay_ms?: number;
}

const socketBack = ["charging.latch-reset", "charging.rearmed", "session.started"] as const;

/** A cut-off by cause: the words differ, the rest is alike. */
const cut = (row: Pick<AlarmRule, "rule" | "causes" | "priority" | "zh" | "en" | "action_zh" | "action_en">): AlarmRule => ({
  ...row,
  on: "charging.cut",
  about: "socket",
  clearedBy: socketBack,
});

/** Said before anything is cut. */
const warning = (row: Omit<AlarmRule, "on">): AlarmRule => ({ ...row, on: "charging.warned" });

export const alarmRules: readonly AlarmRule[] = [
  cut({
    rule: "cut.smoke",
    causes: ["smoke"],
    priority: 1,
    zh: "烟雾报警，已断电",
    en: "smoke: power cut",
    action_zh: "可能起火，全站已断电。\n立即到场确认，起火即拨 119 并疏散。\n确认安全前不得复位。",
    action_en:
      "Possible fire; the whole station is off.\nGo there now; if it burns call 119 and clear the area.\nDo not reset before it is safe.",
  }),
  cut({
    rule: "cut.leakage",
    causes: ["leakage"],
    priority: 1,
    zh: "漏电，已断电",
    en: "leakage: power cut",
    action_zh: "触电危险，插座已断电。\n到场禁止触碰，挂牌停用。\n电工测绝缘后方可复位。",
    action_en:
      "Danger of electric shock; the socket is off.\nKeep people away and mark it out of use.\nReset only after an electrician has tested the insulation.",
  }),
  cut({
    rule: "cut.over-temperature",
    causes: ["over-temperature"],
    priority: 1,
    zh: "过温，已断电",
    en: "over-temperature: power cut",
    action_zh: "插头或电池过热，可能引燃。\n到场查看，电池移到空旷处。\n查明原因后复位。",
    action_en: "Plug or battery overheats and may ignite.\nGo and look; move the battery into the open.\nReset once the cause is known.",
  }),
  cut({
    rule: "cut.temperature-rise",
    causes: ["temperature-rise"],
    priority: 1,
    zh: "温升过快，已断电",
    en: "warming too fast: power cut",
    action_zh: "插头接触不良或电池发热，可能引燃。\n到场摸查插头，更换松动的插座。\n查明原因后复位。",
    action_en: "A poor contact or a heating battery; it may ignite.\nGo and look; replace a loose socket.\nReset once the cause is known.",
  }),
  cut({
    rule: "cut.second-rise",
    causes: ["second-rise"],
    priority: 1,
    zh: "充电功率二次升高，已断电",
    en: "power rose again after its plateau: power cut",
    action_zh: "电池可能二次发热，或插座上接了别的负荷。\n立即到场，电池发热则移到空旷处并看守。\n查明原因后复位。",
    action_en:
      "The battery may be heating, or something else was plugged in.\nGo there now; move a warm battery into the open and watch it.\nReset once the cause is known.",
  }),
  cut({
    rule: "cut.feeder-leakage",
    causes: ["feeder-leakage"],
    priority: 1,
    zh: "进线剩余电流超限，已断电",
    en: "residual current of the feeder: power cut",
    action_zh: "线路绝缘损坏，可能引燃。\n查线路进水、破皮，不得强送电。\n电工测绝缘后方可复位。",
    action_en:
      "Damaged insulation of the feeder may ignite.\nLook for water and bare wires; do not force it on.\nReset only after an electrician has tested the insulation.",
  }),
  cut({
    rule: "cut.over-current",
    causes: ["over-current", "instantaneous", "over-power"],
    priority: 2,
    zh: "过流保护断电",
    en: "over-current: power cut",
    action_zh: "电流或功率超限，插座已断电。\n核实是否大功率充电器或短路。\n排除后到现场复位。",
    action_en:
      "Current or power above the limit; the socket is off.\nCheck for a large charger or a short circuit.\nReset on site once removed.",
  }),
  cut({
    rule: "cut.voltage",
    causes: ["over-voltage", "under-voltage"],
    priority: 3,
    zh: "电压异常，已断电",
    en: "voltage out of bounds: power cut",
    action_zh: "供电电压越限，充电已停止；恢复后可自动再试。\n查看同线路其他插座。\n持续出现请联系供电单位。",
    action_en:
      "Supply voltage out of bounds; charging stopped, and may be tried again.\nLook at the other sockets of the line.\nIf it persists call the power company.",
  }),
  cut({
    rule: "cut.blind",
    causes: ["blind"],
    priority: 2,
    zh: "读数中断，已断电",
    en: "no readings: power cut",
    action_zh: "看不到读数，按规定断电。\n检查充电站供电与 RS-485 接线。\n通信恢复后可重新充电。",
    action_en:
      "Without readings nothing may stay energised.\nCheck the station's supply and RS-485 wiring.\nCharging may go on when it answers again.",
  }),
  {
    rule: "weld",
    on: "charging.welded",
    about: "socket",
    priority: 1,
    zh: "继电器粘连，断不开电",
    en: "relay welded: power cannot be cut",
    action_zh: "继电器触点粘连，插座仍带电。\n立即断开该站上级开关。\n更换继电器前不得合闸。",
    action_en:
      "The relay's contacts are welded; the socket is live.\nOpen the station's upstream breaker now.\nDo not close it before the relay is replaced.",
    clearedBy: ["charging.latch-reset"],
  },
  warning({
    rule: "warn.over-temperature",
    causes: ["over-temperature"],
    about: "socket",
    priority: 3,
    zh: "插座温度偏高",
    en: "a socket grows hot",
    action_zh: "尚未断电，继续升高将自动断电。\n到场查看插头是否松动。",
    action_en: "Not cut yet; it will be if it grows hotter.\nLook whether the plug sits loosely.",
    clearedBy: ["charging.eased"],
  }),
  warning({
    rule: "warn.feeder-leakage",
    causes: ["feeder-leakage"],
    about: "station",
    priority: 2,
    zh: "进线剩余电流偏大，电气火灾隐患",
    en: "residual current of the feeder: danger of an electrical fire",
    action_zh: "按限值文件只告警，不断电。\n电工逐路排查绝缘。",
    action_en: "By its limits file this warns and does not cut.\nHave an electrician test the insulation branch by branch.",
    clearedBy: ["charging.eased"],
  }),
  warning({
    rule: "warn.long-charge",
    causes: ["long-charge"],
    about: "socket",
    priority: 4,
    zh: "充电时间偏长",
    en: "a long charge",
    action_zh: "超过建议的充电时间，到上限将自动停止。\n提醒车主取车。",
    action_en: "Longer than advised; it ends by itself at the limit.\nRemind the owner.",
    clearedBy: ["charging.eased", "session.ended"],
  }),
  ...shedRules,
  ...fireRules,
  ...pileRules,
  {
    rule: "station.silent",
    on: "station.silent",
    about: "station",
    priority: 2,
    zh: "充电站失联",
    en: "station does not answer",
    action_zh: "充电站无应答，插座将自行断电。\n检查站内供电与通信线。",
    action_en: "The station does not answer; its sockets switch themselves off.\nCheck its supply and its line.",
    clearedBy: ["station.answers"],
  },
  {
    rule: "line.late",
    on: "line.late",
    about: "line",
    priority: 2,
    zh: "线路慢于承诺，断电会迟",
    en: "a line is slower than promised: a cut-off would be late",
    action_zh:
      "每轮读取超过承诺的断电时限，保护照常但会迟。\n查坏帧与超时：接线、终端电阻、失联设备。\n仍超时则分线或提高波特率（cuobian budget）。",
    action_en:
      "Its rounds take longer than the promised cut-off time; protection goes on, but late.\nLook for bad frames and time-outs: wiring, terminators, dead devices.\nIf it persists split the line or raise its rate (cuobian budget).",
    clearedBy: ["line.in-time"],
  },
  {
    rule: "protection.silent",
    on: "protection.silent",
    about: "gateway",
    priority: 1,
    zh: "保护进程失联",
    en: "the safety process does not answer",
    action_zh: "保护进程无应答，插座将在数秒内断电。\n到场查看网关；恢复前不要充电。",
    action_en: "The safety process is silent; sockets open within seconds.\nLook at the gateway on site; do not charge before it is back.",
    clearedBy: ["protection.answers"],
  },
  {
    rule: "gate.unanswered",
    on: "gate.unanswered",
    about: "lane",
    priority: 2,
    zh: "道闸未见开启",
    en: "gate did not open",
    action_zh: "已下发开闸，未见到位。\n门岗到场手动放行。\n检查道闸电源与控制线。",
    action_en:
      "The gate was told to open and was not seen open.\nLet the car through by hand.\nCheck the barrier's power and control wires.",
    clearedBy: ["gate.opened"],
  },
  {
    rule: "camera.silent",
    on: "camera.silent",
    about: "lane",
    priority: 3,
    zh: "车牌相机失联",
    en: "plate camera silent",
    action_zh: "该车道不再识别车牌。\n门岗人工登记放行。\n检查相机供电与网络。",
    action_en: "Plates are not read at this lane.\nRegister cars by hand.\nCheck the camera's power and network.",
    clearedBy: ["visit.opened", "visit.billed", "lane.exception"],
  },
  ...uplinkRules,
];

const byName = new Map(alarmRules.map((row) => [row.rule, row]));

export function alarmRule(name: string): AlarmRule {
  const row = byName.get(name);
  if (row === undefined) throw new Error(`no alarm rule ${name}`);
  return row;
}

/** Alarms that the cloud clears itself (they have no clearing event and are no mere moments). */
export const clearedByCloud: ReadonlySet<string> = new Set([
  "gateway.offline",
  "uplink.gap",
  "notify.failing",
  "dated.soon",
  "dated.overdue",
]);

export const isMoment = (row: AlarmRule): boolean => row.clearedBy.length === 0 && !clearedByCloud.has(row.rule);

export const kindOf = (row: AlarmRule): Kind => (row.latched === true ? "latched" : isMoment(row) ? "moment" : "standing");
