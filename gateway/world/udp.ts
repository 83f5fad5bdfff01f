// Datagrams to one address, behind the port that knows only bytes.
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { ByteLine, Datagrams } from "../ports.ts";

async function openUdp(host: string, port: number): Promise<ByteLine> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  let onBytes: (bytes: Uint8Array) => void = () => undefined;
  let onClose: (why: string) => void = () => undefined;
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.connect(port, address, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  // Nobody there is told as an error of what was sent: it will not be confirmed, and that is what counts.
  socket.on("error", () => undefined);
  socket.on("message", (bytes) => onBytes(bytes));
  let open = true;
  return {
    write: (bytes) => {
      if (open) socket.send(bytes, () => undefined);
    },
    onBytes: (listener) => {
      onBytes = listener;
    },
    onClose: (listener) => {
      onClose = listener;
    },
    close() {
      if (!open) return;
      open = false;
      socket.close();
      onClose("closed by us");
    },
  };
}

export const machineDatagrams = (): Datagrams => ({ openUdp });
