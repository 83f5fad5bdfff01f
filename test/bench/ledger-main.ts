// `npm run bench -- ledger [--hazards N] [--json]`: 100,000 hazards and five years of history, on the embedded database and on PostgreSQL where it is here.
import { parseArgs } from "node:util";
import { startPostgres } from "#cloud/store/postgres-for-tests.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { fillLedger, measureLedger } from "./ledger.ts";
import { table } from "./table.ts";

const { values } = parseArgs({ options: { hazards: { type: "string", default: "100000" }, json: { type: "boolean", default: false } } });
const hazards = Number(values.hazards);
if (!Number.isInteger(hazards) || hazards < 100) {
  process.stderr.write("npm run bench -- ledger [--hazards N≥100] [--json]\n");
  process.exit(2);
}
const server = hasCommand("postgres") ? startPostgres(commandPath("postgres") ?? "") : undefined;
const places = [
  { name: "sqlite", place: undefined },
  ...(server === undefined ? [] : [{ name: "postgres", place: { kind: "postgres" as const, url: server.fresh() } }]),
];
try {
  for (const { name, place } of places) {
    const begun = performance.now();
    const filled = await fillLedger(place, hazards, 200);
    const filled_s = (performance.now() - begun) / 1000;
    const measured = await measureLedger(filled, 50);
    if (values.json) process.stdout.write(`${JSON.stringify({ database: name, hazards, steps: filled.steps, filled_s, measured })}\n`);
    else
      process.stdout.write(
        `${name}: ${hazards} hazards, ${filled.steps} steps, written in ${filled_s.toFixed(0)} s\n${table([
          ["", "times", "p50 ms", "p95 ms", "kB"],
          ...measured.map((one) => [one.what, one.times, one.p50_ms.toFixed(1), one.p95_ms.toFixed(1), (one.bytes / 1000).toFixed(0)]),
        ])}\n`,
      );
    await filled.api.close();
  }
} finally {
  server?.stop();
}
