// What may stand in a charging price file: the one declaration behind the check, the complaints, the editor's completion and the reference page.
import Type, { type Static } from "typebox";

const closed = { additionalProperties: false } as const;
const say = (description: string, ...examples: unknown[]) => ({ description, examples });
const oneLine = "^[^\\u0000-\\u001f\\u007f]+$";
const optional = Type.Optional;

const Words = Type.Object(
  {
    zh: Type.String({ minLength: 1, maxLength: 60, pattern: oneLine, ...say("中文 · Chinese", "峰") }),
    en: Type.String({ minLength: 1, maxLength: 100, pattern: oneLine, ...say("英文 · English", "peak") }),
  },
  { ...closed, ...say("名称，中英文 · a name in Chinese and English", { zh: "峰", en: "peak" }) },
);
const Id = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]*$",
  maxLength: 40,
  ...say("小写字母、数字和连字符 · lower-case letters, digits, hyphens", "peak"),
});
const Length = Type.String({
  pattern: "^\\d{1,6} (d|h|min|s)( \\d{1,6} (h|min|s)){0,3}$",
  ...say("时长 · a length of time", "1 h", "30 min"),
});
const Money = Type.Number({ minimum: 0, maximum: 10_000, ...say("元，最多两位小数 · yuan, at most two decimals", 1, 0.5) });
const Rate = Type.Number({ minimum: 0, maximum: 100, ...say("元，最多四位小数 · yuan, at most four decimals", 0.533) });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", ...say("日期 · a date", "2026-01-01") });
const Energy = Type.String({ pattern: "^\\d{1,6}(\\.\\d{1,6})? kWh$", ...say("电量 · an energy", "1 kWh", "0.5 kWh") });
const Power = Type.String({ pattern: "^\\d{1,5} W$", ...say("功率 · a power", "200 W") });
const Hours = Type.String({
  pattern: "^([01]\\d|2[0-3]):[0-5]\\d to ([01]\\d|2[0-4]):[0-5]\\d$",
  ...say("一天中的时段，可跨零点 · hours of the day, also over midnight", "08:00 to 11:00", "22:00 to 06:00"),
});
const Group = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$", ...say("客户类别 · a group of customers", "staff", "resident") });
const Groups = Type.Array(Group, { minItems: 1, maxItems: 20, ...say("给哪些客户 · for which customers", ["staff"]) });

const Band = Type.Object(
  { id: Id, name: Words, at: Type.Array(Hours, { minItems: 1, maxItems: 12, ...say("时段 · hours", ["08:00 to 11:00"]) }) },
  {
    ...closed,
    ...say("一个时段（峰、平、谷）· one band of the day", { id: "peak", name: { zh: "峰", en: "peak" }, at: ["08:00 to 11:00"] }),
  },
);

const Tier = Type.Object(
  { id: Id, up_to: optional(Power) },
  { ...closed, ...say("一个功率档，含 up_to；最后一档不写 · one tier; the last has no up_to", { id: "low", up_to: "200 W" }) },
);

const perkWh = Type.Number({ minimum: 0, maximum: 100, ...say("每度电的价格，元，最多四位小数 · yuan a kWh", 0.533) });
const perkWhAt = Type.Array(
  Type.Object(
    { hours: Id, price: Rate },
    { ...closed, ...say("一个时段的每度电价格 · of one band, yuan a kWh", { hours: "peak", price: 0.568 }) },
  ),
  { minItems: 1, maxItems: 12, ...say("分时段的每度电价格 · yuan a kWh, one price a band", [{ hours: "peak", price: 0.568 }]) },
);

const TimePrice = Type.Object(
  { tier: optional(Id), per: Length, price: Rate },
  {
    ...closed,
    ...say("每 per 收 price；分档时写 tier · so much for each per; with its tier where there are tiers", { per: "1 h", price: 0.25 }),
  },
);

const Electricity = Type.Object(
  {
    per_kWh: optional(perkWh),
    per_kWh_at: optional(perkWhAt),
    included: optional(Type.Literal(true, say("含在服务费内，电量照常列明 · paid with the service fee; the kWh are shown", true))),
  },
  { ...closed, ...say("电费：per_kWh、per_kWh_at、included 三选一 · exactly one of them", { per_kWh: 0.533 }) },
);

const Service = Type.Object(
  {
    per_kWh: optional(perkWh),
    per_kWh_at: optional(perkWhAt),
    by_time: optional(
      Type.Object(
        {
          part_unit: Type.Enum(["exact", "up"], say("不足一个单位：按实际，或按一个 · a part of a unit: as it is, or whole", "exact")),
          prices: Type.Array(TimePrice, {
            minItems: 1,
            maxItems: 20,
            ...say("每档一价 · one price a tier", [{ per: "1 h", price: 0.25 }]),
          }),
        },
        { ...closed, ...say("按时间 · by time", { part_unit: "exact", prices: [{ per: "1 h", price: 0.25 }] }) },
      ),
    ),
    per_session: optional(Money),
    free: optional(Type.Literal(true, say("不收服务费 · none", true))),
  },
  { ...closed, ...say("服务费：per_kWh、per_kWh_at、by_time、per_session、free 五选一 · exactly one of them", { per_kWh: 0.35 }) },
);

const VersionSchema = Type.Object(
  {
    version: Type.String({ minLength: 1, maxLength: 40, pattern: oneLine, ...say("版本号 · a label", "2026") }),
    from: Day,
    until: optional(Day),
    hours: optional(
      Type.Array(Band, {
        minItems: 2,
        maxItems: 12,
        ...say("一天分成的时段，合起来正好二十四小时 · the bands of a day, together exactly 24 h", []),
      }),
    ),
    tiers: optional(
      Type.Object(
        {
          by: Type.Enum(
            ["moment", "highest"],
            say("随功率变化分段计，或整次按达到过的最高档 · each part at its own tier, or all at the highest", "moment"),
          ),
          hold: optional(Length),
          table: Type.Array(Tier, {
            minItems: 2,
            maxItems: 20,
            ...say("功率档，从低到高 · tiers, the lowest first", [{ id: "low", up_to: "200 W" }, { id: "high" }]),
          }),
        },
        { ...closed, ...say("功率档 · tiers of power", { by: "moment", table: [{ id: "low", up_to: "200 W" }, { id: "high" }] }) },
      ),
    ),
    electricity: Electricity,
    service: Service,
    rounding: Type.Enum(["half-up", "down", "up"], say("不足一分：四舍五入、舍去、进一 · parts of a fen", "half-up")),
    minimum: optional(Money),
    cap: optional(Money),
    free: optional(
      Type.Object(
        {
          time: optional(Length),
          energy: optional(Energy),
          when_exceeded: Type.Enum(
            ["counted", "deducted"],
            say("超过后计入，或扣除 · beyond it: all is priced, or only the rest", "counted"),
          ),
        },
        {
          ...closed,
          ...say("每次免费：time、energy 二选一 · free in each charge: exactly one of them", { time: "5 min", when_exceeded: "counted" }),
        },
      ),
    ),
    monthly_free: optional(
      Type.Object(
        { energy: Energy, groups: Groups },
        { ...closed, ...say("每月免费电量 · free energy in each month", { energy: "10 kWh", groups: ["resident"] }) },
      ),
    ),
    discounts: optional(
      Type.Array(
        Type.Object(
          {
            id: Id,
            name: Words,
            groups: Groups,
            of: Type.Enum(["service", "everything"], say("只减服务费，或一并减 · of the service fee alone, or of everything", "service")),
            percent_off: Type.Integer({ minimum: 1, maximum: 100, ...say("减百分之几 · per cent off", 20) }),
          },
          { ...closed, ...say("优惠；多项适用时取最优的一项 · of several that apply, the best one", { id: "staff" }) },
        ),
        { minItems: 1, maxItems: 20, ...say("优惠 · discounts", []) },
      ),
    ),
    occupied: optional(
      Type.Object(
        {
          grace: Length,
          per: Length,
          price: Money,
          part_unit: Type.Enum(["up", "down"], say("不足一个单位：按一个，或不收 · a part of a unit: whole, or nothing", "up")),
          cap: Money,
        },
        {
          ...closed,
          ...say("充电结束后占用插座 · a socket kept after the charge", { grace: "1 h", per: "1 h", price: 0.5, part_unit: "up", cap: 3 }),
        },
      ),
    ),
  },
  { ...closed, ...say("一个版本；充电按开始时的版本计费 · a charge keeps the version that it began under") },
);

export const ChargePriceSchema = Type.Object(
  {
    charging: Id,
    name: Words,
    source: optional(
      Type.String({ minLength: 1, maxLength: 300, pattern: oneLine, ...say("出处 · where it was published", "发改办价格〔2024〕537号") }),
    ),
    demonstration: optional(Type.Literal(true, say("演示用，不是真实收费 · not a real price", true))),
    versions: Type.Array(VersionSchema, { minItems: 1, maxItems: 100 }),
  },
  { ...closed, ...say("一份充电收费文件 · a charging price file") },
);

export type ChargePriceFile = Static<typeof ChargePriceSchema>;
export type ChargeVersionFile = ChargePriceFile["versions"][number];
