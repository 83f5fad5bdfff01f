// What a DL/T 645-2007 meter can be asked for here, by data identifier (DI3…DI0 as printed).
// Layouts: DL/T 645-2007 annex A [from memory; A-phase voltage, A-phase current and forward energy were met in recorded frames; the rest is to be verified against the standard].
import { u16 } from "#protocols/frames/fields.ts";
import { type Body, body, names } from "#protocols/frames/layout.ts";
import { bcd } from "./bcd.ts";

/** Status word 3. Bits 0–4: DL/T 645-2007 annex C as reprinted in meters' manuals; 5–7 [from memory] exist in meters with a relay command. */
export const statusWord3Bits = names({
  0: "第二套时段 / second period set",
  1: "辅助电源 / auxiliary supply",
  2: "电池供电 / battery supply",
  3: "编程允许 / programming allowed",
  4: "继电器断开 / relay open",
  5: "第二套时区 / second zone set",
  6: "继电器命令为断 / relay commanded open",
  7: "预跳闸报警 / about to trip",
});

export const items = {
  "00000000": body("energy-combined", "组合有功总电能 / combined active energy", [
    bcd("energy_mWh", "组合有功总电能 / combined active energy", { bytes: 4, each: 10_000, signed: true }),
  ]),
  "00010000": body("energy-forward", "正向有功总电能 / forward active energy", [
    bcd("energy_mWh", "正向有功总电能 / forward active energy", { bytes: 4, each: 10_000 }),
  ]),
  "02010100": body("voltage-a", "A相电压 / voltage of phase A", [
    bcd("voltage_mV", "A相电压 / voltage of phase A", { bytes: 2, each: 100 }),
  ]),
  "02020100": body("current-a", "A相电流 / current of phase A", [
    bcd("current_mA", "A相电流 / current of phase A", { bytes: 3, each: 1, signed: true }),
  ]),
  "02030000": body("power", "瞬时总有功功率 / active power", [
    bcd("power_mW", "瞬时总有功功率 / active power", { bytes: 3, each: 100, signed: true }),
  ]),
  "02060000": body("power-factor", "总功率因数 / power factor", [
    bcd("power_factor_permille", "总功率因数 / power factor", { bytes: 2, each: 1, signed: true }),
  ]),
  "02800002": body("frequency", "电网频率 / mains frequency", [bcd("frequency_mHz", "电网频率 / mains frequency", { bytes: 2, each: 10 })]),
  "04000503": body("status-3", "运行状态字3 / status word 3", [u16("status", "运行状态字3 / status word 3", { bits: statusWord3Bits })]),
} as const satisfies Readonly<Record<string, Body>>;

export type ItemCode = keyof typeof items;
export const itemOf = (code: string): Body | undefined => (items as Readonly<Record<string, Body>>)[code];
