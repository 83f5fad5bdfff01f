// Smoke detectors that report over HTTP: what each says is told to protection first, then written, then answered. A detector that is not heard in its time is an event, never "well".
import { type DetectorReport, type DetectorWord, readDetectors } from "#protocols/fire/detectors/report.ts";
import type { FireCause } from "#protocols/uplink/fire-events.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import { hourMs, type Monotonic, minuteMs, monotonic, type Wall } from "#protocols/vocabulary/time.ts";
import type { FireConfig, FireDetector } from "../config/fire-schema.ts";
import type { Journal, Transaction } from "../journal/journal.ts";
import type { Clock } from "../ports.ts";
import type { FireTold } from "./panels.ts";

/** What a word begins and what it ends. "reset" and a self-test after a new battery end what they prove. */
const raises: Partial<Readonly<Record<DetectorWord, FireCause>>> = {
  alarm: "fire",
  fault: "fault",
  dirty: "fault",
  removed: "removed",
  "low-battery": "low-battery",
};
const ends: Readonly<Record<DetectorWord, readonly FireCause[]>> = {
  ...{ alarm: [], fault: [], dirty: [], removed: [], "low-battery": [], alive: [] },
  restored: ["fire"],
  reset: ["fire", "fault", "removed", "low-battery"],
  "battery-ok": ["low-battery"],
  ...{ mended: ["fault"], clean: ["fault"], mounted: ["removed"] },
  test: ["low-battery"],
};
const texts: Partial<Readonly<Record<DetectorWord, string>>> = { dirty: "探测器污染，需清洗 / dirty: clean it" };
const point = "detector";
/** A label further ahead than this is no time. */
const ahead_ms = 5 * minuteMs;

export interface DetectorsParts {
  readonly config: FireConfig;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly tell: (told: FireTold) => void;
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

export function startDetectors({ config, journal, clock, tell }: DetectorsParts): Detectors {
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

  /** A redelivery that is older than what was taken changes nothing: neither a fire that was over, nor a restoration before the fire. */
  const isOld = (row: Row | undefined, at: Wall | undefined): boolean => at !== undefined && row?.said_at != null && at < row.said_at;

  function take(detector: FireDetector, report: DetectorReport): void {
    const { id, zone = null, shed = null, name } = detector;
    const row = rowOf(id);
    const at = report.at !== undefined && report.at <= clock.wall() + ahead_ms ? report.at : undefined;
    const old = isOld(row, at);
    const before = causesOf(id);
    const raised = old ? undefined : raises[report.says];
    const over = old ? [] : before.filter((cause) => ends[report.says].includes(cause));
    // Cut first. Said again each time: protection may have begun anew, and a reset while it burns is refused.
    if (shed !== null && raised === "fire") tell({ shed, source: `${id}/${point}`, of: "smoke", active: true });
    if (shed !== null && over.includes("fire")) tell({ shed, source: `${id}/${point}`, of: "smoke", active: false });
    const text = (texts[report.says] ?? name).slice(0, 120);
    journal.commit((tx) => {
      if (raised !== undefined && !before.includes(raised)) {
        const about = { device: id, point, zone, cause: raised, shed: raised === "fire" ? shed : null };
        tx.event("fire.raised", { ...about, text, said_at: at ?? null, under_test: false });
        tx.run("INSERT OR REPLACE INTO fire_point VALUES (?, ?, ?, ?, ?)", id, point, raised, zone, shed);
      }
      for (const cause of over) {
        tx.event("fire.over", { device: id, point, zone, cause });
        tx.run("DELETE FROM fire_point WHERE device = ? AND point = ? AND cause = ?", id, point, cause);
      }
      if (report.says === "test" && !old)
        tx.event("fire.operation", { device: id, operations: ["自检 / self-test"], operator: 0, said_at: at ?? null });
      if (row?.silent === 1) tx.event("fire.device-answers", { device: id });
      keep(tx, id, { row, report, said_at: old ? (row?.said_at ?? null) : (at ?? row?.said_at ?? null) });
    });
    until.set(id, dueAfter(detector, 0));
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
