// A gateway's real journal and uplink for benchmarks that run it in a process of its own, with as many old events as are asked for.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pino from "pino";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { openTelemetryQueue } from "#gateway/journal/telemetry.ts";
import { startUplink } from "#gateway/uplink/uplink.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import { password, site } from "./gateway.ts";

export interface BenchSite {
  readonly journal: Journal;
  readonly uplink: ReturnType<typeof startUplink>;
}

/** Resolves once the cloud has acknowledged the first of its events: from then on it drains. */
export async function openSite(asked: { folder: string; broker: string; gateway: string; events: number }): Promise<BenchSite> {
  const { folder, broker, gateway, events } = asked;
  const clock = machineClock();
  const chance = machineChance();
  const journal = openJournal({ path: join(folder, "journal.sqlite"), clock, chance, tables: [] });
  journal.commit((tx) => {
    tx.event("lane.passed", { lane: "lane-1", direction: "entry", visit: null, count: 1, known_late: false });
    const first = tx.get<{ at: string; data: string }>("SELECT at, data FROM event WHERE stream = 'state' AND seq = 1");
    if (events > 1)
      tx.run(
        `INSERT INTO event (stream, seq, type, at, data) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         SELECT 'state', i + 1, 'lane.passed', ?, json_set(?, '$.count', i + 1) FROM n`,
        events - 1,
        first?.at ?? "",
        first?.data ?? "",
      );
    tx.run("UPDATE stream SET next = ? WHERE stream = 'state'", events + 1);
  });
  const telemetry = openTelemetryQueue({
    ...{ path: join(folder, "telemetry.sqlite"), limitBytes: 1e9, thinTo_ms: 60_000, thinAfter_ms: 600_000 },
    ...{ numbered: journal.outbox.numbered(), newId: chance.id, now: clock.stamp },
  });
  const uplink = startUplink({
    ...{ site, gateway, broker, username: gateway, password: () => password, keepalive_s: 60, clock, chance, journal, telemetry },
    log: pino({ level: "silent" }),
    onCommand: () => undefined,
  });
  while (journal.outbox.state("state").acknowledged === 0) await pause(5);
  return { journal, uplink };
}
