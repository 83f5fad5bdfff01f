// Where dc589 boards call: a board a connection.
import { type Dc589Host, type Dc589HostParts, dc589Host } from "./dc589-host.ts";
import { listenForPiles } from "./listener.ts";

export interface Dc589Server {
  readonly port: number;
  /** The newest connection of this board. */
  hostOf(board: string): Dc589Host | undefined;
  close(): Promise<void>;
}
/** The board logs in again by itself after three beats without an answer. */
const silentAfter_ms = 90_000;

export async function openDc589Server(
  parts: Omit<Dc589HostParts, "write"> & { readonly host: string; readonly port: number },
): Promise<Dc589Server> {
  const { port, hosts, close } = await listenForPiles({ ...parts, silentAfter_ms, make: (write) => dc589Host({ ...parts, write }) });
  return {
    port,
    hostOf: (board) =>
      hosts()
        .filter((host) => host.board() === board)
        .at(-1),
    close,
  };
}
