// Our own polling: supervised lines of the gateway, every answer decoded to words and looked at. `ours.ts SECONDS REGISTERS IN_FLIGHT PORT…`; one line of JSON.
import { setTimeout as pause } from "node:timers/promises";
import { openExchange } from "#gateway/lines/open.ts";
import { type SupervisedLine, superviseLine } from "#gateway/lines/supervisor.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { type Block, blockRequest } from "#protocols/modbus/plan.ts";

const [seconds = 1, registers = 10, in_flight = 1, ...ports] = process.argv.slice(2).map(Number);
const clock = machineClock();
const devices = machineDevices();
/** Compiled code, not compiling, is measured. */
const warm_ms = 500;
let reads = 0;
let wrong = 0;
let running = true;

function poll(port: number): Promise<SupervisedLine> {
  let turn = 0;
  return new Promise((resolve) => {
    const line = superviseLine(
      {
        id: String(port),
        clock,
        connect: () => openExchange({ kind: "tcp", host: "127.0.0.1", port }, { clock, devices, echo: { state: "no" }, in_flight }),
      },
      {
        onFree: () => ask(),
        onOpen: () => {
          resolve(line);
          ask();
        },
        onLost: (why) => process.stderr.write(`${why}\n`),
      },
    );
    function ask(): void {
      while (running && line.free()) {
        const first = turn % 100;
        turn += 1;
        const block: Block = { table: "input", address: first, count: registers };
        line.ask(blockRequest(1, block), (outcome) => {
          const words = outcome.kind === "answer" ? answerWords(block, outcome.pdu) : [];
          if (Array.isArray(words) && words[registers - 1] === first + registers - 1) reads += 1;
          else wrong += 1;
        });
      }
    }
  });
}

const lines = await Promise.all(ports.map(poll));
await pause(warm_ms);
const [before, begun, earlier] = [process.cpuUsage(), performance.now(), reads];
await pause(seconds * 1_000);
running = false;
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `${JSON.stringify({ reads: reads - earlier, wrong, seconds: (performance.now() - begun) / 1_000, cpu_us: user + system })}\n`,
);
for (const line of lines) line.stop();
process.exit();
