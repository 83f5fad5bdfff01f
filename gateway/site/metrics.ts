// The rooms' numbers in Prometheus's words. A room gives numbers; only this file knows the library.
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Measure, Mounted } from "../site-context.ts";

const own = new Registry();
collectDefaultMetrics({ register: own, prefix: "cuobian_site_" });

/** A fresh registry for every look: what a room no longer says is gone. */
export async function metricsText(measures: readonly Measure[]): Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  const known = new Map<string, Gauge | Counter>();
  for (const { name, kind, help, labels = {}, value } of measures) {
    const labelNames = Object.keys(labels);
    const shape = { name, help, labelNames, registers: [registry] };
    const metric = known.get(name) ?? (kind === "gauge" ? new Gauge(shape) : new Counter(shape));
    known.set(name, metric);
    metric.inc(labels, value);
  }
  return { contentType: registry.contentType, text: (await registry.metrics()) + (await own.metrics()) };
}

export const allMeasures = (rooms: readonly Mounted[], build: { version: string }): Measure[] => [
  {
    name: "cuobian_build_info",
    kind: "gauge",
    help: "1, with what is running",
    labels: { version: build.version, node: process.version },
    value: 1,
  },
  ...rooms.flatMap((room) => room.measures?.() ?? []),
];
