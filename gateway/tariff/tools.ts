// The four tools, the same for the command line, the console and the cloud: quote, check, diff, explain.
import { explainTariff } from "#gateway/core/parking/tariff/explain.ts";
import { whatChanges } from "#gateway/core/parking/tariff/survey.ts";
import type { Words } from "#gateway/core/parking/tariff/types.ts";
import { quote, type Stay, type Tariff, type Version, versionAt } from "#gateway/core/parking/tariff.ts";
import type { CheckTold, DiffTold, ExplainAsked, ExplainTold, QuoteAsked, QuoteTold } from "#protocols/api/tariffs.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { fromRfc3339, toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { checkTariffFile, parseTariff } from "./file.ts";
import { Misunderstood, stayOf } from "./stay-words.ts";

export function quoteTold(tariff: Tariff, stay: Stay): QuoteTold | Refusal {
  const bill = quote(tariff, stay);
  if ("kind" in bill) return bill;
  return {
    tariff: bill.tariff,
    entered: toRfc3339(stay.entered),
    left: toRfc3339(stay.left),
    lines: bill.lines.map(({ rule, zh, en, amount }) => ({ rule, zh, en, amount_fen: amount })),
    total_fen: bill.total,
    ...(bill.doubt === undefined ? {} : { doubt: { zh: bill.doubt.zh, en: bill.doubt.en } }),
  };
}

export function quoteTool({ tariff: text, entry_lost, bays, ...words }: QuoteAsked): QuoteTold | Refusal {
  const tariff = sound(text, "tariff");
  if ("kind" in tariff) return tariff;
  try {
    const values = {
      ...words,
      ...(bays === undefined ? {} : { bays: String(bays) }),
      ...(entry_lost === undefined ? {} : { "entry-lost": entry_lost }),
    };
    return quoteTold(tariff, stayOf(values));
  } catch (error) {
    if (error instanceof Misunderstood) return refusal("not-understood", error.message, error.message);
    throw error;
  }
}

export function checkTool(text: string, file = "tariff"): CheckTold {
  const { complaints } = checkTariffFile(text, file);
  return { ok: complaints.length === 0, complaints };
}

export function diffTool(before: string, after: string, now: Wall): DiffTold | Refusal {
  const [one, other] = [sound(before, "before"), sound(after, "after")];
  if ("kind" in one) return one;
  return "kind" in other ? other : diffOf(one, other, now);
}

export function diffOf(one: Tariff, other: Tariff, now: Wall): DiffTold {
  const [old, fresh] = [inForce(one, now), inForce(other, now)];
  const { looked, changed, changes } = whatChanges({ tariff: one, version: old }, { tariff: other, version: fresh });
  const [was, is] = [explainTariff(one, old), explainTariff(other, fresh)];
  const only = (these: readonly Words[], those: readonly Words[]) =>
    these.filter((words) => !those.some((known) => known.zh === words.zh)).map(({ zh, en }) => ({ zh, en }));
  return {
    looked,
    changed,
    changes: changes.map(({ visitor, entered, from, until, before, after }) => ({
      visitor: { zh: visitor.zh, en: visitor.en },
      entered: toRfc3339(entered),
      from_s: from,
      until_s: until,
      before_fen: before ?? null,
      after_fen: after ?? null,
    })),
    gone: only(was, is),
    come: only(is, was),
  };
}

export function explainTool({ tariff: text, at }: ExplainAsked, now: Wall): ExplainTold | Refusal {
  const tariff = sound(text, "tariff");
  if ("kind" in tariff) return tariff;
  const day = at === undefined ? undefined : fromRfc3339(`${at}T00:00`);
  if (at !== undefined && day === undefined) return refusal("not-understood", `没有 ${at} 这一天`, `there is no day ${at}`);
  const version = day === undefined ? inForce(tariff, now) : versionAt(tariff, day);
  if (version === undefined) return refusal("no-version", `没有 ${at} 的版本`, `no version of ${at}`);
  return { tariff: tariff.id, version: version.id, words: explainTariff(tariff, version).map(({ zh, en }) => ({ zh, en })) };
}

/** The version in force then; the last one when none is. */
export function inForce(tariff: Tariff, now: Wall): Version {
  const version = versionAt(tariff, now) ?? tariff.versions.at(-1);
  if (version === undefined) throw new RangeError("a tariff without a version");
  return version;
}

function sound(text: string, file: string): Tariff | Refusal {
  const read = parseTariff(text, file);
  if ("tariff" in read) return read.tariff;
  const told = read.complaints.slice(0, 10);
  const place = ({ line, code }: (typeof told)[number]): string => `${file}:${line} [${code}]`;
  return refusal(
    "tariff-refused",
    told.map((one) => `${place(one)} ${one.zh}`).join("；"),
    told.map((one) => `${place(one)} ${one.en}`).join("; "),
  );
}
