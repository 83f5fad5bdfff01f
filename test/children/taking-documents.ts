// A gateway that does nothing but take documents, for tests that kill it: each is said on stdout when all that follows from it is written.
//   node taking-documents.ts SITE_FILE DOCUMENTS_FILE FROM
import { readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import pino from "pino";
import { openDocumentFolder } from "#gateway/config/documents/folder.ts";
import { cloudKeys, documentsOf, readRunning, unfitToRun } from "#gateway/config/running.ts";
import { startDocuments } from "#gateway/documents/documents.ts";
import { tables } from "#gateway/documents/tables.ts";
import { openJournal } from "#gateway/journal/journal.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";

const [path = "", list = "", from = "0"] = process.argv.slice(2);
const running = readRunning(path);
if (running.kind === "complaints") throw new Error(JSON.stringify(running.complaints));
const clock = machineClock();
const journal = openJournal({ path: join(dirname(path), "journal.sqlite"), clock, chance: machineChance(), tables });
const ground = { site: running.config.site, gateway: running.config.gateway, keys: cloudKeys(running) };
const documents = startDocuments({
  ...{ ground, folder: openDocumentFolder(documentsOf(running.data), ground), clock, journal, log: pino({ level: "silent" }) },
  knows: () => true,
  unfit: (held) => unfitToRun(path, held),
  writeList: () => undefined,
  renewPrices: () => undefined,
  restart: () => undefined,
});
const signed = readFileSync(list, "utf8").trim().split("\n");
writeSync(1, "ready\n");
for (const [n, one] of signed.entries()) {
  if (n < Number(from)) continue;
  documents.take(Buffer.from(one));
  writeSync(1, `${n}\n`);
}
