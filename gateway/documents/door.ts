// Documents as a room of the site process: what each kind does here, the report of what runs, and the trial of what was just put in its place.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { importRegister, type RulesOf } from "#gateway/register/write.ts";
import { type DocumentKind, longestText, soleName } from "#protocols/uplink/documents.ts";
import { after } from "#protocols/vocabulary/time.ts";
import { openDocumentFolder } from "../config/documents/folder.ts";
import { hashOf } from "../config/documents/judge.ts";
import { endTrial, goBack } from "../config/documents/trial.ts";
import { limitsPath } from "../config/limits-file.ts";
import { cloudKeys, documentsOf, type Running, readRunning, unfitToRun } from "../config/running.ts";
import type { Lanes } from "../lanes/door.ts";
import type { Measure, Mounted, SiteContext } from "../site-context.ts";
import { type Documents, startDocuments } from "./documents.ts";

export interface MountedDocuments extends Mounted, Pick<Documents, "take"> {
  /** The cloud was reached: one of the signs that a document on trial does no harm. */
  reached(): void;
}

export interface DocumentRooms {
  readonly lanes: Pick<Lanes, "tariffs">;
  /** Where charges are priced. */
  readonly charges: { renewPrice(given: SiteContext["price"]): void };
  /** What the safety process says that it runs by; undefined: not heard yet. */
  readonly protection: { runs(): string | undefined; restart(why: string): boolean };
  /** Ends this process in order; whoever started it begins it anew. */
  readonly restart: (why: string) => void;
}

const lookEvery_ms = 1_000;
/** Whoever runs by a new site file or new limits has reached the cloud by then, or goes back. */
export const trialWithin_ms = 10 * 60_000;
/** Two processes that run by different documents find together; not more often than this. */
const togetherEvery_ms = 30_000;

export async function mountDocuments(context: SiteContext, running: Running, rooms: DocumentRooms): Promise<MountedDocuments> {
  const { config, clock, journal, log, data } = context;
  const keys = cloudKeys({ ...context });
  if (config.commands !== undefined && keys.length === 0)
    log.error("the cloud's public key cannot be read: no command and no document is taken");
  const folder = openDocumentFolder(documentsOf(data), { site: config.site, gateway: config.gateway, keys });
  let trial = running.trial;
  let reached = false;
  const began = clock.monotonic();
  let lookedApart = began;

  const names: Readonly<Record<DocumentKind, (name: string) => boolean>> = {
    site: () => true,
    list: () => true,
    limits: (name) => config.limits.some(({ id }) => id === name),
    tariff: (name) => config.lots.some(({ id }) => id === name),
    price: () => config.charging?.price !== undefined,
  };
  const rules: RulesOf = (lot) => rooms.lanes.tariffs.version({ lot, tariffHash: null }, clock.wall());
  const begin = (why: string): void => {
    rooms.protection.restart(why);
    rooms.restart(why);
  };
  const documents = startDocuments({
    ...{ ground: { site: config.site, gateway: config.gateway, keys }, folder, clock, journal, log },
    knows: ({ kind, name }) => names[kind](name),
    unfit: (held) => unfitToRun(running.path, held),
    writeList: ({ document: { text: yaml, person } }) => {
      const taken = importRegister(context, rules, { person, yaml });
      return "kind" in taken ? taken : undefined;
    },
    renewPrices: () => {
      const read = readRunning(running.path);
      if (read.kind !== "site") return;
      rooms.lanes.tariffs.renew(read.tariffs);
      rooms.charges.renewPrice(read.price);
      report(context, read);
    },
    restart: begin,
  });
  reportLocal(context, running);
  report(context, running);
  let cancel = clock.wake(after(clock.monotonic(), lookEvery_ms), look);

  function look(): void {
    cancel = clock.wake(after(clock.monotonic(), lookEvery_ms), look);
    const other = rooms.protection.runs();
    const apart = other !== undefined && other !== running.digest;
    if (apart) findTogether(other);
    if (apart || !trial) return;
    if (reached && other === running.digest) {
      trial = false;
      endTrial(folder.path);
      log.info("the gateway runs well by its new documents");
      const read = readRunning(running.path);
      if (read.kind === "site") report(context, read);
    } else if (clock.monotonic() - began > trialWithin_ms) {
      trial = false;
      refuseTrial();
      begin("the cloud was not reached by the new documents");
    }
  }

  function findTogether(other: string): void {
    if (clock.monotonic() - lookedApart < togetherEvery_ms) return;
    lookedApart = clock.monotonic();
    const read = readRunning(running.path);
    if (read.kind === "site" && read.digest === other) rooms.restart("protection runs by other documents");
    else rooms.protection.restart("it runs by other documents");
  }

  function refuseTrial(): void {
    const back = goBack(folder);
    if (back !== undefined) log.error({ ...back }, "a document on trial was gone back from");
  }

  return {
    take: documents.take,
    reached: () => {
      reached = true;
    },
    measures: () => measures(documents, running, trial),
    checks: () => [
      {
        name: "documents",
        ok: running.troubles.length === 0,
        zh: running.troubles.length === 0 ? "配置文件完好" : `有配置文件未采用：${running.troubles.join("；")}`,
        en: running.troubles.length === 0 ? "the documents are sound" : `documents that are passed over: ${running.troubles.join("; ")}`,
      },
    ],
    stop: async () => cancel(),
  };
}

/** Also of what a start has gone back from: in its place by the journal, and not by the folder. */
function report(context: SiteContext, { items, trial, troubles }: Running): void {
  const { journal } = context;
  const stood = journal.all<{ id: string; kind: DocumentKind; name: string; version: number }>(
    "SELECT id, kind, name, version FROM document AS one WHERE state = 'in-place' AND kind IN ('site', 'limits') AND version = (SELECT max(version) FROM document WHERE kind = one.kind AND name = one.name AND state = 'in-place')",
  );
  const folder = documentsOf(context.data);
  const backFrom = stood.filter(({ kind, name, version }) => isRejected(folder, { kind, name, version }));
  journal.commit((tx) => {
    for (const { id, kind, name, version } of backFrom) {
      tx.run("UPDATE document SET state = 'refused', code = 'did-not-start' WHERE id = ?", id);
      const words = { zh: "按此配置未能正常运行，已退回", en: "the gateway did not run well by it, and has gone back" };
      tx.event("config.refused", { document: id, kind, name, version, code: "did-not-start", ...words });
    }
    tx.event("config.running", {
      trial,
      items: [...items].slice(0, 256),
      troubles: troubles.slice(0, 20).map((words) => words.slice(0, 2_000)),
    });
  });
}

function isRejected(folder: string, { kind, name, version }: { kind: string; name: string; version: number }): boolean {
  try {
    readFileSync(join(folder, `${kind}.${name}.${String(version).padStart(10, "0")}.json.bad`));
    return true;
  } catch {
    return false;
  }
}

/** The files that lie here, once for each hash: what the cloud compares with and goes back to. */
function reportLocal({ config, folder, journal, clock }: SiteContext, running: Running): void {
  const files: { kind: DocumentKind; name: string; path: string }[] = [
    { kind: "site", name: "site", path: running.path },
    ...config.limits.map(({ id, file }) => ({ kind: "limits" as const, name: id, path: limitsPath(file, folder) })),
    ...config.lots.map(({ id, tariff }) => ({ kind: "tariff" as const, name: id, path: resolve(folder, tariff) })),
    ...[config.charging?.price ?? []].flat().map((file) => ({ kind: "price" as const, name: soleName.price, path: resolve(folder, file) })),
  ];
  for (const { kind, name, path } of files) {
    const text = textOf(path);
    if (text === undefined || text.length > longestText) continue;
    const hash = hashOf(text);
    const said = journal.get("SELECT 1 FROM local_text WHERE kind = ? AND name = ? AND hash = ?", kind, name, hash);
    if (said !== undefined) continue;
    journal.commit((tx) => {
      tx.run("INSERT INTO local_text (hash, kind, name, at) VALUES (?, ?, ?, ?)", hash, kind, name, clock.wall());
      tx.event("config.local", { kind, name, hash, text });
    });
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function measures(documents: Documents, running: Running, trial: boolean): Measure[] {
  const { taken, refused, strange } = documents.counts();
  const counter = (name: string, help: string, value: number): Measure => ({ name, kind: "counter", help, value });
  const gauge = (name: string, help: string, value: number): Measure => ({ name, kind: "gauge", help, value });
  return [
    counter("cuobian_documents_taken_total", "documents of the cloud that are in their place", taken),
    counter("cuobian_documents_refused_total", "documents of the cloud that are not worked by", refused),
    counter("cuobian_documents_strange_total", "messages on the config topic that are not the cloud's word for us", strange),
    gauge("cuobian_documents_on_trial", "1 until the gateway has run well by a new site file or new limits", trial ? 1 : 0),
    gauge(
      "cuobian_documents_in_force",
      "files that a document of the cloud stands in for",
      running.items.filter(({ version }) => version > 0).length,
    ),
  ];
}
