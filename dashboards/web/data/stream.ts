// How this tab gets the live stream: through the browser's shared worker where there is one, else by itself (phones open one tab).
import type { Joining, Source, StreamLine } from "./hub.ts";
import { openSourceAs } from "./source.ts";
import type { ToWorker } from "./stream-worker.ts";

const hereEveryMs = 20_000;
let port: MessagePort | null | undefined;
let listener: ((line: StreamLine) => void) | null = null;

const say = (message: ToWorker): void => port?.postMessage(message);

function shared(): MessagePort | null {
  if (port !== undefined) return port;
  port = null;
  const script = document.body.dataset.streamWorker;
  if (script === undefined || typeof SharedWorker === "undefined") return null;
  try {
    port = new SharedWorker(script, { name: "cuobian" }).port;
  } catch {
    return null;
  }
  port.onmessage = ({ data }: MessageEvent<StreamLine>) => listener?.(data);
  setInterval(() => say({ do: "here" }), hereEveryMs);
  addEventListener("pagehide", () => say({ do: "leave" }));
  return port;
}

export function openStream(joining: Joining, hear: (line: StreamLine) => void): Source {
  // A browser that knows it has no network: a worker may not have been told.
  if (!navigator.onLine) {
    const soon = setTimeout(() => hear({ kind: "errored" }), 0);
    return { close: () => clearTimeout(soon) };
  }
  if (shared() === null) return openSourceAs(joining.who)(joining.after, hear);
  listener = hear;
  say({ do: "join", joining });
  return {
    close: () => {
      if (listener !== hear) return;
      listener = null;
      say({ do: "leave" });
    },
  };
}
