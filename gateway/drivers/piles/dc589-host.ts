// The server's end of one dc589 board's connection: it registers, beats, and is asked one thing at a time under a session number that it echoes.
// A start is asked once: whether the board carries a repeated one out again is nowhere said. Source: protocol 5.8.9 §§2, 6–10, 23–30.
import { freshStream, step } from "#protocols/frames/stream.ts";
import { type Dc589Message, dc589, decode, encode, ownSession } from "#protocols/piles/dc589/codec.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../../ports.ts";

export const boardAnswersWithin_ms = 10_000;
/** As it is asked to beat, its ports with it. */
export const boardBeats_s = 10;

export type Finished = Extract<Dc589Message, { kind: "finished" }>;
export type BoardSettings = Extract<Dc589Message, { kind: "settings" }>;

export interface Dc589HostParts {
  readonly clock: Clock;
  readonly write: (bytes: Uint8Array) => void;
  /** Everything that a registered board says beside answers and ends. */
  readonly said: (board: string, message: Dc589Message) => void;
  /** Writes the end of an order down; false: not now, and the board says it again. */
  readonly settle: (board: string, message: Finished) => boolean;
  readonly odd: (board: string | undefined, why: string) => void;
  /** Of commands; across connections. */
  readonly numbers: () => number;
}

export interface Dc589Host {
  heard(bytes: Uint8Array): void;
  board(): string | undefined;
  settings(): BoardSettings | undefined;
  ask(message: Dc589Message, answer: (answer: Dc589Message | DeviceFault) => void): void;
  say(message: Dc589Message): void;
  close(why: string): void;
}

interface Question {
  readonly message: Dc589Message;
  readonly answer: (answer: Dc589Message | DeviceFault) => void;
}

/** Local time in China, as the board shows it. */
const boardTime = (at: Wall): string => toRfc3339(at).slice(0, 19).replace("T", " ");
const answers: Readonly<Record<string, string>> = {
  ...{ start: "start-answer", stop: "stop-answer", "read-settings": "settings", "set-heartbeat": "set-heartbeat-answer" },
  ...{ "query-ports": "ports", "query-port": "port" },
};

export function dc589Host({ clock, write, said, settle, odd, numbers }: Dc589HostParts): Dc589Host {
  let stream = freshStream;
  let board: string | undefined;
  let settings: BoardSettings | undefined;
  const waiting: Question[] = [];
  let underway: { readonly question: Question; readonly session: string } | undefined;
  let cancel: Cancel = () => undefined;

  const say = (message: Dc589Message, session: string = ownSession): void => write(encode(session, message));
  const next = (): void => {
    if (underway !== undefined) return;
    const question = waiting.shift();
    if (question === undefined) return;
    const session = numbers().toString(16).toUpperCase().padStart(12, "0");
    underway = { question, session };
    cancel = clock.wake(after(clock.monotonic(), boardAnswersWithin_ms), () =>
      ended(deviceFault("timeout", `no answer to ${question.message.kind} within ${boardAnswersWithin_ms} ms`)),
    );
    say(question.message, session);
  };
  const ended = (outcome: Dc589Message | DeviceFault): void => {
    const over = underway;
    cancel();
    underway = undefined;
    over?.question.answer(outcome);
    next();
  };
  const ask: Dc589Host["ask"] = (message, answer) => {
    waiting.push({ message, answer });
    next();
  };

  const registered = (id: string): void => {
    board = id;
    say({ kind: "registered", offline: 0, time: boardTime(clock.wall()) });
    // Whether it stops when full is its own setting: it is read before anybody may begin.
    ask({ kind: "read-settings", control: 0 }, (answer) => {
      if (answer.kind === "settings") settings = answer;
    });
    ask({ kind: "set-heartbeat", every_s: boardBeats_s, with_ports: 1 }, () => undefined);
  };

  const hear = (session: string, message: Dc589Message): void => {
    if (underway !== undefined && session === underway.session && answers[underway.question.message.kind] === message.kind) {
      ended(message);
      return;
    }
    if (message.kind === "register") {
      registered(message.board);
      return;
    }
    if (message.kind === "heartbeat" && board !== message.board) registered(message.board);
    if (board === undefined) {
      odd(undefined, `${message.kind} before the board said who it is`);
      return;
    }
    if (message.kind === "heartbeat") say({ kind: "heartbeat-answer", result: 1 });
    else if (message.kind === "time-request") say({ kind: "time", time: boardTime(clock.wall()) });
    else if (message.kind === "fault") say({ kind: "fault-received", result: 0, port: message.port });
    else if (message.kind === "local-start") say({ kind: "local-start-received", result: 0, port: message.port });
    else if (message.kind === "finished") {
      // Written first, acknowledged then.
      if (settle(board, message)) say({ kind: "finished-received", result: 0, port: message.port });
      return;
    }
    said(board, message);
  };

  return {
    heard(bytes) {
      const stepped = step(dc589, stream, bytes);
      stream = stepped.state;
      for (const { why } of stepped.noise) if (why !== undefined) odd(board, why.reason);
      for (const { frame } of stepped.frames) {
        const message = decode(frame);
        if (message.kind === "undecodable") odd(board, message.reason);
        else hear(frame.session, message);
      }
    },
    board: () => board,
    settings: () => settings,
    ask,
    say: (message) => say(message),
    close(why) {
      cancel();
      const left = [...(underway === undefined ? [] : [underway.question]), ...waiting.splice(0)];
      underway = undefined;
      for (const { answer } of left) answer(deviceFault("closed", why));
    },
  };
}
