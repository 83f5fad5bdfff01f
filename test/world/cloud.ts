// The whole cloud as its own program, with embedded stores in a folder of a test's own; a gateway is known by the password of the test.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { TestHost } from "./network.ts";
import { startProgram, type TestProgram } from "./program.ts";

export const gatewayPassword = "of-this-test-only";

export interface CloudReady {
  readonly http: string;
  readonly mqtt: string;
}

export interface CloudChoices {
  readonly folder: string;
  readonly mqttPort?: number;
  /** Where it listens, and in whose network. */
  readonly host?: TestHost;
  readonly gateways?: readonly string[];
}

export function startTestCloud({ folder, mqttPort = 0, host, gateways = ["gw-1"] }: CloudChoices): Promise<TestProgram<CloudReady>> {
  writeFileSync(join(folder, "gateway.password"), gatewayPassword, { mode: 0o600 });
  const config = {
    name: "测试云（演示）",
    data: join(folder, "cloud"),
    http: { host: "127.0.0.1", port: 0 },
    broker: { kind: "embedded", host: host?.address ?? "127.0.0.1", port: mqttPort },
    gateways: gateways.map((gateway) => ({ site: "jinxiu", gateway, password_file: "gateway.password" })),
    sites: [{ id: "jinxiu", name: "锦绣花园（演示）", compound_code: "JX01" }],
    store: { kind: "sqlite" },
    telemetry: { kind: "sqlite" },
    people: [{ id: "booth", name: "值班员甲", role: "booth", organisation: "物业", area: "jinxiu" }],
    demonstration: true,
  };
  writeFileSync(join(folder, "cloud.yaml"), stringify(config));
  return startProgram<CloudReady>(
    "cloud/main.ts",
    ["run", "--config", join(folder, "cloud.yaml"), "--ready-json"],
    host === undefined ? {} : { through: host.through },
  );
}
