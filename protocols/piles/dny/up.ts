// DNY bodies that the pile sends. Source: the vendor's "设备-服务器通信协议指南" V8.6 §3 and "主机-服务器通信协议指南" V2.9 §4.
// "Fields are added over the years; a device that does not know one does not send it: decide by length" (§2.0.1): hence `maybe`.
import { ascii, group, hex, maybe, repeat, u8, u16, u32 } from "#protocols/frames/fields.ts";
import { body, names } from "#protocols/frames/layout.ts";
import {
  alarmKinds,
  cardKinds,
  limitAnswers,
  modifyAnswers,
  onOff,
  portStates,
  result,
  startAnswers,
  startModes,
  stopReasons,
  workingModeBits,
} from "./codes.ts";
import { limits, parameters1, parameters2, userCard } from "./parameters.ts";

const port = u8("port", "端口号（从0起） / port (from 0)");
const order = hex("order", "订单编号 / order number", 16);
const deciwatt = { each: 100 } as const;
const centikilowatthour = { each: 10_000 } as const;
/** °C + 65; 0 says that there is no sensor. */
const celsius = { each: 1000, plus: -65_000, absent: 0 } as const;
const timestamp = u32("timestamp_s", "时间戳（仅调试） / time of the pile's own clock (debugging only)");
const occupied = u16("occupied_min", "占位时长（仅充电柜） / kept occupied (cabinets only)");
const states = repeat("port_states", "各端口状态 / state of each port", {
  of: "ports",
  field: u8("state", "端口状态 / port state", { names: portStates }),
});
const settled = [
  u16("charged_s", "充电时长 / time charged"),
  u16("power_most_mW", "最大功率 / greatest power", deciwatt),
  u16("energy_mWh", "耗电量 / energy", centikilowatthour),
  port,
  u8("start_mode", "启动方式 / started", { names: startModes }),
  hex("card", "卡号或验证码 / card or code", 4),
  u8("stop_reason", "停止原因 / reason for the end", { names: stopReasons }),
  order,
] as const;
const answer = <const Kind extends string>(kind: Kind, text: string) =>
  body(kind, `${text.split(" / ")[0]}应答 / answer: ${text.split(" / ")[1]}`, [u8("result", "应答 / result", { names: result })]);

export const up = {
  1: body("old-heartbeat", "旧心跳 / heartbeat, old form", [
    u16("firmware", "固件版本（百分之一） / firmware (hundredths)"),
    u16("voltage_mV", "电压 / voltage", { each: 100 }),
    u8("ports", "端口数量 / number of ports"),
    states,
    repeat("power_mW", "各端口当前功率 / power of each port", { of: "ports", field: u16("power_mW", "当前功率 / power", deciwatt) }),
    repeat("power_peak_mW", "各端口峰值功率 / peak of each port", { of: "ports", field: u16("power_mW", "峰值功率 / peak", deciwatt) }),
    u8("virtual_id", "虚拟ID / virtual id"),
    u8("signal", "信号强度 / signal"),
    maybe(u8("device_type", "设备类型 / device type")),
    maybe(u8("temperature_mC", "当前环境温度 / ambient temperature", celsius)),
    maybe(u8("working_mode", "工作模式 / working mode", { bits: workingModeBits })),
  ]),
  2: body("card", "刷卡 / card presented", [
    hex("card", "卡片ID / card", 4),
    u8("card_kind", "卡片类型 / kind of card", { names: cardKinds }),
    u8("port", "端口号（FF=仅查询） / port (FF: asks for the balance)"),
    u16("balance_fen", "余额卡内金额 / balance on the card"),
    maybe(timestamp),
    maybe(u8("card_2_bytes", "卡号2字节数 / bytes of the second number")),
    maybe(hex("card_2", "卡号2 / second number", { of: "card_2_bytes" })),
  ]),
  3: body("settlement", "结算 / settlement", [
    ...settled,
    maybe(u16("power_most_early_mW", "第二最大功率（前5分钟） / greatest power of the first 5 minutes", deciwatt)),
    maybe(timestamp),
    maybe(occupied),
  ]),
  4: body("old-order", "旧订单确认 / order confirmed, old form", [
    port,
    u8("start_mode", "启动方式 / started", { names: startModes }),
    hex("card", "卡片ID / card", 4),
    u16("charged_s", "充电时长 / time charged"),
    order,
  ]),
  5: body("upgrade-request", "请求升级 / asks for an upgrade", [
    u8("device_type", "设备类型 / device type"),
    u16("firmware", "设备版本号 / firmware"),
    u32("package_type", "升级包类型 / kind of package"),
  ]),
  6: body("power", "端口功率 / power of a port", [
    port,
    u8("port_state", "端口状态 / port state", { names: portStates }),
    u16("charged_s", "充电时长 / time charged"),
    u16("energy_mWh", "当前订单累计电量 / energy of this order", centikilowatthour),
    u8("start_mode", "启动方式 / started", { names: startModes }),
    u16("power_mW", "实时功率 / power", deciwatt),
    u16("power_most_mW", "期间最大功率 / greatest of the period", deciwatt),
    u16("power_least_mW", "期间最小功率 / least of the period", deciwatt),
    u16("power_mean_mW", "期间平均功率 / mean of the period", deciwatt),
    order,
    maybe(u16("period_energy_raw", "期间电量（除以4800，仅调试） / energy of the period (÷ 4800, debugging only)")),
    maybe(u16("power_peak_mW", "峰值功率 / peak of the session", deciwatt)),
    maybe(u16("voltage_mV", "电压 / voltage", { each: 100 })),
    maybe(u16("current_mA", "电流 / current")),
    maybe(u8("temperature_mC", "环境温度 / ambient temperature", celsius)),
    maybe(u8("port_temperature_mC", "端口温度 / port temperature", celsius)),
    maybe(timestamp),
    maybe(occupied),
  ]),
  17: body("host-heartbeat", "主机心跳 / host heartbeat", [
    u16("firmware", "固件版本（百分之一） / firmware (hundredths)"),
    u8("clock_module", "RTC模块 / clock module", { names: names({ 0: "无 / none", 1: "SD2068", 2: "BM8563" }) }),
    u32("timestamp_s", "主机时间戳（无RTC为0） / the host's time (0 without a clock module)"),
    u8("signal", "信号强度（99异常） / signal (99: bad)"),
    u8("modem", "通讯模块类型 / modem"),
    ascii("iccid", "SIM卡号 / ICCID", 20),
    u8("host_type", "主机类型 / host type"),
    u16("frequency_MHz", "频率（LORA） / LoRa frequency"),
    maybe(ascii("imei", "IMEI", 15)),
    maybe(ascii("modem_version", "模块版本号 / modem firmware", 24)),
  ]),
  18: body("host-time-request", "主机校时请求 / host asks the time", []),
  23: body("host-status", "主机状态 / host status", [
    u8("breaker_closed", "电闸合闸 / breaker closed", { names: onOff }),
    // The host's document says no offset for temperatures; the pile's document makes °C + 65 the rule. To be verified against a device.
    u8("temperature_mC", "当前温度 / temperature", celsius),
    u16("voltage_mV", "当前电压 / voltage", { each: 100 }),
    u16("current_mA", "当前电流 / current", { each: 10 }),
    u32("energy_mWh", "累计电量 / energy", centikilowatthour),
    u16("meter_current_mA", "电表当前电流 / current of the meter", { each: 10 }),
    u32("meter_energy_mWh", "电表累计电量 / energy of the meter", centikilowatthour),
    u8("smoke", "烟感报警 / smoke alarm", { names: onOff }),
    maybe(u8("alarm_relay_closed", "报警继电器吸合 / alarm relay closed", { names: onOff })),
    maybe(u8("leakage_mA", "漏电流 / leakage current")),
    maybe(u8("live_wire_temperature_mC", "火线温度 / temperature of the live wire", celsius)),
    maybe(u8("neutral_wire_temperature_mC", "零线温度 / temperature of the neutral wire", celsius)),
    maybe(u8("locked", "锁闸 / locked open", { names: onOff })),
    maybe(
      u8("breaker_model", "空开款式 / breaker model", {
        names: names({ 0: "短款单相 / short, single phase", 1: "长款单相 / long, single phase", 2: "带屏主机 / host with display" }),
      }),
    ),
  ]),
  32: body("register", "注册 / registration", [
    u16("firmware", "固件版本（百分之一） / firmware (hundredths)"),
    u8("ports", "端口数量 / number of ports"),
    u8("virtual_id", "虚拟ID / virtual id"),
    u8("device_type", "设备类型 / device type"),
    u8("working_mode", "工作模式 / working mode", { bits: workingModeBits }),
    maybe(u16("power_board", "电源板版本号 / firmware of the power board")),
  ]),
  33: body("heartbeat", "心跳 / heartbeat", [
    u16("voltage_mV", "电压 / voltage", { each: 100 }),
    u8("ports", "端口数量 / number of ports"),
    states,
    maybe(u8("signal", "信号强度 / signal")),
    maybe(u8("temperature_mC", "当前环境温度 / ambient temperature", celsius)),
  ]),
  34: body("time-request", "校时请求 / asks the time", []),
  53: body("slave-versions", "分机版本 / versions of the slaves", [
    u8("kinds", "类型数量 / number of kinds"),
    group("slaves", "分机 / slaves", {
      count: { of: "kinds" },
      fields: [
        u8("device_type", "分机类型 / kind"),
        u8("reserved", "保留 / reserved"),
        u16("firmware_least", "最低版本号 / lowest firmware"),
        u32("device_id", "物理ID / device"),
      ],
    }),
  ]),
  65: body("cabinet", "充电柜心跳 / cabinet heartbeat", [
    u8("ports", "端口数量 / number of ports"),
    u32("doors_open", "门状态（按位） / doors open (bits)"),
    u32("fans_on", "风扇状态（按位） / fans on (bits)"),
  ]),
  66: body("alarm", "报警 / alarm", [
    u8("alarm", "推送类型 / kind", { names: alarmKinds }),
    u8("port", "端口号或485地址 / port, or RS-485 address of the detector"),
    maybe(u8("trigger", "触发口（按位） / inputs triggered (bits)")),
  ]),
  67: body("finished", "充电完成（不结算） / finished, not settled", settled),
  68: body("port-notice", "端口推送 / notice of a port", [
    u8("notice", "推送类型 / kind", { names: names({ 1: "柜门未关好 / cabinet door not closed" }) }),
    port,
    order,
  ]),
  49: answer("host-reboot-answer", "重启主机 / reboot of the host"),
  50: answer("modem-reboot-answer", "重启通讯模块 / reboot of the modem"),
  51: answer("wipe-slave-firmware-answer", "清空分机升级数据 / slaves' firmware wiped"),
  52: answer("host-server-answer", "更改服务器地址 / server's address"),
  114: body("cabinet-stop-answer", "充电柜停止应答 / answer: cabinet stop", [u8("result", "应答 / result", { names: result }), order]),
  130: body("charge-answer", "开始/停止应答 / answer: start or stop", [
    u8("result", "应答 / result", { names: startAnswers }),
    maybe(order),
    maybe(port),
    maybe(u16("waiting_ports", "待充端口（按位） / ports waiting (bits)")),
  ]),
  131: answer("parameters-1-answer", "运行参数1.1 / parameters 1.1"),
  132: answer("parameters-2-answer", "运行参数1.2 / parameters 1.2"),
  133: body("limits-answer", "限值应答 / answer: limits", [u8("result", "应答 / result", { names: limitAnswers })]),
  134: answer("user-card-answer", "用户卡参数 / user card"),
  135: answer("reboot-answer", "重启 / reboot"),
  136: answer("wipe-answer", "存储器清零 / memory wiped"),
  137: answer("voice-answer", "播放语音 / voice"),
  138: body("modify-answer", "修改应答 / answer: modify", [u8("result", "应答 / result", { names: modifyAnswers })]),
  139: body("memory-read-answer", "读存储器应答 / answer: memory read", [
    u8("result", "是否成功 / result", { names: result }),
    hex("data", "数据 / data", "rest"),
  ]),
  140: answer("memory-write-answer", "写存储器 / memory written"),
  141: answer("working-mode-answer", "工作模式 / working mode"),
  142: answer("qr-address-answer", "二维码地址 / QR address"),
  143: answer("card-mode-answer", "刷卡模式 / card mode"),
  144: body("parameters-1", "运行参数1.1 / parameters 1.1", parameters1),
  145: body("parameters-2", "运行参数1.2 / parameters 1.2", parameters2),
  146: body("limits", "限值 / limits", limits),
  147: body("user-card", "用户卡参数 / user card", userCard),
  149: answer("qr-once-answer", "临时二维码 / QR code for once"),
  150: answer("locate-answer", "声光寻找 / locate"),
  151: answer("parameters-3-answer", "运行参数1.3 / parameters 1.3"),
  152: answer("function-answer", "多功能 / function"),
  224: body("firmware-answer", "升级应答 / answer: firmware", [u8("result", "应答 / result"), u16("part", "当前包 / part")]),
} as const;
