// Documents from afar: judged, written down, put into their place, and said again what came of them. A list is written into the register at once, a tariff
// counts from the next car, a charging price from the next charge, site file and limits from the next start, which is asked for; until then, and whenever they do not pass, what ran before goes on.
import { type DocumentRefusal, documentRefusals, soleName } from "#protocols/uplink/documents.ts";
import type { DocumentFolder, Named } from "../config/documents/folder.ts";
import { type Ground, type Held, isHeld, judgeDocument, type NotHeld } from "../config/documents/judge.ts";
import { beginTrial } from "../config/documents/trial.ts";
import type { Unfit } from "../config/running.ts";
import type { Journal } from "../journal/journal.ts";
import type { Clock } from "../ports.ts";
import type { Log } from "../site-context.ts";

export interface DocumentParts {
  readonly ground: Ground;
  readonly folder: DocumentFolder;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Log;
  /** Whether the site has something of this name. */
  readonly knows: (of: Named) => boolean;
  /** What would be wrong if the gateway ran by it. */
  readonly unfit: (held: Held) => Omit<Unfit, "held"> | undefined;
  /** Into the register, as it is written: words when nothing was. The same again changes nothing. */
  readonly writeList: (held: Held) => { readonly zh: string; readonly en: string } | undefined;
  /** A tariff or the charging price is in its place: it counts from now on. */
  readonly renewPrices: () => void;
  /** Site file or limits are in their place: both processes begin anew. */
  readonly restart: (why: string) => void;
}

export interface Documents {
  /** One message of the config topic. Returns when all that follows from it is written. */
  take(payload: Uint8Array): void;
  counts(): { readonly taken: number; readonly refused: number; readonly strange: number };
}

interface Words {
  readonly zh: string;
  readonly en: string;
}

export function startDocuments(parts: DocumentParts): Documents {
  const { journal, folder, log, clock } = parts;
  const counts = { taken: 0, refused: 0, strange: 0 };

  function write({ document, hash, signed }: Held): void {
    const { id, kind, name, version, person } = document;
    journal.commit((tx) => {
      tx.run(
        "INSERT INTO document (id, kind, name, version, hash, signed, at, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'taken')",
        ...[id, kind, name, version, hash, signed, clock.wall()],
      );
      tx.event("config.taken", { document: id, kind, name, version, hash, person });
    });
  }

  function refuse(held: Held, code: DocumentRefusal, words: Words = documentRefusals[code]): void {
    const { id, kind, name, version } = held.document;
    counts.refused += 1;
    journal.commit((tx) => {
      tx.run(
        "INSERT INTO document (id, kind, name, version, hash, signed, at, state, code) VALUES (?, ?, ?, ?, ?, ?, ?, 'refused', ?) ON CONFLICT (id) DO UPDATE SET state = 'refused', code = excluded.code",
        ...[id, kind, name, version, held.hash, held.signed, clock.wall(), code],
      );
      tx.event("config.refused", { document: id, kind, name, version, code, zh: words.zh.slice(0, 2_000), en: words.en.slice(0, 2_000) });
    });
    log.warn({ document: id, kind, name, version, code }, "a document is not worked by");
  }

  /** A repeat is what the cloud does until it hears from us: it finds the id. */
  function known({ document, signed }: Held): boolean {
    const row = journal.get<{ signed: string }>("SELECT signed FROM document WHERE id = ?", document.id);
    if (row !== undefined && row.signed !== signed) {
      counts.strange += 1;
      log.error({ document: document.id }, "another document under an id that was used: not taken");
    }
    return row !== undefined;
  }

  function newest(of: Named): number {
    const row = journal.get<{ version: number | null }>(
      "SELECT max(version) AS version FROM document WHERE kind = ? AND name = ? AND state <> 'refused'",
      ...[of.kind, of.name],
    );
    return Math.max(folder.newestVersion(of), row?.version ?? 0);
  }

  function whyNot(held: Held): { code: DocumentRefusal; words?: Words } | undefined {
    const { kind, name, version } = held.document;
    const sole = kind === "limits" || kind === "tariff" ? undefined : soleName[kind];
    if ((sole !== undefined && name !== sole) || !parts.knows({ kind, name })) return { code: "no-such-name" };
    if (version <= newest({ kind, name })) return { code: "older" };
    if (kind === "list") return undefined;
    const unfit = parts.unfit(held);
    if (unfit === undefined) return undefined;
    const said = unfit.complaints.slice(0, 8).map(({ line, column, path, zh, en }) => ({ at: `${line}:${column} ${path}`, zh, en }));
    if (said.length === 0) return { code: unfit.code };
    const words = { zh: said.map(({ at, zh }) => `${at} ${zh}`).join("\n"), en: said.map(({ at, en }) => `${at} ${en}`).join("\n") };
    return { code: unfit.code, words };
  }

  /** Also of one that was written down before a death: each step does no harm when it is done again. */
  function putInPlace(held: Held): void {
    const { document } = held;
    const { id, kind, name, version } = document;
    const wrong = kind === "list" ? parts.writeList(held) : undefined;
    if (wrong !== undefined) {
      refuse(held, "wrong", wrong);
      return;
    }
    const starts = kind === "site" || kind === "limits";
    if (kind !== "list") {
      folder.ready();
      if (starts) beginTrial(folder.path, { kind, name, version });
      folder.keep(held);
    }
    journal.commit((tx) => tx.run("UPDATE document SET state = 'in-place' WHERE id = ?", id));
    counts.taken += 1;
    log.info({ document: id, kind, name, version }, "a document is in its place");
    if (kind === "tariff" || kind === "price") parts.renewPrices();
    if (starts) parts.restart(`${kind} ${name} v${version}`);
  }

  // Taken, and not in its place: we died in between.
  for (const { signed } of journal.all<{ signed: string }>("SELECT signed FROM document WHERE state = 'taken' ORDER BY version")) {
    const judged = judgeDocument(Buffer.from(signed), parts.ground);
    if (isHeld(judged)) putInPlace(judged);
  }

  return {
    take(payload) {
      const judged = judgeDocument(payload, parts.ground);
      const held = isHeld(judged) ? judged : judged.held;
      if (held === undefined) {
        counts.strange += 1;
        log.warn({ code: (judged as NotHeld).code }, "a document that is not the cloud's, or not for us");
        return;
      }
      if (known(held)) return;
      const why = isHeld(judged) ? whyNot(judged) : { code: judged.code };
      if (why !== undefined) {
        refuse(held, why.code, why.words);
        return;
      }
      write(held);
      putInPlace(held);
    },
    counts: () => ({ ...counts }),
  };
}
