// Boards on Modbus/TCP: the same PDUs as on the serial line, behind the header of the TCP protocol. Several masters at once, several questions in flight.
// Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b §3.1.3 (header: transaction, protocol 0, length, unit).
import { createServer, type Server, type Socket } from "node:net";
import { answerPdu, type Memory } from "./answer.ts";

export interface TcpFace {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface TcpFaceOptions {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** `undefined`: the unit is not there or dead; then nothing is answered, as on a serial line. */
  readonly memory: (unit: number) => Memory | undefined;
}

const headerBytes = 7;
/** Unit and a PDU of 253. */
const longest = 254;

/** Whole questions out of what has come; the rest waits. `undefined`: this is no Modbus TCP. */
function takeQuestions(bytes: Buffer): { readonly questions: Buffer[]; readonly rest: Buffer } | undefined {
  const questions: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= headerBytes) {
    const length = bytes.readUInt16BE(at + 4);
    if (bytes.readUInt16BE(at + 2) !== 0 || length < 2 || length > longest) return undefined;
    if (bytes.length - at < 6 + length) break;
    questions.push(bytes.subarray(at, at + 6 + length));
    at += 6 + length;
  }
  return { questions, rest: bytes.subarray(at) };
}

function serve(socket: Socket, memory: TcpFaceOptions["memory"]): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (piece: Buffer) => {
    const taken = takeQuestions(pending.length === 0 ? piece : Buffer.concat([pending, piece]));
    if (taken === undefined) {
      socket.destroy();
      return;
    }
    pending = taken.rest;
    for (const question of taken.questions) {
      const board = memory(question[6] ?? 0);
      const pdu = board === undefined ? undefined : answerPdu(board, Uint8Array.from(question.subarray(headerBytes)));
      if (pdu === undefined) continue;
      const header = Buffer.from(question.subarray(0, headerBytes));
      header.writeUInt16BE(pdu.length + 1, 4);
      socket.write(Buffer.concat([header, pdu]));
    }
  });
}

/** Listens; each connection is handed to `onSocket`. */
export function listen(
  { host, port }: { readonly host: string; readonly port: number },
  onSocket: (socket: Socket) => void,
): Promise<TcpFace> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("no TCP address"));
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          for (const socket of sockets) socket.destroy();
        });
      resolve({ host, port: address.port, close });
    });
  });
}

export const serveTcp = ({ host, port, memory }: TcpFaceOptions): Promise<TcpFace> =>
  listen({ host, port }, (socket) => serve(socket, memory));
