// Smoke detectors that report over HTTP: what each says is told to protection first, then written, then answered. A detector that is not heard in its time is an event, never "well".
import { endedBy, labelAhead_ms, detectorPoint as point, raisedBy, wordTexts } from "#protocols/fire/detectors/meaning.ts";
import { type DetectorReport, readDetectors } from "#protocols/fire/detectors/report.ts";
import type { FireCause } from "#protocols/uplink/fire-events.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import { hourMs, type Monotonic, monotonic, type Wall } from "#protocols/vocabulary/time.ts";
import type { FireConfig, FireDetector } from "../config/fire-schema.ts";
import type { Journal, Transaction } from "../journal/journal.ts";
import type { Clock } from "../ports.ts";
import type { FireTold } from "./panels.ts";

export interface DetectorsParts {
  readonly config: FireConfig;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly tell: (told: FireTold) => void;
  /** Something has begun, or is over. */
  readonly changed?: () => void;
}

export interface DetectorSeen {
  readonly detector: string;
  readonly name: string;
  readonly causes: readonly FireCause[];
  /** Since it was last heard; null: never. */
  readonly age_ms: number | null;
  readonly silent: boolean;
  readonly battery: number | null;
  readonly signal: number | null;
  readonly temperature: number | null;
}

export interface Detectors {
  /** Durable when it returns; throws where the disk refuses. "unknown": detectors that no file names; what was known of the others is taken. */
  push(body: unknown): { readonly taken: number; readonly unknown: readonly string[] } | Undecodable;
  tick(): void;
  status(): readonly DetectorSeen[];
}

interface Row {
  readonly device: string;
  readonly heard_at: number | null;
  readonly said_at: number | null;
  readonly silent: number;
  readonly battery: number | null;
  readonly signal: number | null;
  readonly temperature: number | null;
}

export function startDetectors({ config, journal, clock, tell, changed }: DetectorsParts): Detectors {
  const { detectors = [] } = config;
  const byImei = new Map(detectors.map((one) => [one.imei, one]));
  /** When each must be heard again; after a start it has what was left of its time. */
  const until = new Map<string, Monotonic>();
  const rowOf = (id: string): Row | undefined => journal.get<Row>("SELECT * FROM fire_detector WHERE device = ?", id);
  const dueAfter = ({ silent_h }: FireDetector, already_ms: number): Monotonic =>
    monotonic(clock.monotonic() + Math.max(0, silent_h * hourMs - Math.max(0, already_ms)));
  for (const one of detectors) until.set(one.id, dueAfter(one, clock.wall() - (rowOf(one.id)?.heard_at ?? clock.wall())));

  const causesOf = (id: string): FireCause[] =>
    journal.all<{ cause: FireCause }>("SELECT cause FROM fire_point WHERE device = ? ORDER BY cause", id).map(({ cause }) => cause);

  /** A redelivery that is older than what was said of the same thing changes nothing: neither a fire that was over, nor a restoration before the fire. A heartbeat says nothing of a fire: one that comes late is a fire. */
  const isOld = (device: string, cause: string, at: Wall | undefined): boolean => {
    const said = journal.get<{ said_at: number }>("SELECT said_at FROM fire_detector_word WHERE device = ? AND cause = ?", device, cause);
    return at !== undefined && said !== undefined && at < said.said_at;
  };

  function take(detector: FireDetector, report: DetectorReport): void {
    const { id, zone = null, shed = null, name } = detector;
    const row = rowOf(id);
    const at = report.at !== undefined && report.at <= clock.wall() + labelAhead_ms ? report.at : undefined;
    const before = causesOf(id);
    const begun = raisedBy[report.says];
    const about = (begun === undefined ? endedBy[report.says] : [begun]).filter((cause) => !isOld(id, cause, at));
    const raised = begun !== undefined && about.includes(begun) ? begun : undefined;
    const over = begun === undefined ? before.filter((cause) => about.includes(cause)) : [];
    const old = at !== undefined && row?.said_at != null && at < row.said_at;
    // Cut first. Said again each time: protection may have begun anew, and a reset while it burns is refused.
    if (shed !== null && raised === "fire") tell({ shed, source: `${id}/${point}`, of: "smoke", active: true });
    if (shed !== null && over.includes("fire")) tell({ shed, source: `${id}/${point}`, of: "smoke", active: false });
    const text = (wordTexts[report.says] ?? name).slice(0, 120);
    journal.commit((tx) => {
      if (raised !== undefined && !before.includes(raised)) {
        const what = { device: id, point, zone, cause: raised, shed: raised === "fire" ? shed : null };
        tx.event("fire.raised", { ...what, text, said_at: at ?? null, under_test: false });
        tx.run("INSERT OR REPLACE INTO fire_point VALUES (?, ?, ?, ?, ?)", id, point, raised, zone, shed);
      }
      for (const cause of over) {
        tx.event("fire.over", { device: id, point, zone, cause });
        tx.run("DELETE FROM fire_point WHERE device = ? AND point = ? AND cause = ?", id, point, cause);
      }
      if (at !== undefined) for (const cause of about) tx.run("INSERT OR REPLACE INTO fire_detector_word VALUES (?, ?, ?)", id, cause, at);
      if (report.says === "test" && !old)
        tx.event("fire.operation", { device: id, operations: ["自检 / self-test"], operator: 0, said_at: at ?? null });
      if (row?.silent === 1) tx.event("fire.device-answers", { device: id });
      keep(tx, id, { row, report, said_at: old ? (row?.said_at ?? null) : (at ?? row?.said_at ?? null) });
    });
    until.set(id, dueAfter(detector, 0));
    if (raised !== undefined || over.length > 0) changed?.();
  }

  function keep(
    tx: Transaction,
    id: string,
    { row, report, said_at }: { row: Row | undefined; report: DetectorReport; said_at: number | null },
  ): void {
    const { battery = row?.battery ?? null, signal = row?.signal ?? null, temperature = row?.temperature ?? null } = report;
    tx.run("INSERT OR REPLACE INTO fire_detector VALUES (?, ?, ?, 0, ?, ?, ?)", id, clock.wall(), said_at, battery, signal, temperature);
  }

  return {
    push(body) {
      const reports = readDetectors(config.detectors_form ?? "plain", body);
      if ("kind" in reports) return reports;
      const unknown: string[] = [];
      for (const report of reports) {
        const detector = byImei.get(report.imei);
        if (detector === undefined) unknown.push(report.imei);
        else take(detector, report);
      }
      return { taken: reports.length - unknown.length, unknown };
    },
    tick() {
      const now = clock.monotonic();
      for (const { id, silent_h } of detectors) {
        const due = until.get(id);
        if (due === undefined || due > now) continue;
        until.delete(id);
        const row = rowOf(id);
        if (row?.silent === 1) continue;
        const silent_ms = Math.max(silent_h * hourMs, clock.wall() - (row?.heard_at ?? clock.wall()));
        journal.commit((tx) => {
          tx.event("fire.device-silent", { device: id, silent_ms });
          if (row === undefined) tx.run("INSERT INTO fire_detector VALUES (?, NULL, NULL, 1, NULL, NULL, NULL)", id);
          else tx.run("UPDATE fire_detector SET silent = 1 WHERE device = ?", id);
        });
      }
    },
    status: () =>
      detectors.map(({ id, name }) => {
        const row = rowOf(id);
        const { battery = null, signal = null, temperature = null, heard_at: heard = null } = row ?? {};
        return {
          ...{ detector: id, name, causes: causesOf(id), age_ms: heard === null ? null : Math.max(0, clock.wall() - heard) },
          ...{ silent: row === undefined || row.silent === 1, battery, signal, temperature },
        };
      }),
  };
}
