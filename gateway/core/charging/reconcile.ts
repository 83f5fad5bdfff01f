// What came in by a meter held against what the sockets below it delivered. A day in which anything was not seen is not judged; unknown is never "in order".
import type { Words } from "./price/types.ts";

export interface EnergyDay {
  readonly metered_mWh: number;
  readonly delivered_mWh: number;
  /** Readings that could not be followed: a counter that was changed, a socket that was not read, a meter that did not answer. */
  readonly unseen: number;
}

export interface Judged {
  readonly verdict: "within" | "lost" | "surplus" | "unjudged";
  /** null: not to be said. */
  readonly loss_permille: number | null;
  readonly words: Words;
}

/** Less than this and the steps of a meter's hundredths decide. */
const least_mWh = 1_000_000;
const kWh = (mWh: number): string => (mWh / 1_000_000).toFixed(2);
const percent = (permille: number): string => (permille / 10).toFixed(1);

export function judgeDay({ metered_mWh, delivered_mWh, unseen }: EnergyDay, bound_permille: number): Judged {
  const both: Words = {
    zh: `总表 ${kWh(metered_mWh)} 度，插座合计 ${kWh(delivered_mWh)} 度`,
    en: `${kWh(metered_mWh)} kWh came in, the sockets delivered ${kWh(delivered_mWh)} kWh`,
  };
  const unjudged = (why: Words): Judged => ({
    verdict: "unjudged",
    loss_permille: null,
    words: { zh: `${both.zh}；${why.zh}，不作比较`, en: `${both.en}; ${why.en}: not compared` },
  });
  if (unseen > 0) return unjudged({ zh: `有 ${unseen} 处读数不全`, en: `${unseen} readings are missing` });
  if (Math.max(metered_mWh, delivered_mWh) < least_mWh) return unjudged({ zh: "不足 1 度", en: "less than 1 kWh" });
  // Held against the larger of the two: with nothing metered a surplus is whole, and not infinite.
  const loss_permille = Math.round(((metered_mWh - delivered_mWh) * 1000) / Math.max(metered_mWh, delivered_mWh));
  const verdict = loss_permille > bound_permille ? "lost" : loss_permille < -bound_permille ? "surplus" : "within";
  const amount = percent(Math.abs(loss_permille));
  const bound = percent(bound_permille);
  const how: Record<"within" | "lost" | "surplus", Words> = {
    within: { zh: `损耗 ${percent(loss_permille)}%，允许 ${bound}%`, en: `loss ${percent(loss_permille)} %, ${bound} % declared` },
    lost: { zh: `损耗 ${amount}%，超过允许的 ${bound}%`, en: `loss ${amount} %, more than the ${bound} % declared` },
    surplus: {
      zh: `插座多出 ${amount}%，超过允许的 ${bound}%`,
      en: `the sockets delivered ${amount} % more, beyond the ${bound} % declared`,
    },
  };
  return { verdict, loss_permille, words: { zh: `${both.zh}；${how[verdict].zh}`, en: `${both.en}; ${how[verdict].en}` } };
}
