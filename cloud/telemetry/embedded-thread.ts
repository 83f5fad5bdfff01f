// The writer on a thread of its own: the disk's time and the processor's are not taken from those who listen to gateways. What waits is written together, in one transaction.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { openFile } from "./embedded-file.ts";
import type { Packed } from "./embedded-pack.ts";
import type { Answer, ThreadData, Told } from "./embedded-told.ts";
import { openWriter } from "./embedded-writer.ts";

const port = parentPort as MessagePort;
const { file, newestOnly } = workerData as ThreadData;
const writer = openWriter(openFile(file), { newestOnly });

/** So many bytes in one transaction at most: some 10 ms. */
const mostTogether = 1024 * 1024;

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
  let bytes = 0;
  const flush = (): void => {
    if (writes.length > 0) writeTogether(writes);
    writes = [];
    bytes = 0;
  };
  while (next !== undefined) {
    if (next.kind === "write") {
      writes.push(next);
      for (const { data } of next.packed.blocks) bytes += data.length;
      if (bytes >= mostTogether) flush();
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
    else if (told.kind === "thin") port.postMessage([{ id: told.id, result: writer.thin(told.keeping, told.now) }]);
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
