// The gateway's own serial line, asking as fast as the discipline allows. `ours.ts PATH BAUD TURNAROUND_ms SECONDS REGISTERS`; one line of JSON.
import { setTimeout as pause } from "node:timers/promises";
import { openExchange } from "#gateway/lines/open.ts";
import { superviseLine } from "#gateway/lines/supervisor.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { type Block, blockRequest } from "#protocols/modbus/plan.ts";

const [path = "", ...rest] = process.argv.slice(2);
const [baud = 9600, turnaround_ms = 0, seconds = 1, registers = 80] = rest.map(Number);
const clock = machineClock();
const devices = machineDevices();
let reads = 0;
let wrong = 0;
let turn = 0;
let running = true;

const line = superviseLine(
  {
    id: "bench",
    clock,
    connect: () =>
      openExchange({ kind: "serial", path, baud, parity: "none", stop_bits: 1 }, { clock, devices, echo: { state: "unknown" } }),
  },
  { onFree: ask, onOpen: ask, onLost: (why) => process.stderr.write(`${why}\n`) },
);

/** Eight slaves in turn, as on a line with several meters. One alone, asked for blocks of one length, is asked no more often than every `again_ms` (protocols/modbus/timing.ts). */
function ask(): void {
  if (!running || !line.free()) return;
  turn += 1;
  const block: Block = { table: "input", address: turn % 100, count: registers };
  line.ask({ ...blockRequest(1 + (turn % 8), block), turnaround_ms }, (outcome) => {
    const words = outcome.kind === "answer" ? answerWords(block, outcome.pdu) : [];
    if (Array.isArray(words) && words[registers - 1] === block.address + registers - 1) reads += 1;
    else wrong += 1;
  });
}

await pause(seconds * 1_000);
running = false;
const { user, system } = process.cpuUsage();
process.stdout.write(`${JSON.stringify({ reads, wrong, cpu_us: user + system })}\n`);
line.stop();
process.exit();
