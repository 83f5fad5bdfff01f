// `tariff new` as an interview: from the sign at the entrance to a tariff file, question by question; a sign that a file cannot say is refused with the reason.
import { stringify } from "yaml";
import type { Words } from "#gateway/core/parking/tariff/types.ts";
import { type Complaint, checkTariffFile } from "#gateway/tariff/file.ts";
import type { TariffFile } from "#gateway/tariff/schema.ts";
import { askPricing } from "./prices.ts";
import { type Ask, Questions } from "./question.ts";
import { askCalendar, askConcessions, askRules, askVehicles } from "./rest.ts";
import { unsayable } from "./unsayable.ts";

export type Interviewed =
  | { readonly kind: "file"; readonly text: string }
  | { readonly kind: "refused"; readonly code: string; readonly zh: string; readonly en: string }
  /** The answers do not make a tariff: what the check says. */
  | { readonly kind: "faulty"; readonly text: string; readonly complaints: readonly Complaint[] };

export async function interview(port: Ask): Promise<Interviewed> {
  const ask = new Questions(port);
  const sign = await ask.maybeText(
    "sign",
    ["牌子上写的原文（一行；留作备查，可空）", "what the sign says, in one line (kept in the file, may be empty)"],
    "首小时免费，以后每小时2元，24小时最高10元",
  );
  const other = await ask.choice("beyond", ["先看难处：牌子上有没有下面这些话", "first what is hard: does the sign say any of these"], {
    none: { zh: "没有", en: "no" },
    ...unsayable,
  } satisfies Record<string, Words>);
  if (other !== "none") return { kind: "refused", code: `cannot-say-${other}`, ...unsayable[other] };
  const file = await askFile(ask);
  return sound(ask, file, sign);
}

async function askFile(ask: Questions): Promise<TariffFile> {
  const id = await ask.id("id", ["停车场的代号", "an id for the lot"], "my-lot");
  const zh = await ask.text("name", ["停车场名称", "the name of the lot, in Chinese"], "某某小区");
  const en = await ask.text("name_en", ["英文名", "its name in English"], "a compound");
  const source = await ask.maybeText(
    "source",
    ["出处：文件或报道（没有就空着）", "where it was published (empty: nowhere)"],
    "泉州晚报 2018-10-30",
  );
  const from = await ask.date("from", ["从哪天起执行", "in force from"], "2026-01-01");
  const until = await ask.maybeText("until", ["执行到哪天（没有就空着）", "until (empty: no end)"], "2026-12-31");
  const pricing = await askPricing(ask);
  const classes = await askVehicles(ask);
  const concessions = await askConcessions(ask, pricing.windows !== undefined);
  const rules = await askRules(ask);
  const version = {
    version: from,
    from,
    ...(until === undefined ? {} : { until }),
    ...(await askCalendar(ask, { pricing, classes })),
    pricing,
    ...(classes.length === 0 ? {} : { classes }),
    ...(concessions.length === 0 ? {} : { concessions }),
    ...rules,
  };
  return { tariff: id, name: { zh, en }, ...(source === undefined ? {} : { source }), versions: [version] };
}

/** What only the author can know is asked: whether a longer stay may really cost less, and whether a cap that is never reached stands on the sign. */
const declarations = [
  {
    code: "longer-costs-less",
    key: "longer_may_cost_less",
    said: [
      "按这些答案，停得更久可能更便宜。牌子上确实如此吗",
      "by these answers a longer stay may cost less: does the sign really say so?",
    ],
  },
  {
    code: "cap-unreachable",
    key: "idle_caps",
    said: ["按这些答案，有的封顶永远到不了。牌子上确实如此吗", "by these answers some cap is never reached: does the sign really say so?"],
  },
] as const;

async function sound(ask: Questions, file: TariffFile, sign: string | undefined): Promise<Interviewed> {
  let [version] = file.versions;
  let text = fileText(file, sign);
  let { complaints } = checkTariffFile(text, `${file.tariff}.yaml`);
  for (const { code, key, said } of declarations) {
    if (version === undefined || !complaints.some((one) => one.code === code)) continue;
    if (!(await ask.yes(key, said))) continue;
    version = { ...version, [key]: true };
    text = fileText({ ...file, versions: [version] }, sign);
    ({ complaints } = checkTariffFile(text, `${file.tariff}.yaml`));
  }
  return complaints.length === 0 ? { kind: "file", text } : { kind: "faulty", text, complaints };
}

function fileText(file: TariffFile, sign: string | undefined): string {
  // Written so that a reader of YAML 1.1 sees the same: 07:00 and 2026-01-01 in quotes.
  const body = stringify(file, { version: "1.1", lineWidth: 140 });
  return `# yaml-language-server: $schema=./tariff.schema.json\n${sign === undefined ? "" : `# ${sign}\n`}${body}`;
}
