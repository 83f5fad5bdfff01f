// Serial ports and TCP connections of this machine, behind the port that knows only bytes.
import { createConnection } from "node:net";
import { SerialPort } from "serialport";
import type { ByteLine, Devices, SerialSettings } from "../ports.ts";

const connectWithin_ms = 3_000;

/** Listeners come after the opening; what came in between is kept for them. */
function listening() {
  let onBytes: ((bytes: Uint8Array) => void) | undefined;
  let onClose: ((why: string) => void) | undefined;
  const early: Uint8Array[] = [];
  let closed: string | undefined;
  return {
    heard(bytes: Uint8Array): void {
      if (onBytes === undefined) early.push(bytes);
      else onBytes(bytes);
    },
    gone(why: string): void {
      if (closed !== undefined) return;
      closed = why;
      onClose?.(why);
    },
    onBytes(listener: (bytes: Uint8Array) => void): void {
      onBytes = listener;
      for (const bytes of early.splice(0)) listener(bytes);
    },
    onClose(listener: (why: string) => void): void {
      onClose = listener;
      if (closed !== undefined) listener(closed);
    },
  };
}

/** Ports of ours that are still closing: the system's lock on them falls only then, and whoever opens one again waits for it. */
const closing = new Map<string, Promise<void>>();
const closeWithin_ms = 1_000;

function closePort(port: SerialPort): void {
  if (!port.isOpen) return;
  const closed = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, closeWithin_ms);
    port.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  closing.set(port.path, closed);
  void closed.then(() => {
    if (closing.get(port.path) === closed) closing.delete(port.path);
  });
  // What never left (an adapter that hangs) is taken back first: it must not be said later, to a line that has gone on; nor may the closing wait for it.
  port.flush(() => port.isOpen && port.close(() => undefined));
}

async function openSerial(path: string, settings: SerialSettings): Promise<ByteLine> {
  await closing.get(path);
  return new Promise((resolve, reject) => {
    const port = new SerialPort({
      path,
      baudRate: settings.baud,
      dataBits: 8,
      parity: settings.parity,
      stopBits: settings.stopBits,
      autoOpen: false,
    });
    const ears = listening();
    port.on("data", (bytes: Buffer) => ears.heard(bytes));
    port.on("close", (error?: Error | null) => ears.gone(error?.message ?? "the port was closed"));
    port.on("error", (error) => ears.gone(error.message));
    port.open((error) => {
      if (error !== null && error !== undefined)
        return reject(
          new Error(`${path} cannot be opened: is the adapter plugged in, and may this user open it (group dialout)? (${error.message})`),
        );
      const line: ByteLine = {
        write: (bytes) => {
          port.write(Buffer.from(bytes), (failed) => {
            if (failed) ears.gone(failed.message);
          });
        },
        onBytes: ears.onBytes,
        onClose: ears.onClose,
        close: () => {
          closePort(port);
          ears.gone("closed by us");
        },
      };
      // What the driver kept from before is nobody's answer. The line is handed on only then: a flush still under way would take the first question with it.
      port.flush(() => resolve(line));
    });
  });
}

function openTcp(host: string, port: number): Promise<ByteLine> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, noDelay: true });
    const ears = listening();
    const words = (why: string) => new Error(`${host}:${port} cannot be reached: is the device on, and the port right? (${why})`);
    const failed = (error: Error): void => reject(words(error.message));
    socket.setTimeout(connectWithin_ms, () => socket.destroy(new Error(`no connection within ${connectWithin_ms} ms`)));
    socket.once("error", failed);
    socket.on("data", (bytes: Buffer) => ears.heard(bytes));
    socket.on("close", () => ears.gone("the connection was closed"));
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", failed);
      socket.on("error", (error) => ears.gone(error.message));
      resolve({
        write: (bytes) => void socket.write(bytes),
        onBytes: ears.onBytes,
        onClose: ears.onClose,
        close: () => void socket.destroy(),
      });
    });
  });
}

export const machineDevices = (): Devices => ({ openSerial, openTcp });
