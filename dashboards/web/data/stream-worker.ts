// The shared worker: one connection per browser and post, however many tabs. HTTP/1.1 gives an origin six connections; seven tabs with one each would stop everything.
import "../older.ts";
import { createHubs, type Joining, type StreamLine } from "./hub.ts";
import { openSourceAs } from "./source.ts";

export type ToWorker = { readonly do: "join"; readonly joining: Joining } | { readonly do: "leave" | "here" };

interface WorkerScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

/** A tab that closes says so; one that was killed is noticed by its silence. A tab in the background may be woken once a minute only. */
const silentMs = 180_000;

const hub = createHubs(openSourceAs);
const scope = globalThis as unknown as WorkerScope;

scope.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  let leave: (() => void) | null = null;
  let heard = Date.now();
  const end = (): void => {
    leave?.();
    leave = null;
  };
  const watch = setInterval(() => {
    if (Date.now() - heard < silentMs) return;
    end();
    clearInterval(watch);
  }, 30_000);
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    heard = Date.now();
    if (data.do === "leave") end();
    if (data.do !== "join") return;
    end();
    leave = hub.join(data.joining, (line: StreamLine) => port.postMessage(line));
  };
};
