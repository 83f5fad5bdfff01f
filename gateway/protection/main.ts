// The safety process: spool, lines, OFF to every socket, then polls. Started by the gateway's supervisor; runs alone as well.
import { parseArgs } from "node:util";
import pino from "pino";
import { complaintText } from "../config/complaint.ts";
import { leaveTrial, readRunning } from "../config/running.ts";
import { keptLines } from "../link/log-lines.ts";
import { logSink } from "./log.ts";
import { leave, runSafety } from "./process.ts";
import { Refused } from "./watch/device.ts";
import { type Complaints, readWiring, type Wiring, wiringOf } from "./wiring.ts";

const help = `保护进程 / the safety process

  node gateway/protection/main.ts run --config site.yaml [--ready-json]

  --config FILE    站点文件 / the site file
  --wiring FILE    只含本进程所需的 JSON：link、spool、lines、stations / JSON of what this process needs alone
  --ready-json     就绪时在标准输出打印一行 JSON / one JSON line on stdout when ready
  --log-level L    trace debug info warn error

退出码 / exit codes: 0 ok, 1 failed, 2 usage, 3 configuration invalid, 130 interrupted
`;
const code = { ok: 0, failed: 1, usage: 2, configuration: 3, interrupted: 130 } as const;

function usage(words: string): never {
  process.stderr.write(`${words}\n\n${help}`);
  process.exit(code.usage);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        config: { type: "string" },
        wiring: { type: "string" },
        "ready-json": { type: "boolean" },
        "log-level": { type: "string", default: "info" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (positionals.length > 1 || (positionals[0] ?? "run") !== "run") return usage("写作 / say: run --config FILE");
    return values;
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

function wiringFrom(files: { config?: string | undefined; wiring?: string | undefined }): Wiring | Complaints {
  if (files.wiring !== undefined) return readWiring(files.wiring);
  if (files.config === undefined) return usage("--config FILE");
  const site = readRunning(files.config, "safety");
  return site.kind === "site" ? wiringOf(site) : site.complaints.map(complaintText);
}

const given = readArguments();
if (given.help) {
  process.stdout.write(help);
  process.exit(code.ok);
}
const wiring = wiringFrom(given);
if (!("lines" in wiring)) {
  process.stderr.write(`${wiring.join("\n")}\n`);
  process.exit(codeOfRefusal());
}

/** By a document on trial nothing is refused for good: it is gone back from, and whoever started us begins anew with what ran before. */
function codeOfRefusal(): number {
  return given.config !== undefined && leaveTrial(given.config) ? code.failed : code.configuration;
}

const sink = logSink();
const kept = keptLines();
const write = (line: string): void => {
  kept.add(line);
  sink.write(line);
};
const log = pino({ name: "protection", level: given["log-level"] }, { write });

// A bug leads to the safe state: we end at once and for certain, nobody re-arms, and every relay opens within the boards' dead-man window.
process.on("uncaughtException", (error) => {
  sink.last(
    `${JSON.stringify({ level: 60, name: "protection", msg: "a bug; this process ends, and the boards open their relays", error: error.stack })}\n`,
  );
  leave(code.failed, false);
});
process.stdout.on("error", () => undefined); // who started us need not listen for ever

runSafety(wiring, { log, kept }).then(
  ({ link, end }) => {
    process.on("SIGTERM", () => void end(code.ok));
    process.on("SIGINT", () => void end(code.interrupted));
    // Who started us keeps a channel to us; when that breaks, they are gone, and so are we, with every socket OFF.
    if (process.channel !== undefined) process.on("disconnect", () => void end(code.failed));
    if (given["ready-json"]) process.stdout.write(`${JSON.stringify({ ready: "protection", link })}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(error instanceof Refused ? codeOfRefusal() : code.failed);
  },
);
