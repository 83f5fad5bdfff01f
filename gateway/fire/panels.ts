// What the fire room knows of its devices: cut first, then written, then confirmed. Sentry checks wait for a person; no machine answers one.
import type { FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import type { FireCause } from "#protocols/uplink/fire-events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import type { FireConfig, FireDevice } from "../config/fire-schema.ts";
import type { Journal, Transaction } from "../journal/journal.ts";
import type { Chance, Clock } from "../ports.ts";
import { forward as queue } from "./forward.ts";
import { remember } from "./memory.ts";
import { hearUnit, type PanelFact, type Points } from "./points.ts";

export interface FireTold {
  readonly shed: string;
  readonly source: string;
  readonly of: "panel" | "smoke" | "heat";
  readonly active: boolean;
}

export interface PanelsParts {
  readonly config: FireConfig;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  /** To protection, before anything is written. */
  readonly tell: (told: FireTold) => void;
  /** Something waits for the city's centre. */
  readonly forwarded: () => void;
}

export interface Panels {
  heard(device: FireDevice, unit: FireUnit): void;
  silent(device: FireDevice, silent_ms: number): void;
  answers(device: FireDevice): void;
  /** Told as silent, and not as answering since: also before the last start. */
  wasSilent(device: FireDevice): boolean;
  askSentry(device: Pick<FireDevice, "id">, within_min: number, by: "centre" | "cloud" | "console"): string;
  /** A person has answered: at the device (its operator's number) or by name at the console. */
  answerSentry(check: string, operator: string): Refusal | undefined;
  /** Checks whose time is over. */
  tick(): void;
  /** The city's centre begins anew: the state of everything that says something is told again, as it was said last. */
  again(): void;
  status(): { readonly points: readonly PointRow[]; readonly sentries: readonly SentryRow[] };
}

export interface PointRow {
  readonly device: string;
  readonly point: string;
  readonly cause: FireCause;
  readonly zone: string | null;
  readonly shed: string | null;
}
interface SentryRow {
  readonly name: string;
  readonly device: string;
  readonly within_min: number;
  readonly by_whom: string;
  readonly asked_at: number;
}

/** Units that the city's centre hears too; version and configuration stay between the device and us. */
const forwardedKinds: ReadonlySet<string> = new Set(["system-state", "component-state", "analog", "operation", "device-state"]);
/** It may ask for these. */
const askedKinds: ReadonlySet<string> = new Set([
  ...(["version", "system-config", "component-config", "system-time", "device-operation"] as const),
  ...forwardedKinds,
]);

/** The longest place that the point begins with; the device's own zone and shed otherwise. */
export function placeOf(device: FireDevice, point: string): { readonly zone: string | null; readonly shed: string | null } {
  const own = (device.places ?? [])
    .filter((one) => point === one.point || point.startsWith(`${one.point}.`))
    .sort((a, b) => b.point.length - a.point.length)[0];
  return { zone: own?.zone ?? device.zone ?? null, shed: own === undefined ? (device.shed ?? null) : (own.shed ?? null) };
}

export function startPanels(parts: PanelsParts): Panels {
  const { config, journal, clock, chance, tell, forwarded } = parts;
  const points = new Map<string, Points>();
  const stored = journal.all<PointRow>("SELECT * FROM fire_point");
  for (const { id } of config.devices) {
    const mine = new Map<string, Set<FireCause>>();
    for (const { device, point, cause } of stored) if (device === id) mine.set(point, (mine.get(point) ?? new Set()).add(cause));
    points.set(id, mine);
  }
  // Protection may have begun anew while we were away.
  const ofDetector = new Set((config.detectors ?? []).map(({ id }) => id));
  for (const { device, point, cause, shed } of stored)
    if (cause === "fire" && shed !== null)
      tell({ shed, source: `${device}/${point}`, of: ofDetector.has(device) ? "smoke" : "panel", active: true });

  function write(tx: Transaction, device: FireDevice, fact: PanelFact): void {
    const { id } = device;
    if (fact.kind === "operation") {
      const { operations, operator, said_at } = fact;
      tx.event("fire.operation", { device: id, operations: [...operations], operator, said_at });
      return;
    }
    if (fact.kind === "sentry-answer") {
      const waiting = tx.all<SentryRow>("SELECT * FROM fire_sentry WHERE state = 'waiting' AND device = ?", id);
      for (const row of waiting) answered(tx, row, `操作员 ${fact.operator}`);
      return;
    }
    const { point, cause, text, said_at, under_test } = fact;
    const { zone, shed } = placeOf(device, point);
    if (fact.kind === "raised") {
      tx.event("fire.raised", {
        device: id,
        point,
        zone,
        cause,
        shed: cause === "fire" ? shed : null,
        text: text.slice(0, 120),
        said_at,
        under_test,
      });
      tx.run("INSERT OR REPLACE INTO fire_point VALUES (?, ?, ?, ?, ?)", id, point, cause, zone, shed);
    } else {
      tx.event("fire.over", { device: id, point, zone, cause });
      tx.run("DELETE FROM fire_point WHERE device = ? AND point = ? AND cause = ?", id, point, cause);
    }
  }

  function answered(tx: Transaction, row: SentryRow, operator: string): void {
    const { name: check, device } = row;
    tx.run("UPDATE fire_sentry SET state = 'answered' WHERE name = ?", check);
    tx.event("fire.sentry-answered", { device, check, operator, after_ms: Math.max(0, clock.wall() - row.asked_at) });
    // Only now, and only because a person did: bit 5 of the device's operations.
    if (row.by_whom === "centre")
      forward(tx, { kind: "device-operation", objects: [{ operation: 1 << 5, operator: 0, time: labelOf(clock.wall()) }] });
  }

  const forward = (tx: Transaction, unit: FireUnit): void => {
    if (config.centre !== undefined) queue(tx, unit);
  };

  return {
    heard(device, unit) {
      const { points: next, facts } = hearUnit(points.get(device.id) ?? new Map(), unit);
      // Cut first: protection is told before anything is written.
      for (const fact of facts) {
        if ((fact.kind !== "raised" && fact.kind !== "over") || fact.cause !== "fire") continue;
        const { shed } = placeOf(device, fact.point);
        if (shed !== null) tell({ shed, source: `${device.id}/${fact.point}`, of: "panel", active: fact.kind === "raised" });
      }
      const passes = forwardedKinds.has(unit.kind);
      const kept = config.centre !== undefined && askedKinds.has(unit.kind);
      if (facts.length > 0 || kept)
        journal.commit((tx) => {
          for (const fact of facts) write(tx, device, fact);
          if (passes) forward(tx, unit);
          if (kept) remember(tx, { device: device.id, unit, now: clock.wall() });
        });
      points.set(device.id, next);
      if (passes) forwarded();
    },
    silent: ({ id }, silent_ms) =>
      journal.commit((tx) => {
        tx.event("fire.device-silent", { device: id, silent_ms });
        tx.run("INSERT OR IGNORE INTO fire_silent VALUES (?)", id);
      }),
    answers: ({ id }) =>
      journal.commit((tx) => {
        tx.event("fire.device-answers", { device: id });
        tx.run("DELETE FROM fire_silent WHERE device = ?", id);
      }),
    wasSilent: ({ id }) => journal.get("SELECT 1 FROM fire_silent WHERE device = ?", id) !== undefined,
    askSentry(device, within_min, by) {
      const check = chance.id();
      journal.commit((tx) => {
        tx.run("INSERT INTO fire_sentry VALUES (?, ?, ?, ?, ?, 'waiting')", check, device.id, within_min, by, clock.wall());
        tx.event("fire.sentry-asked", { device: device.id, check, within_min, by });
      });
      return check;
    },
    answerSentry(check, operator) {
      const row = journal.get<SentryRow & { readonly state: string }>("SELECT * FROM fire_sentry WHERE name = ?", check);
      if (row === undefined) return refusal("no-check", "没有这次查岗", "there is no such sentry check");
      if (row.state !== "waiting") return refusal("check-over", "这次查岗已结束", "this sentry check is over");
      journal.commit((tx) => answered(tx, row, operator));
      forwarded();
      return undefined;
    },
    tick() {
      const now = clock.wall();
      for (const row of journal.all<SentryRow>("SELECT * FROM fire_sentry WHERE state = 'waiting'")) {
        if (now < row.asked_at + row.within_min * minuteMs) continue;
        journal.commit((tx) => {
          tx.run("UPDATE fire_sentry SET state = 'unanswered' WHERE name = ?", row.name);
          tx.event("fire.sentry-unanswered", { device: row.device, check: row.name, within_min: row.within_min });
        });
      }
    },
    again() {
      const points = journal.all<PointRow>("SELECT DISTINCT device, point FROM fire_point ORDER BY device, point");
      journal.commit((tx) => {
        for (const { device, point } of points)
          for (const { kind, object } of tx.all<{ kind: string; object: string }>(
            "SELECT kind, object FROM fire_said WHERE device = ? AND point = ? AND kind IN ('system-state', 'component-state')",
            ...[device, point],
          ))
            forward(tx, { kind, objects: [JSON.parse(object)] } as unknown as FireUnit);
        tx.event("fire.operation", {
          device: "centre",
          operations: ["监控中心初始化 / initialised by the centre"],
          operator: 0,
          said_at: null,
        });
      });
      forwarded();
    },
    status: () => ({
      points: journal.all<PointRow>("SELECT * FROM fire_point ORDER BY device, point, cause"),
      sentries: journal.all<SentryRow>("SELECT * FROM fire_sentry WHERE state = 'waiting' ORDER BY asked_at"),
    }),
  };
}
