// `sim pile`: a DNY pile or a dc589 board that calls a gateway, and does what it is told on standard input; `sim meter`: a DL/T 645-2007 meter behind TCP.
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { chance } from "../chance.ts";
import { Dc589Board } from "../piles/dc589-board.ts";
import { Dlt645Meter } from "../piles/dlt645-meter.ts";
import { DnyPile } from "../piles/dny-pile.ts";
import { spoiledWire, type WireFault, wireFaults } from "../piles/wire-faults.ts";
import { realWorld } from "../ports.ts";
import { data, type ExitCode, exitCode, talk, UsageError, wholeNumber } from "./say.ts";

const tick_ms = 200;
const iccid = "89860463112070319417";
const isFault = (name: string | undefined): name is WireFault => wireFaults.some((one) => one === name);

type Pile = DnyPile | Dc589Board;

/** What somebody at the pile, or its mains, may do. */
function obey(pile: Pile, [word = "", first = "", second = ""]: readonly string[]): boolean {
  const port = Number(first) - 1;
  const known = pile.ports[port];
  if (word === "unplug") pile.unplug(port);
  else if (word === "plug" && known !== undefined) known.plugged = true;
  else if (word === "full") pile.full(port);
  else if (word === "power" && known !== undefined) known.power_mW = Number(second) * 1_000;
  else if (word === "power-cut") pile.powerCut();
  else if (word === "mute" || word === "speak") pile.mute = word === "mute";
  else if (word === "alarm" && pile instanceof DnyPile) pile.alarm(Number(first), Number(second || "1") - 1);
  else if (word === "alarm" && pile instanceof Dc589Board) pile.fault(first === "smoke" ? 0xbb : 0xaa, Number(second || "255"));
  else if (word === "card" && pile instanceof DnyPile) pile.card(first, Number(second) - 1);
  else if (word === "card" && pile instanceof Dc589Board) pile.card(Number(first), Number(second));
  else if (word === "forget" && pile instanceof DnyPile) pile.forget();
  else return false;
  return true;
}

const stateOf = (pile: Pile): object => ({
  ports: pile.ports.map(({ order, plugged, charged_ms, power_mW }) => ({
    order: order ?? null,
    plugged,
    charged_s: Math.floor(charged_ms / 1_000),
    power_mW,
  })),
  started: pile.started.length,
  unsettled: pile.unsettled.length,
});

export async function pile(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      to: { type: "string" },
      number: { type: "string" },
      ports: { type: "string" },
      fault: { type: "string", multiple: true },
      seed: { type: "string", default: "7" },
    },
  });
  const [kind = ""] = positionals;
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(values.to ?? "") ?? [];
  if (kind !== "dny" && kind !== "dc589") throw new UsageError("sim pile dny | dc589");
  if (host === "") throw new UsageError("--to: 需要 / needs HOST:PORT");
  for (const one of values.fault ?? []) if (!isFault(one)) throw new UsageError(`--fault: ${wireFaults.join(" ")}`);
  const ports = wholeNumber("ports", values.ports) ?? (kind === "dny" ? 2 : 10);
  const number = values.number ?? (kind === "dny" ? "04CEAA40" : "2026000000000001");
  if (!(kind === "dny" ? /^[0-9A-F]{8}$/ : /^[0-9A-F]{16}$/).test(number))
    throw new UsageError("--number: DNY 8 位、dc589 16 位十六进制大写 / 8 (DNY) or 16 (dc589) hex digits in capitals");
  const ending = Promise.withResolvers<ExitCode>();
  const socket = connect(Number(port), host);
  const wire = spoiledWire(chance(wholeNumber("seed", values.seed) ?? 7), (bytes) => void socket.write(bytes));
  for (const one of values.fault ?? []) if (isFault(one)) wire.faults.add(one);
  const { write } = wire;
  const simulated: Pile =
    kind === "dny" ? new DnyPile({ device: Number.parseInt(number, 16), ports, write }) : new Dc589Board({ board: number, ports, write });
  socket.on("connect", () => {
    if (simulated instanceof DnyPile) simulated.connect(iccid);
    else simulated.connect();
    data(JSON.stringify({ ready: "sim-pile", kind, number, ports }));
  });
  socket.on("data", (bytes) => simulated.hear(bytes));
  socket.on("error", (error) => {
    talk(`连不上 / cannot connect: ${error.message}`);
    ending.resolve(exitCode.unreachable);
  });
  socket.on("close", () => ending.resolve(exitCode.failed));
  const stop = realWorld.every(tick_ms, () => simulated.advance(tick_ms));
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    const words = line.trim().split(/\s+/);
    const [word = "", name] = words;
    if (word === "") return;
    if (word === "fault" && isFault(name)) wire.faults.add(name);
    else if (word === "clear") wire.faults.clear();
    else if (word === "state") data(JSON.stringify(stateOf(simulated)));
    else if (word === "end") ending.resolve(exitCode.ok);
    else if (!obey(simulated, words))
      talk(
        "unplug N · plug N · full N · power N W · power-cut · alarm N [PORT] · card CARD N · mute · speak · forget · fault NAME · clear · state · end",
      );
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.resolve(exitCode.ok));
  const code = await ending.promise;
  stop();
  input.close();
  socket.destroy();
  return code;
}

export async function meter(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    options: {
      address: { type: "string", default: "202107072529" },
      port: { type: "string", default: "0" },
      "power-W": { type: "string", default: "1000" },
      kWh: { type: "string", default: "12.34" },
    },
  });
  if (!/^\d{12}$/.test(values.address)) throw new UsageError("--address: 12 位数字 / 12 digits");
  const ending = Promise.withResolvers<ExitCode>();
  let write: (bytes: Uint8Array) => void = () => undefined;
  const one = new Dlt645Meter({ address: values.address, write: (bytes) => write(bytes) });
  one.energy_mWh = Math.round(Number(values.kWh) * 1_000_000);
  one.power_mW = (wholeNumber("power-W", values["power-W"]) ?? 0) * 1_000;
  const server = createServer((socket) => {
    write = (bytes) => void socket.write(bytes);
    socket.on("data", (bytes) => one.hear(bytes));
    socket.on("error", () => socket.destroy());
  });
  server.listen(wholeNumber("port", values.port) ?? 0, "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    data(JSON.stringify({ ready: "sim-meter", host: "127.0.0.1", port, address: values.address }));
  });
  server.on("error", (error) => {
    talk(error.message);
    ending.resolve(exitCode.failed);
  });
  const stop = realWorld.every(tick_ms, () => one.advance(tick_ms));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.resolve(exitCode.ok));
  const code = await ending.promise;
  stop();
  server.close();
  return code;
}
