// A fire panel behind its transmission device (GB/T 26875.3): connects to a centre over TCP or UDP, answers its questions, says what happens, says it again until it is confirmed, and does what its firmware would with what it hears.
import { createSocket } from "node:dgram";
import { createConnection, type Socket } from "node:net";
import { confirm, deny, respond, wantsConfirmation } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, gbt26875 } from "#protocols/fire/gbt26875/frame.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { field } from "#protocols/fire/gbt26875/profile.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream, type StreamState, step } from "#protocols/frames/stream.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

export interface PanelSettings {
  readonly host: string;
  readonly port: number;
  /** 12 hex digits, high byte first. */
  readonly address: string;
  readonly now: () => Wall;
  /** Before it says the same again. */
  readonly again_ms?: number;
  /** "tcp" if not said. */
  readonly transport?: "tcp" | "udp";
}

export interface Panel {
  /** Resolves with "confirmed", "denied" (after its last repeat), or "unanswered". */
  say(unit: FireUnit): Promise<"confirmed" | "denied" | "unanswered">;
  /** Bytes as they are: a device that is broken. */
  raw(bytes: Uint8Array): void;
  /** The frame that `say` would send, for tests that cut and double it. */
  frame(unit: FireUnit, serial?: number): Uint8Array;
  /** What the centre said, oldest first. */
  readonly heard: FireUnit[];
  /** Answers by command: 3 confirmations, 6 denials. */
  readonly answers: { readonly serial: number; readonly command: number }[];
  readonly closed: () => boolean;
  close(): void;
}

const repeats = 3;

/** The bytes' way to the centre; a datagram is one piece. */
interface Way {
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

async function overTcp(host: string, port: number): Promise<Way> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const made = createConnection({ host, port }, () => resolve(made));
    made.once("error", reject);
  });
  socket.on("error", () => undefined);
  return {
    write: (bytes) => void socket.write(bytes),
    onBytes: (listener) => void socket.on("data", listener),
    onClose: (listener) => void socket.on("close", listener),
    close: () => void socket.destroy(),
  };
}

async function overUdp(host: string, port: number): Promise<Way> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  await new Promise<void>((resolve) => socket.connect(port, host, resolve));
  socket.on("error", () => undefined);
  let open = true;
  socket.on("close", () => {
    open = false;
  });
  return {
    write: (bytes) => {
      if (open) socket.send(bytes, () => undefined);
    },
    onBytes: (listener) => void socket.on("message", listener),
    onClose: (listener) => void socket.on("close", listener),
    close: () => {
      if (open) socket.close();
    },
  };
}

/** Rejects when nobody listens there (TCP). */
export async function connectPanel({ host, port, address, now, again_ms = 10_000, transport = "tcp" }: PanelSettings): Promise<Panel> {
  const way = await (transport === "udp" ? overUdp : overTcp)(host, port);
  /** What it has said of itself and its panel, by what it is about: its firmware answers questions from this. */
  const state = new Map<string, FireUnit>();
  let stream: StreamState = freshStream;
  let serial = 0;
  let centre = "000000000000";
  let closed = false;
  const heard: FireUnit[] = [];
  const answers: { serial: number; command: number }[] = [];
  const waiting = new Map<number, (command: number) => void>();
  way.onClose(() => {
    closed = true;
    for (const done of waiting.values()) done(0);
  });
  way.onBytes((bytes) => {
    const stepped = step(gbt26875(field), stream, bytes);
    stream = transport === "udp" ? freshStream : stepped.state;
    for (const { frame } of stepped.frames) {
      if (frame.command === command.confirm || frame.command === command.deny) {
        answers.push({ serial: frame.serial, command: frame.command });
        waiting.get(frame.serial)?.(frame.command);
        continue;
      }
      centre = frame.source;
      const unit = decodeUnit(frame, field);
      if (!isUndecodable(unit)) heard.push(unit);
      if (wantsConfirmation(frame)) way.write(encodeFrame(confirm(frame, labelOf(now()))));
      if (frame.command === command.request && !isUndecodable(unit)) {
        const said = answered(unit, state, labelOf(now()));
        way.write(encodeFrame(said === undefined ? deny(frame, labelOf(now())) : respond(frame, labelOf(now()), encodeUnit(said))));
      }
    }
  });

  const frame = (unit: FireUnit, number = serial): Uint8Array =>
    encodeFrame({
      ...{ serial: number, major: 1, minor: 1, sent: labelOf(now()), source: address, target: centre },
      ...{ command: command.data, unit: encodeUnit(unit) },
    });

  return {
    heard,
    answers,
    frame,
    raw: (bytes) => way.write(bytes),
    closed: () => closed,
    async say(unit) {
      const number = serial;
      const bytes = frame(unit, number);
      serial = (serial + 1) & 0xffff;
      if ("objects" in unit)
        for (const object of unit.objects) state.set(`${unit.kind} ${placeOf(object)}`, { kind: unit.kind, objects: [object] } as FireUnit);
      let last: "denied" | "unanswered" = "unanswered";
      for (let said = 0; said <= repeats && !closed; said += 1) {
        way.write(bytes);
        const answer = await new Promise<number>((resolve) => {
          const timer = setTimeout(() => resolve(0), again_ms);
          waiting.set(number, (code) => {
            clearTimeout(timer);
            resolve(code);
          });
        });
        waiting.delete(number);
        if (answer === command.confirm) return "confirmed";
        last = answer === command.deny ? "denied" : "unanswered";
      }
      return last;
    },
    close() {
      way.close();
    },
  };
}

/** What it is about, in numbers; a question about a component names no kind of it. */
const placeOf = (object: object): string => {
  const { system_type, system_address, component_address } = object as Readonly<Record<string, number | undefined>>;
  return [system_type, system_address, component_address].filter((one) => one !== undefined).join(".");
};

/** The answer of its firmware; undefined: it has none. */
function answered(asked: FireUnit, state: ReadonlyMap<string, FireUnit>, time: string): FireUnit | undefined {
  if (asked.kind === "read-device-time") return { kind: "device-time", objects: [{ time }] };
  if (asked.kind === "read-device-version") return { kind: "device-version", objects: [{ major: 3, minor: 14 }] };
  if (asked.kind === "read-device-state") return state.get("device-state ") ?? { kind: "device-state", objects: [{ state: 1, time }] };
  if (!asked.kind.startsWith("read-") || !("objects" in asked)) return undefined;
  const kind = asked.kind.slice("read-".length);
  const objects = asked.objects.flatMap((object) => {
    const found = state.get(`${kind} ${placeOf(object)}`);
    return found !== undefined && "objects" in found ? [...found.objects] : [];
  });
  return objects.length === 0 ? undefined : ({ kind, objects } as unknown as FireUnit);
}

/** One component's state: bits of figure 7; bit 0 set means that it is in normal operation. */
export function componentState(given: {
  readonly system_type?: number;
  readonly system_address?: number;
  readonly component_type?: number;
  readonly component_address: number;
  readonly bits: readonly number[];
  readonly text?: string;
  readonly time: string;
}): FireUnit {
  const { system_type = 1, system_address = 1, component_type = 40, component_address, bits, text = "", time } = given;
  const state = bits.reduce((sum, bit) => sum | (1 << bit), 1);
  return { kind: "component-state", objects: [{ system_type, system_address, component_type, component_address, state, text, time }] };
}
