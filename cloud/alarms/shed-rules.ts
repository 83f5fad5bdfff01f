// Alarms of a shed and of its supply. Fire, a weld and a contactor that does not open are for life and fire; what follows from them is not told again for every socket.
import type { AlarmRule } from "./rules.ts";

const tripped = (row: Pick<AlarmRule, "rule" | "causes" | "priority" | "zh" | "en" | "action_zh" | "action_en">): AlarmRule => ({
  ...row,
  on: "shed.tripped",
  about: "shed",
  clearedBy: ["shed.reset", "shed.sighted"],
});

const fire = (cause: string, zh: string, en: string): AlarmRule =>
  tripped({
    rule: `shed.${cause}`,
    causes: [cause],
    priority: 1,
    zh: `${zh}，整棚已断电`,
    en: `${en}: the whole shed is off`,
    action_zh: "可能起火，整棚插座与上级接触器已断开。\n立即到场确认，起火即拨 119 并疏散。\n排除后由到场人员在现场复位。",
    action_en:
      "Possible fire; every socket and the contactor above are off.\nGo there now; if it burns call 119 and clear the area.\nReset on site, by whoever has looked, once it is over.",
  });

export const shedRules: readonly AlarmRule[] = [
  fire("smoke", "充电棚烟雾报警", "smoke in the shed"),
  fire("heat", "充电棚温度报警", "heat in the shed"),
  fire("panel", "消防主机联动", "fire panel"),
  tripped({
    rule: "shed.welded",
    causes: ["welded"],
    priority: 1,
    zh: "继电器粘连，整棚已断电并锁定",
    en: "welded relay: the whole shed is off and locked",
    action_zh: "有插座断不开；有上级接触器的已断开，没有的须立即拉下该棚断路器。\n更换继电器，确认无电流。\n在现场复位后方可充电。",
    action_en:
      "A socket cannot be switched off; the contactor above is open, and where there is none open the shed's breaker now.\nReplace the relay and see that no current flows.\nReset on site before anybody charges.",
  }),
  tripped({
    rule: "shed.blind",
    causes: ["blind"],
    priority: 2,
    zh: "充电棚触点读不到，整棚已断电",
    en: "the shed's contacts cannot be read: it is off",
    action_zh: "读不到烟感等触点，按规定断电。\n检查输入板供电与通信线。\n恢复读取后自动可用。",
    action_en:
      "Without its detectors nothing may stay energised.\nCheck the input board's supply and line.\nIt serves again by itself once it is read.",
  }),
  {
    rule: "shed.input-silent",
    on: "shed.input-silent",
    about: "input",
    priority: 2,
    zh: "充电棚触点或电表读不到",
    en: "a contact or meter of the shed cannot be read",
    action_zh: "超过时限将整棚断电（电表除外）。\n检查输入板或电表的供电与通信线。",
    action_en: "Beyond its time the shed is cut (not for a meter).\nCheck the supply and the line of the board or meter.",
    clearedBy: ["shed.input-answers"],
  },
  {
    rule: "shed.leaking",
    on: "shed.leaking",
    about: "shed",
    priority: 1,
    zh: "充电棚进线剩余电流报警",
    en: "residual current of the shed's feeder",
    action_zh: "线路绝缘下降，有起火危险；只报警，不断电。\n电工逐路查找漏电回路。\n查明前勿合用可疑插座。",
    action_en:
      "Insulation is failing and may ignite; this is an alarm, no trip.\nHave an electrician find the leaking branch.\nTake suspicious sockets out of use meanwhile.",
    clearedBy: ["shed.leakage-over"],
  },
  {
    rule: "shed.contactor-stuck",
    on: "shed.contactor-stuck",
    about: "shed",
    priority: 1,
    zh: "上级接触器断不开",
    en: "the contactor above does not open",
    action_zh: "已下令断开，仍显示闭合或有电流。\n立即拉下该棚断路器。\n更换接触器后再复位。",
    action_en:
      "It was told to open and shows closed, or current flows.\nOpen the shed's breaker now.\nReplace the contactor before the reset.",
    clearedBy: ["shed.reset"],
  },
  {
    rule: "shed.contactor-lost",
    on: "shed.contactor-lost",
    about: "shed",
    priority: 2,
    zh: "上级接触器未闭合，棚内无电",
    en: "the contactor above is not closed: no power in the shed",
    action_zh: "控制板无应答或线圈回路断开。\n检查控制板、线圈与熔断器。",
    action_en: "Its board does not answer, or the coil's circuit is open.\nCheck board, coil and fuse.",
    clearedBy: ["shed.contactor-closed", "shed.tripped"],
  },
  {
    rule: "load.shed",
    on: "load.shed",
    about: "budget",
    priority: 3,
    zh: "供电超限，已按序停止充电",
    en: "supply over its limit: charges were ended in order",
    action_zh: "原因与对象见事件。\n经常发生请增容、调相或分时。",
    action_en: "The event says who and why.\nIf it happens often: more supply, other phases, or other hours.",
    clearedBy: [],
  },
  {
    rule: "load.over",
    on: "load.over",
    about: "budget",
    priority: 2,
    zh: "供电超限，已无可停的充电",
    en: "supply over its limit, nothing left to end",
    action_zh: "超限的不是充电，或插座断不开。\n电工检查该路其他负荷。",
    action_en: "What exceeds it is no charge of ours, or a socket that does not open.\nHave an electrician look at the other loads.",
    clearedBy: [],
  },
];
