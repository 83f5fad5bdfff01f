// /metrics is what Prometheus reads: names, kinds, labels and numbers as the rooms gave them.
import { expect, test } from "vitest";
import { allMeasures, metricsText } from "./metrics.ts";

test("every measure of every room stands there once, with its labels; nothing of the last look stays", async () => {
  const room = {
    stop: async () => undefined,
    measures: () =>
      [
        { name: "cuobian_uplink_waiting", kind: "gauge", help: "waiting", labels: { stream: "money" }, value: 3 },
        { name: "cuobian_uplink_waiting", kind: "gauge", help: "waiting", labels: { stream: "state" }, value: 0 },
        { name: "cuobian_line_timeouts_total", kind: "counter", help: "timeouts", value: 7 },
      ] as const,
  };
  for (let look = 0; look < 2; look += 1) {
    const { text, contentType } = await metricsText(allMeasures([room], { version: "1.2.3" }));
    const lines = text.split("\n");
    expect(lines).toContain('cuobian_uplink_waiting{stream="money"} 3');
    expect(lines).toContain('cuobian_uplink_waiting{stream="state"} 0');
    expect(lines).toContain("# TYPE cuobian_line_timeouts_total counter");
    expect(lines).toContain("cuobian_line_timeouts_total 7");
    expect(text).toContain('cuobian_build_info{version="1.2.3"');
    expect(contentType).toContain("text/plain");
  }
  expect((await metricsText([])).text).not.toContain("cuobian_uplink_waiting");
});
