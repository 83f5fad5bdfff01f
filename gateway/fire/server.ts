// The centre's end: user information transmission devices connect here, over TCP or UDP. What they say is confirmed once it is durable; what they say twice is told once.
import { deny } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, type FireFrame } from "#protocols/fire/gbt26875/frame.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { type Profile, profiles, standard } from "#protocols/fire/gbt26875/profile.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream } from "#protocols/frames/stream.ts";
import { after, hourMs, type Monotonic } from "#protocols/vocabulary/time.ts";
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
import { type Listening, listenTcp, listenUdp, type Way } from "./way.ts";

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
  /** What it answered to our questions, the newest last. */
  readonly answers: readonly FireUnit[];
}

export interface FireServer {
  readonly port: number;
  /** Where datagrams are heard; undefined: nowhere. */
  readonly udpPort: number | undefined;
  /** A question of types 61–88; its answer stands in `health`, and counts as if the device had said it. false: it is not connected. */
  ask(device: string, unit: FireUnit): boolean;
  /** Connected, and heard within its time. */
  answers(device: string): boolean;
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
  readonly answers: FireUnit[];
  clockSetAt: Monotonic | undefined;
}
interface Connection {
  readonly way: Way;
  exchange: Exchange;
  kept: Kept | undefined;
}

/** One device each, and some that are just being replaced; a stranger is let go after its first frame. */
const mostConnections = 64;
/** Whoever connects has so long to say who he is. */
const identifyWithin_ms = 30_000;
const largestBacklog = 64 * 1024;
const keptAnswers = 20;
const anyAddress = "000000000000";

const fits = (profile: Profile, frame: FireFrame): boolean =>
  (profile.majorVersion === "any" || frame.major === profile.majorVersion) && !isUndecodable(decodeUnit(frame, profile));

export async function openFireServer({ config, clock, log, panels }: FireServerParts): Promise<FireServer> {
  const listen = config.listen;
  if (listen === undefined) throw new Error("no address to listen on");
  const started = clock.monotonic();
  const kept = config.devices.map(
    (device): Kept => ({
      device,
      repeats: newRepeats(),
      seen: started,
      silent: panels.wasSilent(device),
      connection: undefined,
      frames: 0,
      repeated: 0,
      refused: 0,
      answers: [],
      clockSetAt: undefined,
    }),
  );
  const connections = new Set<Connection>();
  const at = () => ({ now: clock.monotonic(), label: labelOf(clock.wall()) });
  const strictest = kept.every(({ device }) => device.profile === "standard") ? standard : (profiles.field ?? standard);

  function take(connection: Connection, { exchange, out, heard, failed, denied, refused }: Stepped): void {
    connection.exchange = exchange;
    for (const bytes of out) connection.way.write(bytes);
    if (connection.kept !== undefined) connection.kept.refused += refused;
    for (const id of [...failed, ...denied]) log.warn({ device: connection.kept?.device.id, what: id }, "fire: never confirmed");
    for (const one of heard) {
      // Read before anybody knew whose it was: now by its own profile.
      if (connection.kept === undefined && (!identify(connection, one) || !fits(connection.exchange.profile, one.frame)))
        refuse(connection, one.frame);
      else listenTo(connection, one);
      if (connection.kept === undefined) return;
    }
    if (connection.way.backlog() > largestBacklog) connection.way.close();
  }

  /** By its source address; a site with one device may leave the address out. */
  function identify(connection: Connection, { frame }: Heard): boolean {
    const found = kept.find(({ device }) => device.address === frame.source) ?? kept.find(({ device }) => device.address === undefined);
    if (found === undefined) {
      log.warn({ source: frame.source }, "fire: a device that this site does not know");
      connection.way.close();
      return false;
    }
    // The one of before, unless it is a neighbour's that spoke for it.
    if (found.connection !== connection && found.connection?.kept === found) found.connection.way.close();
    found.connection = connection;
    connection.kept = found;
    const { device } = found;
    connection.exchange = { ...connection.exchange, profile: profiles[device.profile] ?? standard, own: frame.target, other: frame.source };
    log.info({ device: device.id, over: connection.way.kind }, "fire: connected");
    // Its clock is ours: every time that it says is evidence. Datagrams may come from another port each time: not at each of them.
    const now = clock.monotonic();
    if (connection.way.kind === "tcp" || clockIsDue(found, now)) setClock(found, connection, now);
    return true;
  }

  function refuse(connection: Connection, frame: FireFrame): void {
    if (connection.kept === undefined) return;
    connection.kept.refused += 1;
    connection.way.write(encodeFrame(deny(frame, labelOf(clock.wall()))));
  }

  function listenTo(connection: Connection, heard: Heard): void {
    // A device may speak for its neighbours over its own connection: each frame is its source's.
    const one = kept.find(({ device }) => device.address === heard.frame.source) ?? connection.kept;
    if (one === undefined) return;
    one.connection ??= connection;
    one.frames += 1;
    one.seen = clock.monotonic();
    if (one.silent) {
      one.silent = false;
      panels.answers(one.device);
    }
    // A centre has no answer to a device's questions, and knows no command of a vendor's own.
    if (heard.frame.command === command.request || heard.frame.command > command.deny) {
      refuse(connection, heard.frame);
      return;
    }
    // Throws where the disk refuses: then nothing is confirmed, and the device says it again.
    if (one.repeats.isRepeat(heard, clock.monotonic())) one.repeated += 1;
    else panels.heard(one.device, heard.unit);
    one.repeats.taken(heard, clock.monotonic());
    if (heard.frame.command === command.response) one.answers.push(heard.unit);
    one.answers.splice(0, one.answers.length - keptAnswers);
    const answer = answerTo(heard, labelOf(clock.wall()));
    if (answer !== undefined) connection.way.write(answer);
  }

  const clockIsDue = ({ clockSetAt }: Kept, now: Monotonic): boolean => clockSetAt === undefined || now - clockSetAt >= hourMs;
  function setClock(one: Kept, connection: Connection, now: Monotonic): void {
    if (one.device.set_clock === false) return;
    one.clockSetAt = now;
    tell(one, connection, {
      id: "clock",
      command: command.control,
      unit: { kind: "set-time", objects: [{ time: labelOf(clock.wall()) }] },
    });
  }

  function tell({ device }: Kept, connection: Connection, saying: Saying): void {
    take(connection, say(connection.exchange, { ...saying, to: device.address }, at()));
  }

  const ends = {
    came(way: Way) {
      if (connections.size >= mostConnections) return undefined;
      const fresh = newExchange({ profile: strictest, own: anyAddress, other: anyAddress });
      const connection: Connection = { way, exchange: fresh, kept: undefined };
      connections.add(connection);
      const nobody: Cancel = clock.wake(after(clock.monotonic(), identifyWithin_ms), () => {
        if (connection.kept === undefined) way.close();
      });
      return {
        heard(bytes: Uint8Array) {
          try {
            take(connection, hearBytes(connection.exchange, bytes, at()));
            // What a datagram leaves unfinished, no other datagram goes on with.
            if (way.kind === "udp") connection.exchange = { ...connection.exchange, stream: freshStream };
          } catch (error) {
            log.warn({ device: connection.kept?.device.id, why: String(error) }, "fire: what was heard could not be taken in");
            way.close();
          }
        },
        gone() {
          nobody();
          connections.delete(connection);
          for (const one of kept) if (one.connection === connection) one.connection = undefined;
        },
      };
    },
  };
  const tcp = await listenTcp(listen, ends);
  // The same number for both, as devices expect it, also where the system chose it.
  const udp: Listening | undefined = listen.udp === true ? await listenUdp({ host: listen.host, port: tcp.port }, ends) : undefined;
  /** false: it is not connected. */
  function told(id: string, saying: Saying): boolean {
    const one = kept.find(({ device }) => device.id === id);
    if (one?.connection === undefined) return false;
    tell(one, one.connection, saying);
    return true;
  }
  return {
    port: tcp.port,
    udpPort: udp?.port,
    ask: (device, unit) => told(device, { id: "question", command: command.request, unit }),
    answers: (device) => kept.some((one) => one.device.id === device && one.connection !== undefined && !one.silent),
    sentry: (device, within_min) =>
      told(device, { id: "sentry", command: command.control, unit: { kind: "sentry", objects: [{ within_min }] } }),
    health: () =>
      kept.map(({ device, connection, silent, frames, repeated, refused, answers }) => ({
        ...{ device: device.id, connected: connection !== undefined && !silent, frames, repeats: repeated, refused, answers: [...answers] },
      })),
    tick() {
      for (const connection of connections) take(connection, timed(connection.exchange, at()));
      const now = clock.monotonic();
      for (const one of kept) {
        // Connections last for months, and its clock goes its own way.
        if (one.connection !== undefined && !one.silent && clockIsDue(one, now)) setClock(one, one.connection, now);
        const silent_ms = now - one.seen;
        if (one.silent || silent_ms < one.device.silent_s * 1_000) continue;
        one.silent = true;
        // Datagrams do not say that nobody is there any more.
        if (one.connection?.way.kind === "udp") one.connection.way.close();
        panels.silent(one.device, silent_ms);
      }
    },
    async close() {
      for (const { way } of [...connections]) way.close();
      await Promise.all([tcp.close(), udp?.close()]);
    },
  };
}
