// Water supply, power room and what else is watched over Modbus: which points of which device, their bounds, and who answers for it.
import Type, { type Static } from "typebox";
import { id, said, strict, text, whole } from "./schema-words.ts";

/** Measured values, with the causes of being too low and too high; undefined: not asked there. */
export const analogKinds = {
  level: { low: "level-low", high: "level-high" },
  pressure: { low: "pressure-low", high: "pressure-high" },
  current: { low: undefined, high: "over-current" },
  temperature: { low: undefined, high: "over-temperature" },
} as const;
export const contactKinds = ["pump-fault", "flood", "door-open", "supply-lost", "contact"] as const;
export type AnalogKind = keyof typeof analogKinds;
export const isAnalog = (kind: string): kind is AnalogKind => kind in analogKinds;

const bound = (zh: string, en: string, example: number) => Type.Optional(whole(said(zh, en, example), -1_000_000_000, 1_000_000_000));
const name = (zh: string, en: string, example: string) => Type.String({ ...said(zh, en, example), pattern: "^[a-z][A-Za-z0-9_]{0,63}$" });

export const FacilityPoint = strict("测点", "one value of the device, with its bounds; or one contact", {
  id: id("测点编号", "point id, once per facility", "tank"),
  name: text("名称", "name that people read", "生活水箱液位"),
  kind: Type.Enum(
    ["level", "pressure", "current", "temperature", ...contactKinds],
    said("类别", "a measured value (level, pressure, current, temperature), or what a contact means", "level"),
  ),
  point: name("点名", "point of the device's profile", "tank_level_mm"),
  channel: Type.Optional(whole(said("第几路", "channel, from 1, where the point has several", 1), 1, 64)),
  bit: Type.Optional(name("标志位", "bit of the point, where it is a register", "room_flooded")),
  low: bound("下限", "below it: too low; in the unit of the point's name", 800),
  high: bound("上限", "above it: too high; in the unit of the point's name", 2500),
  hysteresis: Type.Optional(whole(said("回差", "so far back within the bound it must come; needed with a bound", 100), 0, 1_000_000_000)),
  active: Type.Optional(Type.Enum([0, 1], said("报警电平", "of a contact: the level that is meant", 1))),
  delay_s: whole(said("延时（秒）", "so long without a break, before it counts; in both directions", 10), 0, 3600),
});

export const Facility = strict("设施", "a pump house, a power room or the like, watched over Modbus", {
  id: id("设施编号", "facility id; no fire device has the same", "pumps-1"),
  name: text("名称", "name that people read", "1号二次供水泵房"),
  kind: Type.Enum(["water", "power", "other"], said("类别", "what it is", "water")),
  device: id("设备编号", "device under `devices` that is read", "pumps-1"),
  zone: Type.Optional(id("区域编号", "zone, for maintenance windows", "pump-house")),
  responsible: text("责任方", "who answers for it; told with every alarm", "物业工程部", 60),
  blind_s: whole(said("失明时限（秒）", "a point that cannot be read for so long: an event", 60), 5, 3600),
  points: Type.Array(FacilityPoint, said("测点", "what is watched")),
});
export type FacilityConfig = Static<typeof Facility>;
export type FacilityPointConfig = Static<typeof FacilityPoint>;
