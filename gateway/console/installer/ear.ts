// Hears along on a line while it is asked: the bytes of each question and what came back before the next one; and what came before anybody was asked.
import type { Try } from "#command/diagnosis/heard.ts";
import type { ByteLine, Devices } from "../../ports.ts";

/** A line that floats brings bytes without end. */
const mostHeard = 600;

export interface Ear {
  readonly devices: Devices;
  /** Every question so far, with what came before the next one. */
  tries(): readonly Try[];
  /** Bytes that came before anybody was asked. */
  unasked(): number;
}

export function earOn(devices: Devices): Ear {
  const tries: { readonly asked: Uint8Array; heard: Uint8Array }[] = [];
  let unasked = 0;
  const heard = (bytes: Uint8Array): void => {
    const now = tries.at(-1);
    if (now === undefined) unasked += bytes.length;
    else if (now.heard.length < mostHeard) now.heard = Uint8Array.of(...now.heard, ...bytes.subarray(0, mostHeard));
  };
  const tapped = (line: ByteLine): ByteLine => ({
    write(bytes) {
      tries.push({ asked: bytes.slice(), heard: new Uint8Array() });
      line.write(bytes);
    },
    onBytes: (listener) =>
      line.onBytes((bytes) => {
        heard(bytes);
        listener(bytes);
      }),
    onClose: line.onClose,
    close: line.close,
  });
  return {
    devices: {
      openSerial: async (path, settings) => tapped(await devices.openSerial(path, settings)),
      openTcp: async (host, port) => tapped(await devices.openTcp(host, port)),
    },
    tries: () => tries,
    unasked: () => unasked,
  };
}
