// Dry contacts of fire devices that are no shed's: read by the safety process on its lines, told here as what they mean. What is not read is never well.
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { FireContactConfig } from "../config/fire-schema.ts";
import { type Watched, type WatchState, watchOf, watchStep } from "../core/facility/watch.ts";
import type { Journal, Transaction } from "../journal/journal.ts";
import type { WatchedReading } from "../link/messages.ts";
import type { Clock } from "../ports.ts";

export interface ContactSeen {
  readonly contact: string;
  readonly name: string;
  readonly says: FireContactConfig["says"];
  /** null: not read, or too long ago. */
  readonly active: boolean | null;
  readonly age_ms: number | null;
  readonly stands: boolean;
  readonly silent: boolean;
}

export interface Contacts {
  /** What the safety process has read; its ages are of this moment. */
  read(points: readonly WatchedReading[]): void;
  tick(): void;
  status(): readonly ContactSeen[];
  /** One of them cannot be read. */
  blind(): boolean;
}

export interface ContactsParts {
  readonly contacts: readonly FireContactConfig[];
  readonly journal: Journal;
  readonly clock: Clock;
  /** Something has begun, or is over. */
  readonly changed: () => void;
}

interface Kept {
  readonly config: FireContactConfig;
  state: WatchState;
  active: boolean | undefined;
  /** When it was last read; since the start, if never. */
  seen: Monotonic;
  silent: boolean;
}

export const contactPoint = "contact";

export function startContacts({ contacts, journal, clock, changed }: ContactsParts): Contacts {
  const stands = (id: string, says: string): boolean =>
    journal.get("SELECT 1 FROM fire_point WHERE device = ? AND point = ? AND cause = ?", id, contactPoint, says) !== undefined;
  const kept = contacts.map(
    (config): Kept => ({
      config,
      state: watchOf(stands(config.id, config.says) ? "active" : "none"),
      ...{ active: undefined, seen: clock.monotonic() },
      silent: journal.get("SELECT 1 FROM fire_silent WHERE device = ?", config.id) !== undefined,
    }),
  );
  const isBlind = ({ config, seen }: Kept, now: Monotonic): boolean => now - seen > config.blind_s * 1000;
  const watched = (one: Kept, now: Monotonic): Watched => (one.active === undefined || isBlind(one, now) ? "unread" : one.active);

  function write(tx: Transaction, { config, state }: Kept): void {
    const { id: device, name, says: cause, zone = null } = config;
    const about = { device, point: contactPoint, zone, cause };
    if (state.standing === "active") {
      tx.event("fire.over", about);
      tx.run("DELETE FROM fire_point WHERE device = ? AND point = ? AND cause = ?", device, contactPoint, cause);
      return;
    }
    tx.event("fire.raised", { ...about, shed: null, text: name.slice(0, 120), said_at: null, under_test: false });
    tx.run("INSERT OR REPLACE INTO fire_point VALUES (?, ?, ?, ?, NULL)", device, contactPoint, cause, zone);
  }

  function lookAt(one: Kept, now: Monotonic): void {
    const next = watchStep({ hysteresis: 0, delay_ms: one.config.delay_s * 1000 }, one.state, { value: watched(one, now), now });
    const turns = next.standing !== one.state.standing;
    const falls = isBlind(one, now) && !one.silent;
    const returns = one.active !== undefined && !isBlind(one, now) && one.silent;
    if (turns || falls || returns)
      journal.commit((tx) => {
        if (turns) write(tx, one);
        const device = one.config.id;
        if (falls) {
          tx.event("fire.device-silent", { device, silent_ms: now - one.seen });
          tx.run("INSERT OR IGNORE INTO fire_silent VALUES (?)", device);
        }
        if (returns) {
          tx.event("fire.device-answers", { device });
          tx.run("DELETE FROM fire_silent WHERE device = ?", device);
        }
      });
    // Only now: what the disk refused is decided again at the next look.
    one.state = next;
    if (falls || returns) one.silent = falls;
    if (turns) changed();
  }

  const look = (): void => {
    const now = clock.monotonic();
    for (const one of kept) lookAt(one, now);
  };

  return {
    read(points) {
      const now = clock.monotonic();
      for (const one of kept) {
        const { device, point, channel, bit, active } = one.config;
        const said = points.find((each) => each.device === device && each.point === point && each.channel === channel && each.bit === bit);
        if (said === undefined || said.value === null || !Number.isFinite(said.age_ms)) continue;
        const seen = monotonic(now - Math.max(0, said.age_ms));
        if (one.active !== undefined && seen < one.seen) continue;
        Object.assign(one, { active: said.value === active, seen });
      }
      look();
    },
    tick: look,
    status() {
      const now = clock.monotonic();
      return kept.map((one) => {
        const value = watched(one, now);
        const { id: contact, name, says } = one.config;
        const active = typeof value === "boolean" ? value : null;
        const age_ms = one.active === undefined ? null : now - one.seen;
        return { contact, name, says, active, age_ms, stands: one.state.standing === "active", silent: one.silent || active === null };
      });
    },
    blind: () => kept.some(({ silent }) => silent),
  };
}
