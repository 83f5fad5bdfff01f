// Alarms of piles that protect by their own firmware. Nobody here has cut anything: the words say who did, and what a person has to see to.
import type { AlarmRule } from "./rules.ts";

const said = (row: Pick<AlarmRule, "rule" | "causes" | "priority" | "zh" | "en" | "action_zh" | "action_en">): AlarmRule => ({
  ...row,
  on: "pile.alarm",
  about: "station",
  clearedBy: [],
});

const unbalanced = (row: Pick<AlarmRule, "rule" | "causes" | "zh" | "en" | "action_zh" | "action_en">): AlarmRule => ({
  ...row,
  ...{ on: "energy.unbalanced", about: "device", priority: 3, clearedBy: ["energy.balanced"] },
});

export const pileRules: readonly AlarmRule[] = [
  said({
    rule: "pile.fire",
    causes: ["smoke", "heat", "hot-melt"],
    priority: 1,
    zh: "充电桩烟感或温感报警",
    en: "a pile's smoke or heat detector",
    action_zh: "可能起火；已请求该桩全部停止，是否断开以桩为准。\n立即到场确认，拉下上级断路器；起火即拨 119 并疏散。\n排除后在现场复位。",
    action_en:
      "Possible fire; the pile was asked to stop all, and only the pile can say that it did.\nGo there now and open the breaker above; if it burns call 119 and clear the area.\nReset on site once it is over.",
  }),
  said({
    rule: "pile.water",
    causes: ["water", "water-level"],
    priority: 2,
    zh: "充电桩水浸报警",
    en: "water at a pile",
    action_zh: "到场断电后查看积水与密封。\n干燥、测绝缘后方可送电。",
    action_en: "Switch it off on site, then look for water and at its seals.\nEnergise only once it is dry and its insulation tested.",
  }),
  said({
    rule: "pile.notice",
    causes: ["power-lost", "door"],
    priority: 3,
    zh: "充电桩断电或柜门弹开",
    en: "a pile lost its power, or its door sprang open",
    action_zh: "查上级断路器与柜门。\n充电中的订单来电后由桩结算。",
    action_en: "Look at the breaker above and at the door.\nCharges that ran are settled by the pile once it has power.",
  }),
  {
    rule: "pile.cut",
    on: "pile.cut",
    about: "socket",
    priority: 2,
    zh: "充电桩自身保护断电",
    en: "a pile's own protection ended a charge",
    action_zh: "由桩的固件断开，网关在结算时才得知。\n到场查看插头、电池与充电器。\n排除后可重新充电。",
    action_en:
      "Its firmware opened; the gateway learnt it with the settlement.\nLook at plug, battery and charger on site.\nCharging may begin again once that is seen to.",
    clearedBy: ["session.started"],
  },
  {
    rule: "pile.weld",
    on: "pile.fault",
    causes: ["welded"],
    about: "socket",
    priority: 1,
    zh: "充电桩继电器粘连，断不开电",
    en: "a pile's relay is welded: its power cannot be cut",
    action_zh: "插座可能一直带电。\n立即断开该桩上级开关。\n更换继电器前不得合闸。",
    action_en: "The socket may be live all the time.\nOpen the pile's upstream breaker now.\nDo not close it before the relay is replaced.",
    clearedBy: ["pile.fault-over"],
    clearsOwnCause: true,
  },
  {
    rule: "pile.fault",
    on: "pile.fault",
    causes: ["fault"],
    about: "socket",
    priority: 3,
    zh: "充电桩端口故障",
    en: "a socket of a pile is faulty",
    action_zh: "该路停用，按桩给出的原因检修。",
    action_en: "That socket is out of use; mend what the pile names.",
    clearedBy: ["pile.fault-over"],
    clearsOwnCause: true,
  },
  unbalanced({
    rule: "energy.lost",
    causes: ["lost"],
    zh: "总表电量多于插座合计，损耗超限",
    en: "more energy came in than the sockets delivered",
    action_zh: "可能有私接、漏电，或总表下另有用电。\n查总表下的线路与用电，核对互感器倍率。\n次日相符后自动消除。",
    action_en:
      "Somebody may draw current before the sockets, it may leak, or other loads hang below the meter.\nLook along the feeder, and at the ratio of the transformers.\nGone by itself after a day in balance.",
  }),
  unbalanced({
    rule: "energy.surplus",
    causes: ["surplus"],
    zh: "插座合计电量多于总表",
    en: "the sockets delivered more than came in",
    action_zh: "计量不可信：查互感器倍率、总表接线，以及写在该表下却不在其下的插座。\n账单按插座计量，先核实再收费。",
    action_en:
      "The metering cannot be trusted: look at the ratio, the meter's wiring, and sockets that do not hang below it.\nBills follow the sockets: find out first.",
  }),
];
