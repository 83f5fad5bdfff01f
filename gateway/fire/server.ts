// The centre's end: user information transmission devices connect here over TCP. What they say is confirmed once it is durable; what they say twice is told once.
import { createServer, type Server, type Socket } from "node:net";
import { command } from "#protocols/fire/gbt26875/frame.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { profiles, standard } from "#protocols/fire/gbt26875/profile.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { FireConfig, FireDevice } from "../config/fire-schema.ts";
import type { Cancel, Clock } from "../ports.ts";
import type { Log } from "../site-context.ts";
import {
  answerTo,
  type Exchange,
  type Heard,
  hearBytes,
  newExchange,
  newRepeats,
  type Repeats,
  type Saying,
  type Stepped,
  say,
  timed,
} from "./exchange.ts";
import type { Panels } from "./panels.ts";

export interface FireServerParts {
  readonly config: FireConfig;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
  readonly panels: Panels;
}

export interface DeviceHealth {
  readonly device: string;
  readonly connected: boolean;
  readonly frames: number;
  readonly repeats: number;
  readonly refused: number;
}

export interface FireServer {
  readonly port: number;
  /** A question to the person at this device; false: it is not connected. */
  sentry(device: string, within_min: number): boolean;
  health(): DeviceHealth[];
  tick(): void;
  close(): Promise<void>;
}

interface Kept {
  readonly device: FireDevice;
  readonly repeats: Repeats;
  /** When it was last heard, or when we began to listen. */
  seen: Monotonic;
  silent: boolean;
  connection: Connection | undefined;
  frames: number;
  repeated: number;
  refused: number;
}
interface Connection {
  readonly socket: Socket;
  exchange: Exchange;
  kept: Kept | undefined;
}

/** One device each, and some that are just being replaced; a stranger is let go after its first frame. */
const mostConnections = 64;
/** Whoever connects has so long to say who he is. */
const identifyWithin_ms = 30_000;
const largestBacklog = 64 * 1024;
const anyAddress = "000000000000";

export async function openFireServer({ config, clock, log, panels }: FireServerParts): Promise<FireServer> {
  const listen = config.listen;
  if (listen === undefined) throw new Error("no address to listen on");
  const started = clock.monotonic();
  const kept = config.devices.map(
    (device): Kept => ({
      device,
      repeats: newRepeats(),
      seen: started,
      silent: false,
      connection: undefined,
      frames: 0,
      repeated: 0,
      refused: 0,
    }),
  );
  const connections = new Set<Connection>();
  const at = () => ({ now: clock.monotonic(), label: labelOf(clock.wall()) });
  const strictest = kept.every(({ device }) => device.profile === "standard") ? standard : (profiles.field ?? standard);

  function take(connection: Connection, { exchange, out, heard, failed, refused }: Stepped): void {
    connection.exchange = exchange;
    for (const bytes of out) connection.socket.write(bytes);
    if (connection.kept !== undefined) connection.kept.refused += refused;
    for (const id of failed) log.warn({ device: connection.kept?.device.id, what: id }, "fire: never confirmed");
    for (const one of heard) {
      if (connection.kept === undefined && !identify(connection, one)) return;
      listenTo(connection, one);
    }
    if (connection.socket.writableLength > largestBacklog) connection.socket.destroy();
  }

  /** By its source address; a site with one device may leave the address out. */
  function identify(connection: Connection, { frame }: Heard): boolean {
    const found = kept.find(({ device }) => device.address === frame.source) ?? kept.find(({ device }) => device.address === undefined);
    if (found === undefined) {
      log.warn({ source: frame.source }, "fire: a device that this site does not know");
      connection.socket.destroy();
      return false;
    }
    found.connection?.socket.destroy();
    found.connection = connection;
    connection.kept = found;
    const { device } = found;
    connection.exchange = { ...connection.exchange, profile: profiles[device.profile] ?? standard, own: frame.target, other: frame.source };
    log.info({ device: device.id }, "fire: connected");
    // Its clock is ours: every time that it says is evidence.
    if (device.set_clock !== false)
      send(connection, { id: "clock", command: command.control, unit: { kind: "set-time", objects: [{ time: labelOf(clock.wall()) }] } });
    return true;
  }

  function listenTo(connection: Connection, heard: Heard): void {
    const { kept: one } = connection;
    if (one === undefined) return;
    one.frames += 1;
    one.seen = clock.monotonic();
    if (one.silent) {
      one.silent = false;
      panels.answers(one.device);
    }
    // Throws where the disk refuses: then nothing is confirmed, and the device says it again.
    if (one.repeats.isRepeat(heard)) one.repeated += 1;
    else panels.heard(one.device, heard.unit);
    const answer = answerTo(heard, labelOf(clock.wall()));
    if (answer !== undefined) connection.socket.write(answer);
  }

  function send(connection: Connection, saying: Saying): void {
    take(connection, say(connection.exchange, saying, at()));
  }

  const server: Server = createServer((socket) => {
    if (connections.size >= mostConnections) return void socket.destroy();
    socket.setNoDelay(true);
    const connection: Connection = {
      socket,
      exchange: newExchange({ profile: strictest, own: anyAddress, other: anyAddress }),
      kept: undefined,
    };
    connections.add(connection);
    const nobody: Cancel = clock.wake(after(clock.monotonic(), identifyWithin_ms), () => {
      if (connection.kept === undefined) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      try {
        take(connection, hearBytes(connection.exchange, bytes, at()));
      } catch (error) {
        log.warn({ device: connection.kept?.device.id, why: String(error) }, "fire: what was heard could not be taken in");
        socket.destroy();
      }
    });
    socket.on("close", () => {
      nobody();
      connections.delete(connection);
      if (connection.kept?.connection === connection) connection.kept.connection = undefined;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : listen.port,
    sentry(device, within_min) {
      const connection = kept.find((one) => one.device.id === device)?.connection;
      if (connection === undefined) return false;
      send(connection, { id: "sentry", command: command.control, unit: { kind: "sentry", objects: [{ within_min }] } });
      return true;
    },
    health: () =>
      kept.map(({ device, connection, frames, repeated, refused }) => ({
        ...{ device: device.id, connected: connection !== undefined, frames, repeats: repeated, refused },
      })),
    tick() {
      for (const connection of connections) take(connection, timed(connection.exchange, at()));
      const now = clock.monotonic();
      for (const one of kept) {
        const silent_ms = now - one.seen;
        if (one.silent || silent_ms < one.device.silent_s * 1_000) continue;
        one.silent = true;
        panels.silent(one.device, silent_ms);
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const { socket } of connections) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
