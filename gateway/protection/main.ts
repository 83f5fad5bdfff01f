// The safety process: spool, lines, OFF to every socket, then polls. Started by the gateway's supervisor; runs alone as well.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pino from "pino";
import { complaintText } from "../config/complaint.ts";
import { readSiteConfig } from "../config/read.ts";
import { openLinkServer } from "../link/server.ts";
import { openAppendFile } from "../world/append-file.ts";
import { machineChance, machineClock } from "../world/clock.ts";
import { machineDevices } from "../world/devices.ts";
import { type Safety, startSafety } from "./safety.ts";
import { type Entry, openSpool } from "./spool/spool.ts";
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
const stopWithin_ms = 1_500;
const lastWords_ms = 300;

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
  const site = readSiteConfig(files.config);
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
  process.exit(code.configuration);
}

// Written behind the safety work: when nobody reads, lines are dropped rather than kept or waited for.
const log = pino({ name: "protection", level: given["log-level"] }, pino.destination({ fd: 2, sync: false, maxLength: 1_048_576 }));
const clock = machineClock();
/** Names this run: the machine's boot, our own beginning, and our number, so that no two runs share a name even without a set clock. */
const run = `${clock.stamp().boot.slice(0, 8)}-${clock.monotonic().toString(36)}-${process.pid.toString(36)}`;

function sayFact(entry: Entry): void {
  if (entry.kind === "fact") log[entry.fact.kind === "cut" || entry.fact.kind === "welded" ? "warn" : "info"](entry.fact, entry.fact.kind);
  else log.info(entry, entry.kind);
}

async function main(site: Wiring): Promise<void> {
  const file = await openAppendFile(join(site.spool, "spool"));
  for (const damage of file.damage) log.error({ ...damage }, "the spool is damaged; the bytes were kept beside it");
  const spool = openSpool(file, { clock, chance: machineChance(), onTrouble: (what) => log.error(what) });
  let safety: Safety | undefined;
  const link = await openLinkServer(site.link, {
    onMessage: (message) => safety?.hear(message),
    onClient: () => safety?.greeting() ?? [],
    onTrouble: (what) => log.warn(what),
  });
  safety = startSafety({
    wiring: site,
    clock,
    devices: machineDevices(),
    spool,
    run,
    link,
    log: {
      fact: sayFact,
      line: (what, line, why) => log[what === "open" ? "info" : "warn"]({ line, why }, `line ${what}`),
      gap: (stood_ms) => log.error({ stood_ms }, "this process stood still; every socket is opened"),
    },
  });
  if (given["ready-json"]) process.stdout.write(`${JSON.stringify({ ready: "protection", link: link.path })}\n`);
  log.info({ link: link.path, stations: site.stations.length, run }, "ready");

  let ending = false;
  const end = async (how: number): Promise<void> => {
    if (ending) return;
    ending = true;
    await safety.stop(stopWithin_ms);
    await Promise.race([spool.flushed(), new Promise((resolve) => setTimeout(resolve, stopWithin_ms))]);
    await link.close();
    await file.close();
    log.info("stopped");
    setTimeout(() => process.exit(how), lastWords_ms);
    log.flush(() => process.exit(how));
  };
  process.on("SIGTERM", () => void end(code.ok));
  process.on("SIGINT", () => void end(code.interrupted));
  // Who started us keeps a channel to us; when that breaks, they are gone, and so are we, with every socket OFF.
  if (process.channel !== undefined) process.on("disconnect", () => void end(code.failed));
}

// A bug leads to the safe state: we end at once, nobody re-arms, and every relay opens within the boards' dead-man window.
process.on("uncaughtException", (error) => {
  try {
    writeSync(
      2,
      `${JSON.stringify({ level: 60, name: "protection", msg: "a bug; this process ends, and the boards open their relays", error: error.stack })}\n`,
    );
  } catch {
    // nobody listens
  }
  process.exit(code.failed);
});
main(wiring).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(code.failed);
});
