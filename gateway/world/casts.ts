// Questions to a group of the network and what is answered to them: one socket a way out, at a port that the system chooses, open only while somebody looks.
import { createSocket } from "node:dgram";
import type { Cast, Casts } from "../ports.ts";
import { ownAddresses } from "./own-addresses.ts";

const anyAddress = "0.0.0.0";
/** What is asked of everybody stays on its own network. */
const hops = 1;

async function open(address: string): Promise<Cast> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, address, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  // What comes back of a datagram that nobody took is told as an error of the socket: the silence says the same.
  socket.on("error", () => undefined);
  try {
    socket.setMulticastTTL(hops);
    if (address !== anyAddress) socket.setMulticastInterface(address);
  } catch (error) {
    socket.close();
    throw error;
  }
  let listening = true;
  return {
    send(bytes, { host, port }, failed) {
      if (!listening) return;
      socket.send(bytes, port, host, (error) => {
        if (error !== null && error !== undefined) failed(error.message);
      });
    },
    onBytes: (listener) => void socket.on("message", (bytes, from) => listener(bytes, from.address)),
    close() {
      if (listening) socket.close();
      listening = false;
    },
  };
}

export const machineCasts = (): Casts => ({ ways: () => ownAddresses().map(({ name, address }) => ({ name, address })), open });
