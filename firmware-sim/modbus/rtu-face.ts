// Boards behind a serial server: RTU frames over TCP, as cheap RS-485 converters in transparent mode carry them. One line shared by all connections.
import type { Socket } from "node:net";
import { chance } from "../chance.ts";
import { realWorld } from "../ports.ts";
import { type SerialLine, serveSerialLine } from "./serial-line.ts";
import { listen, type TcpFace, type TcpFaceOptions } from "./tcp-face.ts";

export interface RtuFace extends TcpFace {
  /** The converter's serial side. */
  readonly line: SerialLine;
}

export interface RtuFaceOptions extends TcpFaceOptions {
  readonly spoils?: (unit: number) => boolean;
  readonly baud?: number;
}

export async function serveRtuTcp({ host, port, memory, spoils, baud = 9600 }: RtuFaceOptions): Promise<RtuFace> {
  const sockets = new Set<Socket>();
  let heard: (bytes: Uint8Array) => void = () => undefined;
  const end = {
    write: (bytes: Uint8Array): void => {
      for (const socket of sockets) socket.write(bytes);
    },
    onBytes: (listener: (bytes: Uint8Array) => void): void => {
      heard = listener;
    },
  };
  const line = serveSerialLine(end, { world: realWorld, chance: chance(1), baud, memory, ...(spoils && { spoils }) });
  const face = await listen({ host, port }, (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => heard(Uint8Array.from(bytes)));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  return { ...face, line };
}
