// What the gateway needs of the world. A test, or a simulated town, can be the world.
import type { Monotonic, Stamp, Wall } from "#protocols/vocabulary/time.ts";

export type Cancel = () => void;

export interface Clock {
  monotonic(): Monotonic;
  wall(): Wall;
  /** Both clocks at one moment, with the boot id and whether the wall clock may be believed. */
  stamp(): Stamp;
  /** Calls once, at or after `at`. */
  wake(at: Monotonic, run: () => void): Cancel;
  /** Calls once, when at least `ms` have passed from now, and as little more as the machine can: for silences on a wire, which are shorter than a timer's grain. */
  pause(ms: number, run: () => void): Cancel;
}

export interface Chance {
  /** A fresh identifier; never repeats. */
  id(): string;
  /** 0 ≤ x < 1, for jitter. */
  unit(): number;
}

/** A line of bytes: a serial port or a TCP connection. */
export interface ByteLine {
  write(bytes: Uint8Array): void;
  /** Bytes as they come; one listener. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (why: string) => void): void;
  close(): void;
}

export interface SerialSettings {
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

/** How a line comes open; the caller supervises and tries again. Rejects with words that say what to check. */
export interface Devices {
  openSerial(path: string, settings: SerialSettings): Promise<ByteLine>;
  openTcp(host: string, port: number): Promise<ByteLine>;
}

/** A way for datagrams to one address: each write is one, and so is each call with bytes. That it is open says nothing of the other side. */
export interface Datagrams {
  openUdp(host: string, port: number): Promise<ByteLine>;
}

/** Questions to whoever is on this machine's networks, and who answers. */
export interface Casts {
  /** This machine's own IPv4 addresses: each is a way out to a network. */
  ways(): readonly { readonly name: string; readonly address: string }[];
  /** Asks from this address; "0.0.0.0": from whichever the system takes. Rejects with why not. */
  open(address: string): Promise<Cast>;
}
export interface Cast {
  /** To one machine, or to a group of the network. `failed`: it has not left. */
  send(bytes: Uint8Array, to: { readonly host: string; readonly port: number }, failed: (why: string) => void): void;
  /** Datagrams as they come, whole; one listener. */
  onBytes(listener: (bytes: Uint8Array, from: string) => void): void;
  close(): void;
}

/** A small append-only file: what the safety process must not forget. */
export interface AppendFile {
  /** Every whole record that was ever appended; a torn last one is dropped. */
  records(): Uint8Array[];
  /** Queues the record; resolves when it is on the disk. Rejects when the disk refuses: the caller must not take it as written. */
  append(record: Uint8Array): Promise<void>;
  /** Replaces the whole content, atomically. */
  rewrite(records: readonly Uint8Array[]): Promise<void>;
}
