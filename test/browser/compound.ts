// A compound for the page to show: the real cloud, and the voice of a gateway that speaks the real protocol to its broker.
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type MqttClient } from "mqtt";
import { stringify } from "yaml";
import type { Acknowledgement, EventBatch } from "#protocols/uplink/envelope.ts";
import { type AnyEvent, type EventData, type EventType, eventCatalogue } from "#protocols/uplink/events.ts";
import { encodeTelemetry, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { acknowledgementTopic, statusTopic, upTopic } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { startProgram, type TestProgram, until } from "../world/program.ts";

const address = { site: "jinxiu", gateway: "gw-1" } as const;
const gatewayPassword = "of-this-test-only";

export const people = [
  { id: "booth", name: "值班员甲", role: "booth", organisation: "锦绣花园物业", area: "jinxiu" },
  { id: "maintenance", name: "维保员壬", role: "fire-maintenance", organisation: "安泰维保", area: "jinxiu" },
  { id: "manager", name: "物业经理乙", role: "property-manager", organisation: "锦绣花园物业", area: "jinxiu" },
  { id: "street", name: "街道专员丙", role: "street-officer", organisation: "街道办（演示）", area: "jinxiu" },
  { id: "bureau", name: "住建专员丁", role: "bureau-officer", organisation: "住建局（演示）", area: "jinxiu" },
  { id: "admin", name: "管理员戊", role: "administrator", organisation: "运维（演示）", area: "all" },
  { id: "installer", name: "安装员己", role: "installer", organisation: "集成商（演示）", area: "jinxiu" },
  {
    ...{ id: "deputy", name: "值班长庚", role: "booth", organisation: "锦绣花园物业", area: "jinxiu" },
    posts: [{ role: "property-manager", organisation: "锦绣花园物业", area: "jinxiu" }],
  },
] as const;

interface CloudReady {
  readonly http: string;
  readonly mqtt: string;
}

export interface Voice {
  /** Sends one event and waits until the cloud says that it is durable. Returns its key. */
  say<T extends EventType>(type: T, data: EventData<T>): Promise<string>;
  measure(station: string, sockets: Readonly<Record<number, Readonly<Record<string, number>>>>): Promise<void>;
  /** What one socket read at moments of the past, in one batch. */
  measured(station: string, socket: number, readings: readonly { at: number; fields: Readonly<Record<string, number>> }[]): Promise<void>;
  /** Of water supply, power room and the like. */
  watched(readings: readonly { at: number; facility: string; point: string; value: number }[]): Promise<void>;
  measureShed(shed: string, fields: Readonly<Record<string, number>>): Promise<void>;
  end(): Promise<void>;
}

export interface Compound {
  readonly url: string;
  readonly cloud: TestProgram<CloudReady>;
  readonly voice: Voice;
  /** Where the cloud keeps everything. */
  readonly folder: string;
  end(): Promise<void>;
}

async function openVoice(url: string): Promise<Voice> {
  const client: MqttClient = connect(url, { clientId: "gw-1", username: "gw-1", password: gatewayPassword, reconnectPeriod: 200 });
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", reject);
  });
  const epoch = randomBytes(8).toString("hex");
  const boot = randomUUID();
  const sent: Record<Stream, number> = { urgent: 0, money: 0, state: 0, bulk: 0 };
  const durable: Record<string, number> = {};
  const next = (stream: Stream): number => {
    sent[stream] += 1;
    return sent[stream];
  };
  client.on("message", (_topic, payload) => {
    const { stream, upTo } = JSON.parse(payload.toString()) as Acknowledgement;
    durable[stream] = Math.max(durable[stream] ?? 0, upTo);
  });
  await client.subscribeAsync(acknowledgementTopic(address), { qos: 1 });
  await client.publishAsync(statusTopic(address), JSON.stringify({ v: 1, state: "online", boot, epoch }), { qos: 1, retain: true });
  const publish = async (stream: Stream, payload: string, seq: number): Promise<void> => {
    await client.publishAsync(upTopic(address, stream), payload, { qos: 1 });
    await until(`the cloud's acknowledgement of ${stream} ${seq}`, () => (durable[stream] ?? 0) >= seq || undefined);
  };
  const measured = async (points: readonly (Omit<TelemetryPoint, "quality" | "time_ns"> & { at?: number })[]): Promise<void> => {
    const seq = next("bulk");
    const now = Date.now();
    const stamped = points.map(
      ({ at = now, ...point }, index): TelemetryPoint => ({ ...point, quality: "good", time_ns: BigInt(at) * 1_000_000n + BigInt(index) }),
    );
    const header = { v: 1, gateway: "gw-1", epoch, stream: "bulk", seq, historical: false } as const;
    await publish("bulk", encodeTelemetry({ header, points: stamped }), seq);
  };
  return {
    say: async (type, data) => {
      const { stream } = eventCatalogue[type];
      const seq = next(stream);
      const at = { wall: Date.now(), mono: Math.round(performance.now()), boot, synchronised: true };
      const batch: EventBatch = { v: 1, gateway: "gw-1", epoch, stream, events: [{ seq, at, ...({ type, data } as AnyEvent) }] };
      await publish(stream, JSON.stringify(batch), seq);
      return `gw-1/${epoch}/${stream}/${seq}`;
    },
    measure: (station, sockets) =>
      measured(Object.entries(sockets).map(([socket, fields]) => ({ measurement: "socket", tags: { station, socket }, fields }))),
    measured: (station, socket, readings) =>
      measured(readings.map(({ at, fields }) => ({ at, measurement: "socket", tags: { station, socket: String(socket) }, fields }))),
    watched: (readings) =>
      measured(
        readings.map(({ at, facility, point, value }) => ({ at, measurement: "facility", tags: { facility, point }, fields: { value } })),
      ),
    measureShed: (shed, fields) => measured([{ measurement: "shed", tags: { shed }, fields }]),
    end: () => client.endAsync(true),
  };
}

export interface Opened {
  /** A real cloud: nobody is picked, and there is nobody yet. */
  readonly empty?: true;
}

/** Starts the cloud in a folder of its own; everything it keeps goes with it. */
export async function openCompound(webFolder: string, { empty }: Opened = {}): Promise<Compound> {
  const folder = await mkdtemp(join(tmpdir(), "cuobian-browser-"));
  await writeFile(join(folder, "gw-1.password"), `${gatewayPassword}\n`);
  const config = {
    name: "浏览器测试（演示）",
    data: folder,
    http: { host: "127.0.0.1", port: 0 },
    broker: { kind: "embedded", host: "127.0.0.1", port: 0 },
    gateways: [{ ...address, password_file: "gw-1.password" }],
    sites: [{ id: "jinxiu", name: "锦绣花园（演示）", compound_code: "JX01" }],
    store: { kind: "sqlite" },
    telemetry: { kind: "sqlite" },
    people: empty === true ? [] : people,
    demonstration: empty !== true,
  };
  const file = join(folder, "cloud.yaml");
  await writeFile(file, stringify(config));
  const cloud = await startProgram<CloudReady>("cloud/main.ts", ["run", "--config", file, "--web", webFolder, "--ready-json"]);
  const voice = await openVoice(cloud.ready.mqtt);
  return {
    url: cloud.ready.http,
    cloud,
    voice,
    folder,
    end: async () => {
      await voice.end();
      await cloud.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
