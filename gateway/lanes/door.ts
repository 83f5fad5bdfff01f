// The lanes of a site, mounted: boards are looked at, cameras are answered, and what the booth may ask of a lane is handed on.

import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import { type BarrierBoard, type BoardListener, connectBoard, startBoard } from "../drivers/barrier-board.ts";
import type { Check, Mounted, SiteContext } from "../site-context.ts";
import { machineDevices } from "../world/devices.ts";
import { isBootNews, writeBoot } from "./boots.ts";
import { startCameraOrders } from "./camera-orders.ts";
import { type CameraAnswer, type Cameras, startCameras } from "./cameras.ts";
import { startComet } from "./comet.ts";
import { startDisplays } from "./displays.ts";
import { type Frames, framesOf } from "./frames.ts";
import { hearCameras } from "./hearing.ts";
import { type Lane, startLane } from "./lane.ts";
import { sweepLingering } from "./lingering.ts";
import { openerOf, withOpener } from "./opener.ts";
import { checkDrift } from "./places.ts";
import { forgetReads } from "./reads.ts";
import { readTariffs, type Tariffs } from "./tariffs.ts";
import { startTimeServer } from "./time-server.ts";

export type { CameraAnswer, Lane };

export interface Lanes extends Mounted, Pick<Cameras, "push" | "everHeard"> {
  lane(id: string): Lane | undefined;
  /** Every arm up and kept up, or back to normal; answers which lanes it concerned. */
  fire(is: boolean, by: { readonly person: string; readonly reason: string }): string[];
  readonly tariffs: Tariffs;
  /** Pictures of reads that needed a person. */
  readonly frames: Frames;
  /** Whether a lane is reached, and how many plates its camera would let in by itself. */
  reach(lane: LaneConfig): { board: boolean; camera: boolean; list: number | null };
  /** Where cameras ask the time; 0 where they cannot. */
  timePort(): number;
}

export interface LaneOptions {
  /** How a lane's board is reached; Modbus TCP outside of tests. What opens, where the lane says another way, stands before it all the same. */
  readonly board?: (lane: LaneConfig, listener: BoardListener) => BarrierBoard;
}

const fireInput = { person: "消防信号", reason: "消防联动输入动作 / the contact of the fire alarm" };
const tickEvery_ms = 1_000;
const lotsEvery_ms = 3_600_000;

export async function mountLanes(context: SiteContext, options: LaneOptions = {}): Promise<Lanes> {
  const { clock, journal, config } = context;
  journal.commit((tx) => {
    forgetReads(tx, clock.wall());
    writeBoot(tx, clock.stamp());
  });
  const tariffs = readTariffs(context);
  const frames = framesOf(context);
  const bare = options.board ?? ((lane, listener) => modbusBoard(context, lane, listener));
  const board = (lane: LaneConfig, listener: BoardListener): BarrierBoard => {
    const opener = openerOf(context, lane, { devices: machineDevices(), comet, orders });
    return opener === undefined ? bare(lane, listener) : withOpener(bare(lane, listener), opener);
  };
  const comet = startComet(clock);
  const orders = startCameraOrders(clock, context.chance);
  const displays = startDisplays(context, { devices: machineDevices(), comet });
  const lanes = new Map(
    config.lanes.map((lane) => [
      lane.id,
      startLane({
        context,
        config: lane,
        tariffs,
        board: (listener) => board(lane, listener),
        onFire: () => fire(true, fireInput),
        onPaid: (plate) => displays.paid(lane, plate),
        onByHand: (frame) => void frames.openedUpon(frame),
      }),
    ]),
  );
  const cameras = startCameras(context, [...lanes.values()], { displays, comet });
  const hearing = hearCameras(context, cameras, { displays, frames, orders });
  const time = await startTimeServer(context);
  let cancel = clock.wake(after(clock.monotonic(), tickEvery_ms), tick);

  function tick(): void {
    cancel = clock.wake(after(clock.monotonic(), tickEvery_ms), tick);
    noteBoot();
    for (const lane of lanes.values()) lane.tick();
    cameras.tick();
    hearing.tick();
    displays.tick();
    lookAtLots();
  }

  /** Every hour, and not in the first one: what the boards counted while nobody was here comes first. */
  let looked: Monotonic = clock.monotonic();
  function lookAtLots(): void {
    if (clock.monotonic() - looked < lotsEvery_ms) return;
    looked = clock.monotonic();
    try {
      frames.prune();
      const { closed, asked } = journal.commit((tx) => {
        checkDrift(tx, config);
        return sweepLingering(tx, config, clock.stamp());
      });
      if (closed + asked > 0) context.log.info({ closed, asked }, "visits that never left were looked through");
    } catch (error) {
      context.log.error({ error: String(error) }, "visits that never left could not be looked through");
    }
  }

  function fire(is: boolean, by: { readonly person: string; readonly reason: string }): string[] {
    const concerned = [...lanes.values()].filter(({ keeping }) => (keeping.mode().mode === "fire") !== is);
    for (const { keeping } of concerned) keeping.set({ mode: is ? "fire" : "normal", ...by });
    return concerned.map(({ config: { id } }) => id);
  }

  /** A disk that is full stops the lanes elsewhere; a clock's note is no reason to die. */
  function noteBoot(): void {
    const now = clock.stamp();
    try {
      if (isBootNews(journal, now)) journal.commit((tx) => writeBoot(tx, now));
    } catch (error) {
      context.log.error({ error: String(error) }, "what the clock knows could not be written");
    }
  }

  return {
    push: cameras.push,
    lane: (id) => lanes.get(id),
    fire,
    tariffs,
    frames,
    everHeard: cameras.everHeard,
    reach: ({ id, camera }) => ({
      board: lanes.get(id)?.answering() ?? false,
      camera: !cameras.silent(camera.serialno),
      list:
        camera.list === true
          ? (journal.get<{ n: number }>("SELECT count(*) AS n FROM camera_list WHERE camera = ?", camera.id)?.n ?? 0)
          : null,
    }),
    timePort: () => time?.port() ?? 0,
    checks: () => [...[...lanes.values()].map(boardCheck), tariffCheck(tariffs), ...(time?.checks() ?? [])],
    measures: () => [...[...lanes.values()].flatMap((lane) => lane.measures()), ...cameras.measures(), ...(time?.measures() ?? [])],
    stop: async () => {
      cancel();
      hearing.stop();
      displays.stop();
      comet.stop();
      orders.stop();
      frames.stop();
      time?.stop();
      for (const lane of lanes.values()) lane.stop();
    },
  };
}

function modbusBoard(context: SiteContext, lane: LaneConfig, listener: BoardListener): BarrierBoard {
  const { clock, profiles } = context;
  const { id, barrier } = lane;
  const profile = profiles.get(barrier.profile);
  if (profile === undefined) throw new Error(`${id}: the profile ${barrier.profile} was not read with the site file`);
  const connect = connectBoard({ host: barrier.host, port: barrier.port, clock });
  return startBoard({ id, profile, unit: barrier.unit, clock, connect }, listener);
}

const boardCheck = ({ config, answering }: Lane): Check => ({
  name: `board ${config.id}`,
  ok: answering(),
  zh: answering() ? "道闸控制板有应答" : `道闸控制板无应答：${config.name}，检查电源与网络 ${config.barrier.host}:${config.barrier.port}`,
  en: answering()
    ? "the barrier board answers"
    : `the barrier board does not answer: check its power and ${config.barrier.host}:${config.barrier.port}`,
});

function tariffCheck(tariffs: Tariffs): Check {
  const missing = tariffs.missing();
  return {
    name: "tariffs",
    ok: missing.length === 0,
    zh: missing.length === 0 ? "每个停车场都有收费文件" : `没有可用的收费文件：${missing.join("、")}`,
    en: missing.length === 0 ? "every lot has a tariff" : `no usable tariff: ${missing.join(", ")}`,
  };
}
