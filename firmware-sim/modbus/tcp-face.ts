// Boards on Modbus/TCP, served by modbus-serial: each callback is turned into the PDU that it came from, so that TCP and the serial line show one device.
// Known limits of that server: any FC05 value other than 0xFF00 arrives as "off", and FC16 on several registers comes as one call.
import type { Server } from "node:net";
import { type IServiceVector, ServerTCP } from "modbus-serial";
import { answerPdu, type Memory } from "./answer.ts";

export interface TcpFace {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

type Reply<T> = (error: Error | null, value: T) => void;

class ModbusException extends Error {
  readonly modbusErrorCode: number;
  constructor(code: number) {
    super(`exception ${code}`);
    this.modbusErrorCode = code;
  }
}

const word = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

export interface TcpFaceOptions {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** `undefined`: the unit is not there or dead; then nothing is answered, as on a serial line. */
  readonly memory: (unit: number) => Memory | undefined;
}

type Ask = (unit: number, pdu: Uint8Array, answered: (error: ModbusException | null, answer: Uint8Array) => void) => void;

const askOf =
  (memory: TcpFaceOptions["memory"]): Ask =>
  (unit, pdu, answered) => {
    const board = memory(unit);
    if (board === undefined) return;
    const answer = answerPdu(board, pdu);
    if (((answer[0] ?? 0) & 0x80) !== 0) answered(new ModbusException(answer[1] ?? 4), new Uint8Array(0));
    else answered(null, answer);
  };

function vectorOf(ask: Ask): IServiceVector {
  const words = (fn: 3 | 4, from: { address: number; count: number; unit: number }, reply: Reply<number[]>): void =>
    ask(from.unit, Uint8Array.of(fn, ...word(from.address), ...word(from.count)), (error, answer) => {
      const bytes = answer.slice(2);
      reply(
        error,
        error === null ? Array.from({ length: from.count }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)) : [],
      );
    });
  const oneWord = (fn: 3 | 4, address: number, unit: number, reply: Reply<number>): void =>
    words(fn, { address, count: 1, unit }, (error, values) => reply(error, values[0] ?? 0));
  const bit = (fn: 1 | 2, address: number, unit: number, reply: Reply<boolean>): void =>
    ask(unit, Uint8Array.of(fn, ...word(address), 0, 1), (error, answer) => reply(error, answer[2] === 1));

  // The server looks at each function's number of parameters to see that it answers by callback, so that silence is possible.
  return {
    getInputRegister: (address: number, unit: number, reply: Reply<number>) => oneWord(4, address, unit, reply),
    getHoldingRegister: (address: number, unit: number, reply: Reply<number>) => oneWord(3, address, unit, reply),
    getMultipleInputRegisters: (address: number, count: number, unit: number, reply: Reply<number[]>) =>
      words(4, { address, count, unit }, reply),
    getMultipleHoldingRegisters: (address: number, count: number, unit: number, reply: Reply<number[]>) =>
      words(3, { address, count, unit }, reply),
    getCoil: (address: number, unit: number, reply: Reply<boolean>) => bit(1, address, unit, reply),
    getDiscreteInput: (address: number, unit: number, reply: Reply<boolean>) => bit(2, address, unit, reply),
    setCoil: (address: number, value: boolean, unit: number, reply: (error: Error | null) => void) =>
      ask(unit, Uint8Array.of(5, ...word(address), ...word(value ? 0xff00 : 0)), (error) => reply(error)),
    setRegister: (address: number, value: number, unit: number, reply: (error: Error | null) => void) =>
      ask(unit, Uint8Array.of(6, ...word(address), ...word(value)), (error) => reply(error)),
    setRegisterArray: (address: number, values: number[], unit: number, reply: (error: Error | null) => void) =>
      ask(unit, Uint8Array.of(16, ...word(address), ...word(values.length), values.length * 2, ...values.flatMap(word)), (error) =>
        reply(error),
      ),
  };
}

export function serveTcp({ host, port, memory }: TcpFaceOptions): Promise<TcpFace> {
  // `port: 0` would be taken as "not given" and become 502; the text "0" is not.
  const server = new ServerTCP(vectorOf(askOf(memory)), { host, port: (port === 0 ? "0" : port) as number, unitID: 255 });
  const listener = (server as unknown as { _server: Server })._server;
  return new Promise((resolve, reject) => {
    server.on("serverError", (error) => reject(error ?? new Error(`cannot listen on ${host}:${port}`)));
    server.on("socketError", () => {});
    server.on("initialized", () => {
      const address = listener.address();
      if (address === null || typeof address === "string") return reject(new Error("no TCP address"));
      resolve({
        host,
        port: address.port,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}
