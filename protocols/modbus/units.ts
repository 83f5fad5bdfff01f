// Units stand in the names of points, and values are whole numbers in them: power_mW. This is the closed list, with what a simulator may show.

export interface Unit {
  readonly zh: string;
  readonly en: string;
  /** A value that nobody is surprised at. */
  readonly usual: number;
  /** The unit as data sheets write it, and how many of ours one of it is: 1 V = 1000 mV. */
  readonly sheet: Readonly<Record<string, number>>;
}

export const units = {
  mV: { zh: "毫伏", en: "millivolt", usual: 225_000, sheet: { V: 1_000, mV: 1, kV: 1_000_000, 伏: 1_000 } },
  mA: { zh: "毫安", en: "milliampere", usual: 1_200, sheet: { A: 1_000, mA: 1, kA: 1_000_000, 安: 1_000, 毫安: 1 } },
  mW: { zh: "毫瓦", en: "milliwatt", usual: 260_000, sheet: { W: 1_000, kW: 1_000_000, mW: 1, 瓦: 1_000, 千瓦: 1_000_000 } },
  mvar: { zh: "毫乏", en: "millivar", usual: 40_000, sheet: { var: 1_000, kvar: 1_000_000, mvar: 1, VAr: 1_000, kVAr: 1_000_000 } },
  mVA: { zh: "毫伏安", en: "millivolt-ampere", usual: 265_000, sheet: { VA: 1_000, kVA: 1_000_000, mVA: 1 } },
  mWh: {
    zh: "毫瓦时",
    en: "milliwatt-hour",
    usual: 125_000_000,
    sheet: { Wh: 1_000, kWh: 1_000_000, MWh: 1_000_000_000, mWh: 1, kW·h: 1_000_000, 度: 1_000_000, 千瓦时: 1_000_000 },
  },
  mvarh: { zh: "毫乏时", en: "millivar-hour", usual: 9_000_000, sheet: { varh: 1_000, kvarh: 1_000_000, mvarh: 1, kVArh: 1_000_000 } },
  mVAh: { zh: "毫伏安时", en: "millivolt-ampere-hour", usual: 130_000_000, sheet: { VAh: 1_000, kVAh: 1_000_000, mVAh: 1 } },
  mC: {
    zh: "毫摄氏度",
    en: "thousandths of a degree Celsius",
    usual: 31_000,
    sheet: { "°C": 1_000, "℃": 1_000, C: 1_000, mC: 1, 摄氏度: 1_000 },
  },
  mHz: { zh: "毫赫", en: "millihertz", usual: 50_000, sheet: { Hz: 1_000, mHz: 1, 赫兹: 1_000 } },
  mdeg: { zh: "千分之一度", en: "thousandths of a degree of angle", usual: 12_000, sheet: { "°": 1_000, deg: 1_000, mdeg: 1 } },
  milli: { zh: "千分之一", en: "thousandths of a pure number", usual: 950, sheet: { "1": 1_000, PF: 1_000, cosφ: 1_000 } },
  permille: { zh: "千分比", en: "thousandths of the whole", usual: 400, sheet: { "%": 10, "‰": 1 } },
  Pa: { zh: "帕", en: "pascal", usual: 320_000, sheet: { Pa: 1, kPa: 1_000, MPa: 1_000_000, bar: 100_000 } },
  mm: { zh: "毫米", en: "millimetre", usual: 1_800, sheet: { mm: 1, cm: 10, m: 1_000 } },
  L: { zh: "升", en: "litre", usual: 420_000, sheet: { L: 1, "m³": 1_000, m3: 1_000 } },
  ms: { zh: "毫秒", en: "millisecond", usual: 4_000, sheet: { ms: 1 } },
  s: { zh: "秒", en: "second", usual: 86_400, sheet: { s: 1, min: 60, h: 3_600, 秒: 1, 分钟: 60 } },
  h: { zh: "小时", en: "hour", usual: 1_234, sheet: {} },
} as const satisfies Readonly<Record<string, Unit>>;
export type UnitName = keyof typeof units;

const known: Readonly<Record<string, Unit>> = units;

/** The unit at the end of a point's name; `undefined`: a number, a code, a set of flags. */
export function unitOf(name: string): UnitName | undefined {
  const last = name.slice(name.lastIndexOf("_") + 1);
  return name.includes("_") && known[last] !== undefined ? (last as UnitName) : undefined;
}

/** "kWh" of a data sheet -> our unit, and how many of it one kWh is. Case counts (mW is no MW), but for the common slips. */
export function sheetUnit(text: string): { readonly unit: UnitName; readonly factor: number } | undefined {
  const find = (same: (word: string) => boolean) => {
    for (const [name, unit] of Object.entries(known))
      for (const [word, factor] of Object.entries(unit.sheet)) if (same(word)) return { unit: name as UnitName, factor };
    return undefined;
  };
  const wanted = text.trim();
  return find((word) => word === wanted) ?? find((word) => !/^m/i.test(word) && word.toLowerCase() === wanted.toLowerCase());
}
