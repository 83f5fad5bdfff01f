// DNY bodies that the server sends. Source: the vendor's "设备-服务器通信协议指南" V8.6 §4, answers from §3; hosts: "主机-服务器通信协议指南" V2.9.
import { ascii, hex, maybe, u8, u16, u32 } from "#protocols/frames/fields.ts";
import { body, names } from "#protocols/frames/layout.ts";
import { cardAnswers, modifyModes, onOff, rateModes, result } from "./codes.ts";
import { limits, parameters1, parameters2, userCard } from "./parameters.ts";

const port = u8("port", "端口号（从0起） / port (from 0)");
const order = hex("order", "订单编号 / order number", 16);
const accepted = [u8("result", "应答 / result", { names: result })] as const;
const clock = [u32("timestamp_s", "时间戳 / time (Unix)")] as const;
const firmware = [
  u16("parts", "总包数 / parts"),
  u16("part", "当前包（从1起） / part (from 1)"),
  hex("data", "固件 / firmware", "rest"),
] as const;

export const down = {
  1: body("old-heartbeat-accepted", "旧心跳应答 / old heartbeat accepted", accepted),
  2: body("card-answer", "刷卡应答 / answer: card", [
    hex("card", "卡片ID / card", 4),
    u8("account", "账户状态 / account", { names: cardAnswers }),
    u8("rate_mode", "费率模式 / rate", { names: rateModes }),
    u32("balance_or_expiry", "余额（分）或有效期 / balance in fen, or expiry"),
    u8("port", "端口号（FF=仅查询） / port (FF: balance only)"),
  ]),
  3: body("settlement-accepted", "结算应答 / settlement accepted", accepted),
  4: body("old-order-accepted", "旧订单应答 / old order accepted", [port, ...accepted]),
  18: body("host-time", "主机校时 / time for a host", clock),
  32: body("register-accepted", "注册应答 / registration accepted", accepted),
  33: body("heartbeat-accepted", "心跳应答 / heartbeat accepted", accepted),
  34: body("time", "校时 / time", clock),
  49: body("host-reboot", "重启主机 / reboot the host", []),
  50: body("modem-reboot", "重启通讯模块 / reboot the modem", []),
  51: body("wipe-slave-firmware", "清空分机升级数据 / wipe the firmware kept for slaves", []),
  52: body("host-server", "更改服务器地址 / set the server's address", [
    u16("tcp_port", "端口号 / port"),
    u8("modem", "模块类型 / modem", { names: names({ 1: "WIFI / Wi-Fi", 2: "2G", 3: "4G" }) }),
    u8("second_socket", "Socket B使能 / second connection", { names: onOff }),
    ascii("address", "IP地址或域名 / address or name", 46),
  ]),
  114: body("cabinet-stop", "充电柜停止不开门 / stop a cabinet, door stays shut", [port, order]),
  129: body("query", "查询状态 / ask for registration and heartbeat", []),
  130: body("charge", "开始/停止充电 / start or stop", [
    u8("rate_mode", "费率模式 / rate", { names: rateModes }),
    u32("balance_or_expiry", "余额（分）或有效期，仅播报 / balance in fen, or expiry: only spoken"),
    u8("port", "端口号（FF=自选） / port (FF: the pile chooses)"),
    u8("command", "充电命令 / command", { names: names({ 0: "停止 / stop", 1: "开始 / start" }) }),
    u16("amount", "时长（秒）或电量（0.01度），0=充满自停 / seconds or 0.01 kWh; 0: until full"),
    order,
    maybe(u16("time_most_s", "最大充电时长（0=不改） / longest charge (0: unchanged)")),
    maybe(u16("overload_mW", "过载功率（0=不改） / overload (0: unchanged)", { each: 100 })),
    maybe(u8("lamp_off", "二维码灯 / QR lamp", { names: names({ 0: "打开 / on", 1: "关闭 / off" }) })),
    maybe(u8("stay_on_after_float", "长充模式 / stays on after float", { names: onOff })),
    maybe(u16("extra_float_s", "额外浮充时间（FFFF=不浮充） / extra float (65535: no float)")),
    maybe(u8("short_check", "短路检测 / short check", { names: names({ 0: "跳过 / skipped", 1: "跳过 / skipped", 2: "检测 / done" }) })),
    maybe(u8("ignore_unplug", "不判断拔出 / ignores unplugging", { names: onOff })),
    maybe(u8("force_auto_stop", "强制充满自停 / stops when full in every mode", { names: onOff })),
    // The one power in whole watts (§4.2: "mind the unit").
    maybe(u8("full_power_mW", "充满功率（1 W 单位） / power that counts as full (steps of 1 W)", { each: 1000 })),
    maybe(u8("full_power_min", "充满功率最长判断时间 / judged for at most")),
  ]),
  131: body("set-parameters-1", "设运行参数1.1 / set parameters 1.1", parameters1),
  132: body("set-parameters-2", "设运行参数1.2 / set parameters 1.2", parameters2),
  133: body("set-limits", "设限值 / set limits", limits),
  134: body("set-user-card", "设用户卡参数 / set the user card", userCard),
  135: body("reboot", "重启 / reboot", []),
  136: body("wipe", "存储器清零 / wipe the memory", []),
  137: body("voice", "播放语音 / voice", [
    u8("interrupt", "是否打断 / interrupts", { names: onOff }),
    u8("pieces", "语音段数 / pieces"),
    hex("data", "语音组合 / pieces", "rest"),
  ]),
  138: body("modify", "修改时长/电量 / modify time or energy", [
    u8("modify_mode", "模式 / mode", { names: modifyModes }),
    port,
    u16("amount", "时长（秒）或电量（0.01度） / seconds or 0.01 kWh"),
  ]),
  139: body("memory-read", "读存储器 / read the memory", [u16("address", "地址 / address"), u8("length", "长度 / length")]),
  140: body("memory-write", "写存储器 / write the memory", [
    u16("address", "地址 / address"),
    u8("length", "长度 / length"),
    hex("data", "数据 / data", { of: "length" }),
  ]),
  141: body("working-mode", "工作模式 / working mode", [
    u8("mode", "工作模式 / mode", { names: names({ 0: "联网 / online", 1: "刷卡 / card" }) }),
  ]),
  142: body("qr-address", "二维码地址 / QR address", [
    u8("screen", "主界面类型 / main screen", { names: names({ 0: "端口状态 / ports", 1: "二维码 / QR code" }) }),
    hex("reserved", "保留 / reserved", 3),
    ascii("address", "二维码数据 / address", 72),
  ]),
  143: body("card-mode", "刷卡模式 / card mode", [
    u8("mode", "工作模式 / mode", {
      names: names({
        0: "计时 / time",
        1: "计次 / session",
        3: "计量 / energy",
        4: "固定扣费 / fixed fee",
        5: "家用 / at home",
        6: "选择免费 / free",
      }),
    }),
  ]),
  144: body("read-parameters-1", "读运行参数1.1 / read parameters 1.1", []),
  145: body("read-parameters-2", "读运行参数1.2 / read parameters 1.2", []),
  146: body("read-limits", "读限值 / read the limits", []),
  147: body("read-user-card", "读用户卡参数 / read the user card", []),
  149: body("qr-once", "临时二维码 / QR code for once", [ascii("content", "二维码内容 / content", 200)]),
  150: body("locate", "声光寻找 / locate by light and sound", [u8("locate_s", "定位时间 / for")]),
  151: body("set-parameters-3", "设运行参数1.3 / set parameters 1.3", [u8("silent", "静音模式 / silent", { names: onOff })]),
  152: body("function", "多功能 / function", [
    u8("function", "功能 / function", { names: names({ 0: "强制开柜 / force a cabinet door open" }) }),
    port,
  ]),
  224: body("firmware", "升级分机 / firmware of a pile", firmware),
  225: body("firmware-power-board", "升级电源板 / firmware of the power board", firmware),
  226: body("firmware-host", "主机统一升级 / firmware of a host", firmware),
  228: body("upgrade-yourself", "触发升级 / upgrade yourself", []),
  248: body("old-firmware", "旧升级 / firmware, old form", firmware),
} as const;
