// What the site process keeps on its disk, opened together: the reserve, the journal, the waiting readings; and who gives what when the disk is short.
import { join } from "node:path";
import { after } from "#protocols/vocabulary/time.ts";
import type { Cancel, Chance, Clock } from "../ports.ts";
import { type Journal, openJournal } from "./journal.ts";
import type { Migration } from "./migrations.ts";
import { openSpace } from "./space.ts";
import { openTelemetryQueue, type TelemetryQueue } from "./telemetry.ts";

export interface StorageSettings {
  readonly folder: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly tables: readonly Migration[];
  /** The site file's words; what is not written is as usual. */
  readonly telemetry?: { readonly limit_MB?: number | undefined; readonly thin_to_s?: number | undefined } | undefined;
  readonly storage?: { readonly reserve_MB?: number | undefined; readonly state_events?: number | undefined } | undefined;
  /** Free bytes on that disk; a test says its own. */
  readonly free?: () => number;
  readonly onFailure: (why: string) => void;
  readonly say: (what: string, detail: object) => void;
}

export interface Storage {
  readonly journal: Journal;
  readonly telemetry: TelemetryQueue;
  /** The disk is short: what is worth less has given way to safety and money. */
  short(): boolean;
  close(): void;
}

const usual = { limit_MB: 256, thin_to_s: 60, reserve_MB: 16 };
/** Readings younger than this are kept whole, however little room there is. */
const thinAfterMs = 600_000;
const lookEveryMs = 1000;

export function openStorage({ folder, clock, chance, say, ...settings }: StorageSettings): Storage {
  const space = openSpace({
    folder,
    reserveBytes: (settings.storage?.reserve_MB ?? usual.reserve_MB) * 1_000_000,
    ...(settings.free === undefined ? {} : { free: settings.free }),
  });
  const journal = openJournal({
    ...{ path: join(folder, "journal.sqlite"), clock, chance, tables: settings.tables, onFailure: settings.onFailure },
    ...(settings.storage?.state_events === undefined ? {} : { stateLimit: settings.storage.state_events }),
    makeRoom: space.give,
  });
  const telemetry = openTelemetryQueue({
    path: join(folder, "telemetry.sqlite"),
    limitBytes: (settings.telemetry?.limit_MB ?? usual.limit_MB) * 1_000_000,
    thinTo_ms: (settings.telemetry?.thin_to_s ?? usual.thin_to_s) * 1000,
    thinAfter_ms: thinAfterMs,
    numbered: journal.outbox.numbered(),
    newId: () => chance.id(),
    now: () => clock.stamp(),
    onDrop: (why) => say("readings were dropped", { why }),
  });
  /** Room may be gone again before we are done: then it stays undone until the next look. */
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      say("the journal refused", { error: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  space.offer({ name: "telemetry", give: () => telemetry.giveUp() > 0 }, "before-reserve");
  space.offer({ name: "journal", give: () => attempt(() => journal.outbox.trim()) === true }, "behind-reserve");
  // A start on a full disk: the reserve may be gone already.
  if (space.short) telemetry.giveUp();

  /** What the cloud was last told stands in the same transaction: a process that dies between says it after its next start. */
  const tellCloud = (): void => {
    const told = journal.get<{ value: string }>("SELECT value FROM meta WHERE key = 'storage'")?.value ?? "well";
    const now = space.short ? "short" : "well";
    if (told === now) return;
    attempt(() =>
      journal.commit((tx) => {
        if (now === "short") tx.event("storage.short", { given: [...space.given] });
        else tx.event("storage.well", {});
        tx.run("INSERT INTO meta (key, value) VALUES ('storage', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", now);
      }),
    );
  };

  let cancel: Cancel = () => undefined;
  const look = (): void => {
    attempt(() => journal.lookAtClock());
    const news = space.look();
    if (news === "short") say("the disk is short: readings do not wait, the reserve is in use", { given: space.given });
    if (news === "well") telemetry.resume();
    tellCloud();
    if (news === "well") say("the disk has room again", {});
    cancel = clock.wake(after(clock.monotonic(), lookEveryMs), look);
  };
  look();
  return {
    journal,
    telemetry,
    short: () => space.short,
    close: () => {
      cancel();
      journal.close();
      telemetry.close();
    },
  };
}
