// DNY ("AP3000", V8.6): what the single bytes mean. Source: the vendor's "设备-服务器通信协议指南" V8.6, sections named at each table.
import { names } from "#protocols/frames/layout.ts";

/** The first byte of a printed device number, §1.0.2. */
export const deviceKinds = names({
  3: "单路插座 / single socket",
  4: "双路插座 / double socket",
  5: "10路充电桩 / pile of 10 ports",
  6: "16路充电桩 / pile of 16 ports",
  7: "12路充电桩 / pile of 12 ports",
  9: "主机 / host",
  10: "漏保主机 / host with leakage protection",
});

/** §3.1. 9 and 14 are the two ways in which this pile finds a welded relay. */
export const portStates = names({
  0: "空闲 / idle",
  1: "充电中 / charging",
  2: "已插充电器未启动 / plugged, not started",
  3: "已充满 / plugged, full",
  4: "该路无法计量 / cannot be metered",
  5: "浮充 / float charge",
  6: "存储器损坏 / memory fault",
  7: "插座弹片卡住 / contact spring jammed",
  8: "接触不良或保险丝烧断 / bad contact or fuse blown",
  9: "继电器粘连（算法） / relay welded (algorithm)",
  10: "霍尔开关损坏 / Hall switch fault",
  11: "继电器坏或保险丝断（预检） / relay or fuse fault (pre-check)",
  13: "负载短路（预检） / load short (pre-check)",
  14: "继电器粘连（预检） / relay welded (pre-check)",
  15: "刷卡芯片损坏 / card chip fault",
  16: "检测电路故障 / detection circuit fault",
});

/** §3.3. */
export const stopReasons = names({
  1: "充满自停 / full",
  2: "达到最大充电时间 / longest time reached",
  3: "达到预设时间 / time bought reached",
  4: "达到预设电量 / energy bought reached",
  5: "用户拔出 / unplugged",
  6: "负载过大 / overload",
  7: "服务器停止 / stopped by the server",
  8: "动态过载 / dynamic overload",
  9: "功率过小 / power too low",
  10: "环境温度过高 / ambient too hot",
  11: "端口温度过高 / port too hot",
  12: "过流 / over-current",
  13: "用户拔出-1（可能弹片卡住） / unplugged-1 (spring jammed?)",
  14: "无功率（可能接触不良或保险丝断） / no power (bad contact or fuse?)",
  15: "继电器坏或保险丝断（预检） / relay or fuse fault (pre-check)",
  16: "水浸断电 / water",
  17: "灭火结算（本端口） / extinguishing, this port",
  18: "灭火结算（非本端口） / extinguishing, another port",
  19: "用户密码开柜 / cabinet opened by the user",
  20: "未关好柜门 / cabinet door not closed",
  21: "外部操作停止 / stopped by an outside action",
  22: "刷卡停止 / stopped by card",
  23: "服务器强制停止 / forced by the server",
  24: "消防系统触发 / fire system",
  25: "存储器错误 / memory error",
  26: "过压 / over-voltage",
  27: "欠压 / under-voltage",
  28: "低功率断电 / low power",
});

/** §4.2, the answer to 0x82. 3 and 9 are said although the pile does switch on. */
export const startAnswers = names({
  0: "执行成功 / done",
  1: "端口未插充电器 / no charger plugged",
  2: "状态与命令相同 / already in that state",
  3: "端口故障（仍执行） / port fault (done all the same)",
  4: "无此端口 / no such port",
  5: "有多个待充端口 / several ports are waiting",
  6: "多路功率超标 / the whole device would exceed its power",
  7: "存储器损坏 / memory fault",
  8: "继电器坏或保险丝断（预检） / relay or fuse fault (pre-check)",
  9: "继电器粘连（预检，仍充电） / relay welded (pre-check, charges all the same)",
  10: "负载短路（预检） / load short (pre-check)",
  11: "烟感报警 / smoke alarm",
  12: "过压 / over-voltage",
  13: "欠压 / under-voltage",
  14: "未响应 / no response",
});

/** §3.4.5. */
export const alarmKinds = names({
  1: "断电 / power lost",
  2: "水浸 / water",
  3: "热熔胶触发 / hot-melt trigger",
  4: "烟感报警 / smoke",
  5: "温感报警 / heat",
  6: "水位报警 / water level",
  7: "柜门弹开 / cabinet door sprung open",
});

export const startModes = names({ 0: "离线刷卡 / card, offline", 1: "在线启动 / by the server", 3: "验证码 / by code" });
export const rateModes = names({ 0: "计时 / by time", 1: "包月 / monthly", 2: "计量 / by energy", 3: "计次 / by session" });
export const modifyModes = names({
  0: "定时，不自停 / time, without stop when full",
  1: "定时，充满自停 / time, stops when full",
  2: "计量，充满自停 / energy, stops when full",
});
export const modifyAnswers = names({
  0: "成功 / done",
  1: "此端口未在充电 / this port is not charging",
  2: "小于现运行值 / less than already run",
  3: "无此模式或端口 / no such mode or port",
});
export const limitAnswers = names({ 0: "成功 / done", 1: "超过设备极限 / beyond the device's own limit" });
export const cardKinds = names({
  0: "旧卡 / known card",
  1: "新卡 / new card",
  2: "余额卡（弃用） / stored-value card (obsolete)",
  3: "仅卡号 / number only",
  4: "社保卡 / social security card",
});
export const cardAnswers = names({
  0: "正常 / good",
  1: "未注册卡 / not registered",
  2: "请绑卡 / bind the card",
  3: "请解卡 / unbind the card",
  4: "请勿重复充电 / already charging",
  5: "超出限额次数 / too many sessions",
  6: "余额不足 / balance too low",
  7: "已过有效期 / expired",
  8: "端口故障 / port fault",
  9: "清除余额卡金额 / balance of the card cleared",
  10: "超出限额时长 / too much time used",
  11: "请勿跨公众号使用 / belongs to another operator",
  12: "此设备未注册 / device not registered",
  13: "请购买包月 / buy a monthly pass",
  14: "跨区余额不足 / other area, balance too low",
  15: "包月设备 / monthly device",
  16: "包月设备，跨区 / monthly device, other area",
  17: "临时设备 / occasional device",
  18: "临时设备，跨区 / occasional device, other area",
});
/** Bits of the working mode in 0x20, §3.0.2. */
export const workingModeBits = names({
  0: "刷卡模式 / card mode",
  1: "BL0939 计量 / BL0939 metering",
  2: "有短路预检 / short pre-check",
  3: "带灯模式 / lamp mode",
});
export const onOff = names({ 0: "否 / no", 1: "是 / yes" });
export const result = names({ 0: "成功 / done", 1: "失败 / refused" });
