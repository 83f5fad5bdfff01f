// Each lot's tariff, read at start and kept by its hash: a visit is priced under the text that it entered under, also when the file was replaced since.
// One that is missing or wrong is a refusal for every car, said aloud: never a price of 0.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Bill } from "#gateway/core/parking/bill.ts";
import { quote, type Stay, type Tariff, type Version, versionAt } from "#gateway/core/parking/tariff.ts";
import { usualGrace_ms } from "#gateway/core/parking/visit.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";
import { parseTariff } from "../tariff/file.ts";
import { lotsWithin } from "./places.ts";

/** Which tariff a visit belongs to: its lot's, and the text that was in force when it entered; null: none was. */
export interface Under {
  readonly lot: string;
  readonly tariffHash: string | null;
}

export interface Tariffs {
  /** "<tariff>@<version>" for a visit that enters then; "none" without one. */
  label(lot: string, entered: Wall): string;
  /** Of the text that is in force now. */
  hash(lot: string): string | null;
  /** The rules of a visit that entered then. */
  version(under: Under, entered: Wall): Version | undefined;
  price(under: Under, stay: Stay): Bill | Refusal;
  grace_ms(under: Under, entered: Wall): number;
  /** The lots that lie within this one: time there is ruled by `inner_lots` of its tariff. */
  within(lot: string): readonly string[];
  /** Lots without a usable tariff. */
  missing(): readonly string[];
  /** Other texts stand in for the files from now on, by lot; who is inside stays under the text that he entered under. */
  renew(given: GivenTariffs): void;
}

/** Texts that stand in for a lot's file. */
export type GivenTariffs = NonNullable<SiteContext["tariffs"]>;

interface Known {
  readonly hash: string;
  readonly tariff: Tariff;
}

function readTariff(context: SiteContext, lot: { id: string; tariff: string }, given: GivenTariffs): Known | undefined {
  const path = resolve(context.folder, lot.tariff);
  try {
    const text = given.get(lot.id)?.text ?? readFileSync(path, "utf8");
    const found = parseTariff(text, path);
    if ("tariff" in found) return { tariff: found.tariff, hash: keep(context, lot.id, text) };
    context.log.error(
      { lot: lot.id, complaints: found.complaints },
      "the tariff file is wrong: cars that would have to pay wait for a person",
    );
  } catch (error) {
    context.log.error(
      { lot: lot.id, path, error: String(error) },
      "the tariff file cannot be read: cars that would have to pay wait for a person",
    );
  }
  return undefined;
}

/** The text stays in the journal as long as the journal lives. */
function keep({ journal, clock }: SiteContext, lot: string, text: string): string {
  const hash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  if (journal.get("SELECT 1 FROM tariff_text WHERE hash = ?", hash) === undefined)
    journal.commit((tx) => tx.run("INSERT INTO tariff_text (hash, lot, text, at) VALUES (?, ?, ?, ?)", hash, lot, text, clock.wall()));
  return hash;
}

export function readTariffs(context: SiteContext): Tariffs {
  const current = new Map<string, Known>();
  const byHash = new Map<string, Tariff | undefined>();
  const renew = (given: GivenTariffs): void => {
    for (const lot of context.config.lots) {
      const known = readTariff(context, lot, given);
      if (known === undefined) {
        current.delete(lot.id);
        continue;
      }
      current.set(lot.id, known);
      byHash.set(known.hash, known.tariff);
    }
  };
  renew(context.tariffs ?? new Map());

  const of = ({ lot, tariffHash }: Under): Tariff | undefined => {
    if (tariffHash === null) return current.get(lot)?.tariff;
    if (!byHash.has(tariffHash)) byHash.set(tariffHash, keptTariff(context.journal, tariffHash));
    return byHash.get(tariffHash);
  };
  const version = (under: Under, entered: Wall): Version | undefined => {
    const tariff = of(under);
    return tariff && versionAt(tariff, entered);
  };
  return {
    label: (lot, entered) => {
      const tariff = current.get(lot)?.tariff;
      const known = tariff && versionAt(tariff, entered);
      return known === undefined ? "none" : `${tariff?.id}@${known.id}`;
    },
    hash: (lot) => current.get(lot)?.hash ?? null,
    version,
    price: (under, stay) => {
      const tariff = of(under);
      return tariff === undefined
        ? refusal("no-tariff", "本停车场没有可用的收费文件", "this lot has no usable tariff")
        : quote(tariff, stay);
    },
    grace_ms: (under, entered) => {
      const grace = version(under, entered)?.payment?.grace;
      return grace === undefined ? usualGrace_ms : grace * 1000;
    },
    within: (lot) => lotsWithin(context.config.lots, lot),
    missing: () => context.config.lots.map((lot) => lot.id).filter((id) => !current.has(id)),
    renew,
  };
}

function keptTariff(reads: Reads, hash: string): Tariff | undefined {
  const row = reads.get<{ text: string }>("SELECT text FROM tariff_text WHERE hash = ?", hash);
  const found = row && parseTariff(row.text, hash);
  return found !== undefined && "tariff" in found ? found.tariff : undefined;
}
