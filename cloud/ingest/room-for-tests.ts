// An ingest for tests: real stores in a folder of their own, a clock that is told, and the voice of a gateway that numbers what it says as a journal does.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { Mark } from "#cloud/store/marks.ts";
import { openStore, type Store, type StorePlace } from "#cloud/store/store.ts";
import { openEmbeddedTelemetry } from "#cloud/telemetry/embedded.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import type { EventBatch, ReadingsGap, WireEvent } from "#protocols/uplink/envelope.ts";
import { type EventData, type EventType, eventCatalogue } from "#protocols/uplink/events.ts";
import { encodeTelemetry, type TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { statusTopic, upTopic } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import type { Rooms } from "./rooms.ts";
import { type Answer, takeMessage } from "./take-message.ts";

/** 2026-11-25 12:00 in China. */
export const noon = Date.UTC(2026, 10, 25, 4);
export const home = { site: "jinxiu", gateway: "gw-1" } as const;
export const compound = { id: "jinxiu", name: "锦绣花园（演示）", compound_code: "JX01" } as const;

export interface TestCloud {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly rooms: Rooms;
  /** Everything that was marked for the live stream since `marks.length = 0`. */
  readonly marks: Mark[];
  /** The lines of the log. */
  readonly lines: string[];
  /** The cloud's clock; tests set it. */
  readonly clock: { now: number };
  take(topic: string, payload: string | Buffer): Promise<Answer>;
  /** As if nothing had ever been said; telemetry stays. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const tables = [
  ...([
    "inbox",
    "cursor",
    "event",
    "dead_letter",
    "letter_try",
    "tally",
    "gateway",
    "gateway_health",
    "gateway_commissioning",
    "lane",
    "socket",
    "visit",
    "bill",
    "payment",
    "session",
  ] as const),
  ...([
    "trip",
    "alarm",
    "alarm_acknowledgement",
    "alarm_hold",
    "alarm_step",
    "alarm_call",
    "maintenance",
    "patrol",
    "zone_point",
    "dated_item",
    "notice",
    "delivery",
    "delivery_try",
    "clearance",
    "entry",
    "hazard",
    "hazard_step",
    "hazard_number",
    "hazard_words",
    "evidence",
    "evidence_bytes",
    "seal",
    "sign_in",
    "chosen_post",
    "handover",
    "shed",
    "frame_part",
    "shed_rule",
    "gap",
    "clock_anchor",
    "label",
    "identity",
  ] as const),
];

/** gw-1 and gw-2 belong to jinxiu; nobody else is known. */
export async function openTestCloud(place?: StorePlace): Promise<TestCloud> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-ingest-"));
  const store = await openStore(place ?? { kind: "sqlite", file: join(folder, "cloud.db") });
  const clock = { now: noon };
  const telemetry = openEmbeddedTelemetry(join(folder, "telemetry.db"), { now: () => clock.now });
  const marks: Mark[] = [];
  const lines: string[] = [];
  const rooms: Rooms = {
    store,
    telemetry,
    log: pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    compoundOf: ({ site, gateway }) => (site === home.site && /^gw-[12]$/.test(gateway) ? compound : undefined),
    now: () => clock.now,
    committed: (set) => void marks.push(...set.take()),
  };
  return {
    ...{ store, telemetry, rooms, marks, lines, clock },
    take: (topic, payload) => takeMessage(rooms, topic, Buffer.from(payload)),
    async reset() {
      await store.change(async (change) => {
        for (const table of tables) await change.deleteFrom(table).execute();
        for (const head of ["ledger_head", "seal_head"] as const) await change.updateTable(head).set({ ordinal: 0, hash: "" }).execute();
      });
      marks.length = 0;
      lines.length = 0;
      clock.now = noon;
    },
    async close() {
      await store.close();
      await telemetry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Spoken {
  readonly stream: EventBatch["stream"];
  readonly event: WireEvent;
}

/** A journal: each event gets the next number of its stream. `at` counts milliseconds from noon; both clocks agree. */
export class Voice {
  readonly gateway: string;
  readonly epoch: string;
  readonly boot: string;
  readonly #next: Record<Stream, number> = { urgent: 1, money: 1, state: 1, bulk: 1 };

  constructor(named: { gateway?: string; epoch?: string; boot?: string } = {}) {
    this.gateway = named.gateway ?? home.gateway;
    this.epoch = named.epoch ?? "00000000000000aa";
    this.boot = named.boot ?? "boot-1";
  }

  say<T extends EventType>(type: T, data: EventData<T>, at = 0): Spoken {
    const { stream } = eventCatalogue[type];
    const stamp = { wall: noon + at, mono: 1_000_000 + at, boot: this.boot, synchronised: true };
    return { stream, event: { seq: this.#next[stream]++, type, at: stamp, data } };
  }

  /** The message that carries these; they are of one stream. */
  message(spoken: readonly Spoken[]): { topic: string; payload: string } {
    const stream = spoken[0]?.stream ?? "state";
    const { gateway, epoch } = this;
    const batch = { v: 1, gateway, epoch, stream, events: spoken.map(({ event }) => event) };
    return { topic: upTopic({ site: home.site, gateway }, stream), payload: JSON.stringify(batch) };
  }

  measured(
    points: readonly TelemetryPoint[],
    { historical = false, seq, gaps }: { historical?: boolean; seq?: number; gaps?: readonly ReadingsGap[] } = {},
  ) {
    const { gateway, epoch } = this;
    const header = {
      v: 1 as const,
      gateway,
      epoch,
      stream: "bulk" as const,
      seq: seq ?? this.#next.bulk++,
      historical,
      ...(gaps === undefined ? {} : { gaps: [...gaps] }),
    };
    return { topic: upTopic({ site: home.site, gateway }, "bulk"), payload: encodeTelemetry({ header, points }) };
  }

  status(state: "online" | "offline"): { topic: string; payload: string } {
    const { gateway, epoch, boot } = this;
    return { topic: statusTopic({ site: home.site, gateway }), payload: JSON.stringify({ v: 1, state, boot, epoch }) };
  }

  /** Tells the cloud these, a message for each run of one stream. */
  async tell(cloud: TestCloud, spoken: readonly Spoken[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const one of spoken) {
      const { topic, payload } = this.message([one]);
      answers.push(await cloud.take(topic, payload));
    }
    return answers;
  }
}

/** "urgent 3": what was acknowledged, or "nothing". */
export const acknowledged = (answer: Answer): string =>
  answer === undefined ? "nothing" : `${answer.acknowledgement.stream} ${answer.acknowledgement.upTo}`;

export const point = (socket: string, at: number, fields: Readonly<Record<string, number>>): TelemetryPoint => {
  const [station = "", number = ""] = socket.split("/");
  return {
    measurement: "socket",
    tags: { station, socket: number },
    quality: "good",
    fields,
    time_ns: BigInt(noon + at) * 1_000_000n,
  };
};

/** "cut.smoke station-1/3 active ×1": what stands in the list of alarms. */
export const alarmsIn = async ({ store }: TestCloud): Promise<string[]> =>
  (await store.read.selectFrom("alarm").select(["rule", "source", "active", "count"]).orderBy("rule").execute()).map(
    ({ rule, source, active, count }) => `${rule} ${source} ${active === 1 ? "active" : "cleared"} ×${count}`,
  );

export const lettersIn = ({ store }: TestCloud) =>
  store.read.selectFrom("dead_letter").select(["reason", "event_key", "times"]).orderBy("id").execute();
