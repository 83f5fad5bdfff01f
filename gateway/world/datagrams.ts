// A UDP port of this machine that answers what it hears; one that cannot be opened says why.
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

export interface AnsweringPort {
  readonly port: number;
  close(): void;
}

/** `answer` gives nothing: nothing is sent. */
export function answerDatagrams(
  { host, port }: { readonly host: string; readonly port: number },
  answer: (bytes: Uint8Array, from: string) => Uint8Array | undefined,
): Promise<AnsweringPort> {
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", reuseAddr: false });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.on("message", (bytes, { address, port: from }) => {
      const said = answer(bytes, address);
      if (said !== undefined) socket.send(said, from, address, () => undefined);
    });
    socket.bind(port, host, () => {
      socket.removeListener("error", reject);
      socket.on("error", () => undefined);
      resolve({ port: socket.address().port, close: () => socket.close() });
    });
  });
}
