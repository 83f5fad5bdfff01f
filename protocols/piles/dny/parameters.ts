// DNY running parameters: written with 0x83–0x86, read back with 0x90–0x93 in the same form. Source: vendor's guide V8.6 §§4.3–4.4, 4.9.1.
import { hex, maybe, u8, u16 } from "#protocols/frames/fields.ts";
import { names } from "#protocols/frames/layout.ts";

export const parameters1 = [
  u16("unplug_power_mW", "拔出功率 / power below which unplugged", { each: 100 }),
  u16("unplug_s", "拔出识别时间 / for so long"),
  u8("float_percent", "浮充百分比 / float, share of the charging power"),
  u16("float_after_s", "浮充识别时间 / float recognised after"),
  u16("float_s", "浮充时间 / float lasts"),
  u16("heartbeat_s", "心跳间隔 / heartbeat every"),
] as const;

export const parameters2 = [
  u16("dynamic_overload_mW", "动态过载功率 / dynamic overload", { each: 100 }),
  u16("dynamic_overload_s", "动态过载识别时间 / for so long"),
  u16("dynamic_overload_after_s", "动态过载开始时间 / watched after"),
  u8("unplug_noise_mW", "拔出干扰功率 / power of an unplugged socket", { each: 100 }),
  u16("unplug_noise_s", "拔出干扰判断时间 / for so long"),
  u16("float_second_at_s", "第二次浮充识别时间点 / second float check from"),
  u16("float_second_s", "第二次浮充识别时间 / second float check lasts"),
  u16("power_least_mW", "最小功率 / least power", { each: 100 }),
  u16("power_least_by_s", "最小功率判断时间点 / least power by"),
  u16("power_early_s", "第二最大功率时间点 / early greatest power until"),
  // "This setting needs no conversion" (§4.3.2): plain °C, unlike measured temperatures.
  u8("ambient_alarm_mC", "环境报警温度 / ambient alarm", { each: 1000 }),
  u8("port_alarm_mC", "端口报警温度 / port alarm", { each: 1000 }),
  u8("unplug_detection_off", "关闭拔出判断（光耦） / unplug detection off", { names: names({ 0: "打开 / on" }) }),
  u8("lamp_off", "二维码灯 / QR lamp", { names: names({ 0: "打开 / on", 1: "关闭 / off" }) }),
] as const;

export const limits = [
  u16("time_most_s", "最大充电时间 / longest charge"),
  u16("overload_mW", "过载功率 / overload", { each: 100 }),
  maybe(u16("over_voltage_mV", "过压 / over-voltage", { each: 100 })),
  maybe(u16("under_voltage_mV", "欠压 / under-voltage", { each: 100 })),
] as const;

export const userCard = [
  u8("sector", "用户卡扇区 / sector"),
  hex("key", "用户卡密码 / key of user cards", 6),
  hex("new_key", "新卡密码 / key of new cards", 6),
] as const;
