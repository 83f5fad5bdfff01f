// The few calls of the C library for which Node has no words: a datagram to a Unix socket (systemd listens on one), and the ioctl of a watchdog device.
// Through koffi, loaded only when one of them is needed. Nothing here ever waits. Numbers: linux/socket.h, linux/watchdog.h (the same on x86-64, arm64, armhf).
import { Buffer } from "node:buffer";
import { closeSync } from "node:fs";

const unixFamily = 1;
const datagram = 2 | 0o2000000 | 0o4000; // SOCK_DGRAM, close-on-exec, non-blocking
const doNotWait = 0x40 | 0x4000; // MSG_DONTWAIT, MSG_NOSIGNAL
const longestAddress = 108;

type Native = (...args: readonly unknown[]) => number;

async function libc() {
  const { default: koffi } = await import("koffi");
  const library = koffi.load(null);
  const call = (signature: string): Native => library.func(signature) as unknown as Native;
  return { call, errno: () => koffi.errno() };
}

/** "/run/systemd/notify", or "@name" for a name without a file. */
function socketAddress(address: string): Buffer {
  const path = Buffer.from(address.startsWith("@") ? `\0${address.slice(1)}` : `${address}\0`);
  if (address === "" || path.length > longestAddress) throw new Error(`no address of a Unix socket: ${address}`);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(unixFamily);
  return Buffer.concat([family, path]);
}

export interface DatagramOut {
  /** false: nobody takes it now. It is not kept. */
  send(text: string): boolean;
  close(): void;
}

export async function datagramTo(address: string): Promise<DatagramOut> {
  const { call, errno } = await libc();
  const to = socketAddress(address);
  const sendto = call("intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)");
  const fd = call("int socket(int, int, int)")(unixFamily, datagram, 0);
  if (fd < 0) throw new Error(`no socket can be made (errno ${errno()})`);
  return {
    send(text) {
      const bytes = Buffer.from(text);
      return sendto(fd, bytes, bytes.length, doNotWait, to, to.length) === bytes.length;
    },
    close: () => closeSync(fd),
  };
}

/** struct watchdog_info: options, firmware version, 32 bytes of identity. */
const getSupport = 0x80285700;
const setTimeoutOf = 0xc0045706;
const getTimeoutOf = 0x80045707;
const magicClose = 0x0100;

export interface WatchdogDriver {
  readonly identity: string;
  /** A written "V" and a close stop it. Without this it runs on, and the machine restarts after an orderly end as well. */
  readonly stopsInOrder: boolean;
  /** Asks for so many seconds; answers what the driver then says it will wait, `undefined` when it does not say. */
  timeout(seconds: number): number | undefined;
}

/** What stands behind an open file descriptor, if that is a watchdog. */
export async function watchdogDriver(fd: number): Promise<WatchdogDriver | undefined> {
  const { call } = await libc();
  const ioctl = call("int ioctl(int, unsigned long, void *)");
  const info = Buffer.alloc(40);
  if (ioctl(fd, getSupport, info) !== 0) return undefined;
  const name = info.subarray(8, 40);
  const end = name.indexOf(0);
  return {
    identity: name.subarray(0, end < 0 ? name.length : end).toString("latin1"),
    stopsInOrder: (info.readUInt32LE(0) & magicClose) !== 0,
    timeout(seconds) {
      const value = Buffer.alloc(4);
      value.writeInt32LE(seconds);
      ioctl(fd, setTimeoutOf, value);
      return ioctl(fd, getTimeoutOf, value) === 0 ? value.readInt32LE(0) : undefined;
    },
  };
}

/** An ioctl that changes bytes of ours; throws with the kernel's own number when it refuses. */
export async function deviceControl(): Promise<(fd: number, request: number, bytes: Buffer) => void> {
  const { call, errno } = await libc();
  const ioctl = call("int ioctl(int, unsigned long, void *)");
  return (fd, request, bytes) => {
    if (ioctl(fd, request, bytes) !== 0) throw new Error(`ioctl ${request.toString(16)}: errno ${errno()}`);
  };
}
