// What a gateway's journal holds for the cloud: filled while the gateway stands still, and looked at while it runs.
import Database from "better-sqlite3";
import { openJournal } from "#gateway/journal/journal.ts";
import { tables } from "#gateway/site/tables.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";

/** So many passages that the cloud has not heard of. */
export function fillBacklog(path: string, events: number): void {
  const journal = openJournal({ path, clock: machineClock(), chance: machineChance(), tables });
  journal.commit((tx) => {
    tx.event("lane.passed", { lane: "west-in", direction: "entry", visit: null, count: 1, known_late: false });
    const { last } = journal.outbox.state("state");
    const first = tx.get<{ at: string; data: string }>("SELECT at, data FROM event WHERE stream = 'state' AND seq = ?", last);
    tx.run(
      `INSERT INTO event (stream, seq, type, at, data) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       SELECT 'state', ? + i, 'lane.passed', ?, json_set(?, '$.count', i + 1) FROM n`,
      events - 1,
      last,
      first?.at ?? "",
      first?.data ?? "",
    );
    tx.run("UPDATE stream SET next = ? WHERE stream = 'state'", last + events);
  });
  journal.close();
}

/** Events of all classes that the cloud has not acknowledged. */
export function waiting(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    const row = database.prepare("SELECT sum(next - 1 - acknowledged) AS n FROM stream WHERE stream != 'bulk'").get() as { n: number };
    return row.n;
  } finally {
    database.close();
  }
}
