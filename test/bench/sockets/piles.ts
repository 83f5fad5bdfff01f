// Piles that call by themselves, in real time, for the socket benchmark: `node piles.ts --dny PORT --dc589 PORT`. DNY piles of ten ports and dc589 boards of nine, each on a connection of its own.
import { connect } from "node:net";
import { parseArgs } from "node:util";
import { Dc589Board } from "#sim/piles/dc589-board.ts";
import { DnyPile } from "#sim/piles/dny-pile.ts";
import { boardPorts, boards, pilePorts, piles } from "./site.ts";

const { values } = parseArgs({ options: { dny: { type: "string" }, dc589: { type: "string" } } });
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

interface Simulated {
  hear(bytes: Uint8Array): void;
  advance(ms: number): void;
  readonly ports: readonly { readonly order: string | undefined }[];
  readonly started: readonly string[];
}

function call<One extends Simulated>(port: number, make: (write: (bytes: Uint8Array) => void) => One, begin: (one: One) => void): One {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  const one = make((bytes) => void socket.write(bytes));
  socket.on("connect", () => begin(one));
  socket.on("data", (bytes) => one.hear(bytes));
  socket.on("error", () => process.exit(1));
  return one;
}

const all: Simulated[] = [
  ...piles.map(({ device }, n) =>
    call(
      Number(values.dny),
      (write) => new DnyPile({ device, ports: pilePorts, write }),
      (pile) => pile.connect(`8986046311207031${String(9_000 + n)}`),
    ),
  ),
  ...boards.map(({ number }) =>
    call(
      Number(values.dc589),
      (write) => new Dc589Board({ board: number, ports: boardPorts, write }),
      (board) => board.connect(),
    ),
  ),
];
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  for (const one of all) one.advance(now - last);
  last = now;
}, 200);
setInterval(() => say({ charging: all.reduce((sum, { ports }) => sum + ports.filter(({ order }) => order !== undefined).length, 0) }), 500);
process.stdin.on("end", () => process.exit(0)).resume();
say({ ready: "piles" });
