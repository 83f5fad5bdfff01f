// A site reduced to its charging half: simulators, the safety process alone, and a link client in the place of the site process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import type { Limits } from "#gateway/core/charging/limits.ts";
import { connectLink, type LinkClient } from "#gateway/link/client.ts";
import type { Fact, SafetyToSite, ShedReading, SocketReading } from "#gateway/link/messages.ts";
import { safetyFlags } from "#gateway/link/supervised.ts";
import { machineClock } from "#gateway/world/clock.ts";
import type { Fault, SimulatorReady, SimulatorState } from "#protocols/api/simulator.ts";
import { readyLimits } from "#test/limits.ts";
import { endEveryProgram, type StartOptions, startProgram, type TestProgram, until } from "#test/world/program.ts";

export const socketNames = ["station-1", "station-2"].flatMap((station) => Array.from({ length: 10 }, (_, i) => `${station}/${i + 1}`));

export interface ProtectionReady {
  readonly ready: "protection";
  readonly link: string;
}

/** The site process as far as protection knows it. */
export interface SiteEnd {
  readonly client: LinkClient;
  readonly facts: Fact[];
  readonly hellos: Extract<SafetyToSite, { type: "hello" }>[];
  readings(): readonly SocketReading[];
  /** Of the slowest line, as last said. */
  rotation_ms(): number | null;
  shed(): ShedReading | undefined;
  /** Facts are acknowledged as they come, unless it is told not to. */
  takes: boolean;
  energise(sockets: readonly string[], round: string): void;
  close(): void;
}

export interface ChargingSite {
  readonly folder: string;
  readonly simulator: TestProgram<SimulatorReady>;
  safety(): TestProgram<ProtectionReady>;
  /** `file`: the program, or a test's child that becomes it with something planted. */
  startSafety(options?: StartOptions & { readonly file?: string }): Promise<TestProgram<ProtectionReady>>;
  connect(): SiteEnd;
  state(): Promise<SimulatorState>;
  fault(fault: Fault): Promise<void>;
  tap(socket: string): Promise<void>;
  end(): Promise<void>;
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

/** How the stations hang on the gateway: the same two, whichever way. */
export type LineKind = "serial" | "rtu-tcp" | "tcp";

function lineOf(kind: LineKind, ready: SimulatorReady): object {
  if (kind === "serial") return { id: "line-1", kind, path: ready.serial, baud: 19_200, parity: "none", stop_bits: 1 };
  return kind === "rtu-tcp"
    ? { id: "line-1", kind, ...ready.stations_rtu, baud: 19_200, network_ms: 20 }
    : { id: "line-1", kind, ...ready.stations_tcp };
}

/** The simulator is what measures: it gets its turn before the load, as copper would. Where that is not allowed, it shares the lateness. */
function measureFirst(pid: number): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  for (const one of [pid, ...children]) {
    try {
      setPriority(one, -15);
    } catch {
      return;
    }
  }
}

/** How the simulators stand otherwise: behind a contactor; some stations on a Modbus TCP line of their own. */
export interface SiteWish {
  readonly kind?: LineKind;
  readonly contactor?: boolean;
  readonly onTcp?: readonly string[];
  readonly limits?: Limits;
}

/** `more`: what else stands in the wiring file. */
export async function startChargingSite(
  more: Readonly<Record<string, unknown>> = {},
  { kind = "serial", contactor = false, onTcp = [], limits = readyLimits("e-bike-4a") }: SiteWish = {},
): Promise<ChargingSite> {
  const folder = mkdtempSync(join(tmpdir(), "charging-"));
  const asked = ["run", "--traffic", "none", "--ready-json", ...(contactor ? ["--contactor"] : [])];
  const simulator = await startProgram<SimulatorReady>("firmware-sim/main.ts", asked);
  measureFirst(simulator.pid);
  const { control, stations_tcp: tcp } = simulator.ready;
  const wiring = join(folder, "wiring.json");
  writeFileSync(
    wiring,
    JSON.stringify({
      link: join(folder, "safety.sock"),
      spool: join(folder, "spool"),
      lines: [
        lineOf(kind, simulator.ready),
        ...(onTcp.length === 0 ? [] : [{ id: "line-2", kind: "tcp", host: tcp.host, port: tcp.port }]),
      ],
      stations: [1, 2].map((unit) => {
        const id = `station-${unit}`;
        return { id, line: onTcp.includes(id) ? "line-2" : "line-1", unit, profile: "stations/ten-socket", limits };
      }),
      ...more,
    }),
  );
  let safety: TestProgram<ProtectionReady> | undefined;
  const ends: SiteEnd[] = [];
  const running = (): TestProgram<ProtectionReady> => {
    if (safety === undefined) throw new Error("the safety process was never started");
    return safety;
  };
  return {
    folder,
    simulator,
    safety: running,
    async startSafety({ file = "gateway/protection/main.ts", ...options } = {}) {
      safety = await startProgram<ProtectionReady>(file, ["--wiring", wiring, "--ready-json"], { flags: safetyFlags, ...options });
      return safety;
    },
    connect() {
      const end = siteEnd(running().ready.link);
      ends.push(end);
      return end;
    },
    state: async () => (await (await fetch(`${control}/state`)).json()) as SimulatorState,
    fault: (fault) => post(`${control}/faults`, fault),
    tap: (socket) => post(`${control}/taps`, { socket, card: 4_000_000_001, power_W: 300, minutes: 600 }),
    async end() {
      for (const one of ends) one.close();
      await safety?.end();
      await simulator.end();
      await endEveryProgram();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function siteEnd(path: string): SiteEnd {
  const facts: Fact[] = [];
  const hellos: SiteEnd["hellos"] = [];
  const taken = new Set<number>();
  let readings: readonly SocketReading[] = [];
  let rotation: number | null = null;
  let sheds: readonly ShedReading[] = [];
  const client = connectLink(
    { path, clock: machineClock() },
    {
      onMessage(message) {
        if (message.type === "hello") hellos.push(message);
        if (message.type === "readings") {
          readings = message.sockets;
          rotation = Math.max(...message.lines.map((line) => line.rotation_ms ?? Number.NaN)) || null;
          sheds = message.sheds ?? [];
        }
        if (message.type !== "facts") return;
        for (const { id, fact } of message.facts) {
          if (taken.has(id)) continue;
          taken.add(id);
          facts.push(fact);
        }
        if (end.takes) client.send({ type: "spool-taken", upTo: Math.max(...message.facts.map(({ id }) => id)) });
      },
    },
  );
  const end: SiteEnd = {
    client,
    facts,
    hellos,
    takes: true,
    readings: () => readings,
    rotation_ms: () => rotation,
    shed: () => sheds[0],
    energise(sockets, round) {
      for (const socket of sockets)
        client.send({
          type: "energise",
          authority: { id: `authority-${round}-${socket}`, socket, session: `session-${socket}`, duration_ms: 3_600_000 },
        });
    },
    close: () => client.close(),
  };
  return end;
}

/** Somebody plugs in everywhere, the site authorises, and every relay is closed by the simulator's own word. */
export async function energiseAll(site: ChargingSite, end: SiteEnd, round: string): Promise<void> {
  await until("hello", () => end.hellos.length > 0 || undefined);
  for (const { socket, plugged } of (await site.state()).sockets) if (!plugged) await site.tap(socket);
  end.energise(socketNames, round);
  await until("20 closed relays", async () => (await site.state()).sockets.every((socket) => socket.relay) || undefined, {
    within_ms: 20_000,
  });
  const closed = (name: string): boolean =>
    end.facts.some((fact) => fact.kind === "closed" && fact.authority === `authority-${round}-${name}`);
  await until("20 facts of it", () => socketNames.every(closed) || undefined);
}

/** Two stations, contacts on one board, a contactor, a meter on the feeder: what the simulator has, as a site file says it. */
export const wholeShed = (over: Readonly<Record<string, unknown>> = {}, line = "line-1") => ({
  devices: [
    { id: "io-1", name: "输入输出板", line, unit: 11, profile: "relays/waveshare-8-in-8" },
    { id: "meter-1", name: "进线电表", line, unit: 21, profile: "meters/power-room" },
  ],
  sheds: [
    {
      id: "shed-1",
      name: "1号充电棚",
      stations: ["station-1", "station-2"],
      blind_ms: 10_000,
      inputs: (["smoke", "heat", "panel"] as const).map((kind, at) => ({
        id: kind,
        name: kind,
        kind,
        device: "io-1",
        point: "input_closed",
        channel: at + 1,
        active: 0,
      })),
      contactor: {
        device: "io-1",
        relay: 1,
        held_by: "flash",
        feedback: { device: "io-1", point: "input_closed", channel: 4, active: 1 },
      },
      supply: { phases },
      meter: {
        device: "meter-1",
        power: "power_mW",
        current_l1: "current_l1_mA",
        current_l2: "current_l2_mA",
        current_l3: "current_l3_mA",
        residual: "residual_current_mA",
        residual_alarm_mA: 300,
      },
      provenance: "demonstration",
      ...over,
    },
  ],
});
const numbered = (sockets: readonly number[]): string[] => [1, 2].flatMap((station) => sockets.map((n) => `station-${station}/${n}`));

/** Of the simulated supply. */
export const phases = [
  { phase: "L1", breaker_mA: 63_000, sockets: numbered([1, 2, 3, 4]) },
  { phase: "L2", breaker_mA: 63_000, sockets: numbered([5, 6, 7]) },
  { phase: "L3", breaker_mA: 63_000, sockets: numbered([8, 9, 10]) },
];

/** FC05 with 0x0000: unit 05 hi lo 00 00. */
export const isOff = (hex: string): boolean => /^(01|02)05....0000/.test(hex);
export const isRearm = (hex: string): boolean => /^(01|02)060100/.test(hex);
