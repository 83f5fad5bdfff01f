// dc589 bodies, both ways: here every command goes one way only. Source: protocol 5.8.9 of 2024-11-28, sections named by their numbers.
import { ascii, bcdTime, group, hex, maybe, repeat, u8, u16, u32 } from "#protocols/frames/fields.ts";
import { body, names } from "#protocols/frames/layout.ts";
import {
  boardBits,
  chargeModes,
  consumers,
  doneOrNot,
  faults,
  portStates,
  received,
  settingAnswers,
  startAnswers,
  stopAnswers,
  stopReasons,
  wholeBoard,
} from "./codes.ts";
import { settings } from "./settings.ts";

const port = u8("port", "端口号 / port", { names: wholeBoard });
const board = hex("board", "主板编号 / board", 8);
const order = hex("order", "订单号 / order", 8);
const card = u32("card", "卡号 / card");
const receipt = u8("result", "结果 / result", { names: received });
const deciwatt = { each: 100 } as const;
const watthour = { each: 1000 } as const;
/** °C + 50 by the table (§9); the examples' own remarks forget the offset. */
const celsius = { each: 1000, plus: -50_000 } as const;
const remaining = [
  u16("remaining_min", "剩余时间（分） / remaining, minutes"),
  u8("remaining_s", "剩余时间（秒） / remaining, seconds"),
] as const;
const charged = [u16("charged_min", "已充时间（分） / charged, minutes"), u8("charged_s", "已充时间（秒） / charged, seconds")] as const;
const energies = [
  u16("remaining_mWh", "剩余电量（按时间计费为0） / energy remaining (0 when by time)", watthour),
  u16("energy_mWh", "已充电量 / energy charged", watthour),
] as const;
const mode = u8("mode", "充电类型 / charging mode", { names: chargeModes });
const consumer = u8("consumer", "消费类型 / consumer", { names: consumers });
const reserved2 = hex("reserved", "预留 / reserved", 2);

/** §9, §16. Boards of more than 12 ports send two frames; both count all charging ports, so the blocks are read to the end. */
const status = [
  u8("board_status", "整机状态 / board", { bits: boardBits }),
  u16("voltage_mV", "输入电压 / mains voltage", { each: 1000 }),
  u8("temperature_mC", "温度 / temperature", celsius),
  u8("ports", "总端口数 / number of ports"),
  repeat("port_states", "各端口状态 / state of each port", {
    of: "ports",
    field: u8("state", "端口状态 / port state", { names: portStates }),
  }),
] as const;
const charging = [
  u8("charging_ports", "正在充电端口数（整机） / ports charging (whole board)"),
  group("charging", "充电端口 / charging ports", {
    count: "rest",
    fields: [port, ...remaining, ...charged, ...energies, u16("power_mW", "瞬时功率 / power", deciwatt)],
  }),
] as const;
/** §9: all of it together or nothing; whoever encodes gives all. */
const [boardStatus, voltage, temperature, ports, portStatesField] = status;
const [chargingPorts, chargingBlocks] = charging;

/** §§18–19. The tier counts from 0 in 0xB3 and from 1 in 0xB4: the number stays as sent. */
const portDetail = [
  port,
  u8("port_state", "状态 / state", { names: portStates }),
  order,
  bcdTime("started", "启动时间 / started"),
  ...remaining,
  mode,
  ...charged,
  consumer,
  ...energies,
  u16("power_mW", "瞬时功率 / power", deciwatt),
  u8("tier", "充电档位（B3从0、B4从1） / tier (from 0 in B3, from 1 in B4)"),
  u8("fee_fen", "充电金额 / fee", { each: 10 }),
  card,
] as const;

const unplug = [
  u8("operation", "操作类型 / operation", { names: names({ 0: "移除功率 / power of removal" }) }),
  u16("parameter", "参数（0.1 W；失败为原因，FFF1=超范围） / parameter (0.1 W; on failure its cause, FFF1: out of range)"),
  reserved2,
] as const;

export const bodies = {
  160: body("register", "注册 / registration", [
    board,
    ascii("hardware", "硬件版本 / hardware", 8),
    ascii("software", "软件ID / software", 8),
    u16("software_version", "软件版本 / software version"),
    hex("module", "模块编号 / modem", 8),
    hex("sim", "SIM卡号（可含字母） / SIM (may carry letters)", 10),
    u8("signal", "信号值 / signal"),
  ]),
  161: body("registered", "注册应答与校时 / registered, with the time", [
    u8("offline", "联网结果 / result", { names: names({ 0: "已联网 / online", 1: "离线 / offline" }) }),
    bcdTime("time", "时间 / time"),
  ]),
  162: body("remote", "远程控制 / remote control", [
    u8("action", "控制类型 / action", { names: names({ 1: "复位 / reboot", 2: "升级一 / upgrade 1", 3: "升级二 / upgrade 2" }) }),
    u8("new_id", "使用新升级ID / uses the new id"),
    ascii("id", "升级ID / id", 8),
  ]),
  163: body("remote-answer", "远程控制应答 / answer: remote control", [u8("action", "控制类型 / action"), receipt]),
  164: body("heartbeat", "心跳 / heartbeat", [
    board,
    hex("module", "模块编号 / modem", 8),
    u8("signal", "信号值 / signal"),
    maybe(boardStatus),
    maybe(voltage),
    maybe(temperature),
    maybe(ports),
    maybe(portStatesField),
    maybe(chargingPorts),
    maybe(chargingBlocks),
  ]),
  165: body("heartbeat-answer", "心跳应答 / heartbeat answered", [
    u8("result", "结果 / result", { names: names({ 1: "收到 / received" }) }),
  ]),
  166: body("set-heartbeat", "设心跳间隔 / set the heartbeat", [
    u16("every_s", "间隔 / every"),
    u8("with_ports", "附端口状态 / with the ports", { names: names({ 0: "关 / no", 1: "开 / yes" }) }),
  ]),
  167: body("set-heartbeat-answer", "心跳设置应答 / answer: heartbeat set", [u8("result", "结果 / result", { names: doneOrNot })]),
  168: body("time-request", "请求校时 / asks the time", [bcdTime("time", "主板时间 / time of the board")]),
  169: body("time", "校时 / time", [bcdTime("time", "平台时间 / time of the platform")]),
  176: body("query-ports", "查询所有端口 / asks for all ports", [
    u8("short", "查询模式 / form", { names: names({ 0: "完整 / full", 254: "精简 / short" }) }),
  ]),
  177: body("ports", "所有端口 / all ports", [...status, maybe(chargingPorts), maybe(chargingBlocks)]),
  178: body("query-port", "查询单个端口 / asks for one port", [port]),
  179: body("port", "单个端口 / one port", portDetail),
  180: body("local-start", "本地启动 / started at the board", portDetail),
  181: body("local-start-received", "本地启动应答 / start at the board received", [receipt, port]),
  182: body("online-card", "在线卡刷卡 / online card presented", [
    port,
    card,
    u8("fee_fen", "扣费金额 / fee", { each: 10 }),
    hex("reserved", "预留 / reserved", 4),
  ]),
  183: body("start", "远程启动 / start", [
    port,
    order,
    mode,
    consumer,
    u16("amount", "授权时间（分）或电量（Wh） / minutes or Wh"),
    card,
    u16("balance_fen", "在线卡余额 / balance of the card", { each: 10 }),
  ]),
  184: body("start-answer", "启动应答 / answer: start", [u8("result", "结果 / result", { names: startAnswers }), port]),
  185: body("stop", "远程停止 / stop", [port]),
  186: body("stop-answer", "停止应答 / answer: stop", [u8("result", "结果 / result", { names: stopAnswers }), port]),
  187: body("finished", "结束订单 / finished", [
    u8("upload", "上传标志 / upload flag"),
    port,
    order,
    bcdTime("started", "开始时间 / started"),
    bcdTime("ended", "结束时间 / ended"),
    ...remaining,
    mode,
    ...charged,
    consumer,
    ...energies,
    // Here in fen; the other commands send 0.1 yuan.
    u16("fee_fen", "充电金额 / fee"),
    card,
    u8("stop_reason", "停止原因 / reason for the end", { names: stopReasons }),
    u8("tier", "充电档位（从1） / tier (from 1)"),
    maybe(u16("power_end_mW", "结束瞬时功率 / power at the end", deciwatt)),
  ]),
  188: body("finished-received", "结束订单应答 / end received", [receipt, port]),
  189: body("card-refused", "在线卡启动失败 / online card refused", [
    u8("reason", "原因 / reason", { names: names({ 0: "余额不足 / balance too low", 1: "无效卡 / not valid" }) }),
    card,
    u16("balance_fen", "余额 / balance", { each: 10 }),
    reserved2,
  ]),
  192: body("fault", "故障 / fault", [
    port,
    u8("fault", "故障方式 / fault", { names: faults }),
    u8("temperature_mC", "当前温度 / temperature", celsius),
    u16("voltage_mV", "电压 / voltage", { each: 1000 }),
  ]),
  193: body("fault-received", "故障应答 / fault received", [receipt, port]),
  194: body("tier-change", "充电分档 / tier changed", [
    port,
    u16("before_min", "分档前时间 / time before"),
    u8("tier_before", "分档前档位 / tier before"),
    u16("after_min", "分档后时间 / time after"),
    u8("tier_after", "分档后档位 / tier after"),
    u16("power_mW", "分档时功率 / power", deciwatt),
  ]),
  195: body("set-settings", "设参数表 / set the settings", settings),
  196: body("set-settings-answer", "参数设置应答 / answer: settings", [u8("result", "结果 / result", { names: settingAnswers })]),
  197: body("read-settings", "读参数表 / read the settings", [u8("control", "控制类型 / control")]),
  198: body("settings", "参数表 / settings", settings),
  199: body("settings-request", "请求参数表 / asks for settings", [u8("control", "控制类型 / control")]),
  208: body("card-query", "查询在线卡 / asks about an online card", [u8("control", "控制类型 / control"), card]),
  209: body("card-balance", "在线卡余额 / balance of an online card", [
    u8("invalid", "卡状态 / card", { names: names({ 0: "有效 / valid", 1: "无效 / not valid" }) }),
    card,
    // The table gives no unit; its example makes 100 ten yuan, like the other balances.
    u16("balance_fen", "卡余额 / balance", { each: 10 }),
  ]),
  224: body("default", "查询/设默认参数 / read or set a default", [
    u8("control", "控制类型 / control", { names: names({ 0: "查询 / read", 1: "设置 / set" }) }),
    ...unplug,
  ]),
  225: body("default-answer", "默认参数应答 / answer: default", [
    u8("result", "结果 / result", { names: names({ 0: "查询成功 / read", 1: "设置成功 / set", 2: "设置失败 / not set" }) }),
    ...unplug,
  ]),
  240: body("upgrade-server", "升级服务器 / upgrade server", [
    u16("ip_1", "IP 1"),
    u16("ip_2", "IP 2"),
    u16("ip_3", "IP 3"),
    u16("ip_4", "IP 4"),
    u16("tcp_port", "端口号 / port"),
    reserved2,
  ]),
  241: body("upgrade-server-received", "升级服务器应答 / upgrade server received", [receipt]),
  242: body("upgrade-login", "升级登录进度 / upgrade login", [
    u8("progress", "登录进度 / progress", { names: names({ 0: "登录中 / under way", 1: "失败 / failed", 2: "成功 / done" }) }),
    ascii("imei", "IMEI", 15),
  ]),
  243: body("upgrade-login-received", "登录进度应答 / login received", [receipt]),
  244: body("upgrade-done", "升级完成 / upgrade done", [u8("control", "控制类型 / control"), u8("reserved", "预留 / reserved")]),
  245: body("upgrade-done-received", "升级完成应答 / upgrade done received", [receipt]),
} as const;

/** Who sends it: the board, or the platform. F0–F5 stay between board and modem. */
export const fromBoard: ReadonlySet<number> = new Set([
  0xa0, 0xa3, 0xa4, 0xa7, 0xa8, 0xb1, 0xb3, 0xb4, 0xb6, 0xb8, 0xba, 0xbb, 0xc0, 0xc2, 0xc4, 0xc6, 0xc7, 0xd0, 0xe1, 0xf0, 0xf3, 0xf4,
]);
