// Store and forward: keeps a connection to the broker, and one window a stream over the journal's outbox. Losing the link, the broker or ourselves loses nothing:
// whatever the cloud has not acknowledged is still in the outbox, and is sent again.
import { Compile } from "typebox/compile";
import { Acknowledgement } from "#protocols/uplink/envelope.ts";
import { acknowledgementTopic, commandTopic, configTopic, frameTopic, statusTopic, upTopic } from "#protocols/uplink/topics.ts";
import { type Stream, streams } from "#protocols/vocabulary/ids.ts";
import { after, type Monotonic, wall } from "#protocols/vocabulary/time.ts";
import type { Journal } from "../journal/journal.ts";
import type { TelemetryQueue } from "../journal/telemetry.ts";
import type { Cancel, Chance, Clock } from "../ports.ts";
import type { Log } from "../site-context.ts";
import { type BackOff, retries, usualBackOff } from "./back-off.ts";
import { nextBatch } from "./batches.ts";
import { type Connection, type End, openConnection } from "./connection.ts";
import type { Identity } from "./identity.ts";
import { createPace } from "./pace.ts";
import { createSender, type Deadlines, type Sender, usualDeadlines } from "./sender.ts";

export interface UplinkSettings {
  readonly site: string;
  readonly gateway: string;
  readonly broker: string;
  readonly username: string;
  /** Asked for at each connection, so that a new password needs no restart. */
  readonly password: () => string;
  /** Asked for at each connection; with one, the password is not. */
  readonly identity?: () => Identity | undefined;
  readonly keepalive_s: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly telemetry: TelemetryQueue;
  readonly log: Log;
  /** What the cloud says on the command topic; must not throw. */
  readonly onCommand: (payload: Buffer) => void;
  /** What it says on the config topic; must not throw. */
  readonly onDocument?: (payload: Buffer) => void;
  /** The cloud has acknowledged something of this journal. */
  readonly onReached?: () => void;
  readonly deadlines?: Deadlines;
  readonly connectWithin_ms?: number;
  readonly backOff?: BackOff;
}

export interface Uplink {
  counts(): {
    readonly connected: boolean;
    readonly connections: number;
    /** Thrown out again and again by a broker that can be reached: another box seems to use our identity. */
    readonly displaced: boolean;
    /** Acknowledgements of another epoch, of numbers that were not sent, or that are none. */
    readonly strangeAcknowledgements: number;
    /** Our clock less the cloud's, at its newest acknowledgement (whose way is in it); undefined: none came lately. */
    readonly ahead_ms: number | undefined;
    /** Bytes of the lower classes that may be on their way at once. */
    readonly window: number;
    readonly streams: Readonly<Record<Stream, { readonly sent: number; readonly repeats: number }>>;
  };
  /** What time it is at the cloud at least, by its newest acknowledgement and what has gone by since; undefined: none came in this life. */
  cloudNow(): number | undefined;
  /** A part of a frame; rejects when it cannot be said now. */
  frame(payload: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

/** A clock may be set, or drift away, meanwhile. */
const aheadHolds_ms = 10 * 60_000;

const acknowledgementShape = Compile(Acknowledgement);

export function startUplink(settings: UplinkSettings): Uplink {
  const { clock, chance, journal, telemetry, log } = settings;
  const deadlines = settings.deadlines ?? usualDeadlines;
  const again = retries(chance, settings.backOff ?? usualBackOff);
  const address = { site: settings.site, gateway: settings.gateway };
  const statusText = (state: "online" | "offline"): string => {
    const { boot, mono } = clock.stamp();
    return JSON.stringify({ v: 1, state, boot, epoch: journal.epoch, mono });
  };

  let connection: Connection | undefined;
  let connections = 0;
  let strange = 0;
  let ahead: { readonly ms: number; readonly heard: Monotonic } | undefined;
  let cloudSaid: { readonly at: number; readonly heard: Monotonic } | undefined;
  let stopped = false;
  let cancelRetry: Cancel = () => undefined;

  const source = { gateway: settings.gateway, journal, telemetry, clock, turn: { live: false } };
  const pace = createPace();
  /** Urgent first, the others in turn, each as far as the pace lets it. */
  const sendOn = (): void => {
    for (const stream of pace.order()) senders[stream].wake();
  };
  const senders = Object.fromEntries(
    streams.map((stream) => [
      stream,
      createSender({
        stream,
        clock,
        deadlines,
        pace,
        next: (limitBytes) => attemptOr(() => nextBatch(source, stream, limitBytes)),
        acknowledge: (upTo) => attemptOr(() => journal.outbox.acknowledge(stream, upTo)),
        publish: (payload) => connection?.publish(upTopic(address, stream), payload) ?? Promise.reject(new Error("not connected")),
        onRoom: sendOn,
      }),
    ]),
  ) as Record<Stream, Sender>;

  /** A disk that is full refuses; the outbox then stands where it stood, and the next deadline tries again. A disk that fails ends the process (journal). */
  function attemptOr<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, "uplink: the journal refused");
      return undefined;
    }
  }

  const onMessage = (topic: string, payload: Buffer): void => {
    if (topic === commandTopic(address)) {
      settings.onCommand(payload);
      return;
    }
    if (topic === configTopic(address)) {
      settings.onDocument?.(payload);
      return;
    }
    const acknowledgement = readAcknowledgement(payload);
    const at = acknowledgement?.at;
    // For labels only, and only while our own clock is not set: what opens, cuts or costs asks nobody else for the time.
    if (at !== undefined && !clock.stamp().synchronised) attemptOr(() => journal.lookAtClock(wall(at)));
    const known =
      acknowledgement?.epoch === journal.epoch &&
      senders[acknowledgement.stream].acknowledged(acknowledgement.upTo, acknowledgement.took_ms);
    if (known === true) {
      if (at !== undefined) {
        cloudSaid = { at, heard: clock.monotonic() };
        ahead = { ms: Math.round(clock.wall() - at), heard: cloudSaid.heard };
      }
      settings.onReached?.();
      return;
    }
    strange += 1;
    log.warn(
      { stream: acknowledgement?.stream, upTo: acknowledgement?.upTo, epoch: acknowledgement?.epoch },
      "uplink: strange acknowledgement",
    );
  };

  const open = async (): Promise<void> => {
    try {
      const opened = await openConnection({
        url: settings.broker,
        clientId: settings.gateway,
        username: settings.username,
        ...credentials(settings),
        keepalive_s: settings.keepalive_s,
        will: { topic: statusTopic(address), payload: statusText("offline") },
        subscribe: [acknowledgementTopic(address), commandTopic(address), configTopic(address)],
        onRefused: (topic) =>
          log.warn(
            { topic },
            "uplink: the broker lets us not listen here: commands of the cloud are not heard; grant it in its access list",
          ),
        clock,
        within_ms: settings.connectWithin_ms ?? 5000,
        publishWithin_ms: deadlines.publish_ms,
        onMessage,
        onEnd: fallen,
      });
      if (stopped) return void opened.leave();
      connection = opened;
      connections += 1;
      again.connected(clock.monotonic());
      log.info({ broker: settings.broker }, "uplink: connected");
      opened.publish(statusTopic(address), statusText("online"), true).catch(() => undefined); // the link's end is heard in onEnd
      pace.begin();
      for (const stream of streams) senders[stream].linkUp();
      sendOn();
    } catch (error) {
      fallen({ why: error instanceof Error ? error.message : String(error), closed: false });
    }
  };

  function fallen({ why, closed }: End): void {
    connection = undefined;
    for (const stream of streams) senders[stream].linkDown();
    if (stopped) return;
    const wait = again.ended(clock.monotonic(), closed);
    if (again.displaced(clock.monotonic()))
      log.error({ again_in_ms: wait }, "uplink: thrown out again and again: does another box use this gateway's identity?");
    log.warn({ why, again_in_ms: wait }, "uplink: not connected");
    cancelRetry = clock.wake(after(clock.monotonic(), wait), () => void open());
  }

  // Not inside the commit's own turn: whoever committed has something to do first (a gate to open).
  let woken: NodeJS.Immediate | undefined;
  const wakeSoon = (): void => {
    woken ??= setImmediate(() => {
      woken = undefined;
      sendOn();
    });
  };
  const cancelListening = journal.onCommit(wakeSoon);
  telemetry.onAdd(wakeSoon);
  void open();

  return {
    counts: () => ({
      connected: connection !== undefined,
      connections,
      displaced: again.displaced(clock.monotonic()),
      strangeAcknowledgements: strange,
      ahead_ms: ahead === undefined || clock.monotonic() - ahead.heard > aheadHolds_ms ? undefined : ahead.ms,
      window: pace.window,
      streams: {
        urgent: senders.urgent.counts(),
        money: senders.money.counts(),
        state: senders.state.counts(),
        bulk: senders.bulk.counts(),
      },
    }),
    cloudNow: () => (cloudSaid === undefined ? undefined : cloudSaid.at + (clock.monotonic() - cloudSaid.heard)),
    frame: (payload) => connection?.publish(frameTopic(address), payload) ?? Promise.reject(new Error("not connected")),
    stop: async () => {
      stopped = true;
      cancelRetry();
      cancelListening();
      clearImmediate(woken);
      for (const stream of streams) senders[stream].linkDown();
      const last = connection;
      connection = undefined;
      if (last === undefined) return;
      await Promise.race([last.publish(statusTopic(address), statusText("offline"), true).catch(() => undefined), pause(500)]);
      await last.leave();
    },
  };
}

function credentials({ identity, password }: UplinkSettings): { identity: Identity } | { password: string } {
  const held = identity?.();
  return held === undefined ? { password: password() } : { identity: held };
}

function readAcknowledgement(payload: Buffer): Acknowledgement | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    return acknowledgementShape.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
