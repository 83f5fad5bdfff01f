// What the schema cannot say of one point: orders of another width, bits beyond their value, scales without a unit, a repetition without a distance.
import type { ProfileComplaint } from "./complaint.ts";
import { orderNames } from "./orders.ts";
import { widthOf } from "./placement.ts";
import { readFunctions } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { bitsOf, rawLimits, shapes } from "./shapes.ts";
import { unitOf, units } from "./units.ts";

/** `key`: of the point, or of the file. */
export type Say = (wrong: boolean, key: string, words: Omit<ProfileComplaint, "path">) => void;

export function pointComplaints(profile: Profile, point: Point, say: Say): void {
  shapeComplaints(point, say);
  tableComplaints(point, say);
  scaleComplaints(point, say);
  fieldComplaints(point, say);
  repeatComplaints(profile, point, say);
  functionComplaints(profile, point, say);
}

function shapeComplaints(point: Point, say: Say): void {
  const { bytes, form, signed } = shapes[point.type];
  const bits = bitsOf(point);
  const orders: readonly string[] = orderNames[bytes];
  say(point.order !== undefined && !orders.includes(point.order), "order", {
    zh: `${bytes} 个字节的次序只能是 ${orders.join("、")}`,
    en: `an order of ${bytes} bytes is one of ${orders.join(", ")}`,
    example: `"order": "${orders[1] ?? "AB"}"`,
  });
  say(point.minimum !== undefined && point.maximum !== undefined && point.minimum > point.maximum, "minimum", {
    zh: "下限大于上限",
    en: "minimum is above maximum",
  });
  const highest = Math.max(-1, ...Object.values(point.bits ?? {}));
  say(point.bits !== undefined && form !== "integer", "bits", { zh: "只有整数才有标志位", en: "bits are for integers" });
  say(highest >= bits, "bits", { zh: `第 ${highest} 位超出它的 ${bits} 位`, en: `bit ${highest} lies beyond its ${bits} bits` });
  say(point.sign !== undefined && (signed || form === "float"), "sign", {
    zh: `${point.type} 自带符号`,
    en: `sign: ${point.type} has its own`,
    example: '"type": "u16"',
  });
  say((point.absent?.includes("NaN") ?? false) && form !== "float", "absent", {
    zh: "只有浮点才有 NaN",
    en: "only a float can be NaN",
    example: '"absent": ["0xFFFF"]',
  });
  // A word that can never come would let what the device calls absent pass for a value.
  const [least, most] = rawLimits(point);
  const all = (1n << BigInt(bits)) - 1n;
  for (const word of point.absent ?? []) {
    if (word === "NaN") continue;
    const fits = typeof word === "string" ? BigInt(word) <= all : form === "float" || (BigInt(word) >= least && BigInt(word) <= most);
    say(!fits, "absent", {
      zh: `${word} 超出 ${point.type} 的 ${bits} 位，永远不会出现`,
      en: `${word} lies beyond the ${bits} bits of ${point.type}: it can never come`,
      example: `"absent": ["0x${(signed ? all >> 1n : all).toString(16).toUpperCase()}"]`,
    });
  }
}

function tableComplaints(point: Point, say: Say): void {
  const { bytes } = shapes[point.type];
  const isBit = point.table === "coil" || point.table === "discrete";
  say(isBit && bytes !== 2, "type", { zh: "线圈只有一位，写 u16", en: `a coil holds no ${bytes * 8}-bit value`, example: '"type": "u16"' });
  say(isBit && (point.field !== undefined || point.sign !== undefined || point.order !== undefined), "table", {
    zh: "线圈只有通与断，不能有 field、sign、order",
    en: "a coil is on or off, nothing else",
  });
  say(point.writable === true && (point.table === "input" || point.table === "discrete"), "writable", {
    zh: `${point.table} 不可写`,
    en: `nobody can write a ${point.table}`,
    example: '"table": "holding"',
  });
}

function scaleComplaints(point: Point, say: Say): void {
  const counted = point.multiply !== undefined || point.divide !== undefined || point.offset !== undefined;
  say(counted && unitOf(point.name) === undefined, "name", {
    zh: `有换算的点，名字要以单位结尾（_${Object.keys(units).join("、_")}）`,
    en: `is scaled, but its name says no unit (_${Object.keys(units).join(", _")})`,
    example: `"name": "${point.name}_mV"`,
  });
  const { form, bytes } = shapes[point.type];
  // 64-bit counters may exceed what can be held; then the reading is bad, never wrong. Up to 48 bits it must not come to that, unless it is said where true values end.
  const most = form === "float" || bytes === 8 ? 0 : (Number(rawLimits(point)[1]) * (point.multiply ?? 1)) / (point.divide ?? 1);
  say(!Number.isSafeInteger(Math.round(most)) && point.maximum === undefined, "multiply", {
    zh: "最大的读数乘出来超过可以准确表示的整数（2^53）；写 maximum 说明真实的值到哪里为止，再大即为坏值",
    en: "the largest reading × multiply leaves the whole numbers that can be held (2^53): say where true values end, and beyond that a reading is bad",
    example: `"maximum": 1000000000000`,
  });
}

function fieldComplaints(point: Point, say: Say): void {
  const { field } = point;
  if (field === undefined) return;
  const { form, bytes } = shapes[point.type];
  const all = bytes * 8;
  say(form === "float", "field", { zh: "浮点不能拆位", en: "a field is no part of a float", example: '"type": "u16"' });
  say(field.low + field.width > all, "field", {
    zh: `第 ${field.low} 位起取 ${field.width} 位，超出 ${point.type} 的 ${all} 位`,
    en: `the field is longer than its register: ${field.width} bits from bit ${field.low} leave the ${all} bits of ${point.type}`,
    example: '"field": { "low": 8, "width": 8 }',
  });
  say(form === "digits" && field.width % 4 !== 0, "field", { zh: "BCD 一位占四位二进制", en: "a BCD digit has four bits" });
  say(point.per === "device" && field.stride !== undefined, "field.stride", { zh: "只用于每路的点", en: "is for points of sockets" });
  say(field.stride !== undefined && (point.stride !== undefined || point.starts !== undefined), "field.stride", {
    zh: "位移与寄存器移只能写一种",
    en: "either the bits move or the registers do",
  });
}

function repeatComplaints({ sockets }: Profile, point: Point, say: Say): void {
  if (point.per === "device") {
    const words = { zh: "只用于每路的点", en: "is for points of sockets", example: '"per": "socket"' };
    say(point.stride !== undefined, "stride", words);
    say(point.starts !== undefined, "starts", words);
    return;
  }
  if (sockets === undefined) {
    say(true, "per", {
      zh: "每路一个，但文件没有写有几路",
      en: "repeats per socket, but the profile has no sockets",
      example: '"sockets": { "count": 10, "stride": 10 }',
    });
    return;
  }
  const moves = point.stride ?? point.starts ?? point.field?.stride ?? sockets.stride ?? sockets.starts;
  say(moves === undefined && sockets.count > 1, "stride", {
    zh: "每路一个，但没有写每路相隔几个地址",
    en: "repeats per socket, but neither it nor sockets says how far apart",
    example: '"stride": 2',
  });
  say(point.starts !== undefined && point.stride !== undefined, "starts", { zh: "与 stride 只能写一个", en: "is instead of stride" });
  say(point.starts !== undefined && point.starts.length !== sockets.count, "starts", {
    zh: `有 ${sockets.count} 路，却写了 ${point.starts?.length} 个`,
    en: `there are ${sockets.count} sockets, not ${point.starts?.length}`,
  });
  const { field } = point;
  const all = shapes[point.type].bytes * 8;
  const straddles =
    field?.stride !== undefined &&
    Array.from({ length: sockets.count }, (_, socket) => (field.low + socket * (field.stride ?? 0)) % all).some(
      (low) => low + field.width > all,
    );
  say(straddles, "field", { zh: "有一路的位跨过两个寄存器", en: "some socket's bits lie across two registers" });
}

/** The device must know the functions that its own points need. */
function functionComplaints({ functions }: Profile, point: Point, say: Say): void {
  if (functions === undefined) return;
  const knows = (fn: number): boolean => functions.some((known) => known === fn);
  const read = readFunctions[point.table];
  say(!knows(read), "table", {
    zh: `要用功能码 ${read} 读，而 functions 里没有`,
    en: `is read by function ${read}, which the device does not know`,
    example: `"functions": [${[...functions, read].sort((a, b) => a - b).join(", ")}]`,
  });
  const [one, many] = point.table === "coil" ? [5, 15] : [6, 16];
  say(point.writable === true && !knows(many) && !(knows(one) && widthOf(point) === 1), "writable", {
    zh: `要用功能码 ${one} 或 ${many} 写，而 functions 里没有`,
    en: `is writable, but the device knows neither function ${one} nor ${many} for it`,
  });
}
