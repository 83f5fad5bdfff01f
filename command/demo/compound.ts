// The demonstration compound: simulators, gateway, cloud and page as processes of their own, started in order, each with its time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DemoFiles, type DemoPorts, layOut, type SimulatorReady, writeCloudConfig, writeSiteConfig } from "./files.ts";
import { freePort } from "./ports.ts";
import { type Running, runProgram, startProgram } from "./program.ts";

interface CloudReady {
  readonly http: string;
  readonly mqtt: string;
}

interface GatewayReady {
  readonly http: string;
  readonly pids: { readonly supervisor: number; readonly safety: number; readonly site: number };
}

export interface Compound {
  readonly files: DemoFiles;
  readonly ports: DemoPorts;
  readonly simulator: SimulatorReady;
  cloud(): Running<CloudReady>;
  gateway(): Running<GatewayReady>;
  killCloud(): Promise<void>;
  startCloud(): Promise<void>;
  /** kill -9 of supervisor, safety and site process at once. */
  killGateway(): Promise<void>;
  startGateway(): Promise<void>;
  stop(): Promise<void>;
}

export interface CompoundOptions {
  readonly folder: string;
  readonly seed: number;
  /** First port to try; 0 lets the system choose all of them. */
  readonly port: number;
  readonly step: (zh: string, en: string) => void;
  readonly note: (zh: string, en: string) => void;
}

async function choosePorts({ port, note }: CompoundOptions): Promise<DemoPorts> {
  const taken = new Set<number>();
  const choose = async (wanted: number, what: string): Promise<number> => {
    const found = await freePort(wanted, taken);
    taken.add(found);
    if (wanted !== 0 && found !== wanted)
      note(`端口 ${wanted} 被占用，${what}改用 ${found}`, `port ${wanted} is busy, ${what} takes ${found}`);
    return found;
  };
  return {
    cloud: await choose(port, "cloud"),
    gateway: await choose(port === 0 ? 0 : port + 10, "gateway"),
    mqtt: await choose(port === 0 ? 0 : port + 20, "mqtt"),
  };
}

const gone = (running: Running<unknown>): Promise<void> =>
  new Promise((resolve) =>
    running.child.exitCode !== null || running.child.signalCode !== null ? resolve() : running.child.once("exit", () => resolve()),
  );

export async function startCompound(options: CompoundOptions): Promise<Compound> {
  const { step, folder, seed } = options;
  const files = layOut(folder);
  const ports = await choosePorts(options);
  const web = join(folder, "web");
  const log = (name: string): string => join(folder, `${name}.log`);
  const running: Running<unknown>[] = [];
  const stop = async (): Promise<void> => {
    for (const program of running.reverse()) await program.stop();
  };
  try {
    await runProgram("web", ["dashboards/build.ts", web]);
    step("页面已构建", "page built");
    writeCloudConfig(files, ports);
    const cloudArgs = ["cloud/main.ts", "run", "--config", files.cloudConfig, "--web", web, "--ready-json"];
    let cloud = await startProgram<CloudReady>("cloud", cloudArgs, { log: log("cloud") });
    running.push(cloud);
    step(`云端   ${cloud.ready.http}   MQTT ${cloud.ready.mqtt}`, "cloud");

    const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
    const simulator = await startProgram<SimulatorReady>(
      "simulators",
      [
        "firmware-sim/main.ts",
        "run",
        "--seed",
        String(seed),
        "--entry-url",
        gatewayUrl,
        "--exit-url",
        gatewayUrl,
        "--booth-url",
        gatewayUrl,
        "--booth-token-file",
        files.boothToken,
        "--ready-json",
      ],
      { log: log("simulators") },
    );
    running.push(simulator);
    const { stations_tcp: tcp } = simulator.ready;
    step(`模拟器  相机×2 道闸×3 充电站×2（${simulator.ready.serial}，Modbus/TCP ${tcp.host}:${tcp.port}）`, "simulators");

    writeSiteConfig(files, ports, simulator.ready);
    const gatewayArgs = ["gateway/main.ts", "run", "--config", files.siteConfig, "--ready-json"];
    // A demonstration machine's clock is taken as true: nothing here depends on a time server.
    const startGateway = () =>
      startProgram<GatewayReady>("gateway", gatewayArgs, { log: log("gateway"), env: { CUOBIAN_CLOCK: "synchronised" } });
    let gateway = await startGateway();
    running.push(gateway);
    step(`网关   ${gateway.ready.http}`, "gateway");

    const replace = (old: Running<unknown>, fresh: Running<unknown>) => running.splice(running.indexOf(old), 1, fresh);
    return {
      files,
      ports,
      simulator: simulator.ready,
      cloud: () => cloud,
      gateway: () => gateway,
      async killCloud() {
        cloud.child.kill("SIGKILL");
        await gone(cloud);
      },
      async startCloud() {
        const fresh = await startProgram<CloudReady>("cloud", cloudArgs, { log: log("cloud") });
        replace(cloud, fresh);
        cloud = fresh;
      },
      async killGateway() {
        const { supervisor, safety, site } = gateway.ready.pids;
        for (const pid of [supervisor, safety, site]) killIfAlive(pid);
        await gone(gateway);
      },
      async startGateway() {
        const fresh = await startGateway();
        replace(gateway, fresh);
        gateway = fresh;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was restarted under another number, or is gone: either way not alive under this one
  }
}

export const boothToken = (files: DemoFiles): string => readFileSync(files.boothToken, "utf8").trim();
