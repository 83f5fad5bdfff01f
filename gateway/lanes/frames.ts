// The frames of exceptions, and of openings by hand: the picture with which a camera told a read that needed a person, or after which one opened, kept for the booth and for the duty desk. One file a read, named by it, so that no picture can stand for another read;
// as many as exceptions are kept, for so many days, and none of a read that needed nobody. Written after the camera has its answer: no decision waits for a picture.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { frameIn } from "#protocols/cameras/frame.ts";
import { after, dayMs, type Monotonic, minuteMs } from "#protocols/vocabulary/time.ts";
import type { Cancel } from "../ports.ts";
import type { SiteContext } from "../site-context.ts";
import { framesSince, hasFrame } from "./exceptions.ts";

export const usualFrameDays = 7;
/** At once: a slow disk may be so many pictures behind; what floods beyond that is not kept. */
const mostWriting = 16;
/** Of the newest reads of all lanes: so many, and so much of them. */
const mostRemembered = 16;
const mostRemembered_bytes = 32 * 1024 * 1024;
const remembered_ms = minuteMs;
const nameOf = /^([0-9a-f]{32})\.jpg$/;

/** A read's id as its frame bears it: the vendor's own words for it are none for a file name. */
export const frameOf = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 32);

export interface Frames {
  /** What a camera told with a read: kept if somebody has to look at it, and remembered for a minute, in which a person may open upon it. */
  arrived(frame: string, pushed: Uint8Array): Promise<void>;
  /** A person has opened upon this read. */
  openedUpon(frame: string): Promise<void>;
  /** What a camera pushed with this read; kept if an exception asks for it and it holds a picture. Resolves when it is on the disk, or will never be. */
  keep(frame: string, pushed: Uint8Array): Promise<void>;
  has(frame: string): boolean;
  bytes(frame: string): Uint8Array | undefined;
  /** Told when a picture is on the disk. */
  onKept(listener: (frame: string) => void): void;
  /** Drops what is too old, or belongs to an exception that is no longer kept. */
  prune(): void;
  stop(): void;
}

export function framesOf({
  data,
  journal,
  clock,
  log,
  config,
}: Pick<SiteContext, "data" | "journal" | "clock" | "log" | "config">): Frames {
  const folder = join(data, "frames");
  const days = config.booth.frame_days ?? usualFrameDays;
  const fileOf = (frame: string): string => join(folder, `${frame}.jpg`);
  /** Their sizes: a larger picture of a read is the whole of which the smaller one was a cutting. */
  const there = new Map<string, number>();
  let writing = 0;
  const recent = new Map<string, { readonly pushed: Uint8Array; readonly at: Monotonic }>();
  let forgets: Cancel | undefined;
  let onKept: (frame: string) => void = () => undefined;

  function drop(name: string): void {
    rmSync(join(folder, name), { force: true });
  }

  function prune(): void {
    const wanted = framesSince(journal, clock.wall() - days * dayMs);
    for (const name of readdirSync(folder)) {
      const frame = nameOf.exec(name)?.[1];
      if (frame !== undefined && days > 0 && wanted.has(frame)) there.set(frame, there.get(frame) ?? statSync(join(folder, name)).size);
      // What is being written now has no name of a frame yet; one of several may be it.
      else if (frame !== undefined || writing === 0) {
        drop(name);
        if (frame !== undefined) there.delete(frame);
      }
    }
  }

  function forget(): void {
    const oldest = clock.monotonic() - remembered_ms;
    for (const [frame, { at }] of recent) if (at <= oldest) recent.delete(frame);
    let bytes = [...recent.values()].reduce((sum, { pushed }) => sum + pushed.length, 0);
    for (const [frame, { pushed }] of recent) {
      if (recent.size <= mostRemembered && bytes <= mostRemembered_bytes) break;
      recent.delete(frame);
      bytes -= pushed.length;
    }
    forgets?.();
    forgets = recent.size === 0 ? undefined : clock.wake(after(clock.monotonic(), remembered_ms), forget);
  }

  async function keep(frame: string, pushed: Uint8Array): Promise<void> {
    if (days === 0 || writing >= mostWriting) return;
    writing += 1;
    try {
      const picture = hasFrame(journal, frame) ? frameIn(pushed) : undefined;
      if (picture !== undefined && picture.length > (there.get(frame) ?? 0)) await write(frame, picture);
    } catch (error) {
      // A full disk keeps no pictures; the lane goes on.
      log.warn({ error: String(error) }, "the frame of an exception was not kept");
    } finally {
      writing -= 1;
    }
  }

  async function write(frame: string, picture: Uint8Array): Promise<void> {
    const half = `${randomUUID()}.half`;
    try {
      await writeFile(join(folder, half), picture, { mode: 0o600 });
      await rename(join(folder, half), fileOf(frame));
    } catch (error) {
      drop(half);
      throw error;
    }
    there.set(frame, picture.length);
    prune();
    onKept(frame);
  }

  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    prune();
  } catch (error) {
    log.error({ error: String(error) }, "frames of exceptions cannot be kept");
  }

  return {
    keep,
    arrived(frame, pushed) {
      if (days === 0) return Promise.resolve();
      const before = recent.get(frame);
      recent.delete(frame);
      // A second word about the same read may come without its picture.
      recent.set(frame, {
        pushed: before === undefined || pushed.length >= before.pushed.length ? pushed : before.pushed,
        at: clock.monotonic(),
      });
      forget();
      return keep(frame, pushed);
    },
    async openedUpon(frame) {
      const held = recent.get(frame);
      if (held !== undefined) await keep(frame, held.pushed);
    },
    has: (frame) => there.has(frame),
    bytes(frame) {
      if (!there.has(frame)) return undefined;
      try {
        const path = fileOf(frame);
        return statSync(path).isFile() ? readFileSync(path) : undefined;
      } catch {
        there.delete(frame);
        return undefined;
      }
    },
    onKept: (listener) => {
      onKept = listener;
    },
    prune,
    stop: () => forgets?.(),
  };
}
