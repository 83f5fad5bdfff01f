// Modbus TCP over the named client: late answers are told apart by their number, a reset is noticed though the library says nothing, and nothing waits for ever.
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import {
  type Request,
  readRequest,
  writeCoilRequest,
  writeCoilsRequest,
  writeRegisterRequest,
  writeRegistersRequest,
} from "#protocols/modbus/frame.ts";
import { machineClock } from "../world/clock.ts";
import type { Exchange, Outcome } from "./exchange.ts";
import { openTcpExchange } from "./tcp.ts";

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

/** A slave that answers each frame as told; MBAP: transaction, 0, length, unit. */
async function slave(answer: (adu: Buffer, socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (adu: Buffer) => answer(adu, socket));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
const reply = (adu: Buffer, pdu: readonly number[]): Buffer =>
  Buffer.from([adu[0] ?? 0, adu[1] ?? 0, 0, 0, 0, pdu.length + 1, adu[6] ?? 0, ...pdu]);
const ask = (exchange: Exchange, request: Request): Promise<Outcome> => new Promise((resolve) => exchange.ask(request, resolve));
const open = (port: number): Promise<Exchange> => openTcpExchange({ host: "127.0.0.1", port, clock: machineClock(), answerWithin_ms: 60 });

test("reads, writes and exceptions", async () => {
  const port = await slave((adu, socket) => {
    const fn = adu[7] ?? 0;
    if (adu[9] === 99) socket.write(reply(adu, [fn | 0x80, 2]));
    else socket.write(reply(adu, fn === 4 ? [4, 4, 0, 1, 0x12, 0x34] : [...adu.subarray(7, 12)]));
  });
  const exchange = await open(port);
  expect(await ask(exchange, readRequest(1, 4, 0, 2))).toMatchObject({ kind: "answer", pdu: Uint8Array.of(4, 4, 0, 1, 0x12, 0x34) });
  expect(await ask(exchange, writeCoilRequest(1, 3, 0))).toMatchObject({ kind: "answer" });
  expect(await ask(exchange, writeCoilRequest(1, 3, 0xff00))).toMatchObject({ kind: "answer" });
  expect(await ask(exchange, writeRegisterRequest(1, 256, 1))).toMatchObject({ kind: "answer" });
  expect(await ask(exchange, writeRegistersRequest(1, 20, [0x4000, 0]))).toMatchObject({
    kind: "answer",
    pdu: Uint8Array.of(16, 0, 20, 0, 2),
  });
  expect(await ask(exchange, writeCoilsRequest(1, 3, [true, false, true]))).toMatchObject({
    kind: "answer",
    pdu: Uint8Array.of(15, 0, 3, 0, 3),
  });
  expect(await ask(exchange, { ...readRequest(1, 4, 0, 1), registerBytes: 4 })).toMatchObject({
    kind: "device-fault",
    detail: expect.stringContaining("serial line"),
  });
  expect(await ask(exchange, readRequest(1, 4, 99, 2))).toMatchObject({ code: "exception", detail: "exception 2" });
  expect(exchange.free()).toBe(true);
  exchange.close();
});

test("a late answer is not the next one's", async () => {
  let held: Buffer | undefined;
  const port = await slave((adu, socket) => {
    if (adu[9] === 10) held = reply(adu, [4, 2, 0x04, 0x57]);
    else {
      if (held !== undefined) socket.write(held);
      socket.write(reply(adu, [4, 2, 0x08, 0xae]));
    }
  });
  const exchange = await open(port);
  expect(await ask(exchange, readRequest(1, 4, 10, 1))).toMatchObject({ code: "timeout" });
  expect(await ask(exchange, readRequest(1, 4, 20, 1))).toMatchObject({ pdu: Uint8Array.of(4, 2, 0x08, 0xae) });
  exchange.close();
});

test.each(["end", "resetAndDestroy"] as const)("the device's %s is noticed", async (how) => {
  const port = await slave((_, socket) => void socket[how]());
  const exchange = await open(port);
  const why = new Promise<string>((resolve) => exchange.onClose(resolve));
  expect(await ask(exchange, readRequest(1, 4, 0, 1))).toMatchObject({ kind: "device-fault" });
  expect(await why).not.toBe("");
  expect(exchange.free()).toBe(false);
});

test("nobody there: words that say what to check", async () => {
  const port = await slave(() => undefined);
  await new Promise<void>((resolve) => server?.close(() => resolve()));
  server = undefined;
  await expect(open(port)).rejects.toThrow(/cannot be reached: is the device on/);
});
