// /metrics of the cloud: numbers that are read when they are asked for. Labels are never plates, cards or people.
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Ingest } from "./ingest/ingest.ts";
import type { Live } from "./live/live.ts";
import type { Store } from "./store/store.ts";
import type { Telemetry } from "./telemetry/port.ts";
import { countsView } from "./views/views.ts";

interface Measured {
  readonly ingest: Ingest;
  readonly live: Live;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly connections: () => number;
}

export function serviceMetrics({
  ingest,
  live,
  store,
  telemetry,
  connections,
}: Measured): () => Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "cuobian_cloud_" });
  const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await value());
      },
    });
  gauge("cuobian_cloud_broker_connected", "1 while the ingest is connected to its broker", () => (ingest.connected() ? 1 : 0));
  gauge("cuobian_cloud_mqtt_connections", "connections at the embedded broker", connections);
  gauge("cuobian_cloud_ingest_waiting", "messages taken from the broker and not yet durable", () => ingest.waiting());
  gauge("cuobian_cloud_stream_listeners", "browsers on the live stream", () => live.ring.listeners);
  gauge("cuobian_cloud_events", "events stored, each once", async () => (await countsView(store.read)).events);
  gauge(
    "cuobian_cloud_events_missing",
    "sequence numbers known to exist and not yet here",
    async () => (await countsView(store.read)).missing,
  );
  gauge("cuobian_cloud_dead_letters", "messages kept without effect", async () => (await countsView(store.read)).dead_letters);
  if (telemetry.health !== undefined) {
    gauge(
      "cuobian_cloud_telemetry_waiting",
      "batches that the telemetry engine has not taken yet",
      () => telemetry.health?.().waiting ?? 0,
    );
    gauge("cuobian_cloud_telemetry_waiting_bytes", "their size", () => telemetry.health?.().bytes ?? 0);
    gauge(
      "cuobian_cloud_telemetry_set_aside",
      "lines that the engine refused for what they are, since start",
      () => telemetry.health?.().setAside ?? 0,
    );
  }
  const messages = new Counter({
    name: "cuobian_cloud_ingest_messages_total",
    help: "messages from gateways",
    labelNames: ["result"],
    registers,
    collect() {
      this.reset();
      for (const result of ["received", "acknowledged", "dropped", "failed"] as const) this.inc({ result }, ingest.counts[result]);
    },
  });
  return async () => ({ contentType: registry.contentType, text: await messages.get().then(() => registry.metrics()) });
}
