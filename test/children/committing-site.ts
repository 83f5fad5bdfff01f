// A site that does nothing but commit and send, for tests that kill it: each commit is said on stdout after it has returned, and not before.
//   node committing-site.ts FOLDER BROKER|none COMMITS [PASSWORD money [EVERY_MS]]
import { writeSync } from "node:fs";
import pino from "pino";
import { openStorage } from "#gateway/journal/storage.ts";
import { startUplink } from "#gateway/uplink/uplink.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";

const [folder = "", broker = "none", commits = "0", password = "secret", pays = "", every_ms = "1"] = process.argv.slice(2);
// Where the size of files is limited the kernel sends this signal with the failed write; heard, the write fails as on a broken disk.
process.on("SIGXFSZ", () => undefined);

const clock = machineClock();
const chance = machineChance();
/** Whoever reads may be slow: it is said all the same before anything else happens. */
function say(line: string): void {
  for (;;)
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
}
const tables = [{ name: "test/0001-thing", sql: "CREATE TABLE thing (n INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT" }];
const { journal, telemetry } = openStorage({
  ...{ folder, clock, chance, tables, storage: { reserve_MB: pays === "money" ? 8 : 1 } },
  onFailure: (why) => say(`failed ${why}`),
  say: (what, detail) => say(`storage ${what} ${JSON.stringify(detail)}`),
});
if (broker !== "none")
  startUplink({
    onCommand: () => undefined,
    site: "jinxiu",
    gateway: "gw-1",
    broker,
    username: "gw-1",
    password: () => password,
    keepalive_s: 5,
    clock,
    chance,
    journal,
    telemetry,
    log: pino({ level: "silent" }),
    backOff: { first_ms: 10, longest_ms: 100 },
    deadlines: { publish_ms: 1000, acknowledgement_ms: 500, longestAcknowledgement_ms: 1000 },
  });

let left = Number(commits);
let reading = (Date.now() % 1_000_000_000) * 1000;
function work(): void {
  for (let burst = 0; burst < 5 && left > 0; burst += 1, left -= 1) {
    const urgent = left % 7 === 0;
    const money = pays === "money" && left % 3 === 0;
    try {
      const { stream, seq } = journal.commit((tx) => {
        if (money) {
          const [visit, payment] = [chance.id(), chance.id()];
          return tx.event("visit.paid", { visit, payment, lane: null, method: "cash", amount_fen: 1 + (left % 500), collector: "booth" });
        }
        const key = urgent
          ? tx.event("station.silent", { station: "station-1", silent_ms: left })
          : tx.event("station.answers", { station: `station-${chance.id()}`.slice(0, 30) });
        if (!urgent) tx.run("INSERT INTO thing (seq) VALUES (?)", key.seq);
        return key;
      });
      say(`${stream} ${seq}`);
    } catch (error) {
      say(`refused ${error instanceof Error ? error.message : error}`);
    }
    // A number that no other reading has: milliseconds between two starts leave room for a thousand each.
    reading += 1;
    telemetry.add(`socket,quality=good,socket=1,station=station-1 current_mA=${reading}i 0\n`, clock.stamp());
    if (pays === "money") say(`reading ${reading}`);
  }
  if (left > 0) setTimeout(work, Number(every_ms));
  else say("done");
}
say(`epoch ${journal.epoch}`);
work();
