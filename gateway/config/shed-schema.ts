// Sheds as the site file declares them: what stands above the single socket. Contacts, a contactor, the supply and its meters.
import Type, { type Static } from "typebox";
import { inputKinds } from "../core/charging/shed/facts.ts";
import { shedBounds } from "../core/charging/shed/limits.ts";
import { Place } from "./place-schema.ts";
import { id, profile, said, strict, text, whole } from "./schema-words.ts";

export const phases = ["L1", "L2", "L3"] as const;
export type Phase = (typeof phases)[number];

/** A board with contacts or relays, or a meter: a device on a line that is no station. */
export const Device = strict("棚内设备", "a board or a meter on a line, used by a shed or a transformer", {
  id: id("设备编号", "device id; no station has the same", "io-1"),
  name: text("名称", "name that people read", "1号棚输入输出板"),
  line: id("线路编号", "line that it hangs on", "line-1"),
  unit: whole(said("从站地址", "Modbus unit, once per line", 11), 1, 247),
  profile: profile("relays/waveshare-8-in-8"),
});

const point = (zh: string, en: string, example: string) => Type.String({ ...said(zh, en, example), pattern: "^[a-z][A-Za-z0-9_]{0,63}$" });

/** Where a contact is read, and which level of it is the one that is meant. */
const contact = (levelZh: string, levelEn: string, example: 0 | 1) => ({
  device: id("设备编号", "device that it is wired to", "io-1"),
  point: point("点名", "point of the device's profile", "input_closed"),
  channel: Type.Optional(whole(said("第几路", "channel, from 1, where the point has several", 1), 1, 64)),
  bit: Type.Optional(point("标志位", "bit of the point, where it is a register", "smoke")),
  active: Type.Enum([0, 1], said(levelZh, levelEn, example)),
});

const Input = strict("触点", "a detector's dry contact", {
  id: id("触点编号", "input id, once per shed", "smoke-1"),
  name: text("名称", "name that people read", "1号棚烟感"),
  kind: Type.Enum([...inputKinds], said("类别", "smoke, heat (fixed or rate of rise), or the fire panel's output", "smoke")),
  ...contact("报警电平", "the level that means alarm; 0 for a loop that is closed at rest, so that a broken wire is an alarm too", 0),
});

const Contactor = strict("上级接触器", "contactor above every socket of the shed, de-energised to trip", {
  device: id("设备编号", "relay board whose relay feeds the coil", "io-1"),
  relay: whole(said("第几路继电器", "relay, from 1, as printed on the board", 1), 1, 64),
  held_by: Type.Enum(
    ["flash", "watchdog"],
    said(
      "保持方式",
      "flash: the board ends each pulse by itself; watchdog: named hardware between board and coil drops it when the pulses stop",
      "flash",
    ),
  ),
  watchdog: Type.Optional(
    text("看门狗", "with held_by watchdog: which hardware it is, and after how long it drops", "脉冲看门狗继电器，3 秒无脉冲释放", 200),
  ),
  feedback: Type.Optional(
    strict("反馈触点", "auxiliary contact that moves with the main contacts", contact("吸合电平", "the level that means closed", 1)),
  ),
});

const socketList = (zh: string, en: string) =>
  Type.Array(
    Type.String({
      ...said("充电站或插座", "a whole station, or one socket of it", "station-1/3"),
      pattern: "^[a-z0-9][a-z0-9-]{0,39}(/[1-9][0-9]{0,2})?$",
    }),
    said(zh, en),
  );
const breaker = (example: number) =>
  whole(
    said("断路器额定电流（毫安）", "rated current of the breaker, mA; 80 % of it is given to charging", example),
    ...shedBounds.breaker_mA,
  );

const Supply = strict("供电", "what the shed hangs on", {
  phases: Type.Array(
    strict("一相", "one phase, with its breaker and what hangs on it", {
      phase: Type.Enum([...phases], said("相", "phase", "L1")),
      breaker_mA: breaker(63_000),
      sockets: socketList("这一相上的插座", "every socket of the shed hangs on exactly one phase"),
    }),
    said("各相", "phases"),
  ),
  power_mW: Type.Optional(
    whole(
      said("总功率上限（毫瓦）", "the most that this shed may take, mW, if less than its breakers allow", 20_000_000),
      ...shedBounds.power_mW,
    ),
  ),
  transformer: Type.Optional(id("变压器编号", "transformer that feeds it", "transformer-1")),
});

const Group = strict("分组", "sockets that share a branch, or a priority", {
  id: id("分组编号", "group id, once per shed", "bay-a"),
  name: text("名称", "name that people read", "A 区"),
  sockets: socketList("插座", "a socket is in at most one group"),
  breaker_mA: Type.Optional(breaker(32_000)),
  priority: Type.Optional(whole(said("优先级", "1 is shed first, 9 last; 5 if not written", 5), ...shedBounds.priority)),
});

const Meter = strict("进线电表", "meter on the shed's feeder", {
  device: id("设备编号", "device id", "meter-1"),
  power: Type.Optional(point("总功率点", "point with the total power, _mW", "power_mW")),
  current_l1: Type.Optional(point("L1 电流点", "point with the current of L1, _mA", "current_l1_mA")),
  current_l2: Type.Optional(point("L2 电流点", "point with the current of L2, _mA", "current_l2_mA")),
  current_l3: Type.Optional(point("L3 电流点", "point with the current of L3, _mA", "current_l3_mA")),
  residual: Type.Optional(point("剩余电流点", "point with the residual current, _mA", "residual_current_mA")),
  residual_alarm_mA: Type.Optional(
    whole(
      said("剩余电流报警值（毫安）", "alarm of fire, no trip (GB 50116 §9.2.3); needed where `residual` is written", 300),
      ...shedBounds.residual_alarm_mA,
    ),
  ),
});

export const Shed = strict("充电棚", "a shed: stations that are cut together", {
  id: id("充电棚编号", "shed id", "shed-1"),
  name: text("名称", "name that people read", "1号充电棚"),
  stations: Type.Array(id("充电站编号", "station in this shed; in no other", "station-1"), said("充电站", "stations")),
  blind_ms: whole(
    said("触点失明时限（毫秒）", "an input that cannot be read for so long trips the shed, ms", 10_000),
    ...shedBounds.blind_ms,
  ),
  inputs: Type.Array(Input, said("触点", "smoke, heat and panel contacts; any of them opens everything")),
  contactor: Type.Optional(Contactor),
  supply: Supply,
  groups: Type.Optional(Type.Array(Group, said("分组", "groups"))),
  meter: Type.Optional(Meter),
  place: Type.Optional(Place),
  provenance: text("依据", "where these numbers come from: drawing, breaker, or who decided", "按配电图与消防约定", 300),
});

export const Transformer = strict("变压器", "a transformer, or a supply that several sheds share", {
  id: id("变压器编号", "transformer id", "transformer-1"),
  name: text("名称", "name that people read", "1号变压器"),
  limit_mW: whole(
    said("功率上限（毫瓦）", "with a meter: of everything on it; without one: of the sheds on it, mW", 200_000_000),
    ...shedBounds.power_mW,
  ),
  meter: Type.Optional(
    strict("电表", "meter of the whole transformer", {
      device: id("设备编号", "device id", "meter-2"),
      power: point("总功率点", "point with the total power, _mW", "power_mW"),
    }),
  ),
});

export type DeviceConfig = Static<typeof Device>;
export type ShedConfig = Static<typeof Shed>;
export type TransformerConfig = Static<typeof Transformer>;
