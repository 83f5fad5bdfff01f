// Cards beyond a camera's own answer: on a serial port of this machine, through the makers' passthrough, after a payment, and between cars. What cannot be shown is lost: it never
// waits, and never keeps a car.

import { stayReply } from "#protocols/cameras/vzenith/reply.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { OwnWords } from "../drivers/cameras/protocol.ts";
import type { ByteLine, Devices } from "../ports.ts";
import type { SiteContext } from "../site-context.ts";
import { type Comet, cardReply } from "./comet.ts";
import { type CardFrame, framesOf, ownWordsOf, type Shown, wordsOf } from "./display.ts";
import { placesOf } from "./places.ts";
import { inShadow } from "./shadow.ts";

/** How a lane's card is reached without being asked by its camera; false: nothing was said. */
export type Way = (frames: readonly CardFrame[], own?: OwnWords) => boolean;

export interface Displays {
  /** A camera that can be spoken to. A card on a port of its own is not reached through it. */
  through(lane: string, way: Way): void;
  /** Frames for the camera's own answer; empty where the card hangs elsewhere. */
  inAnswer(lane: LaneConfig, shown: Shown): CardFrame[];
  /** What the camera's own loudspeaker and screen say, in the same answer. */
  own(lane: LaneConfig, shown: Shown): OwnWords;
  /** By the way that was found for this lane, if one was. */
  show(lane: LaneConfig, shown: Shown): void;
  paid(lane: LaneConfig, plate: string | null): void;
  /** Remaining places between cars. */
  tick(): void;
  stop(): void;
}

/** A text of a read stands so long before the places are shown again. */
const standsFor_ms = 12_000;
/** A card that lost its power shows nothing until it is told again. */
const idleAgain_ms = 60_000;
const usualBaud = 9600;

function serialWay(
  at: NonNullable<LaneConfig["camera"]["display_serial"]>,
  devices: Devices,
  failed: (why: string) => void,
): { way: Way; stop(): void } {
  let line: Promise<ByteLine> | undefined;
  const open = (): Promise<ByteLine> => {
    line ??= devices.openSerial(at.path, { baud: at.baud ?? usualBaud, parity: "none", stopBits: 1 }).then((opened) => {
      opened.onClose(() => {
        line = undefined;
      });
      return opened;
    });
    return line;
  };
  return {
    way(frames) {
      void open().then(
        (opened) => {
          for (const { data } of frames) opened.write(data);
        },
        (error: unknown) => {
          line = undefined;
          failed(String(error));
        },
      );
      return true;
    },
    stop: () =>
      void line?.then(
        (opened) => opened.close(),
        () => undefined,
      ),
  };
}

/** Something at this lane shows or says words. */
export const speaks = ({ display, speaker, screen }: LaneConfig["camera"]): boolean =>
  display !== undefined || speaker !== undefined || screen !== undefined;

export function startDisplays(
  { config, journal, clock, log }: SiteContext,
  { devices, comet }: { devices: Devices; comet: Comet },
): Displays {
  const wording = { texts: config.texts, phone: config.payments?.page?.telephone };
  const ways = new Map<string, Way>();
  const direct = new Map<string, { stop(): void }>();
  const shownAt = new Map<string, Monotonic>();
  const idle = new Map<string, { readonly free: number; readonly at: Monotonic }>();
  const failed = new Set<string>();

  for (const { id, camera } of config.lanes) {
    if (!speaks(camera)) continue;
    if (camera.display !== undefined && camera.display_serial !== undefined) {
      const port = serialWay(camera.display_serial, devices, (error) => {
        if (!failed.has(id)) log.warn({ lane: id, error }, "the display's port cannot be opened");
        failed.add(id);
      });
      ways.set(id, port.way);
      direct.set(id, port);
    } else if (camera.protocol === "vzenith-http")
      ways.set(id, (frames, own = {}) => {
        comet.say(camera.serialno, { ...(frames.length === 0 ? stayReply : cardReply(frames)), ...own }, after(clock.monotonic(), 2_000));
        return true;
      });
  }

  function frames(lane: LaneConfig, shown: Shown): CardFrame[] {
    if (lane.camera.display === undefined || inShadow(journal)) return [];
    try {
      return framesOf(lane, shown, wording);
    } catch (error) {
      log.error({ lane: lane.id, error: String(error) }, "nothing could be shown");
      return [];
    }
  }
  const stands = (lane: LaneConfig, shown: Shown): void => {
    if (wordsOf(lane.direction, shown) === null) return;
    shownAt.set(lane.id, clock.monotonic());
    idle.delete(lane.id);
  };
  const own = (lane: LaneConfig, shown: Shown): OwnWords => {
    if (!speaks(lane.camera) || inShadow(journal)) return {};
    const address = config.payments?.page?.address;
    const pay = address === undefined ? {} : { pay: `${address}/pay/lane/${encodeURIComponent(lane.id)}` };
    return ownWordsOf(lane, shown, { ...wording, ...pay });
  };
  const freeOf = (lane: LaneConfig): number => placesOf(journal, config, lane.lot).free;
  const displays: Displays = {
    through(lane, way) {
      if (!direct.has(lane)) ways.set(lane, way);
    },
    inAnswer(lane, shown) {
      stands(lane, shown);
      if (!direct.has(lane.id)) return frames(lane, shown);
      displays.show(lane, shown);
      return [];
    },
    show(lane, shown) {
      stands(lane, shown);
      const bytes = frames(lane, shown);
      const words = own(lane, shown);
      if (bytes.length > 0 || Object.keys(words).length > 0) ways.get(lane.id)?.(bytes, words);
    },
    own,
    paid: (lane, plate) => displays.show(lane, { outcome: "paid", plate, due: fen(0), free: freeOf(lane) }),
    tick() {
      if (inShadow(journal)) return;
      const now = clock.monotonic();
      for (const lane of config.lanes) {
        const way = ways.get(lane.id);
        const last = shownAt.get(lane.id);
        if (lane.direction !== "entry" || way === undefined || !speaks(lane.camera)) continue;
        if (last !== undefined && now - last < standsFor_ms) continue;
        const free = freeOf(lane);
        const before = idle.get(lane.id);
        if (before?.free === free && now - before.at < idleAgain_ms) continue;
        const shown = { outcome: "idle", plate: null, due: null, free } as const;
        if (way(frames(lane, shown), own(lane, shown))) idle.set(lane.id, { free, at: now });
      }
    },
    stop() {
      for (const port of direct.values()) port.stop();
    },
  };
  return displays;
}
