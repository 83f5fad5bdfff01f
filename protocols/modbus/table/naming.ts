// Names for points that have only Chinese ones: 电压 is voltage, A相电流 is current_l1. What is not in the list is called by its place; a person renames it.

/** Longer words first: 有功功率 before 功率. */
const quantities: readonly (readonly [string, string])[] = [
  ["线电压", "line_voltage"],
  ["相电压", "voltage"],
  ["零序电流", "zero_current"],
  ["剩余电流", "leakage"],
  ["漏电流", "leakage"],
  ["零线电流", "neutral_current"],
  ["电压", "voltage"],
  ["电流", "current"],
  ["有功功率", "power"],
  ["无功功率", "reactive_power"],
  ["视在功率", "apparent_power"],
  ["功率因数", "power_factor"],
  ["功率因素", "power_factor"],
  ["功率", "power"],
  ["有功电能", "energy"],
  ["有功电量", "energy"],
  ["无功电能", "reactive_energy"],
  ["电能", "energy"],
  ["电量", "energy"],
  ["频率", "frequency"],
  ["温度", "temperature"],
  ["湿度", "humidity"],
  ["压力", "pressure"],
  ["液位", "level"],
  ["水位", "level"],
  ["流量", "flow"],
  ["波特率", "baud"],
  ["从站地址", "meter_id"],
  ["通讯地址", "meter_id"],
  ["通信地址", "meter_id"],
  ["设备地址", "meter_id"],
  ["版本", "firmware"],
  ["型号", "model"],
  ["继电器", "relay"],
  ["状态", "state"],
  ["报警", "alarm"],
  ["告警", "alarm"],
  ["故障", "fault"],
  ["烟感", "smoke"],
  ["烟雾", "smoke"],
];
const before: readonly (readonly [RegExp, string])[] = [
  [/正向|输入|进线/, "import"],
  [/反向|输出|馈电/, "export"],
  [/总|合/, "total"],
  [/最大/, "max"],
];
const after: readonly (readonly [RegExp, string])[] = [
  [/AB|Uab/i, "l12"],
  [/BC|Ubc/i, "l23"],
  [/CA|Uca/i, "l31"],
  [/A相|L1|Ua\b/i, "l1"],
  [/B相|L2|Ub\b/i, "l2"],
  [/C相|L3|Uc\b/i, "l3"],
  [/N相|零线/i, "n"],
];
const digits: Readonly<Record<string, string>> = { 一: "1", 二: "2", 三: "3", 四: "4", 五: "5", 六: "6", 七: "7", 八: "8" };

/** `undefined`: none of its words is known. */
export function englishName(chinese: string): string | undefined {
  const quantity = quantities.find(([word]) => chinese.includes(word));
  if (quantity === undefined) return undefined;
  const side = before.find(([pattern]) => pattern.test(chinese))?.[1];
  const phase = after.find(([pattern]) => pattern.test(chinese))?.[1];
  const number = chinese.match(/(?:第|通道|回路|路|#)?\s*(\d{1,2}|[一二三四五六七八])\s*(?:路|通道|回路|#|号)/)?.[1];
  const which = number === undefined ? undefined : (digits[number] ?? number);
  return [side, quantity[1], phase, which].filter((part) => part !== undefined).join("_");
}

/** "VoltageL1" -> voltage_l1 */
export const snake = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

export const hasChinese = (text: string): boolean => /[\u3400-\u9fff]/.test(text);
