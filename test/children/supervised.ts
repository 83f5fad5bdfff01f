// For tests of the supervisor.  node supervised.ts program NAME [fail|works]  |  node supervised.ts supervisor
// A program says that it is ready and lives until it is told to stop, or until whoever started it is gone. `fail`: it never comes up; `works`: it says so.
import { fileURLToPath } from "node:url";
import pino from "pino";
import { supervise } from "#gateway/site/supervisor.ts";

const [role, name = "", how = ""] = process.argv.slice(2);
const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);

if (role === "program") {
  if (how === "fail") process.exit(1);
  process.on("SIGTERM", () => process.exit(0));
  process.on("disconnect", () => process.exit(1));
  setInterval(() => how === "works" && process.connected && process.send?.({ type: "worked" }), 200);
  say({ ready: name, pid: process.pid });
} else {
  const file = fileURLToPath(import.meta.url);
  const program = (one: string) => ({ name: one, args: [file, "program", one] });
  const supervised = supervise({ programs: [program("a"), program("b")], log: pino({ level: "silent" }), first_ms: 20, longest_ms: 100 });
  process.on("SIGTERM", () => supervised.stop().then(() => process.exit(0)));
  const all = await supervised.ready;
  say({ ready: "both", pids: [...all.values()].map((one) => one.pid) });
}
