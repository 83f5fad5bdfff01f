// A gateway that comes back after a long time: a journal with a backlog of events, and the uplink that drains it. Says how long it took until the cloud had acknowledged all of it.
//   node drain-site.ts '{"folder": …, "broker": …, "gateway": …, "events": 1000000}'
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openSite } from "./site.ts";

interface Asked {
  readonly folder: string;
  readonly broker: string;
  readonly gateway: string;
  readonly events: number;
}
const asked = JSON.parse(process.argv[2] ?? "{}") as Asked;
const { journal, uplink } = await openSite(asked);
const began = performance.now();
const before = journal.outbox.state("state").acknowledged;
while (journal.outbox.state("state").acknowledged < asked.events) await pause(20);
const seconds = (performance.now() - began) / 1_000;
writeSync(1, `${JSON.stringify({ seconds, events: asked.events - before, window: uplink.counts().window })}\n`);
process.exit(0);
