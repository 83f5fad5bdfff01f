// The demonstration compound: simulators, gateway, cloud and page as processes of their own, started in order, each with its time.
import { join } from "node:path";
import { type DemoFiles, type DemoPorts, layOut, type SimulatorReady, writeCloudConfig, writeSiteConfig } from "./files.ts";
import { freePort } from "./ports.ts";
import { allEnded, type Running, runProgram, startProgram } from "./program.ts";

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
  /** Cars and taps come by themselves; otherwise only as somebody tells the simulators. */
  readonly steady?: boolean;
  /** Ninety invented days before today, in three compounds; otherwise only what happens from now on. */
  readonly history?: boolean;
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
    control: await choose(port === 0 ? 0 : port + 30, "simulators"),
  };
}

const gone = (running: Running<unknown>): Promise<void> =>
  new Promise((resolve) =>
    running.child.exitCode !== null || running.child.signalCode !== null ? resolve() : running.child.once("exit", () => resolve()),
  );

function startSimulators(options: {
  files: DemoFiles;
  gateway: number;
  seed: number;
  log: string;
  steady?: boolean;
  control?: number | undefined;
}): Promise<Running<SimulatorReady>> {
  const url = `http://127.0.0.1:${options.gateway}`;
  const places = ["--entry-url", url, "--exit-url", url, "--booth-url", url, "--booth-token-file", options.files.boothToken];
  const sandbox = ["--sandbox-secret-file", options.files.sandboxSecret, "--inbox-secret-file", options.files.inboxSecret];
  return startProgram<SimulatorReady>(
    "simulators",
    [
      "firmware-sim/main.ts",
      "run",
      "--seed",
      String(options.seed),
      "--port",
      String(options.control ?? 0),
      "--contactor",
      "--traffic",
      options.steady === false ? "none" : "steady",
      ...places,
      ...sandbox,
      "--ready-json",
    ],
    { log: options.log },
  );
}

/** A demonstration machine's clock is taken as true: nothing here depends on a time server. */
const startGatewayProgram = (files: DemoFiles, log: string): Promise<Running<GatewayReady>> =>
  startProgram<GatewayReady>("gateway", ["gateway/main.ts", "run", "--config", files.siteConfig, "--ready-json"], {
    log,
    env: { CUOBIAN_CLOCK: "synchronised" },
  });

const devicesText = ({ serial, stations_tcp: tcp }: SimulatorReady): string =>
  `模拟器  相机×2 道闸×3 充电站×2 上级接触器、烟感触点、进线电表（${serial}，Modbus/TCP ${tcp.host}:${tcp.port}）`;

/** Programs in the order of their start; they end in the other. */
class Programs {
  readonly #running: Running<unknown>[] = [];

  async add<Ready>(starting: Promise<Running<Ready>>): Promise<Running<Ready>> {
    const program = await starting;
    this.#running.push(program);
    return program;
  }

  async replace<Ready>(old: Running<Ready>, starting: Promise<Running<Ready>>): Promise<Running<Ready>> {
    const fresh = await starting;
    this.#running.splice(this.#running.indexOf(old), 1, fresh);
    return fresh;
  }

  readonly stop = async (): Promise<void> => {
    for (const program of this.#running.splice(0).reverse()) await program.stop();
    allEnded();
  };

  /** What was started ends again when the rest fails to start. */
  async orStop<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }
}

export function startCompound(options: CompoundOptions): Promise<Compound> {
  const { step, folder, seed } = options;
  const programs = new Programs();
  const log = (name: string): string => join(folder, `${name}.log`);
  return programs.orStop(async () => {
    const files = layOut(folder);
    const ports = await choosePorts(options);
    const web = join(folder, "web");
    await runProgram("web", ["dashboards/build.ts", web]);
    step("页面已构建", "page built");

    writeCloudConfig(files, ports);
    const startCloud = () =>
      startProgram<CloudReady>(
        "cloud",
        [
          ...["cloud/main.ts", "run", "--config", files.cloudConfig, "--web", web, "--ready-json"],
          ...(options.history === true ? ["--history", String(seed)] : []),
        ],
        { log: log("cloud") },
      );
    // Side by side: neither needs the other. The gateway needs both.
    const startingSimulators = programs.add(
      startSimulators({
        ...{ files, gateway: ports.gateway, control: ports.control, seed },
        log: log("simulators"),
        steady: options.steady ?? true,
      }),
    );
    startingSimulators.catch(() => {}); // told below; the cloud may fail first
    let cloud = await programs.add(startCloud());
    step(`云端   ${cloud.ready.http}   MQTT ${cloud.ready.mqtt}`, "cloud");
    const simulator = await startingSimulators;
    step(devicesText(simulator.ready), "simulators");

    writeSiteConfig(files, { gateway: ports.gateway, broker: `mqtt://127.0.0.1:${ports.mqtt}`, simulator: simulator.ready });
    let gateway = await programs.add(startGatewayProgram(files, log("gateway")));
    step(`网关   ${gateway.ready.http}`, "gateway");

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
        cloud = await programs.replace(cloud, startCloud());
      },
      async killGateway() {
        const { supervisor, safety, site } = gateway.ready.pids;
        for (const pid of [supervisor, safety, site]) killIfAlive(pid);
        await gone(gateway);
      },
      async startGateway() {
        gateway = await programs.replace(gateway, startGatewayProgram(files, log("gateway")));
      },
      stop: programs.stop,
    };
  });
}

/** Simulators and gateway only; the cloud is elsewhere (docker-compose.yml). */
export function startEdge(options: {
  folder: string;
  seed: number;
  port: number;
  broker: string;
  passwordFile: string;
  step: CompoundOptions["step"];
}): Promise<{ stop(): Promise<void> }> {
  const { step, folder, seed } = options;
  const programs = new Programs();
  const log = (name: string): string => join(folder, `${name}.log`);
  return programs.orStop(async () => {
    const files = layOut(folder);
    const port = await freePort(options.port, new Set());
    const simulator = await programs.add(startSimulators({ files, gateway: port, seed, log: log("simulators") }));
    step(devicesText(simulator.ready), "simulators");
    writeSiteConfig(files, { gateway: port, broker: options.broker, passwordFile: options.passwordFile, simulator: simulator.ready });
    const gateway = await programs.add(startGatewayProgram(files, log("gateway")));
    step(`网关   ${gateway.ready.http}   →  ${options.broker}`, "gateway");
    return { stop: programs.stop };
  });
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was restarted under another number, or is gone: either way not alive under this one
  }
}
