// GB/T 26875.3-2011, tables 4, 5 and 6 and the bit maps of §8.2.1: the numbers and their names.
import { names, type Words } from "#protocols/frames/layout.ts";

const fromUser = { zh: "用户自定义", en: "user-defined" };
const reserved = { zh: "预留", en: "reserved" };
/** Names of a table whose gaps are reserved below 128 and the user's from 128 on. */
const complete =
  (table: Readonly<Record<number, Words>>) =>
  (value: unknown): Words | undefined =>
    typeof value === "number" ? (table[value] ?? (value >= 128 ? fromUser : reserved)) : undefined;

/** Table 4. */
export const systemTypes = names({
  0: "通用 / general",
  1: "火灾报警系统 / fire alarm",
  10: "消防联动控制器 / linkage controller",
  11: "消火栓系统 / hydrants",
  12: "自动喷水灭火系统 / sprinklers",
  13: "气体灭火系统 / gas extinguishing",
  14: "水喷雾灭火系统（泵） / water spray (pump)",
  15: "水喷雾灭火系统（压力容器） / water spray (vessel)",
  16: "泡沫灭火系统 / foam",
  17: "干粉灭火系统 / powder",
  18: "防烟排烟系统 / smoke control",
  19: "防火门及卷帘系统 / fire doors and shutters",
  20: "消防电梯 / fire lifts",
  21: "消防应急广播 / emergency broadcast",
  22: "消防应急照明和疏散指示系统 / emergency lighting",
  23: "消防电源 / fire power supply",
  24: "消防电话 / fire telephone",
});
export const systemType = complete(systemTypes);

/** Table 5. The printed standard's scan reads 51 for 31 in places; 31 is the point heat detector. */
export const componentTypes = names({
  0: "通用 / general",
  1: "火灾报警控制器 / fire alarm panel",
  10: "可燃气体探测器 / gas detector",
  11: "点型可燃气体探测器 / point gas detector",
  12: "独立式可燃气体探测器 / stand-alone gas detector",
  13: "线型可燃气体探测器 / line gas detector",
  16: "电气火灾监控报警器 / electrical fire monitor",
  17: "剩余电流式电气火灾监控探测器 / residual-current detector",
  18: "测温式电气火灾监控探测器 / temperature detector (electrical)",
  21: "探测回路 / detection loop",
  22: "火灾显示盘 / display panel",
  23: "手动火灾报警按钮 / manual call point",
  24: "消火栓按钮 / hydrant button",
  25: "火灾探测器 / fire detector",
  30: "感温火灾探测器 / heat detector",
  31: "点型感温火灾探测器 / point heat detector",
  32: "点型感温火灾探测器（S型） / point heat detector (S)",
  33: "点型感温火灾探测器（R型） / point heat detector (R)",
  34: "线型感温火灾探测器 / line heat detector",
  35: "线型感温火灾探测器（S型） / line heat detector (S)",
  36: "线型感温火灾探测器（R型） / line heat detector (R)",
  37: "光纤感温火灾探测器 / fibre heat detector",
  40: "感烟火灾探测器 / smoke detector",
  41: "点型离子感烟火灾探测器 / ionisation smoke detector",
  42: "点型光电感烟火灾探测器 / photoelectric smoke detector",
  43: "线型光束感烟火灾探测器 / beam smoke detector",
  44: "吸气式感烟火灾探测器 / aspirating smoke detector",
  50: "复合式火灾探测器 / combined detector",
  51: "复合式感烟感温火灾探测器 / smoke and heat detector",
  52: "复合式感光感温火灾探测器 / flame and heat detector",
  53: "复合式感光感烟火灾探测器 / flame and smoke detector",
  61: "紫外火焰探测器 / ultraviolet flame detector",
  62: "红外火焰探测器 / infrared flame detector",
  69: "感光火灾探测器 / flame detector",
  74: "气体探测器 / gas detector",
  78: "图像摄像方式火灾探测器 / video fire detector",
  79: "感声火灾探测器 / acoustic fire detector",
  81: "气体灭火控制器 / gas extinguishing controller",
  82: "消防电气控制装置 / electrical fire control device",
  83: "消防控制室图形显示装置 / graphic display",
  84: "模块 / module",
  85: "输入模块 / input module",
  86: "输出模块 / output module",
  87: "输入/输出模块 / input and output module",
  88: "中继模块 / relay module",
  91: "消防水泵 / fire pump",
  92: "消防水箱 / fire water tank",
  95: "喷淋泵 / sprinkler pump",
  96: "水流指示器 / flow indicator",
  97: "信号阀 / signal valve",
  98: "报警阀 / alarm valve",
  99: "压力开关 / pressure switch",
  101: "阀驱动装置 / valve drive",
  102: "防火门 / fire door",
  103: "防火阀 / fire damper",
  104: "通风空调 / ventilation",
  105: "泡沫液泵 / foam pump",
  106: "管网电磁阀 / solenoid valve",
  111: "防烟排烟风机 / smoke fan",
  113: "排烟防火阀 / smoke damper",
  114: "常闭送风口 / air inlet",
  115: "排烟口 / smoke outlet",
  116: "电控挡烟垂壁 / smoke curtain",
  117: "防火卷帘控制器 / shutter controller",
  118: "防火门监控器 / door monitor",
  121: "警报装置 / sounder",
});
export const componentType = complete(componentTypes);

/** Figure 6. Bit 0 clear means that the system is under test. */
export const systemStateBits = names({
  0: "正常 / normal operation",
  1: "火警 / fire",
  2: "故障 / fault",
  3: "屏蔽 / shielded",
  4: "监管 / supervise",
  5: "启动 / started",
  6: "反馈 / feedback",
  7: "延时 / delay",
  8: "主电故障 / main power fault",
  9: "备电故障 / standby power fault",
  10: "总线故障 / bus fault",
  11: "手动状态 / manual",
  12: "配置改变 / configuration changed",
  13: "复位 / reset",
});
/** Figure 7. */
export const componentStateBits = names({
  0: "正常 / normal operation",
  1: "火警 / fire",
  2: "故障 / fault",
  3: "屏蔽 / shielded",
  4: "监管 / supervise",
  5: "启动 / started",
  6: "反馈 / feedback",
  7: "延时 / delay",
  8: "电源故障 / power fault",
});
/** Figure 13. */
export const deviceStateBits = names({
  0: "正常监视 / normal monitoring",
  1: "火警 / fire",
  2: "故障 / fault",
  3: "主电故障 / main power fault",
  4: "备电故障 / standby power fault",
  5: "与监控中心通信故障 / link to the centre failed",
  6: "监测连接线路故障 / monitored line failed",
});
/** Figure 9. */
export const systemOperationBits = names({
  0: "复位 / reset",
  1: "消音 / muted",
  2: "手动报警 / manual alarm",
  3: "警情消除 / alarm cleared",
  4: "自检 / self-test",
  5: "确认 / confirmed",
  6: "测试 / test",
});
/** Figure 14: bit 5 is the answer of a person to a sentry check; no machine may set it. */
export const deviceOperationBits = names({
  0: "复位 / reset",
  1: "消音 / muted",
  2: "手动报警 / manual alarm",
  3: "警情消除 / alarm cleared",
  4: "自检 / self-test",
  5: "查岗应答 / sentry answered",
  6: "测试 / test",
});

/** The bits of a map that the standard leaves open are said to be set, too. */
export const whole = (map: Readonly<Record<number, Words>>, bits: 8 | 16): Readonly<Record<number, Words>> =>
  Object.fromEntries(Array.from({ length: bits }, (_, bit) => [bit, map[bit] ?? { zh: `预留位${bit}`, en: `reserved bit ${bit}` }]));

export const commands = names({
  1: "控制 / control",
  2: "发送数据 / data",
  3: "确认 / confirm",
  4: "请求 / request",
  5: "应答 / response",
  6: "否认 / deny",
});
