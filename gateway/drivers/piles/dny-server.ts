// Where DNY piles call: each connection is a modem with its piles.
import type { Clock } from "../../ports.ts";
import { commandNumbers, type DnyHost, type DnyHostParts, dnyHost, silentAfter_ms } from "./dny-host.ts";
import { listenForPiles } from "./listener.ts";

export interface DnyServer {
  readonly port: number;
  /** Where this pile is to be spoken to; the newest connection that it was heard on. */
  hostOf(device: number): DnyHost | undefined;
  close(): Promise<void>;
}

export async function openDnyServer(
  parts: Omit<DnyHostParts, "write"> & { readonly clock: Clock; readonly host: string; readonly port: number },
): Promise<DnyServer> {
  const numbers = commandNumbers(parts.clock);
  const { port, hosts, close } = await listenForPiles({ ...parts, silentAfter_ms, make: (write) => dnyHost({ ...parts, numbers, write }) });
  const heardOn = (host: DnyHost, device: number): number => host.piles().get(device) ?? 0;
  return {
    port,
    hostOf: (device) =>
      hosts()
        .filter((host) => host.piles().has(device))
        .sort((a, b) => heardOn(b, device) - heardOn(a, device))[0],
    close,
  };
}
