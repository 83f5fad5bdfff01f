// The limits file, declared once: protection's numbers as a document with a version and a date. Every rule is written with where it comes from, or switched off with a reason.
import Type, { type TObject, type TProperties } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { type BoundedPlace, hardBounds } from "../core/charging/bounds.ts";
import { rearmable } from "../core/charging/facts.ts";
import { curveNames, type Limits } from "../core/charging/limits.ts";
import type { Shape } from "./shape.ts";

const said = (zh: string, en: string, example?: unknown) => ({
  title: zh,
  description: en,
  ...(example === undefined ? {} : { examples: [example] }),
});
const strict = <P extends TProperties>(zh: string, en: string, properties: P): TObject<P> =>
  Type.Object(properties, { ...said(zh, en), additionalProperties: false });

/** A number between its hard bounds. */
function bounded(place: BoundedPlace, zh: string, en: string, example: number) {
  const [minimum, maximum] = hardBounds[place];
  return Type.Integer({ ...said(zh, en, example), minimum, maximum });
}

const provenance = (example: string) =>
  Type.String({
    ...said("依据", "where these numbers come from: standard and clause, the maker's document, or who decided", example),
    minLength: 4,
    maxLength: 400,
  });

const off = () =>
  strict("停用", "switched off, with the reason", {
    active: Type.Literal(false, said("停用", "the rule is off")),
    reason: Type.String({ ...said("停用理由", "why this rule is off here", "本型充电站不测量此项"), minLength: 4, maxLength: 400 }),
  });

/** Active with its numbers, or off with a reason. */
const rule = <P extends TProperties>(zh: string, en: string, from: string, numbers: P) =>
  Type.Union(
    [strict(zh, en, { active: Type.Literal(true, said("启用", "the rule is on")), ...numbers, provenance: provenance(from) }), off()],
    said(zh, en),
  );
const always = <P extends TProperties>(zh: string, en: string, from: string, numbers: P) =>
  strict(zh, `${en}; cannot be switched off`, { ...numbers, provenance: provenance(from) });

const hold = (place: BoundedPlace, example: number) => bounded(place, "持续时间（毫秒）", "for how long it must be so, ms", example);

const overCurrent = rule("反时限过流", "inverse-time over-current, integrated so that dips do not reset it", "IEC 60255-151", {
  curve: Type.Enum([...curveNames], said("曲线", "IEC 60255-151 or IEEE C37.112 curve", "iec-extremely-inverse")),
  time_permille: bounded(
    "over_current.time_permille",
    "时间倍数（千分之一）",
    "TMS of an IEC curve or TD of an IEEE curve, in thousandths",
    500,
  ),
  pickup_permille: bounded("over_current.pickup_permille", "动作值（额定的千分之一）", "pickup, in thousandths of the rated current", 1100),
  reset: Type.Union(
    [
      strict("按曲线复归", "decays along the curve's own reset (IEEE C37.112; C1–C5 of IEC relays)", {
        kind: Type.Literal("inverse", said("复归方式", "how the integral falls below pickup")),
      }),
      strict("定时复归", "holds, then falls to nothing after a time below pickup", {
        kind: Type.Literal("definite", said("复归方式", "how the integral falls below pickup")),
        after_s: bounded("over_current.reset.after_s", "复归时间（秒）", "time below pickup until it is forgotten, s", 60),
      }),
    ],
    said("复归", "reset below pickup"),
  ),
});

const thermal = rule("热模型", "thermal model with memory (IEC 60255-149)", "IEC 60255-149", {
  tau_s: bounded("thermal.tau_s", "发热时间常数（秒）", "time constant while current flows, s", 137),
  cooling_tau_s: bounded("thermal.cooling_tau_s", "冷却时间常数（秒）", "time constant while the relay is open, s", 300),
  k_permille: bounded(
    "thermal.k_permille",
    "长期允许电流（额定的千分之一）",
    "k·I_B: the greatest current for ever, in thousandths of the rated",
    1130,
  ),
  start_permille: bounded("thermal.start_permille", "起动热态（千分之一）", "state assumed after a start, 0 cold to 900 hot", 500),
  reclose_below_permille: bounded("thermal.reclose_below_permille", "允许再合闸（千分之一）", "a relay closes again only below this", 700),
});

export const LimitsFile = Type.Object(
  {
    id: Type.String({ ...said("限值编号", "id of this document", "e-bike-4a"), pattern: idPattern }),
    version: Type.Integer({ ...said("版本", "rises with every change", 1), minimum: 1, maximum: 1_000_000 }),
    issued: Type.String({ ...said("发布日期", "date of this version", "2026-01-01"), pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
    name: Type.String({ ...said("名称", "name that people read", "4 A 充电器插座"), minLength: 1, maxLength: 120 }),
    socket: always("插座", "what one socket is for", "充电桩铭牌", {
      rated_mA: bounded("socket.rated_mA", "额定电流（毫安）", "rated current of one socket, mA", 4000),
    }),
    meter: always("电表", "what the meter can show; beyond it nothing is believed", "PZEM-004T：80–260 V、100 A、1 Wh", {
      range_mA: bounded("meter.range_mA", "电流量程（毫安）", "a current above this is no measurement, mA", 60_000),
      least_mV: bounded("meter.least_mV", "最低电压（毫伏）", "a voltage below this behind a closed relay is no measurement, mV", 80_000),
      range_mV: bounded("meter.range_mV", "电压量程（毫伏）", "a voltage above this is no measurement, mV", 400_000),
      energy_step_mWh: bounded("meter.energy_step_mWh", "电能步长（毫瓦时）", "the step in which the energy counter goes on, mWh", 1000),
    }),
    over_current: overCurrent,
    thermal,
    instantaneous: always("速断", "over-current without delay", "两个样本：计量芯片每秒刷新一次", {
      times_permille: bounded(
        "instantaneous.times_permille",
        "倍数（额定的千分之一）",
        "in thousandths of the rated current; reached is over",
        2000,
      ),
      samples: bounded("instantaneous.samples", "样本数", "consecutive good samples; one is no proof", 2),
      grace_ms: bounded(
        "instantaneous.grace_ms",
        "合闸宽限（毫秒）",
        "not within this time after the relay closed: a charger's inrush, as a slow meter shows it, ms",
        1500,
      ),
    }),
    over_power: rule("过功率", "power above the limit", "充电桩铭牌", {
      limit_mW: bounded("over_power.limit_mW", "功率（毫瓦）", "above this, mW", 1_000_000),
      hold_ms: hold("over_power.hold_ms", 3000),
    }),
    over_voltage: rule("过压", "supply voltage above the limit", "220 V + 20 %", {
      limit_mV: bounded("over_voltage.limit_mV", "电压（毫伏）", "above this, mV", 264_000),
      hold_ms: hold("over_voltage.hold_ms", 3000),
    }),
    under_voltage: rule("欠压", "supply voltage below the limit", "220 V − 20 %", {
      limit_mV: bounded("under_voltage.limit_mV", "电压（毫伏）", "below this, mV", 176_000),
      hold_ms: hold("under_voltage.hold_ms", 10_000),
    }),
    over_temperature: rule("过温", "socket temperature at or above the limit", "现场充电桩 80 °C/30 s；GB 14287.3 45–140 °C", {
      warn_mC: bounded("over_temperature.warn_mC", "提示温度（毫摄氏度）", "said and not cut from here on, m°C", 60_000),
      limit_mC: bounded("over_temperature.limit_mC", "温度（毫摄氏度）", "reached is over, m°C", 75_000),
      hold_ms: hold("over_temperature.hold_ms", 10_000),
    }),
    temperature_rise: rule("温升过快", "the socket warms faster than a load can warm it: a poor contact", "接触不良每分钟升温 3–8 °C", {
      limit_mC_per_min: bounded("temperature_rise.limit_mC_per_min", "温升（毫摄氏度每分钟）", "over the whole window, m°C a minute", 5000),
      window_s: bounded("temperature_rise.window_s", "时间窗（秒）", "over so long, s", 120),
      hold_ms: hold("temperature_rise.hold_ms", 10_000),
    }),
    residual_socket: rule(
      "插座剩余电流",
      "residual current of one socket, against shock: always a trip",
      "GB 16917 / IEC 61008-1 IΔn 30 mA",
      {
        limit_mA: bounded("residual_socket.limit_mA", "剩余电流（毫安）", "reached is over, mA", 30),
        samples: bounded("residual_socket.samples", "样本数", "consecutive good samples", 2),
      },
    ),
    residual_feeder: rule(
      "进线剩余电流",
      "residual current of the whole station, against fire: an alarm or a trip",
      "GB 50116-2013 §9.2.3 300–500 mA",
      {
        limit_mA: bounded("residual_feeder.limit_mA", "剩余电流（毫安）", "reached is over, mA", 300),
        samples: bounded("residual_feeder.samples", "样本数", "consecutive good samples", 2),
        action: Type.Enum(
          ["alarm", "trip"],
          said("动作", "alarm: it is said; trip: every energised socket of the station is cut and latched", "alarm"),
        ),
      },
    ),
    no_load: rule("空载", "nothing is charging: too little current or too little power", "现场充电桩 0.3 W/10 s", {
      below_mA: bounded("no_load.below_mA", "电流（毫安）", "below this, mA", 15),
      below_mW: bounded("no_load.below_mW", "功率（毫瓦）", "or below this, mW", 3000),
      hold_s: bounded("no_load.hold_s", "持续时间（秒）", "for how long, s", 10),
      grace_s: bounded("no_load.grace_s", "起始宽限（秒）", "not within this time after the relay closed, s", 60),
    }),
    unplugged: rule("拔出", "the station's own plug contact says that nothing is plugged in", "充电站自带插头检测", {
      samples: bounded("unplugged.samples", "样本数", "consecutive samples", 2),
    }),
    full: rule("充满", "float power: the battery is full", "现场充电桩 20 %、1800 s、浮充 3600 s", {
      below_mW: bounded("full.below_mW", "浮充功率（毫瓦）", "below this, mW", 30_000),
      below_plateau_permille: bounded(
        "full.below_plateau_permille",
        "或平台功率的份额（千分之一）",
        "or below this share of the power that the charge had held, thousandths",
        200,
      ),
      identify_s: bounded("full.identify_s", "判定时间（秒）", "for how long before it counts as float, s", 1800),
      float_s: bounded("full.float_s", "浮充时间（秒）", "how long float may then go on, s", 0),
    }),
    never_charging: rule("未充电", "the charge never took more than float power", "现场充电桩 30 W/1800 s", {
      below_mW: bounded("never_charging.below_mW", "功率（毫瓦）", "never held more than this, mW", 30_000),
      by_s: bounded("never_charging.by_s", "时间（秒）", "by then, s", 1800),
    }),
    second_rise: rule(
      "二次升高",
      "power steps up again after its plateau: a battery that heats, or something else in its socket",
      "热失控先兆：平台后功率跃升 30 %",
      {
        step_permille: bounded(
          "second_rise.step_permille",
          "升幅（平台功率的千分之一）",
          "by more than this share of the plateau, thousandths",
          300,
        ),
        hold_ms: hold("second_rise.hold_ms", 10_000),
        settled_s: bounded("second_rise.settled_s", "稳定时间（秒）", "above the highest level of this long before, s", 600),
        from_mW: bounded("second_rise.from_mW", "起算平台（毫瓦）", "only once a plateau of this has been held, mW", 80_000),
      },
    ),
    rearm: rule(
      "自动再合闸",
      "what may be tried again by itself; short circuit, leakage, smoke, second rise, fast warming and welds never are",
      "断开 300 s、低于 80 % 持续 60 s；每次充电 2 次、每天 3 次",
      {
        causes: Type.Array(
          Type.Enum([...rearmable], said("原因", "a cause that may be tried again", "under-voltage")),
          said("原因", "causes that may be tried again", ["over-voltage", "under-voltage", "blind"]),
        ),
        off_s: bounded("rearm.off_s", "最短断开时间（秒）", "at least so long off, s", 300),
        below_permille: bounded(
          "rearm.below_permille",
          "须低于限值的份额（千分之一）",
          "and below this share of the limit (a voltage: of its distance from 220 V), thousandths",
          800,
        ),
        for_s: bounded("rearm.for_s", "持续时间（秒）", "for so long without a break, s", 60),
        per_session: bounded("rearm.per_session", "每次充电最多次数", "at most so often a session", 2),
        per_day: bounded(
          "rearm.per_day",
          "24 小时最多次数",
          "and so often in 24 h; then the socket is locked until a person has looked",
          3,
        ),
      },
    ),
    max_time: always("最长充电时间", "a charge is ended after this", "现场充电桩 36000 s；北京市导则建议不超过 8 h", {
      advise_s: bounded("max_time.advise_s", "提示时间（秒）", "said and not ended after this, s", 28_800),
      end_s: bounded("max_time.end_s", "时间（秒）", "after this, s", 36_000),
    }),
    blind: always("失明", "no good reading of an energised socket", "失去读数 3 s 告警、10 s 断开，最长 30 s", {
      warn_ms: bounded("blind.warn_ms", "提示（毫秒）", "said after this, ms", 3000),
      trip_ms: bounded("blind.trip_ms", "断开（毫秒）", "off after this, ms", 10_000),
    }),
    frozen: rule(
      "冻结",
      "a meter that does not go on: its energy counter stands while power flows or, where it has none, every value stays the very same",
      "电能计数须随功率前进",
      {
        still_s: bounded("frozen.still_s", "不变时间（秒）", "without an energy counter: every value the very same for this long, s", 300),
        from_mW: bounded("frozen.from_mW", "起算功率（毫瓦）", "and only from this power on, mW", 20_000),
      },
    ),
  },
  { ...said("厝边保护限值", "Cuobian limits file"), additionalProperties: false },
);

/** The same as plain JSON Schema: for the check in words, editors and the reference page. */
export const limitsSchema: Shape = JSON.parse(JSON.stringify(LimitsFile));

/** Held by the compiler: what the file declares is what the core decides on. */
export const asLimits = (file: import("typebox").Static<typeof LimitsFile>): Limits => file;
