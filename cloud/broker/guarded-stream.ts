// A socket as the broker sees it: only packets of a bearable size come through, and of somebody unknown only the first.
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { type Cut, PacketGauge } from "./packet-gauge.ts";

/** Above what one listener may leave waiting (door.ts): the broker never stands still for one who takes nothing. */
const writableHighWaterMark = 2 * 1024 * 1024;

export class GuardedStream extends Duplex {
  readonly #socket: Socket;
  readonly #gauge = new PacketGauge();
  /** The peer's address, known after it is gone too. */
  readonly from: string | undefined;
  /** The gateway that its certificate names; whoever shows one needs no password, and has no other's. */
  readonly certified: string | undefined;
  #admitted = false;
  /** What came behind the first packet: one read of the socket at most, which then stands still. */
  #held: Buffer | undefined;

  #holding = false;

  readonly #cut: (why: Cut) => void;

  constructor(socket: Socket, cut: (why: Cut) => void, certified?: string) {
    super({ allowHalfOpen: false, writableHighWaterMark });
    this.#cut = cut;
    this.certified = certified;
    this.#socket = socket;
    this.from = socket.remoteAddress;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    // Without a listener a broken connection would be a bug; the broker takes its own off when it closes.
    this.on("error", () => undefined);
  }

  get admitted(): boolean {
    return this.#admitted;
  }

  /** The greeting was accepted: the rest may come. */
  admit(): void {
    if (this.#admitted) return;
    this.#admitted = true;
    const held = this.#held;
    this.#held = undefined;
    if (!this.#holding) this.#socket.resume();
    if (held !== undefined) this.#take(held);
  }

  /** Nothing more is read of the socket until it is released: its sender waits. */
  hold(): void {
    this.#holding = true;
    this.#socket.pause();
  }

  release(): void {
    this.#holding = false;
    this._read();
  }

  #take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const end = this.#gauge.advance(chunk, at);
      if (typeof end === "string") {
        this.#cut(end);
        this.destroy();
        return;
      }
      at = end;
      if (this.#admitted || this.#gauge.packets === 0) continue;
      this.#held = chunk.subarray(at);
      this.#socket.pause();
      break;
    }
    if (!this.push(chunk.subarray(0, at))) this.#socket.pause();
  }

  override _read(): void {
    if (this.#held === undefined && !this.#holding) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(_error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(null);
  }
}
