// Barrier boards by a stranger: modbus-serial's own server over the registers that a test sets, one unit a lane. Nothing in it moves by itself.
import type { Server } from "node:net";
import { type IServiceVector, ServerTCP } from "modbus-serial";

export interface TestBoard {
  open: boolean;
  closed: boolean;
  moving: boolean;
  approach: boolean;
  under: boolean;
  /** The fire alarm's contact, wired to this board. */
  fire: boolean;
  /** The board's counters of its whole life. */
  opened: number;
  passed: number;
  against: number;
  /** It hears and says nothing. */
  mute: boolean;
  /** Pulses to open that it heard, and anything else that somebody wrote. */
  pulses: number;
  otherWrites: number;
  /** Pulses to close that it heard. */
  closes: number;
  /** Frames that it heard. */
  heard: number;
}

export interface TestBoards {
  readonly host: string;
  readonly port: number;
  unit(number: number): TestBoard;
  /** The network is gone: connections are reset and nobody listens; and back at the same port. */
  down(): Promise<void>;
  up(): Promise<void>;
}

const newBoard = (): TestBoard => ({
  open: false,
  closed: true,
  moving: false,
  approach: false,
  under: false,
  fire: false,
  opened: 40_000,
  passed: 39_000,
  against: 12,
  mute: false,
  pulses: 0,
  otherWrites: 0,
  closes: 0,
  heard: 0,
});

const flags = ({ open, closed, approach, under, moving, fire }: TestBoard): number =>
  [open, closed, approach, under, moving, fire].reduce((word, flag, bit) => word | (flag ? 1 << bit : 0), 0);

/** Words as protocols/profiles/barriers/loop-board.json and direction-board.json lay them out, written down here once more: the profile is under test too. */
const words = (board: TestBoard): number[] => [
  flags(board),
  board.opened >>> 16,
  board.opened & 0xffff,
  board.passed >>> 16,
  board.passed & 0xffff,
  1_500,
  board.against >>> 16,
  board.against & 0xffff,
];

function vectorOf(unit: (number: number) => TestBoard): IServiceVector {
  const answer = (number: number, say: (board: TestBoard) => void): void => {
    const board = unit(number);
    board.heard += 1;
    if (!board.mute) say(board);
  };
  return {
    getMultipleInputRegisters: (address: number, count: number, number: number, reply: (error: Error | null, values: number[]) => void) =>
      answer(number, (board) => reply(null, words(board).slice(address, address + count))),
    setCoil: (address: number, value: boolean, number: number, reply: (error: Error | null) => void) => {
      const board = unit(number);
      if (address === 0 && value) board.pulses += 1;
      else {
        board.otherWrites += 1;
        if (address === 1 && value) board.closes += 1;
      }
      answer(number, () => reply(null));
    },
  };
}

export async function startBoards(): Promise<TestBoards> {
  const boards = new Map<number, TestBoard>();
  const unit = (number: number): TestBoard => {
    const board = boards.get(number) ?? newBoard();
    boards.set(number, board);
    return board;
  };
  let server = await listen(unit, 0);
  const { port } = server;
  return {
    host: "127.0.0.1",
    port,
    unit,
    down: () => server.close(),
    up: async () => {
      server = await listen(unit, port);
    },
  };
}

function listen(unit: (number: number) => TestBoard, port: number): Promise<{ port: number; close: () => Promise<void> }> {
  // `port: 0` would be taken as "not given" and become 502; the text "0" is not.
  const server = new ServerTCP(vectorOf(unit), { host: "127.0.0.1", port: (port === 0 ? "0" : port) as number, unitID: 255 });
  const listener = (server as unknown as { _server: Server })._server;
  return new Promise((resolve, reject) => {
    server.on("serverError", (error) => reject(error ?? new Error("the board cannot listen")));
    server.on("socketError", () => undefined);
    server.on("initialized", () => {
      const address = listener.address();
      if (address === null || typeof address === "string") return reject(new Error("no TCP address"));
      resolve({ port: address.port, close: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
