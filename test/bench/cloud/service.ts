// The cloud under measurement: the program itself with its embedded stores and broker, in a folder of its own, and what it costs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startProgram, type TestProgram } from "../../world/program.ts";
import { password, site } from "./gateway.ts";

export interface MeasuredCloud {
  readonly folder: string;
  readonly mqtt: string;
  readonly http: string;
  readonly program: TestProgram<{ http: string; mqtt: string }>;
  /** Resident now, and the most so far. */
  memory(): { now_MB: number; most_MB: number };
  cpu_s(): number;
  end(): Promise<void>;
}

export const gatewayName = (n: number): string => `gw-${n + 1}`;

export interface Size {
  readonly gateways: number;
  /** A folder that has data already. */
  readonly folder?: string;
  readonly flags?: readonly string[];
}

export async function startCloud({
  gateways,
  folder = mkdtempSync(join(tmpdir(), "cuobian-bench-cloud-")),
  flags = [],
}: Size): Promise<MeasuredCloud> {
  writeFileSync(join(folder, "secret"), password, { mode: 0o600 });
  const config = {
    ...{ name: "测量", data: "./data", demonstration: true, http: { host: "127.0.0.1", port: 0 } },
    broker: { kind: "embedded", host: "127.0.0.1", port: 0 },
    gateways: Array.from({ length: gateways }, (_, n) => ({ site, gateway: gatewayName(n), password_file: "./secret" })),
    sites: [{ id: site, name: "城", compound_code: "CITY" }],
    ...{ store: { kind: "sqlite" }, telemetry: { kind: "sqlite" } },
    people: [{ id: "booth", name: "值班员", role: "booth", organisation: "物业", area: site }],
  };
  writeFileSync(join(folder, "cloud.yaml"), stringify(config));
  const program = await startProgram<{ http: string; mqtt: string }>(
    "cloud/main.ts",
    ["run", "--config", join(folder, "cloud.yaml"), "--ready-json"],
    { within_ms: 60_000, env: { CUOBIAN_LOG: "warn" }, flags },
  );
  const status = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${program.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  return {
    folder,
    ...program.ready,
    program,
    memory: () => ({ now_MB: Math.round(status("VmRSS")), most_MB: Math.round(status("VmHWM")) }),
    cpu_s() {
      const fields = readFileSync(`/proc/${program.pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    async end() {
      await program.end(15_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
