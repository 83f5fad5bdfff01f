// The server's live stream as lines, by the browser's own EventSource.
import type { StreamMessage } from "#protocols/api/views.ts";
import type { OpenSource } from "./hub.ts";

const kinds: readonly StreamMessage["kind"][] = [
  "gateway",
  "lane",
  "socket",
  "shed",
  "alarm",
  "entry",
  "hazard",
  "export",
  "event",
  "counts",
  "reset",
];

/** A stream carries no header: as whom it is opened stands in its address. */
export const openSourceAs =
  (who: string): OpenSource =>
  (after, hear) => {
    const stream = new EventSource(`/api/v1/stream?after=${after}${who === "" ? "" : `&acting=${encodeURIComponent(who)}`}`);
    stream.onopen = () => hear({ kind: "opened" });
    // One way to come back, ours: the browser's own retries know nothing of the countdown that the page shows.
    stream.onerror = () => {
      stream.close();
      hear({ kind: "errored" });
    };
    stream.addEventListener("ping", () => hear({ kind: "ping" }));
    for (const type of kinds)
      stream.addEventListener(type, (event) => {
        const { data, lastEventId } = event as MessageEvent<string>;
        hear({ kind: "message", type, id: Number(lastEventId), data });
      });
    return { close: () => stream.close() };
  };
