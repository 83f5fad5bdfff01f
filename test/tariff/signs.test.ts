// Real signs, walked through `tariff new` with the reference page alone: the file that comes out is checked, explained back, and priced for stays that were worked out by hand from the sign.
// Signs that a file cannot say are refused with the reason. Each sign names its source where it has a public one; the arithmetic stands beside each stay.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainTariff } from "#gateway/core/parking/tariff/explain.ts";
import { quote, type Stay, type Tariff } from "#gateway/core/parking/tariff.ts";
import { answersOf, KeyedAnswers } from "#gateway/quote/new/answers.ts";
import { type Interviewed, interview } from "#gateway/quote/new/interview.ts";
import { unsayable } from "#gateway/quote/new/unsayable.ts";
import { checkTariffFile } from "#gateway/tariff/file.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";

type Answers = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;
type StayRow = readonly [enter: string, exit: string, yuan: number, why: string, more?: Partial<Stay>];

interface Sign {
  readonly sign: string;
  readonly source: string;
  readonly answers: Answers;
  /** What must hang at the entrance again. */
  readonly explained: readonly string[];
  readonly stays: readonly StayRow[];
}

const plainNight = { "period2.days": ["every-day"], units_across: "cut", steps_across: "restart", boundary: "next" };
const signs: readonly Sign[] = [
  {
    sign: "停车10分钟以内免费，首小时5元，以后每小时2元，不足1小时按1小时，24小时封顶30元（厦门东渡码头）",
    source: "",
    answers: {
      id: "pier",
      name: "东渡码头",
      name_en: "Dongdu pier",
      from: "2025-01-01",
      charged: "steps",
      "step1.until": "1 h",
      "step1.per": "1 h",
      "step1.price": 5,
      "step2.per": "1 h",
      "step2.price": 2,
      part_unit: "up",
      "free.time": "10 min",
      "free.boundary": "included",
      "free.when_exceeded": "counted",
      "free.again": "once",
      "cap.kind": "rolling",
      "cap.length": "24 h",
      "cap.amounts": [30],
      "cap.rate": "restarts",
    },
    explained: ["停车不超过10分钟（含）免费", "首小时5元", "入场起每24小时最高收30元"],
    stays: [
      ["2025-11-03 09:00", "2025-11-03 09:10", 0, "10分钟"],
      ["2025-11-03 09:00", "2025-11-03 09:10:01", 5, "多1秒，首小时"],
      ["2025-11-03 09:00", "2025-11-03 11:30", 5 + 2 * 2, "以后1.5小时按2小时"],
      ["2025-11-03 09:00", "2025-11-04 09:00", 30, "5+23*2=51，封顶"],
      ["2025-11-03 09:00", "2025-11-04 10:00", 30 + 5, "第二个24小时的首小时"],
    ],
  },
  {
    sign: "15分钟以内免费，2小时以内2元，以后每小时1元（泉州工人文化宫）",
    source: "",
    answers: {
      id: "culture-palace",
      name: "工人文化宫",
      name_en: "Workers' cultural palace",
      from: "2025-01-01",
      charged: "table",
      "row1.up_to": "2 h",
      "row1.price": 2,
      "beyond.per": "1 h",
      "beyond.price": 1,
      "beyond.part_unit": "up",
      "free.time": "15 min",
      "free.boundary": "included",
      "free.when_exceeded": "counted",
    },
    explained: ["停车不超过2小时的，共2元", "超过2小时的，每小时加收1元，不足1小时按1小时计"],
    stays: [
      ["2025-11-03 09:00", "2025-11-03 09:15", 0, "15分钟"],
      ["2025-11-03 09:00", "2025-11-03 09:20", 2, "2小时以内"],
      ["2025-11-03 09:00", "2025-11-03 11:00", 2, "恰好2小时"],
      ["2025-11-03 09:00", "2025-11-03 11:00:01", 2 + 1, "多1秒"],
      ["2025-11-03 09:00", "2025-11-03 14:30", 2 + 4, "以后3.5小时按4小时"],
    ],
  },
  {
    sign: "一类地区 白天（7:00含–19:00不含）首小时2.5元/15分钟，首小时后3.75元/15分钟；夜间（19:00含–7:00不含）1元/2小时；满一个计时单位后收取，不足不收",
    source: "新华社 2018-04-29",
    answers: {
      id: "street",
      name: "路侧停车",
      name_en: "on the street",
      source: "新华社 2018-04-29",
      from: "2018-05-01",
      charged: "periods",
      "period1.name": "白天",
      "period1.name_en": "day",
      "period1.from": "07:00",
      "period1.until": "19:00",
      "period1.days": ["every-day"],
      "period1.charged": "steps",
      "period1.step1.until": "1 h",
      "period1.step1.per": "15 min",
      "period1.step1.price": 2.5,
      "period1.step2.per": "15 min",
      "period1.step2.price": 3.75,
      "period1.part_unit": "down",
      period2: true,
      "period2.name": "夜间",
      "period2.name_en": "night",
      "period2.from": "19:00",
      "period2.until": "07:00",
      "period2.charged": "steps",
      "period2.step1.per": "2 h",
      "period2.step1.price": 1,
      "period2.part_unit": "down",
      ...plainNight,
    },
    explained: ["白天 7:00（含）至19:00（不含）", "首小时内每15分钟2.5元", "不足15分钟的不收费", "每2小时1元"],
    stays: [
      ["2025-11-03 10:00", "2025-11-03 10:14:59", 0, "不足15分钟"],
      ["2025-11-03 10:00", "2025-11-03 10:15", 2.5, "满15分钟"],
      ["2025-11-03 10:00", "2025-11-03 11:29", 4 * 2.5 + 3.75, "首小时外1个单位，余14分钟不收"],
      ["2025-11-03 18:30", "2025-11-03 21:30", 2 * 2.5 + 1, "夜间满2小时"],
      ["2025-11-03 19:00", "2025-11-04 08:00", 6 * 1 + 4 * 2.5, "一夜，次日白天首小时"],
    ],
  },
  {
    sign: "30分钟以内免费；以上部分 1–4小时3元/小时、4–12小时4元/小时、12–24小时5元/小时、24小时以上6元/小时，不足1小时按1小时；24小时封顶50元，24–48小时70元，48小时以上每24小时100元；中大型车按占用车位；非营运新能源车24小时内首次停放免费2小时",
    source: "泉州晚报 2018-10-30；海峡网 2025-04-08",
    answers: {
      id: "station",
      name: "动车站",
      name_en: "the station",
      source: "泉州晚报 2018-10-30；海峡网 2025-04-08",
      from: "2025-04-08",
      charged: "steps",
      "step1.until": "4 h",
      "step1.per": "1 h",
      "step1.price": 3,
      "step2.until": "12 h",
      "step2.per": "1 h",
      "step2.price": 4,
      "step3.until": "24 h",
      "step3.per": "1 h",
      "step3.price": 5,
      "step4.per": "1 h",
      "step4.price": 6,
      part_unit: "up",
      "free.time": "30 min",
      "free.boundary": "included",
      "free.when_exceeded": "deducted",
      "free.again": "once",
      "cap.kind": "rolling",
      "cap.length": "24 h",
      "cap.amounts": [50, 70, 100],
      "cap.rate": "continues",
      "vehicle1.by": "class",
      "vehicle1.class": ["medium", "large"],
      "vehicle1.name": "中大型车",
      "vehicle1.name_en": "medium and large vehicles",
      "vehicle1.pays": "bays",
      "discount1.gives": "free-time",
      "discount1.name": "新能源汽车",
      "discount1.name_en": "new-energy cars",
      "discount1.colours": ["green", "yellow-green"],
      "discount1.not_operating": true,
      "discount1.first_in": "24 h",
      "discount1.time": "2 h",
      "discount1.boundary": "included",
      "discount1.when_exceeded": "deducted",
      "discount1.again": "once",
      // 每24小时6元/小时最多144元，都到得了封顶
    },
    explained: ["前30分钟（含）免费", "第1个24小时最高收50元", "新能源汽车"],
    stays: [
      ["2025-11-03 09:00", "2025-11-03 09:30", 0, "30分钟"],
      ["2025-11-03 09:00", "2025-11-03 13:30", 4 * 3, "免费之后4小时"],
      ["2025-11-03 09:00", "2025-11-03 15:31", 4 * 3 + 3 * 4, "4至12小时"],
      ["2025-11-03 09:00", "2025-11-05 09:00", 50 + 70, "两个24小时都封顶"],
      ["2025-11-03 09:00", "2025-11-03 11:30", 2 * 2 * 3, "占2个车位", { class: "large", bays: 2 }],
      ["2025-11-03 09:00", "2025-11-03 13:00", 2 * 3, "绿牌免费2小时后2小时", { colour: "green" }],
      ["2025-11-03 09:00", "2025-11-03 11:00", 2 * 3, "营运车不享受：扣30分钟后1.5小时按2小时", { colour: "green", operating: true }],
    ],
  },
  {
    sign: "Mondays to Saturdays $1.20 per half hour or part (7 a.m.–5 p.m.), 60 cents (5 p.m.–7 a.m.); Sundays and Public Holidays 60 cents; $5 per night (10.30 p.m.–7 a.m.)",
    source: "sso.agc.gov.sg/SL-Supp/S615-2016",
    answers: {
      id: "sundays",
      name: "平日与周日",
      name_en: "weekdays and Sundays",
      source: "sso.agc.gov.sg/SL-Supp/S615-2016",
      from: "2016-12-01",
      until: "2016-12-30",
      charged: "periods",
      "period1.name": "平日白天",
      "period1.name_en": "weekdays",
      "period1.from": "07:00",
      "period1.until": "17:00",
      "period1.days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
      "period1.except": ["holiday"],
      "period1.charged": "steps",
      "period1.step1.per": "30 min",
      "period1.step1.price": 1.2,
      "period1.part_unit": "up",
      period2: true,
      "period2.name": "平日傍晚",
      "period2.name_en": "weekday evenings",
      "period2.from": "17:00",
      "period2.until": "22:30",
      "period2.days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
      "period2.except": ["holiday"],
      "period2.charged": "steps",
      "period2.step1.per": "30 min",
      "period2.step1.price": 0.6,
      "period2.part_unit": "up",
      period3: true,
      "period3.name": "周日和公共假期",
      "period3.name_en": "Sundays and public holidays",
      "period3.from": "07:00",
      "period3.until": "22:30",
      "period3.days": ["sunday", "holiday"],
      "period3.charged": "steps",
      "period3.step1.per": "30 min",
      "period3.step1.price": 0.6,
      "period3.part_unit": "up",
      period4: true,
      "period4.name": "夜间",
      "period4.name_en": "night",
      "period4.from": "22:30",
      "period4.until": "07:00",
      "period4.days": ["every-day"],
      "period4.charged": "steps",
      "period4.step1.per": "30 min",
      "period4.step1.price": 0.6,
      "period4.part_unit": "up",
      "period4.cap": 5,
      units_across: "carried",
      steps_across: "restart",
      boundary: "next",
      "calendar.from": "2016-11-30",
      "calendar.until": "2017-01-31",
      "calendar.holidays": ["2016-12-25 to 2016-12-26", "2017-01-01 to 2017-01-02", "2017-01-28 to 2017-01-30"],
    },
    explained: ["法定节假日除外", "每30分钟1.2元", "本时段最高收5元"],
    stays: [
      ["2016-12-05 09:00", "2016-12-05 10:10", 3 * 1.2, "a Monday"],
      ["2016-12-10 16:00", "2016-12-10 18:00", 2 * 1.2 + 2 * 0.6, "a Saturday over 5 p.m."],
      ["2016-12-11 09:00", "2016-12-11 10:10", 3 * 0.6, "a Sunday"],
      ["2016-12-26 09:00", "2016-12-26 10:10", 3 * 0.6, "a holiday on a Monday"],
      ["2016-12-05 22:30", "2016-12-06 07:00", 5, "17 half hours of the night are 10.20: at most 5"],
    ],
  },
  {
    sign: "1小时以内免费；1小时以上至8小时5元；8小时以上至24小时10元；超过24小时重新计",
    source: "m.114262.cn/ss/2021/1222/20945.html（上海闵行）",
    answers: {
      id: "compound",
      name: "小区",
      name_en: "a compound",
      source: "m.114262.cn/ss/2021/1222/20945.html",
      from: "2021-01-01",
      charged: "table",
      "row1.up_to": "8 h",
      "row1.price": 5,
      "row2.up_to": "24 h",
      "row2.price": 10,
      "free.time": "1 h",
      "free.boundary": "included",
      "free.when_exceeded": "counted",
      "free.again": "once",
      "cap.kind": "rolling",
      "cap.length": "24 h",
      "cap.rate": "restarts",
      "passes.space": "covered",
      "passes.tolerance": "15 min",
      "lost_entry.kind": "ask",
      "payment.grace": "15 min",
      "payment.after_grace": "whole-stay",
    },
    explained: ["停车不超过8小时的，共5元", "超过24小时的重新计费", "缴费后请在15分钟内离场"],
    stays: [
      ["2025-11-03 09:00", "2025-11-03 10:00", 0, "1小时"],
      ["2025-11-03 09:00", "2025-11-03 10:00:01", 5, "1至8小时"],
      ["2025-11-03 09:00", "2025-11-03 18:00", 10, "8至24小时"],
      ["2025-11-03 09:00", "2025-11-04 12:00", 10 + 5, "重新计3小时"],
    ],
  },
];

const walked = async (answers: Answers): Promise<Interviewed> => {
  const keyed = new KeyedAnswers(new Map([...answersOf(answers), ["otherwise", "no"]]));
  const found = await interview(keyed.ask);
  keyed.complete();
  return found;
};

const at = (text: string): Wall => {
  const found = fromRfc3339(text.replace(" ", "T"));
  if (found === undefined) throw new Error(text);
  return found;
};

async function tariffOf({ sign, answers }: Sign): Promise<Tariff> {
  const found = await walked({ sign, ...answers });
  if (found.kind !== "file") throw new Error(JSON.stringify(found, null, 1));
  const { tariff, complaints } = checkTariffFile(found.text, "sign");
  expect(complaints).toEqual([]);
  if (tariff === undefined) throw new Error("no tariff");
  expect(found.text).toContain(sign);
  return tariff;
}

test("P 03.signs a newcomer walks six real signs through tariff new: checked, explained back, priced as by hand", async (context) => {
  let stays = 0;
  for (const sign of signs) {
    const tariff = await tariffOf(sign);
    const [version] = tariff.versions;
    if (version === undefined) throw new Error("no version");
    const words = explainTariff(tariff, version)
      .map(({ zh }) => zh)
      .join("\n");
    for (const said of sign.explained) expect(words, sign.sign).toContain(said);
    for (const [enter, exit, yuan, why, more = {}] of sign.stays) {
      const found = quote(tariff, { entered: at(enter), left: at(exit), colour: "blue", history: [], ...more });
      if ("kind" in found) throw new Error(found.zh);
      expect(found.total, `${sign.sign}: ${enter} – ${exit}: ${why}`).toBe(Math.round(yuan * 100));
      stays += 1;
    }
  }
  expect(signs.length).toBeGreaterThanOrEqual(6);
  counted(context, {
    signs: signs.length,
    "with a public source": signs.filter(({ source }) => source !== "").length,
    stays,
    "wrong fees": 0,
  });
});

/** Signs that a file cannot say. */
const unsaid: readonly (readonly [sign: string, source: string, reason: keyof typeof unsayable])[] = [
  [
    "All day: from before 7.30am £4, from between 7.30am and 9.30am £6, from after 9.30am £5",
    "stokeontrentcitycentre.co.uk, John Street",
    "entry-hour",
  ],
  ["Early Bird: a fixed price when the stay starts between 6:00 and 9:00, up to 12 hours", "support.parkable.com 13523953", "entry-hour"],
  [
    "Re-entry within 60 minutes of exiting: rates are calculated from the original time of entry",
    "wilsonparking.com.au, Westpoint",
    "joined-entries",
  ],
];

test.each(unsaid)("refused with its reason, never approximated: %s (%s)", async (sign, _source, reason) => {
  const found = await interview(
    new KeyedAnswers(
      new Map([
        ["sign", sign],
        ["beyond", reason],
      ]),
    ).ask,
  );
  expect(found).toEqual({ kind: "refused", code: `cannot-say-${reason}`, ...unsayable[reason] });
});

test("answers that make no sound tariff are told by the check; one that nobody asked for, or that has the wrong form, is not passed over", async () => {
  const [pier] = signs;
  if (pier === undefined) throw new Error("no sign");
  const fractions = await walked({ ...pier.answers, "step2.price": 0.035 });
  expect(fractions.kind === "faulty" && fractions.complaints.map(({ code }) => code)).toEqual(["not-whole-fen"]);
  await expect(walked({ ...pier.answers, "step2.until": "30 min", "step3.per": "1 h", "step3.price": 1 })).resolves.toMatchObject({
    kind: "faulty",
  });
  await expect(walked({ ...pier.answers, surcharge: 2 })).rejects.toThrow(/never asked: surcharge/);
  await expect(walked({ ...pier.answers, "free.time": "ten minutes" })).rejects.toThrow(/free\.time: ten minutes：应写成/);
  const { "free.boundary": _, ...silent } = pier.answers;
  await expect(walked(silent)).rejects.toThrow(/free\.boundary: 没有回答/);
  const idle = { ...pier.answers, "cap.amounts": [300] };
  expect((await walked(idle)).kind, "a cap that is never reached is not written unasked").toBe("faulty");
  expect((await walked({ ...idle, idle_caps: true })).kind).toBe("file");
});

test("the reference page tells of every question group and every reason", () => {
  const page = readFileSync(new URL("../../docs/reference/tariff.md", import.meta.url), "utf8");
  for (const reason of Object.keys(unsayable)) expect(page, reason).toContain(`\`${reason}\``);
});
