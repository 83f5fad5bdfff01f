// The writer on a thread of its own: the disk's time and the processor's are not taken from those who listen to gateways. What waits is written together, in one transaction.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Answer, Told } from "./embedded-told.ts";
import { openFile, openWriter, type Packed } from "./embedded-writer.ts";

const port = parentPort as MessagePort;
const writer = openWriter(openFile(workerData as string));

/** So many readings in one transaction at most: some 50 ms. */
const mostTogether = 10_000;

interface Write {
  readonly id: number;
  readonly packed: Packed;
}

/** One answer for all: whoever waited goes on in one turn, and what he does next is done together too. */
function writeTogether(writes: readonly Write[]): void {
  const failed = writer.write(writes.map(({ packed }) => packed));
  port.postMessage(writes.map(({ id }, at) => answerTo(id, failed[at])));
}

function answerTo(id: number, error: (Error & { code?: string }) | undefined): Answer {
  return error === undefined
    ? { id }
    : { id, error: { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) } };
}

function take(first: Told): void {
  let next: Told | undefined = first;
  let writes: Write[] = [];
  let rows = 0;
  const flush = (): void => {
    if (writes.length > 0) writeTogether(writes);
    writes = [];
    rows = 0;
  };
  while (next !== undefined) {
    if (next.kind === "write") {
      writes.push(next);
      rows += next.packed.rows.length / 4;
      if (rows >= mostTogether) flush();
    } else {
      flush();
      other(next);
    }
    next = (receiveMessageOnPort(port) as { message: Told } | undefined)?.message;
  }
  flush();
}

function other(told: Exclude<Told, { kind: "write" }>): void {
  try {
    if (told.kind === "tidy") port.postMessage([{ id: told.id, result: writer.tidy(told.now) }]);
    else if (told.kind === "thin") port.postMessage([{ id: told.id, result: writer.thin(told.keeping, told.now, told.most) }]);
    else {
      writer.close();
      port.postMessage([{ id: told.id }]);
      port.close();
    }
  } catch (error) {
    port.postMessage([answerTo(told.id, error as Error)]);
  }
}

port.on("message", take);
