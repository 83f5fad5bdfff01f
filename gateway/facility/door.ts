// Water supply, power room and the like: values that the safety process reads on its lines, held against their bounds, become events. Nothing that is not read counts as normal.
import type { FacilityCause } from "#protocols/uplink/fire-events.ts";
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { analogKinds, type FacilityConfig, type FacilityPointConfig, isAnalog } from "../config/facility-schema.ts";
import { type Standing, type Watched, type WatchState, watchOf, watchStep } from "../core/facility/watch.ts";
import type { Transaction } from "../journal/journal.ts";
import type { WatchedReading } from "../link/messages.ts";
import type { Check, Mounted, SiteContext } from "../site-context.ts";
import { createFacilitySampler } from "./sampler.ts";

export interface FacilityShown {
  readonly facility: string;
  readonly name: string;
  readonly kind: FacilityConfig["kind"];
  readonly responsible: string;
  /** Cannot be read, or was never read. */
  readonly silent: boolean;
  readonly points: readonly {
    readonly point: string;
    readonly name: string;
    readonly kind: string;
    /** null: not read, too old, or no number. */
    readonly value: number | boolean | null;
    readonly age_ms: number | null;
    readonly standing: Standing;
  }[];
}

export interface MountedFacilities extends Mounted {
  /** What the safety process has read; its ages are of this moment. */
  read(points: readonly WatchedReading[]): void;
  status(): readonly FacilityShown[];
}

interface Kept {
  readonly config: FacilityPointConfig;
  state: WatchState;
  value: number | boolean | undefined;
  /** When it was last read and could be believed; since the start, if never. */
  seen: Monotonic;
  ever: boolean;
}
interface KeptFacility {
  readonly config: FacilityConfig;
  readonly points: readonly Kept[];
  silent: boolean;
}

type Parts = Pick<SiteContext, "journal" | "clock"> & {
  readonly telemetry: Pick<SiteContext["telemetry"], "add">;
  readonly log: Pick<SiteContext["log"], "warn">;
  readonly facilities: readonly FacilityConfig[];
};
const every_ms = 1_000;

/** The last part of the point's name. */
export const unitOf = (point: string): string => /_([A-Za-z]+)$/.exec(point)?.[1] ?? "";

function causeOf({ kind }: FacilityPointConfig, standing: Standing): FacilityCause {
  if (!isAnalog(kind)) return kind;
  return (standing === "low" ? analogKinds[kind].low : analogKinds[kind].high) ?? "contact";
}

export function mountFacilities({ journal, clock, telemetry, log, facilities }: Parts): MountedFacilities {
  const started = clock.monotonic();
  const sample = createFacilitySampler();
  const standing = new Map(
    journal
      .all<{ facility: string; point: string; standing: Standing }>("SELECT * FROM facility_standing")
      .map((row) => [`${row.facility} ${row.point}`, row.standing]),
  );
  const silent = new Set(journal.all<{ facility: string }>("SELECT facility FROM facility_silent").map(({ facility }) => facility));
  const kept = facilities.map(
    (config): KeptFacility => ({
      config,
      silent: silent.has(config.id),
      points: config.points.map((point) => ({
        ...{
          config: point,
          state: watchOf(standing.get(`${config.id} ${point.id}`) ?? "none"),
          value: undefined,
          seen: started,
          ever: false,
        },
      })),
    }),
  );

  const watched = (facility: KeptFacility, { ever, seen, value }: Kept, now: Monotonic): Watched =>
    !ever || value === undefined || now - seen > facility.config.blind_s * 1000 ? "unread" : value;

  function over(tx: Transaction, facility: FacilityConfig, one: Kept): void {
    const about = { device: facility.id, point: one.config.id, zone: facility.zone ?? null };
    tx.event("facility.over", { ...about, cause: causeOf(one.config, one.state.standing) });
    tx.run("DELETE FROM facility_standing WHERE facility = ? AND point = ?", facility.id, one.config.id);
  }
  function raised(tx: Transaction, facility: FacilityConfig, { one, next }: { readonly one: Kept; readonly next: Standing }): void {
    const { config, value } = one;
    const limit = next === "high" ? config.high : next === "low" ? config.low : undefined;
    const number = typeof value === "number" ? value : null;
    tx.event("facility.raised", {
      ...{ device: facility.id, point: config.id, zone: facility.zone ?? null, cause: causeOf(config, next) },
      ...{ value: number, limit: limit ?? null, unit: number === null ? "" : unitOf(config.point) },
      ...{ text: `${facility.name} ${config.name}`.slice(0, 120), responsible: facility.responsible.slice(0, 120) },
    });
    tx.run("INSERT OR REPLACE INTO facility_standing VALUES (?, ?, ?)", facility.id, config.id, next);
  }

  function lookAt(facility: KeptFacility, now: Monotonic): void {
    const { config, points } = facility;
    const blind = points.some((one) => now - one.seen > config.blind_s * 1000);
    const well = points.every((one) => one.ever && !(now - one.seen > config.blind_s * 1000));
    const steps = points.map((one) => ({
      one,
      next: watchStep(setupOf(one.config), one.state, { value: watched(facility, one, now), now }),
    }));
    const changed = steps.filter(({ one, next }) => next.standing !== one.state.standing);
    const falls = blind && !facility.silent;
    const returns = well && facility.silent;
    if (changed.length > 0 || falls || returns)
      journal.commit((tx) => {
        for (const { one, next } of changed) {
          if (one.state.standing !== "none") over(tx, config, one);
          if (next.standing !== "none") raised(tx, config, { one, next: next.standing });
        }
        if (falls) {
          const oldest = Math.max(...points.map((one) => now - one.seen));
          tx.event("facility.silent", { device: config.id, silent_ms: oldest });
          tx.run("INSERT OR IGNORE INTO facility_silent VALUES (?)", config.id);
        }
        if (returns) {
          tx.event("facility.answers", { device: config.id });
          tx.run("DELETE FROM facility_silent WHERE facility = ?", config.id);
        }
      });
    // Only now: what the disk refused is decided again at the next look.
    for (const { one, next } of steps) one.state = next;
    if (falls || returns) facility.silent = falls;
  }

  function look(): void {
    const now = clock.monotonic();
    for (const facility of kept)
      try {
        lookAt(facility, now);
      } catch (error) {
        log.warn({ facility: facility.config.id, why: String(error) }, "facility: could not be written");
      }
  }

  /** Every value that can be believed now, with the age that it has. */
  function say(): void {
    const now = clock.monotonic();
    const points = kept.flatMap((facility) =>
      facility.points.map((one) => {
        const value = watched(facility, one, now);
        return { facility: facility.config.id, point: one.config.id, value: value === "unread" ? undefined : value, seen: one.seen };
      }),
    );
    const text = sample(points, now);
    if (text !== "") telemetry.add(text, clock.stamp());
  }

  const turn = (): void => {
    cancel = clock.wake(after(clock.monotonic(), every_ms), turn);
    look();
  };
  let cancel = kept.length === 0 ? () => undefined : clock.wake(after(clock.monotonic(), every_ms), turn);

  return {
    read(points) {
      const now = clock.monotonic();
      for (const { config, points: mine } of kept)
        for (const one of mine) {
          const { point, channel, bit, active } = one.config;
          const said = points.find(
            (each) => each.device === config.device && each.point === point && each.channel === channel && each.bit === bit,
          );
          if (said === undefined || said.value === null || !Number.isFinite(said.age_ms)) continue;
          const seen = monotonic(now - Math.max(0, said.age_ms));
          if (one.ever && seen < one.seen) continue;
          // A contact is read as 1 or 0.
          one.value = isAnalog(one.config.kind) ? said.value : said.value === active;
          one.seen = seen;
          one.ever = true;
        }
      look();
      say();
    },
    status() {
      const now = clock.monotonic();
      return kept.map((facility) => {
        const { id, name, kind, responsible } = facility.config;
        const points = facility.points.map((one) => {
          const value = watched(facility, one, now);
          const { id: point, name: called, kind: what } = one.config;
          const age_ms = one.ever ? now - one.seen : null;
          return { point, name: called, kind: what, value: value === "unread" ? null : value, age_ms, standing: one.state.standing };
        });
        return { facility: id, name, kind, responsible, silent: facility.silent || points.some(({ value }) => value === null), points };
      });
    },
    checks: (): Check[] => [],
    async stop() {
      cancel();
    },
  };
}

const setupOf = ({ high, low, hysteresis = 0, delay_s }: FacilityPointConfig) => ({ high, low, hysteresis, delay_ms: delay_s * 1000 });
