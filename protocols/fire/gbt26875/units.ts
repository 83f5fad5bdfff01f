// The application data units of GB/T 26875.3-2011 §8.3: type flag, number of objects, objects. Types not named here are reserved, or the user's (128–254).
import { group, u8, u16, u32, whole } from "#protocols/frames/fields.ts";
import { type Body, body, type Field, type Message, words } from "#protocols/frames/layout.ts";
import { analogMeaning, analogTypes } from "./analog.ts";
import {
  componentStateBits,
  componentType,
  deviceOperationBits,
  deviceStateBits,
  systemOperationBits,
  systemStateBits,
  systemType,
  whole as wholeMap,
} from "./codes.ts";
import { label } from "./label.ts";
import { countedText, fixedText } from "./text.ts";

const system = [
  u8("system_type", "系统类型 / system", { meaning: systemType }),
  u8("system_address", "系统地址 / system address"),
] as const;
const componentAddress = u32("component_address", "部件地址 / component address");
const component = [...system, u8("component_type", "部件类型 / component", { meaning: componentType }), componentAddress] as const;
const operator = u8("operator", "操作员编号 / operator");
const version = [u8("major", "主版本号 / major version"), u8("minor", "次版本号 / minor version")] as const;
const records = [u8("records", "查询记录数目 / number of records"), label("since", "起始时间 / since")] as const;
const nothing = [u8("reserved", "预留（0） / reserved (0)")] as const;

const unit = <const Kind extends string, const F extends readonly Field[]>(
  kind: Kind,
  text: string,
  [most, ...fields]: readonly [number, ...F],
) => body(kind, text, [group("objects", "信息对象 / objects", { count: { prefix: 1, most }, fields: fields as unknown as F })]);

export const units = {
  1: unit("system-state", "系统状态 / system state", [
    102,
    ...system,
    u16("state", "系统状态 / state", { bits: wholeMap(systemStateBits, 16) }),
    label("time", "发生时间 / time"),
  ]),
  2: unit("component-state", "部件运行状态 / component state", [
    22,
    ...component,
    u16("state", "部件状态 / state", { bits: wholeMap(componentStateBits, 16) }),
    fixedText("text", "部件说明 / description", 31),
    label("time", "发生时间 / time"),
  ]),
  3: unit("analog", "部件模拟量值 / analog value", [
    63,
    ...component,
    u8("analog_type", "模拟量类型 / kind of value", {
      meaning: (value: unknown) =>
        typeof value === "number"
          ? (analogTypes[value] ?? words(value >= 128 ? "用户自定义 / user-defined" : "预留 / reserved"))
          : undefined,
    }),
    whole("raw", "模拟量值 / value", { bytes: 2, signed: true, meaning: analogMeaning }),
    label("time", "采样时间 / sampled"),
  ]),
  4: unit("operation", "操作信息 / operation", [
    102,
    ...system,
    u8("operation", "操作信息 / operation", { bits: wholeMap(systemOperationBits, 8) }),
    operator,
    label("time", "记录时间 / time"),
  ]),
  5: unit("version", "软件版本 / software version", [1, ...system, ...version]),
  6: unit("system-config", "系统配置情况 / system configuration", [3, ...system, countedText("text", "系统说明 / description")]),
  7: unit("component-config", "部件配置情况 / component configuration", [
    26,
    ...component,
    fixedText("text", "部件说明 / description", 31),
  ]),
  8: unit("system-time", "系统时间 / system time", [1, ...system, label("time", "系统时间 / system time")]),
  21: unit("device-state", "传输装置运行状态 / state of the transmission device", [
    1,
    u8("state", "运行状态 / state", { bits: wholeMap(deviceStateBits, 8) }),
    label("time", "发生时间 / time"),
  ]),
  24: unit("device-operation", "传输装置操作信息 / operation at the transmission device", [
    127,
    u8("operation", "操作信息 / operation", { bits: wholeMap(deviceOperationBits, 8) }),
    operator,
    label("time", "记录时间 / time"),
  ]),
  25: unit("device-version", "传输装置软件版本 / version of the transmission device", [1, ...version]),
  26: unit("device-config", "传输装置配置情况 / configuration of the transmission device", [
    1,
    countedText("text", "配置说明 / description"),
  ]),
  28: unit("device-time", "传输装置系统时间 / time of the transmission device", [1, label("time", "系统时间 / time")]),
  61: unit("read-system-state", "读系统状态 / read system state", [102, ...system]),
  62: unit("read-component-state", "读部件运行状态 / read component state", [22, ...system, componentAddress]),
  63: unit("read-analog", "读部件模拟量值 / read analog value", [63, ...system, componentAddress]),
  64: unit("read-operations", "读操作信息 / read operations", [1, ...system, ...records]),
  65: unit("read-version", "读软件版本 / read version", [1, ...system]),
  66: unit("read-system-config", "读系统配置情况 / read system configuration", [3, ...system]),
  67: unit("read-component-config", "读部件配置情况 / read component configuration", [26, ...system, componentAddress]),
  68: unit("read-system-time", "读系统时间 / read system time", [1, ...system]),
  81: unit("read-device-state", "读传输装置状态 / read the device's state", [1, ...nothing]),
  84: unit("read-device-operations", "读传输装置操作信息 / read the device's operations", [1, ...records]),
  85: unit("read-device-version", "读传输装置版本 / read the device's version", [1, ...nothing]),
  86: unit("read-device-config", "读传输装置配置 / read the device's configuration", [1, ...nothing]),
  88: unit("read-device-time", "读传输装置时间 / read the device's time", [1, ...nothing]),
  89: unit("initialise", "初始化传输装置 / initialise the device", [1, ...nothing]),
  90: unit("set-time", "同步传输装置时钟 / set the device's clock", [1, label("time", "时间 / time")]),
  91: unit("sentry", "查岗 / sentry check", [1, u8("within_min", "应答时限 / answer within")]),
} as const;

export type KnownUnit = Message<(typeof units)[keyof typeof units]>;
export const unitBody = (type: number): Body | undefined => (units as Readonly<Record<number, Body>>)[type];
/** Types from 61 on go down, from the centre to the device; below, up. */
export const goesDown = (type: number): boolean => type >= 61 && type < 128;
