// Real signs, walked through `tariff new` with the reference page alone: the file that comes out is checked, explained back, and priced for stays that were worked out by hand from the sign.
// Signs that a file cannot say are refused with the reason.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainTariff } from "#gateway/core/parking/tariff/explain.ts";
import { quote, type Tariff } from "#gateway/core/parking/tariff.ts";
import { answersOf, KeyedAnswers } from "#gateway/quote/new/answers.ts";
import { type Interviewed, interview } from "#gateway/quote/new/interview.ts";
import { unsayable } from "#gateway/quote/new/unsayable.ts";
import { checkTariffFile } from "#gateway/tariff/file.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { type Answers, type Sign, signs } from "./real-signs.ts";

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
