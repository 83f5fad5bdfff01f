// The gateway of the alarm benchmark: raises one alarm after another, each of its own cause, and says when it began to write each.
//   node alarm-site.ts '{"folder": …, "broker": …, "gateway": …, "backlog": 200000, "alarms": 200}'
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openSite } from "./site.ts";

interface Asked {
  readonly folder: string;
  readonly broker: string;
  readonly gateway: string;
  readonly backlog: number;
  readonly alarms: number;
}
const { folder, broker, gateway, backlog, alarms } = JSON.parse(process.argv[2] ?? "{}") as Asked;
const events = Math.max(1, backlog);
const { journal } = await openSite({ folder, broker, gateway, events });
for (let n = 1; n <= alarms; n += 1) {
  // Not in step with anything that is sent at a steady pace.
  await pause(40 + ((n * 37) % 41));
  const socket = `station-${Math.ceil(n / 10)}/${((n - 1) % 10) + 1}`;
  const ns = process.hrtime.bigint();
  journal.commit((tx) =>
    tx.event("charging.cut", {
      ...{ trip: `trip-${String(n).padStart(8, "0")}`, socket, session: null, cause: "over-current", value: 10_000, limit: 4_400 },
      ...{ unit: "mA", decided_after_ms: 12, off_after_ms: 15, latched: true },
    }),
  );
  writeSync(1, `${JSON.stringify({ source: socket, ns: String(ns) })}\n`);
}
writeSync(1, `${JSON.stringify({ waiting: events - journal.outbox.state("state").acknowledged })}\n`);
while (journal.outbox.state("urgent").acknowledged < alarms) await pause(5);
process.exit(0);
