// Many gateways at once, each with its own connection, its own history and a few messages on their way.
import type { AnyEvent } from "#protocols/uplink/events.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { household } from "./city.ts";
import { BenchGateway } from "./gateway.ts";
import { gatewayName, type MeasuredCloud } from "./service.ts";

export interface Member {
  readonly gateway: BenchGateway;
  readonly home: ReturnType<typeof household>;
}

export interface Tally {
  values: number;
  events: number;
  messages: number;
  /** Of the alarms: milliseconds until the cloud's acknowledgement. */
  readonly alarms: number[];
}

export interface Fleet {
  readonly members: readonly Member[];
  readonly tally: Tally;
  idle(): Promise<void>;
  end(): void;
}

export async function openFleet(cloud: MeasuredCloud, size: { gateways: number; lanes: number; sockets: number }): Promise<Fleet> {
  const tally: Tally = { values: 0, events: 0, messages: 0, alarms: [] };
  const acknowledged = (stream: Stream, count: number, took_ms: number): void => {
    tally.messages += 1;
    if (stream === "bulk") tally.values += count;
    else tally.events += count;
    if (stream === "urgent") tally.alarms.push(took_ms);
  };
  const share = (whole: number, n: number): number =>
    Math.floor((whole * (n + 1)) / size.gateways) - Math.floor((whole * n) / size.gateways);
  // A journal of its own each run, as after any first start.
  const epoch = Date.now().toString(16).padStart(16, "0");
  const members = Array.from({ length: size.gateways }, (_, n): Member => {
    const gateway = gatewayName(n);
    const home = household({ gateway, lanes: share(size.lanes, n), sockets: share(size.sockets, n) }, n * 7919 + 1);
    return { gateway: new BenchGateway({ gateway, acknowledged }, epoch), home };
  });
  for (let at = 0; at < members.length; at += 20)
    await Promise.all(members.slice(at, at + 20).map(({ gateway }) => gateway.connect(cloud.mqtt)));
  return {
    members,
    tally,
    idle: async () => void (await Promise.all(members.map(({ gateway }) => gateway.idle()))),
    end: () => {
      for (const { gateway } of members) gateway.end();
    },
  };
}

let cuts = 0;
/** An alarm as protection raises it. */
export const cut = (): AnyEvent => ({
  type: "charging.cut",
  data: {
    ...{
      trip: `trip-${String(++cuts).padStart(8, "0")}`,
      socket: "station-1/1",
      session: null,
      cause: "over-current",
      value: 10_000,
      limit: 4_400,
    },
    ...{ unit: "mA", decided_after_ms: 12, off_after_ms: 15, latched: true },
  },
});

/** Each gateway lives on in its own ticks of ten seconds, at most two of them not yet acknowledged; says how many ticks each made. */
export async function live(
  fleet: Fleet,
  { from, until, most = Number.POSITIVE_INFINITY }: { from: number; until: () => boolean; most?: number },
): Promise<number> {
  let ticks = 0;
  const one = async ({ gateway, home }: Member): Promise<void> => {
    for (let tick = 0; tick < most && !until(); tick += 1) {
      const wall = from + tick * 10_000;
      gateway.say(home.events(wall), wall);
      gateway.measure(home.lines(wall), home.values);
      await gateway.below(3);
      ticks += 1;
    }
  };
  await Promise.all(fleet.members.map(one));
  return ticks / fleet.members.length;
}

/** Every gateway says its ten seconds every ten seconds, each at its own moment. */
export async function inRealTime(fleet: Fleet, { from, seconds }: { from: number; seconds: number }): Promise<void> {
  const began = performance.now();
  const one = async ({ gateway, home }: Member, n: number): Promise<void> => {
    for (let tick = 0; ; tick += 1) {
      const due = began + (n * 10_000) / fleet.members.length + tick * 10_000;
      if (due > began + seconds * 1_000) return;
      await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
      const wall = from + tick * 10_000;
      gateway.say(home.events(wall), wall);
      gateway.measure(home.lines(wall), home.values);
    }
  };
  await Promise.all(fleet.members.map(one));
}
