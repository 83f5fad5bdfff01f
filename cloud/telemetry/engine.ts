// An engine that takes line protocol over HTTP: InfluxDB 1.x (behind a rewrite of one path), 2.x, 3.x, or VictoriaMetrics. How it is written to, and how it answers.
import { HttpError, InfluxDB, setLogger } from "@influxdata/influxdb-client";
import { TelemetryTrouble } from "./port.ts";
import type { Attempt } from "./queue.ts";

// What goes wrong is said by us; the client's own words to the console would say it twice.
setLogger({ error: () => undefined, warn: () => undefined });

export interface EnginePlace {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  readonly timeout_ms?: number;
}

const usualTimeout_ms = 10_000;

/** One awaited write per call, without the client's own buffer and retries: by default it drops data after 180 s and 32,000 lines. */
export function engineWriter(place: EnginePlace): (lines: readonly string[]) => Promise<Attempt> {
  const influx = new InfluxDB({ url: place.url, token: place.token, timeout: place.timeout_ms ?? usualTimeout_ms });
  return async (lines) => {
    // A fresh writer per batch: what failed is told to us at once, and nothing stays behind in its memory.
    const writer = influx.getWriteApi(place.org, place.bucket, "ns", {
      maxRetries: 0,
      flushInterval: 0,
      batchSize: lines.length + 1,
      maxBufferLines: lines.length + 1,
    });
    writer.writeRecords([...lines]);
    try {
      await writer.close();
      return { kind: "taken" };
    } catch (error) {
      return attemptOf(error);
    }
  };
}

/** 400 and 422: these lines, or some of them ("partial write"); 413: too many at once. Everything else is the engine's or the network's trouble, or ours with its doorman. */
function attemptOf(error: unknown): Attempt {
  if (!(error instanceof HttpError)) return { kind: "later", why: error instanceof Error ? error.message : String(error) };
  const why = `${error.statusCode} ${(error.body ?? error.message ?? "").slice(0, 300)}`;
  return [400, 413, 422].includes(error.statusCode) ? { kind: "refused", why } : { kind: "later", why };
}

/** GET; rejects with TelemetryTrouble when the engine does not answer as it should. */
export async function askEngine(place: EnginePlace, path: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const address = `${place.url.replace(/\/+$/, "")}${path}?${new URLSearchParams(parameters)}`;
  try {
    const answer = await fetch(address, {
      headers: { authorization: `Token ${place.token}`, accept: "application/json" },
      signal: AbortSignal.timeout(place.timeout_ms ?? usualTimeout_ms),
    });
    const text = await answer.text();
    if (!answer.ok) throw new TelemetryTrouble(`${answer.status} ${text.slice(0, 200)}`);
    return text;
  } catch (error) {
    if (error instanceof TelemetryTrouble) throw error;
    throw new TelemetryTrouble(error instanceof Error ? error.message : String(error));
  }
}
