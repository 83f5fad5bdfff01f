// What cameras push: told apart by the serial number that stands in the push and by who sends it, answered in their own protocol, and missed when they fall silent.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { elapsed } from "../core/parking/visit.ts";
import { beats } from "../drivers/cameras/beats.ts";
import type { CameraProtocol, Heard, OwnWords } from "../drivers/cameras/protocol.ts";
import { passStateOf } from "../register/known.ts";
import type { Measure, SiteContext } from "../site-context.ts";
import { newestBill } from "./bills.ts";
import type { Comet } from "./comet.ts";
import type { CardFrame, Shown } from "./display.ts";
import { type Displays, speaks } from "./displays.ts";
import { frameOf } from "./frames.ts";
import type { Lane } from "./lane.ts";
import { placesOf } from "./places.ts";
import type { Outcome } from "./reads.ts";
import { inShadow } from "./shadow.ts";

/** 200 with this body, and the reason in a header: ascii, for a person with curl. */
export interface CameraAnswer {
  readonly kind: "answer";
  readonly type: string;
  readonly body: string;
  readonly reason: Outcome;
  /** The read of this push, by its frame's name. */
  readonly frame?: string;
  /** A comet post: answered when there is something to say, and with this body then. */
  readonly later?: (gone: AbortSignal) => Promise<string>;
}

/** One post as it came. `peer` is the socket's own address; no forwarded header is believed. */
export interface Post {
  readonly path: string;
  readonly contentType: string;
  readonly peer: string;
  /** What stood in the address for this one camera; undefined where the address had none. */
  readonly secret: string | undefined;
  readonly bytes: Uint8Array;
}

export interface Cameras {
  push(protocol: CameraProtocol, post: Post): CameraAnswer | Undecodable;
  /** Heard through the site's broker, which has asked it who it is. */
  heard(protocol: string, said: Heard): { readonly outcome: Outcome; readonly frame?: string };
  /** It was heard before, and is not now. */
  silent(serialno: string): boolean;
  /** At least once since this start. */
  everHeard(serialno: string): boolean;
  tick(): void;
  measures(): Measure[];
}

const mostStrangers = 100;

interface DecidedPush {
  readonly outcome: Outcome;
  readonly opens: boolean;
  readonly read: PlateRead | undefined;
  readonly visit: string | null;
}

interface Known {
  readonly lane: Lane;
  /** The digest of its secret; null where its file cannot be read: such a camera is not believed at all. */
  readonly secret: Buffer | null | undefined;
  /** undefined: never, in the life of this journal. Such a camera is not missed: it is not yet installed. */
  at: Stamp | undefined;
  /** Its heartbeat was heard, in the life of this journal. */
  beats: boolean;
  told: boolean;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
export const shortestSecret = 16;

function secretOf({ folder, log }: SiteContext, { id, secret_file }: Lane["config"]["camera"]): Buffer | null | undefined {
  if (secret_file === undefined) return undefined;
  try {
    const secret = readFileSync(resolve(folder, secret_file), "utf8").trim();
    if (secret.length >= shortestSecret) return digest(secret);
    log.error({ camera: id, shortestSecret }, "the camera's secret is too short: it is not believed");
  } catch (error) {
    log.error({ camera: id, error: String(error) }, "the camera's secret cannot be read: it is not believed");
  }
  return null;
}

/** IPv4 over an IPv6 socket is the same address. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, "");

export function startCameras(
  context: SiteContext,
  lanes: readonly Lane[],
  { displays, comet }: { displays: Displays; comet: Comet },
): Cameras {
  const { journal, clock, log } = context;
  const begun = clock.stamp();
  const known = new Map<string, Known>(
    lanes.map((lane) => {
      const { id, serialno } = lane.config.camera;
      const before = journal.get<{ beats: number }>("SELECT beats FROM camera WHERE camera = ?", id);
      const known = { at: before === undefined ? undefined : begun, beats: before?.beats === 1, told: false };
      return [serialno, { lane, secret: secretOf(context, lane.config.camera), ...known }];
    }),
  );
  const strangers = new Set<string>();

  function strange(serialno: string, words: string): undefined {
    if (strangers.has(serialno) || strangers.size >= mostStrangers) return undefined;
    strangers.add(serialno);
    log.warn({ serialno }, words);
    return undefined;
  }

  /** Believed only as the site file says: its protocol, its address, its secret. What is not written there cannot be asked for. */
  function isItself({ lane, secret }: Known, protocol: Pick<CameraProtocol, "id">, post: Post | undefined): boolean {
    const { camera } = lane.config;
    if (camera.protocol !== protocol.id) return false;
    if (post === undefined) return true;
    if (camera.address !== undefined && plainAddress(post.peer) !== camera.address) return false;
    if (secret === undefined) return true;
    return secret !== null && post.secret !== undefined && timingSafeEqual(digest(post.secret), secret);
  }

  function listen(
    serialno: string,
    protocol: Pick<CameraProtocol, "id">,
    { post, beat = false }: { post?: Post | undefined; beat?: boolean } = {},
  ): Lane | undefined {
    const one = known.get(serialno);
    if (one === undefined)
      return strange(serialno, "a camera that no lane knows pushes here: is its serial number right in the site file?");
    if (!isItself(one, protocol, post))
      return strange(
        `${serialno} ${post?.peer ?? "broker"}`,
        "who says to be this camera is not: another protocol, address or secret than the site file's",
      );
    const { camera, id: lane } = one.lane.config;
    const now = clock.stamp();
    if (one.at === undefined || (beat && !one.beats))
      journal.commit((tx) =>
        tx.run(
          "INSERT INTO camera (camera, heard_at, beats) VALUES (?, ?, ?) ON CONFLICT (camera) DO UPDATE SET beats = max(beats, excluded.beats)",
          ...[camera.id, now.wall, beat ? 1 : 0],
        ),
      );
    one.beats ||= beat;
    if (one.told) log.info({ lane, camera: camera.id }, "the camera is heard again");
    one.at = now;
    one.told = false;
    return one.lane;
  }

  function silentFor({ at }: Known, now: Stamp): number {
    return at === undefined ? 0 : elapsed(at, now);
  }

  /** Whoever never beats is not missed for saying nothing. */
  function isSilent(one: Known, now: Stamp): boolean {
    const beat = beats[one.lane.config.camera.protocol];
    if (one.at === undefined || beat === null || beat === undefined || !(beat.always || one.beats)) return false;
    return silentFor(one, now) > beat.silent_ms;
  }

  /** Of those that no lane knows nothing is said: an agent watches more than gates. */
  const listenAll = (serialnos: readonly string[], protocol: Pick<CameraProtocol, "id">, post?: Post): Outcome =>
    serialnos.filter((serialno) => known.has(serialno)).filter((serialno) => listen(serialno, protocol, { post, beat: true })).length > 0
      ? "heard"
      : "noted";

  function shownOf({ config }: Lane, { outcome, read, visit }: DecidedPush): Shown | undefined {
    if (!speaks(config.camera) || read?.offline === true || inShadow(journal)) return undefined;
    const bill = visit === null ? undefined : newestBill(journal, visit);
    const { free } = placesOf(journal, context.config, config.lot);
    const plate = read?.plate ?? null;
    const pass = plate === null ? undefined : passStateOf(journal, { lot: config.lot, plate }, clock.wall());
    return { outcome, plate, due: bill === undefined ? null : bill.due, free, pass };
  }

  /** A card that this maker's answer carries bytes to, or one that is reached otherwise; and the camera's own loudspeaker and screen. */
  function cardOf(lane: Lane, decision: DecidedPush, carries: boolean): { readonly card: CardFrame[]; readonly own: OwnWords } {
    const shown = shownOf(lane, decision);
    if (shown === undefined) return { card: [], own: {} };
    if (carries) return { card: displays.inAnswer(lane.config, shown), own: displays.own(lane.config, shown) };
    displays.show(lane.config, shown);
    return { card: [], own: {} };
  }

  /** The reads of one push are one look at one place: each is decided in its turn, and the last that opens is what is answered. */
  function decideAll(lane: Lane, reads: readonly PlateRead[]): DecidedPush {
    let answered: DecidedPush = { outcome: "noted", opens: false, read: undefined, visit: null };
    for (const read of reads) {
      const { outcome, opens, visit } = lane.read(read);
      if (opens || !answered.opens) answered = { outcome, opens, read, visit };
    }
    return answered;
  }

  function decided(said: Heard, protocol: CameraProtocol, post: Post): CameraAnswer {
    const answer = (reason: Outcome, opens = false, read?: PlateRead, words: Partial<ReturnType<typeof cardOf>> = {}): CameraAnswer => ({
      kind: "answer",
      reason,
      ...protocol.reply(said, { opens, read, ...words }),
    });
    if (said.kind === "watching") return answer(listenAll(said.serialnos, protocol, post));
    if (said.kind !== "plates") {
      if (said.serialno === "") return answer("noted");
      if (listen(said.serialno, protocol, { post, beat: said.kind === "alive" }) === undefined) return answer("unknown-camera");
      if (said.kind === "alive" && protocol.polls?.(post.path) === true)
        return { ...answer("heard"), later: (gone) => comet.poll(said.serialno, gone) };
      return answer(said.kind === "alive" ? "heard" : "noted");
    }
    const [first] = said.reads;
    if (first === undefined) return answer("noted");
    const lane = listen(first.serialno, protocol, { post });
    if (lane === undefined) return answer("unknown-camera");
    const decision = decideAll(lane, said.reads);
    const given = answer(decision.outcome, decision.opens, decision.read, cardOf(lane, decision, protocol.carriesCard === true));
    return decision.read === undefined ? given : { ...given, frame: frameOf(decision.read.key) };
  }

  function heard(protocol: string, said: Heard): ReturnType<Cameras["heard"]> {
    const from = { id: protocol };
    if (said.kind === "watching") return { outcome: listenAll(said.serialnos, from) };
    if (said.kind !== "plates") {
      if (said.serialno === "") return { outcome: "noted" };
      if (listen(said.serialno, from, { beat: said.kind === "alive" }) === undefined) return { outcome: "unknown-camera" };
      return said.kind === "picture"
        ? { outcome: "noted", frame: frameOf(said.key) }
        : { outcome: said.kind === "alive" ? "heard" : "noted" };
    }
    const [first] = said.reads;
    const lane = first === undefined ? undefined : listen(first.serialno, from);
    if (lane === undefined) return { outcome: "unknown-camera" };
    const decision = decideAll(lane, said.reads);
    cardOf(lane, decision, false);
    const { outcome, read } = decision;
    return read === undefined ? { outcome } : { outcome, frame: frameOf(read.key) };
  }

  return {
    heard,
    everHeard: (serialno) => known.get(serialno)?.at !== undefined,
    silent(serialno) {
      const one = known.get(serialno);
      return one !== undefined && isSilent(one, clock.stamp());
    },
    push(protocol, post) {
      const said = protocol.decode(post, post.bytes);
      return said.kind === "undecodable" ? said : decided(said, protocol, post);
    },
    tick() {
      const now = clock.stamp();
      for (const one of known.values()) {
        const silent = isSilent(one, now);
        if (one.at !== undefined && !silent) one.lane.cameraLives();
        if (one.told || !silent) continue;
        const silent_ms = silentFor(one, now);
        const { id: lane, camera } = one.lane.config;
        journal.commit((tx) => tx.event("camera.silent", { lane, camera: camera.id, silent_ms: Math.round(silent_ms) }));
        one.told = true;
        log.warn({ lane, camera: camera.id, silent_ms }, "the camera is silent");
      }
    },
    measures: () =>
      [...known.values()].map((one) => ({
        name: "cuobian_camera_silent_seconds",
        kind: "gauge",
        help: "since a camera was heard last",
        labels: { camera: one.lane.config.camera.id },
        value: Math.round(silentFor(one, clock.stamp()) / 1000),
      })),
  };
}
