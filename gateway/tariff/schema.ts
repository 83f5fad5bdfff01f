// What may stand in a tariff file: the one declaration behind the check, the complaints, the editor's completion and the reference page.
import Type, { type Static } from "typebox";
import { couponKinds, dayWords } from "#gateway/core/parking/tariff/types.ts";
import { plateColours, plateKinds } from "#protocols/vocabulary/plate.ts";

const closed = { additionalProperties: false } as const;
const say = (description: string, ...examples: unknown[]) => ({ description, examples });

/** Names stand in bills and on signs: one line, without control characters. */
const oneLine = "^[^\\u0000-\\u001f\\u007f]+$";
const Words = Type.Object(
  {
    zh: Type.String({ minLength: 1, maxLength: 60, pattern: oneLine, ...say("中文 · Chinese", "白天") }),
    en: Type.String({ minLength: 1, maxLength: 100, pattern: oneLine, ...say("英文 · English", "day") }),
  },
  { ...closed, ...say("名称，中英文 · a name in Chinese and English", { zh: "白天", en: "day" }) },
);
const Id = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]*$",
  maxLength: 40,
  ...say("小写字母、数字和连字符 · lower-case letters, digits, hyphens", "large-vehicles"),
});
const lengthPattern = "^\\d{1,6} (d|h|min|s)( \\d{1,6} (h|min|s)){0,3}$";
const Length = Type.String({
  pattern: lengthPattern,
  ...say("时长 · a length of time", "30 min", "1 h", "1 h 30 min", "20 s"),
});
const Price = Type.Number({ minimum: 0, maximum: 100_000, ...say("元，最多两位小数 · yuan, at most two decimals", 2, 2.5) });
const Clock = Type.String({ pattern: "^([01]\\d|2[0-4]):[0-5]\\d(:[0-5]\\d)?$", ...say("钟点 · an hour of the day", "07:00", "24:00") });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", ...say("日期 · a date", "2025-10-01") });
const Days = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}( to \\d{4}-\\d{2}-\\d{2})?$",
  ...say("日期或起止日期 · a date or a range", "2025-10-01 to 2025-10-08"),
});
const optional = Type.Optional;

const PartUnit = Type.String({
  pattern: "^(up|down|drop \\d+ (min|s|h))$",
  ...say(
    "不足一个计时单位：up 按一个单位；down 不收；drop 15 min 十五分钟及以内不收 · a part of a unit: charged whole, dropped, or dropped up to a length",
    "up",
    "down",
    "drop 15 min",
  ),
});

const Step = Type.Object(
  {
    until: optional(Length),
    per: Length,
    price: Price,
    part_unit: optional(PartUnit),
  },
  {
    ...closed,
    ...say("到 until 为止，每 per 收 price · until then, each unit costs so much", { until: "1 h", per: "15 min", price: 2.5 }),
  },
);

const Beyond = Type.Object(
  { per: Length, price: Price, part_unit: PartUnit },
  { ...closed, ...say("超过表中最后一行以后 · beyond the last row", { per: "1 h", price: 1, part_unit: "up" }) },
);

export const RateSchema = Type.Object(
  {
    free: optional(Type.Literal(true, say("免费 · free", true))),
    per_visit: optional(Type.Number({ minimum: 0, maximum: 100_000, ...say("按次收费，元 · a price per visit, yuan", 5) })),
    steps: optional(
      Type.Array(Step, {
        minItems: 1,
        maxItems: 50,
        ...say("逐段计价 · progressive steps; the last one has no until", [{ per: "1 h", price: 2 }]),
      }),
    ),
    part_unit: optional(PartUnit),
    brackets: optional(
      Type.Array(
        Type.Object(
          { up_to: Length, price: Price },
          { ...closed, ...say("停车不超过 up_to（含）共收 price · a stay up to this long costs", { up_to: "2 h", price: 2 }) },
        ),
        {
          minItems: 1,
          maxItems: 100,
          ...say("分档总价表 · a table of total prices", [{ up_to: "2 h", price: 2 }]),
        },
      ),
    ),
    beyond: optional(Beyond),
  },
  {
    ...closed,
    ...say("free、per_visit、steps、brackets 四选一 · exactly one of them", { part_unit: "up", steps: [{ per: "1 h", price: 2 }] }),
  },
);

export const FreeSchema = Type.Object(
  {
    time: Length,
    boundary: Type.Enum(
      ["included", "excluded"],
      say("恰好等于免费时间：免费 included，收费 excluded · a stay of exactly this length", "included"),
    ),
    when_exceeded: Type.Enum(
      ["counted", "deducted"],
      say("超过后免费时间计入 counted 或扣除 deducted · charged after all, or taken off", "deducted"),
    ),
    again: Type.Enum(["once", "each-window"], say("每次停车一次，或每个周期一次 · once a stay or in each window", "once")),
    first_entry_in: optional(Length),
    not_after_exit: optional(Length),
  },
  { ...closed, ...say("免费时间 · free time", { time: "30 min", boundary: "included", when_exceeded: "deducted", again: "once" }) },
);

const WindowsSchema = Type.Object(
  {
    kind: Type.Enum(["rolling", "calendar-day"], say("从入场起滚动，或按自然日 · from the entry, or by the calendar day", "rolling")),
    length: optional(Length),
    day_starts: optional(Clock),
    rate: Type.Enum(["restarts", "continues"], say("新周期重新计价，或接着计价 · the rate starts anew, or runs on", "restarts")),
    cap: optional(Price),
    caps: optional(
      Type.Array(Price, {
        minItems: 1,
        maxItems: 366,
        ...say("第一个、第二个……周期的封顶；最后一个以后沿用 · of the first, second … window", [50, 70, 100]),
      }),
    ),
    caps_by_stay: optional(
      Type.Array(
        Type.Object(
          { up_to: optional(Length), cap: Price },
          { ...closed, ...say("按总停车时长决定每周期封顶 · by the length of the whole stay", { up_to: "24 h", cap: 60 }) },
        ),
        {
          minItems: 1,
          maxItems: 50,
          ...say("按总停车时长决定每周期封顶 · the cap of every window, by the length of the whole stay", [
            { up_to: "24 h", cap: 60 },
            { cap: 110 },
          ]),
        },
      ),
    ),
  },
  {
    ...closed,
    ...say("长时间停车分成周期，每周期封顶 · a long stay is cut into windows with a cap", {
      kind: "rolling",
      length: "24 h",
      rate: "restarts",
      cap: 50,
    }),
  },
);

const PeriodSchema = Type.Object(
  {
    id: Id,
    name: Words,
    from: Clock,
    until: Clock,
    days: Type.Array(Type.Enum([...dayWords]), {
      minItems: 1,
      ...say("哪些日子；时段属于它开始的那一天 · which days; a period belongs to the day on which it begins", ["every-day"]),
    }),
    except: optional(
      Type.Array(Type.Enum([...dayWords]), {
        minItems: 1,
        ...say("这些日子除外：周一至周六（节假日除外） · but not on these days", ["holiday"]),
      }),
    ),
    free: optional(
      Type.String({
        pattern: lengthPattern,
        ...say("本时段每次停车的前多久免费（扣除） · the first seconds of a stay in this period are not charged", "30 min"),
      }),
    ),
    rate: RateSchema,
    cap: optional(Price),
  },
  { ...closed, ...say("一个时段 · a period", { id: "day", from: "07:00", until: "19:00" }) },
);

const PeriodsSchema = Type.Object(
  {
    units_across: Type.Enum(
      ["cut", "carried"],
      say("跨时段的计时单位：到界截止 cut，或延续到下一时段 carried · a unit across the boundary", "cut"),
    ),
    steps_across: Type.Enum(
      ["restart", "continue"],
      say("跨时段后从第一段重新计 restart，或接着计 continue · steps across the boundary", "restart"),
    ),
    boundary: Type.Enum(["next", "previous"], say("界点那一秒属于后一时段 next 或前一时段 previous · the boundary's own second", "next")),
    together: Type.Enum(["sum", "highest"], say("各时段相加 sum，或只收最高的一项 highest · added up, or only the highest", "sum")),
    table: Type.Array(PeriodSchema, { minItems: 1, maxItems: 50 }),
  },
  { ...closed, ...say("分时段计价 · periods of the day") },
);

export const PricingSchema = Type.Object(
  {
    free: optional(FreeSchema),
    windows: optional(WindowsSchema),
    rate: optional(RateSchema),
    periods: optional(PeriodsSchema),
    stay_cap: optional(Price),
  },
  { ...closed, ...say("计价：rate 或 periods 二选一 · exactly one of rate and periods") },
);

const Colours = Type.Array(Type.Enum([...plateColours]), { minItems: 1, ...say("号牌颜色 · plate colours", ["green", "yellow-green"]) });
const ClassWords = Type.Array(Id, { minItems: 1, ...say("车型名称 · words for the vehicle", ["large"]) });

const ClassSchema = Type.Object(
  {
    id: Id,
    name: Words,
    when: Type.Object(
      {
        class: optional(ClassWords),
        colours: optional(Colours),
        kinds: optional(
          Type.Array(Type.Enum([...new Set(plateKinds.map((kind) => kind.kind))]), {
            minItems: 1,
            ...say("号牌种类 · kinds of plate", ["police", "emergency"]),
          }),
        ),
      },
      { ...closed, minProperties: 1, ...say("同时满足 · all must hold", { colours: ["yellow"] }) },
    ),
    free: optional(Type.Literal(true, say("免费 · pays nothing", true))),
    factor: optional(Type.Number({ exclusiveMinimum: 0, maximum: 100, ...say("价格和封顶的倍数 · multiplies prices and caps", 2) })),
    by_bays: optional(Type.Literal(true, say("乘以占用车位数 · times the number of bays", true))),
    pricing: optional(PricingSchema),
  },
  { ...closed, ...say("一类车；free、factor、by_bays、pricing 四选一 · one class of vehicles, with exactly one of them") },
);

const ConcessionSchema = Type.Object(
  {
    id: Id,
    name: Words,
    when: Type.Object(
      {
        class: optional(ClassWords),
        colours: optional(Colours),
        operating: optional(Type.Literal(false, say("不含出租车、网约车 · not for taxis and ride-hailing cars", false))),
        charged_at_least_kWh: optional(Type.Number({ minimum: 0, ...say("充电量不少于 · energy charged", 5) })),
        first_entry_in: optional(Length),
      },
      { ...closed, ...say("条件 · conditions, all must hold", { colours: ["green"], operating: false, first_entry_in: "24 h" }) },
    ),
    free: optional(FreeSchema),
    percent_off: optional(Type.Integer({ minimum: 1, maximum: 100, ...say("减免百分之几 · percent off", 50) })),
    charging_time: optional(
      Type.Object(
        { most: optional(Length) },
        { ...closed, ...say("充电的时间不计停车费 · time while charging is not charged", { most: "2 h" }) },
      ),
    ),
  },
  { ...closed, ...say("优惠；多项同时满足时取最省的一项，不叠加 · the cheapest that applies is taken, never added up") },
);

const VersionSchema = Type.Object(
  {
    version: Type.String({ pattern: "^[0-9A-Za-z][0-9A-Za-z.-]*$", maxLength: 32, ...say("版本号 · its label", "2025-04-01") }),
    from: Day,
    until: optional(Day),
    calendar: optional(
      Type.Object(
        { from: Day, until: Day, holidays: Type.Array(Days), make_up_days: Type.Array(Days) },
        {
          ...closed,
          ...say("法定节假日与调休上班日 · public holidays and worked weekends", {
            from: "2025-01-01",
            until: "2025-12-31",
            holidays: ["2025-10-01 to 2025-10-08"],
            make_up_days: ["2025-09-28"],
          }),
        },
      ),
    ),
    pricing: PricingSchema,
    classes: optional(Type.Array(ClassSchema, { maxItems: 50 })),
    concessions: optional(Type.Array(ConcessionSchema, { maxItems: 20 })),
    coupons: optional(
      Type.Object(
        {
          accepted: Type.Array(Type.Enum([...couponKinds]), { minItems: 1, ...say("接受的优惠券 · kinds", ["minutes", "cash"]) }),
          stacking: Type.Enum(["one", "one-of-each-kind", "all"], say("一张、每种一张、全部 · how many together", "one")),
          after_partial_payment: Type.Boolean(say("部分支付以后能否再用 · after a part was paid", false)),
          with_concession: Type.Boolean(say("能否与优惠同享 · together with a concession", false)),
        },
        {
          ...closed,
          ...say("优惠券 · coupons", { accepted: ["cash"], stacking: "one", after_partial_payment: false, with_concession: false }),
        },
      ),
    ),
    passes: optional(
      Type.Object(
        {
          when_space_falls_free: Type.Enum(
            ["covered", "temporary"],
            say("多车少位：有空位后转为月租，或本次一直按临时车 · the (n + 1)th car", "temporary"),
          ),
          tolerance: Length,
          rest_has_free_time: Type.Boolean(say("月卡外的部分是否享受免费时间 · free time for the uncovered rest", false)),
        },
        { ...closed, ...say("月卡 · passes", { when_space_falls_free: "covered", tolerance: "15 min", rest_has_free_time: false }) },
      ),
    ),
    inner_lots: optional(Type.Enum(["excluded", "counted"], say("内场停车时间不计或计入 · time in inner lots", "excluded"))),
    lost_entry: optional(
      Type.Object(
        { fixed: optional(Price), assume: optional(Length), ask: optional(Type.Literal(true, say("由人决定 · a person decides", true))) },
        { ...closed, ...say("无入场记录：fixed、assume、ask 三选一 · no entry record", { fixed: 10 }) },
      ),
    ),
    entries_cap: optional(
      Type.Object(
        {
          kind: Type.Enum(
            ["rolling", "calendar-day"],
            say("从首次入场起滚动，或按自然日 · from the first entry, or by the day", "rolling"),
          ),
          length: optional(Length),
          cap: Price,
        },
        { ...closed, ...say("多次进出合计封顶 · several entries together cost at most", { kind: "rolling", length: "24 h", cap: 30 }) },
      ),
    ),
    round: optional(
      Type.Object(
        {
          to: Type.Enum([0.1, 1], say("元 · yuan", 1)),
          way: Type.Enum(["down", "up", "half-up"], say("去尾、进一、四舍五入 · which way", "down")),
        },
        { ...closed, ...say("总额取整一次 · the total is rounded once", { to: 1, way: "down" }) },
      ),
    ),
    payment: optional(
      Type.Object(
        {
          grace: Length,
          after_grace: Type.Enum(
            ["whole-stay", "new-stay"],
            say("超时后按整次计并减去已付，或从缴费起重新计 · after the grace", "whole-stay"),
          ),
        },
        { ...closed, ...say("缴费后离场时间 · leaving after payment", { grace: "15 min", after_grace: "whole-stay" }) },
      ),
    ),
    idle_caps: optional(
      Type.Literal(true, say("声明：公示里有按费率到不了的封顶 · declared: the sign names caps that its rates never reach", true)),
    ),
    longer_may_cost_less: optional(Type.Literal(true, say("声明：停得更久可能更便宜 · declared", true))),
  },
  { ...closed, ...say("一个版本；车辆按入场时的版本计费 · a visit keeps the version that it entered under") },
);

export const TariffSchema = Type.Object(
  {
    tariff: Id,
    name: Words,
    source: optional(
      Type.String({ minLength: 1, maxLength: 300, pattern: oneLine, ...say("出处 · where it was published", "泉州晚报 2018-10-30") }),
    ),
    demonstration: optional(Type.Literal(true, say("演示用，不是真实收费 · not a real tariff", true))),
    versions: Type.Array(VersionSchema, { minItems: 1, maxItems: 100 }),
  },
  { ...closed, ...say("一个停车场的收费文件 · the tariff file of one lot") },
);

export type TariffFile = Static<typeof TariffSchema>;
export type VersionFile = TariffFile["versions"][number];
export type PricingFile = Static<typeof PricingSchema>;
export type RateFile = Static<typeof RateSchema>;
export type FreeFile = Static<typeof FreeSchema>;
