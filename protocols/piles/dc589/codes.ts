// dc589 (protocol 5.8.9 of 2024-11-28): what the single bytes mean. Source: the protocol text kept in ChargePilot2026/charge-pilot, protocols/dc589.md.
import { names } from "#protocols/frames/layout.ts";

/** §9: a bit each, although examples show single values. */
export const boardBits = names({ 0: "温度高 / too hot", 1: "烟雾报警 / smoke alarm", 2: "输入电压异常 / mains voltage wrong" });
export const portStates = names({
  0: "空闲 / idle",
  1: "充电 / charging",
  3: "输出故障 / output fault",
  4: "继电器粘连 / relay welded",
  255: "无此端口 / no such port",
});
/** §§23, 27. Long charge ignores full: the maker says it is not for ordinary use. */
export const chargeModes = names({
  0: "按时间 / by time",
  1: "按电量 / by energy",
  2: "按金额（预留） / by money (reserved)",
  3: "充满自停（预留） / until full (reserved)",
  4: "平台计费 / priced by the platform",
  16: "时间长充 / long charge by time",
  17: "电量长充 / long charge by energy",
  18: "平台长充 / long charge, platform",
});
export const consumers = names({
  0: "投币 / coins",
  1: "离线卡 / offline card",
  2: "扫码 / QR code",
  3: "在线卡 / online card",
  4: "免费按键 / free, by button",
});
export const stopReasons = names({
  0: "时间用完 / time used up",
  1: "移除充电器 / charger removed",
  2: "充满自停 / full",
  3: "故障 / fault",
  4: "功率过大 / power too high",
  5: "离线卡退费 / refund to the card",
  6: "启动时未接充电器 / no charger at the start",
  7: "远程停止 / stopped by the platform",
  8: "烟感 / smoke",
  9: "高温 / too hot",
  10: "电量用完 / energy used up",
});
export const startAnswers = names({
  0: "成功 / done",
  1: "端口故障 / port fault",
  2: "充电或消费类型不一致 / mode or consumer does not fit",
  3: "无此端口 / no such port",
});
/** §26 prints "10" without its base; its example frame sends 0x10. */
export const stopAnswers = names({
  0: "无此端口 / no such port",
  1: "端口空闲 / port was idle",
  4: "端口已故障 / port has a fault",
  16: "停止成功 / stopped",
});
export const faults = names({
  3: "输出故障 / output fault",
  4: "继电器粘连 / relay welded",
  170: "高温 / too hot",
  187: "烟雾 / smoke",
  204: "输入电压异常 / mains voltage wrong",
});
export const settingAnswers = names({
  0: "成功 / done",
  1: "模式超出范围 / mode",
  2: "音量超出范围 / volume",
  3: "投币时间超出范围 / time of a coin",
  4: "刷卡时间超出范围 / time of a card",
  5: "刷卡金额超出范围 / fee of a card",
  6: "刷卡退费设置错误 / refund",
  7: "分档功率设置错误 / power of the tiers",
  8: "分档比例设置错误 / ratio of the tiers",
  9: "充满自停设置错误 / stop when full",
  10: "浮充功率超出范围 / float power",
  11: "浮充时间超出范围 / float time",
  12: "移除检查时间超出范围 / removal time",
  13: "温度保护值超出范围 / temperature guard",
});
export const received = names({ 0: "收到 / received" });
export const doneOrNot = names({ 0: "成功 / done", 1: "失败 / failed" });
export const wholeBoard = names({ 255: "整机 / the whole board" });
