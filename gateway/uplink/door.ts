// The uplink as a room of the site process.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Stream, streams } from "#protocols/vocabulary/ids.ts";
import type { Check, Measure, Mounted, SiteContext } from "../site-context.ts";
import { askCloud } from "./enrol.ts";
import { type FrameSource, sendFrames } from "./frames.ts";
import { readIdentity } from "./identity.ts";
import { startRotation } from "./rotation.ts";
import { startUplink, type Uplink } from "./uplink.ts";

/** Pictures of reads that needed a person, for the duty desk. */
export interface KeptFrames extends FrameSource {
  onKept(listener: (frame: string) => void): void;
}

export interface HeardFromCloud {
  readonly frames?: KeptFrames;
  readonly take: (payload: Uint8Array) => Promise<void>;
  readonly takeDocument?: (payload: Uint8Array) => void;
  /** The cloud itself has acknowledged something. */
  readonly onReached?: () => void;
}

export interface MountedUplink extends Mounted {
  /** Our clock less the cloud's; undefined: not heard lately. */
  ahead_ms(): number | undefined;
  /** What time it is at the cloud at least; undefined: it was not heard in this life. */
  cloudNow(): number | undefined;
}

export async function mountUplink(context: SiteContext, { take, takeDocument, onReached, frames }: HeardFromCloud): Promise<MountedUplink> {
  const { config, clock, chance, journal, telemetry, log, folder } = context;
  const identity = config.uplink.identity;
  const file = identity === undefined ? undefined : resolve(folder, identity.file);
  const { site, gateway } = config;
  const rotation =
    identity === undefined || file === undefined
      ? undefined
      : startRotation({ site, gateway, file, ask: askCloud(identity.cloud), clock, log });
  const uplink = startUplink({
    site: config.site,
    gateway: config.gateway,
    broker: config.uplink.broker,
    username: config.uplink.username,
    password: () => readFileSync(resolve(folder, config.uplink.password_file), "utf8").trim(),
    ...(file === undefined ? {} : { identity: () => readIdentity(file) }),
    keepalive_s: config.uplink.keepalive_s,
    clock,
    chance,
    journal,
    telemetry,
    log,
    onCommand: (payload) =>
      void take(payload).catch((error: unknown) => log.error({ err: error }, "a command could not be written down: it will be said again")),
    onDocument: (payload) => {
      try {
        takeDocument?.(payload);
      } catch (error) {
        log.error({ err: error }, "a document could not be written down: it will be said again");
      }
    },
    ...(onReached === undefined ? {} : { onReached }),
  });
  const told =
    frames === undefined
      ? undefined
      : sendFrames({ gateway, clock, log, source: frames, publish: uplink.frame, window: () => uplink.counts().window });
  if (told !== undefined) frames?.onKept(told.offer);
  return {
    ahead_ms: () => uplink.counts().ahead_ms,
    cloudNow: uplink.cloudNow,
    stop: async () => {
      told?.stop();
      rotation?.stop();
      await rotation?.settled();
      await uplink.stop();
    },
    measures: () => [...measures(context, uplink), ...lifeMeasure(rotation?.left_s())],
    checks: () => [
      identityCheck(uplink.counts().displaced),
      ...(file === undefined ? [] : [certificateCheck(file, rotation?.left_s(), clock.stamp().synchronised)]),
    ],
  };
}

/** Not being connected is no illness: a compound may be offline for weeks. */
const identityCheck = (displaced: boolean): Check => ({
  name: "identity",
  ok: !displaced,
  zh: displaced ? "反复被云端断开：可能有另一台设备使用同一网关编号，请核对网关编号与密码" : "未发现其他设备使用同一网关编号",
  en: displaced
    ? "thrown out by the broker again and again: another box may use this gateway's id; compare ids and passwords"
    : "no other box seems to use this gateway's id",
});

/** A gateway that was never enrolled only has no cloud; one whose certificate has ended, or cannot be read, had one. */
export function certificateCheck(file: string, left_s: number | undefined, clockTrue: boolean): Check {
  const name = "certificate";
  if (left_s === undefined)
    return existsSync(file)
      ? {
          ...{ name, ok: false },
          zh: `证书文件读不懂或密钥不符：${file}；移开它，再用一次性注册码重新注册（cuobian gateway enrol）`,
          en: `the identity file cannot be read, or its key is not its certificate's: ${file}; move it away and enrol again with a one-time code (cuobian gateway enrol)`,
        }
      : { name, ok: true, zh: "还没有注册到云端", en: "not enrolled with the cloud yet" };
  if (left_s >= 0 || !clockTrue) return { name, ok: true, zh: "云端证书有效", en: "the cloud's certificate is good" };
  const days = Math.ceil(-left_s / 86_400);
  return {
    ...{ name, ok: false },
    zh: `云端证书已过期 ${days} 天，云端不再接收：先核对网关时钟；宽限期内网关自行换证，过后用一次性注册码重新注册（cuobian gateway enrol）。本地照常`,
    en: `the certificate ended ${days} days ago and the cloud takes nothing: look at the gateway's clock first; within the days of grace it is renewed by itself, later enrol again with a one-time code (cuobian gateway enrol). The site works on`,
  };
}

const lifeMeasure = (left_s: number | undefined): Measure[] =>
  left_s === undefined
    ? []
    : [{ name: "cuobian_certificate_left_seconds", kind: "gauge", help: "until this gateway's certificate ends", value: left_s }];

function measures({ journal, telemetry }: SiteContext, uplink: Uplink): Measure[] {
  const { connected, connections, displaced, strangeAcknowledgements, window, streams: sent } = uplink.counts();
  const waiting = telemetry.counts();
  const gauge = (name: string, help: string, value: number): Measure => ({ name, kind: "gauge", help, value });
  const counter = (name: string, help: string, value: number): Measure => ({ name, kind: "counter", help, value });
  const ofStream = (stream: Stream): Measure[] => {
    const { acknowledged, last } = journal.outbox.state(stream);
    return [
      gauge("cuobian_uplink_waiting", "events or batches that the cloud has not acknowledged", last - acknowledged),
      gauge("cuobian_uplink_acknowledged", "last number that the cloud has acknowledged", acknowledged),
      counter("cuobian_uplink_batches_total", "batches published", sent[stream].sent),
      counter("cuobian_uplink_repeats_total", "batches published again", sent[stream].repeats),
    ].map((measure) => ({ ...measure, labels: { stream } }));
  };
  return [
    gauge("cuobian_uplink_connected", "1 while connected to the broker", connected ? 1 : 0),
    counter("cuobian_uplink_connections_total", "connections made since start", connections),
    gauge("cuobian_uplink_displaced", "1 while another box seems to use this gateway's identity", displaced ? 1 : 0),
    counter(
      "cuobian_uplink_strange_acknowledgements_total",
      "acknowledgements of another epoch or of numbers never sent",
      strangeAcknowledgements,
    ),
    gauge("cuobian_uplink_window_bytes", "what the lower classes may have on their way at once: half a second of the link", window),
    gauge("cuobian_telemetry_waiting_rows", "rows of readings that have no number yet", waiting.rows),
    gauge("cuobian_telemetry_waiting_bytes", "their size", waiting.bytes),
    counter("cuobian_telemetry_lost_total", "readings dropped because file or disk were full; each stands in a gap record", waiting.lost),
    counter("cuobian_telemetry_thinned_total", "readings thinned because the file was half full", waiting.thinned),
    ...streams.flatMap(ofStream),
  ];
}
