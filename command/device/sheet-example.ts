// The worked example of the reference page: a data sheet as one gets it, the file that it becomes, and its frames. The page is made by really decoding them.
import type { Profile } from "#protocols/modbus/profile.ts";

/** What the sheet of an invented meter says, in the way of such sheets. */
export const sheetZh = `| 寄存器 | 内容 | 格式 | 单位 |
| --- | --- | --- | --- |
| 40001 | 电压 | 无符号 16 位 | 0.1 V |
| 40002–40003 | 电流 | 无符号 32 位，低字在前；FFFFFFFF 为未接互感器 | 0.001 A |
| 40004 | 功率 | 无符号 16 位；方向见 40010 | 1 W |
| 40005–40006 | 电量 | 浮点 | kWh |
| 40007 | 高字节：继电器状态；低字节：报警代码 | | |
| 40010 | 第 0 位：功率为负 | | |
| 40021 | 从站地址（读写；仅支持 10H 写） | 1–247 | |

9600 8E1；一次最多读 16 个寄存器；读未列出的寄存器返回异常 02。`;

export const sheetEn =
  "Registers 40001 voltage (u16, 0.1 V), 40002–40003 current (u32, low word first, FFFFFFFF: no transformer, 0.001 A), 40004 power (u16, 1 W, direction in bit 0 of 40010), 40005–40006 energy (float, kWh), 40007 high byte relay, low byte alarm code, 40021 unit (read/write, function 16 only). 9600 8E1, at most 16 registers a read, exception 02 for registers that are not listed.";

export const example: Profile = {
  id: "meters/example",
  kind: "meter",
  maker: "Example",
  model: "XY-100",
  provenance: "XY-100 user manual V1.2, page 14",
  read: { max_registers: 16, hole: 0 },
  serial: { baud: 9600, parity: "even", stop_bits: 1 },
  unit: 1,
  functions: [3, 16],
  points: [
    {
      name: "voltage_mV",
      zh: "电压",
      en: "voltage",
      per: "device",
      table: "holding",
      address: 0,
      type: "u16",
      multiply: 100,
      maximum: 300_000,
    },
    {
      name: "current_mA",
      zh: "电流",
      en: "current",
      per: "device",
      table: "holding",
      address: 1,
      type: "u32",
      order: "CDAB",
      absent: ["0xFFFFFFFF"],
    },
    {
      name: "power_mW",
      zh: "有功功率",
      en: "active power",
      per: "device",
      table: "holding",
      address: 3,
      type: "u16",
      multiply: 1000,
      sign: { address: 9, bit: 0 },
    },
    { name: "energy_mWh", zh: "电量", en: "energy", per: "device", table: "holding", address: 4, type: "f32", multiply: 1_000_000 },
    {
      name: "relay",
      zh: "继电器",
      en: "relay",
      per: "device",
      table: "holding",
      address: 6,
      type: "u16",
      field: { low: 8, width: 8 },
      states: { "0": "分 / open", "1": "合 / closed" },
    },
    {
      name: "alarm_code",
      zh: "报警代码",
      en: "alarm",
      per: "device",
      table: "holding",
      address: 6,
      type: "u16",
      field: { low: 0, width: 8 },
    },
    {
      name: "meter_id",
      zh: "从站地址",
      en: "unit",
      per: "device",
      table: "holding",
      address: 20,
      type: "u16",
      minimum: 1,
      maximum: 247,
      polled: false,
      writable: true,
    },
  ],
};

/** 225.7 V, 0.108 A, 24 W fed back, 12.5 kWh, relay closed, alarm 3: worked out with pencil and paper, checksums by another program. */
export const exampleFrames = `# XY-100 手册第 16 页 / page 16
01 03 00 00 00 07 04 08
01 03 0E 08 D1 00 6C 00 00 00 18 41 48 00 00 01 03 2C 13
01 03 00 09 00 01 54 08
01 03 02 00 01 79 84
`;
