// Where the safety process's log goes: never waited for, bounded, and lost rather than kept. A pipe that nobody reads, a full disk, a stopped journald or a
// terminal held by Ctrl-S must not cost a millisecond of protection, nor the process its life. What was lost is counted, and said when lines go out again.
import { Buffer } from "node:buffer";
import { constants, fstatSync, openSync, writeSync, write as writeToFile } from "node:fs";
import { Socket } from "node:net";

/** Bytes that wait at most. */
export const mostWaiting = 262_144;
const again_ms = 250;

/** Takes what it can at once, and says how much; or takes all, and calls back when there is room for more. */
type Way = (bytes: Buffer, room: () => void) => number | "later";

export interface LogSink {
  write(line: string): void;
  /** What must be said before we die: at once, if it can be said without waiting. */
  last(line: string): void;
  /** Lines that were dropped so far. */
  lost(): number;
}

const nothing = (): void => undefined;

function tryWrite(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    // EAGAIN: full for now. Anything else (nobody reads any more, the disk is full): these bytes are lost, the next may be lucky.
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : bytes.length;
  }
}

/** Pipe and terminal: a description of our own, so that "never wait" is not imposed on others who share ours. */
function nonBlocking(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined; // no such path for a socket; a terminal of somebody else's
  }
}

function toSocket(fd: number): Way {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on("error", nothing);
  socket.unref();
  return (bytes, room) => {
    if (socket.destroyed) return bytes.length;
    socket.write(bytes, room);
    return "later";
  };
}

/** A file's disk may be slow, full or gone: written behind our back, one write at a time. */
const toFile =
  (fd: number): Way =>
  (bytes, room) => {
    writeToFile(fd, bytes, room);
    return "later";
  };

function wayTo(fd: number): { way: Way; fd: number } {
  const kind = kindOf(fd);
  if (kind === "socket") return { way: toSocket(fd), fd };
  const own = kind === "file" ? undefined : nonBlocking(fd);
  return own === undefined ? { way: toFile(fd), fd } : { way: (bytes) => tryWrite(own, bytes), fd: own };
}

function kindOf(fd: number): "socket" | "file" | "pipe or terminal" {
  try {
    const stat = fstatSync(fd);
    if (stat.isSocket()) return "socket";
    return stat.isFIFO() || stat.isCharacterDevice() ? "pipe or terminal" : "file";
  } catch {
    return "file"; // closed: every write will say so, and be lost
  }
}

export function logSink(fd = 2): LogSink {
  const { way, fd: direct } = wayTo(fd);
  let waiting: Buffer[] = [];
  let size = 0;
  let busy = false;
  let lost = 0;
  let unsaid = 0;
  let timer: NodeJS.Timeout | undefined;

  function drain(): void {
    if (busy || size === 0) return;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    const taken = way(bytes, () => {
      busy = false;
      drain();
    });
    if (taken === "later") {
      busy = true;
      return;
    }
    if (taken === bytes.length) return;
    waiting = [bytes.subarray(taken)];
    size = bytes.length - taken;
    timer ??= setTimeout(() => {
      timer = undefined;
      drain();
    }, again_ms);
    timer.unref();
  }

  function keep(line: string): void {
    const bytes = Buffer.from(line);
    if (size + bytes.length > mostWaiting) {
      lost += 1;
      unsaid += 1;
      return;
    }
    waiting.push(bytes);
    size += bytes.length;
  }

  return {
    write(line) {
      if (unsaid > 0 && size < mostWaiting / 2) {
        const count = unsaid;
        unsaid = 0;
        keep(
          `${JSON.stringify({ level: 40, time: Date.now(), name: "protection", msg: "lines of this log were lost: nobody took them", lost: count })}\n`,
        );
      }
      keep(line);
      drain();
    },
    last: (line) => void tryWrite(direct, Buffer.concat([...waiting, Buffer.from(line)])),
    lost: () => lost,
  };
}
