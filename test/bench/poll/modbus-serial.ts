// The library as it is: one client a slave, read after read. `modbus-serial.ts SECONDS REGISTERS PORT…`; one line of JSON.
import { setTimeout as pause } from "node:timers/promises";
import modbus from "modbus-serial";

const [seconds = 1, registers = 10, ...ports] = process.argv.slice(2).map(Number);
let reads = 0;
let wrong = 0;
const warm_ms = 500;
let running = true;

async function poll(port: number): Promise<void> {
  const client = new modbus.default();
  await client.connectTCP("127.0.0.1", { port });
  client.setID(1);
  client.setTimeout(500);
  for (let turn = 0; running; turn += 1) {
    const first = turn % 100;
    const { data } = await client.readInputRegisters(first, registers);
    if (data[registers - 1] === first + registers - 1) reads += 1;
    else wrong += 1;
  }
  client.close(() => undefined);
}

const polls = Promise.all(ports.map(poll));
await pause(warm_ms);
const [before, begun, earlier] = [process.cpuUsage(), performance.now(), reads];
await pause(seconds * 1_000);
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `${JSON.stringify({ reads: reads - earlier, wrong, seconds: (performance.now() - begun) / 1_000, cpu_us: user + system })}\n`,
);
running = false;
await polls;
process.exit();
