// What a profile cannot say in data: a closed list of named quirks. Each has its own test, and says on what device it was met.

export const quirks = {
  "four-byte-registers": {
    zh: "每个寄存器地址返回四个字节；数量按地址计",
    en: "every register address answers with four bytes; counts are of addresses",
    met: "JSY-MK-194 (14 registers from 0x0048 answer with 56 bytes); Enron/Daniel Modbus, long and float ranges 5001… and 7001…",
  },
  "coils-from-zero": {
    zh: "读线圈与离散输入必须从地址 0 开始",
    en: "coils and discrete inputs are read right only from address 0",
    met: "slaves behind mbusd: influxdata/telegraf issue 8905",
  },
  "bits-by-eight": {
    zh: "读线圈与离散输入只回答整字节：起点与数量都是 8 的倍数",
    en: "coils and discrete inputs answer in whole bytes only: begin and count are multiples of eight",
    met: 'boards printed "485 Relay 4CH v1.1" are silent when asked for four; 8-channel relay boards of the old firmware answer with all eight',
  },
  "one-point-a-question": {
    zh: "一次只能读一个点，相邻的也不能合并",
    en: "one point a question; even neighbours may not be read together",
    met: "influxdata/telegraf issue 12071",
  },
} as const;
export type Quirk = keyof typeof quirks;
export const quirkNames = Object.keys(quirks) as Quirk[];

export const has = (profile: { readonly quirks?: readonly Quirk[] }, quirk: Quirk): boolean => profile.quirks?.includes(quirk) ?? false;
