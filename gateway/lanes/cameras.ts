// What cameras push: told apart by the serial number that stands in the push, answered in their own protocol, and missed when they fall silent.
import { decodeHeartbeat } from "#protocols/cameras/vzenith/heartbeat.ts";
import { decodePush } from "#protocols/cameras/vzenith/push.ts";
import { encodeReply, offlineReply, openReply, stayReply } from "#protocols/cameras/vzenith/reply.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { elapsed } from "../core/parking/visit.ts";
import type { Measure, SiteContext } from "../site-context.ts";
import type { Lane } from "./lane.ts";
import type { Outcome } from "./reads.ts";

/** 200 with this body, and the reason in a header: ascii, for a person with curl. */
export interface CameraAnswer {
  readonly kind: "answer";
  readonly body: string;
  readonly reason: Outcome;
}

export interface Cameras {
  push(bytes: Uint8Array): CameraAnswer | Undecodable;
  heartbeat(contentType: string, bytes: Uint8Array): CameraAnswer | Undecodable;
  tick(): void;
  measures(): Measure[];
}

export const silentAfter_ms = 60_000;
const mostStrangers = 100;

interface Heard {
  readonly lane: Lane;
  /** undefined: never, in the life of this journal. Such a camera is not missed: it is not yet installed. */
  at: Stamp | undefined;
  told: boolean;
}

const answer = (reason: Outcome, body = encodeReply(stayReply)): CameraAnswer => ({ kind: "answer", body, reason });

export function startCameras(context: SiteContext, lanes: readonly Lane[]): Cameras {
  const { journal, clock, log } = context;
  const begun = clock.stamp();
  const heard = new Map<string, Heard>(
    lanes.map((lane) => {
      const { id, serialno } = lane.config.camera;
      const known = journal.get("SELECT 1 FROM camera WHERE camera = ?", id) !== undefined;
      return [serialno, { lane, at: known ? begun : undefined, told: false }];
    }),
  );
  const strangers = new Set<string>();

  function listen(serialno: string): Lane | undefined {
    const known = heard.get(serialno);
    if (known === undefined) {
      if (!strangers.has(serialno) && strangers.size < mostStrangers) {
        strangers.add(serialno);
        log.warn({ serialno }, "a camera that no lane knows pushes here: is its serial number right in the site file?");
      }
      return undefined;
    }
    const { camera, id: lane } = known.lane.config;
    const now = clock.stamp();
    if (known.at === undefined)
      journal.commit((tx) => tx.run("INSERT OR IGNORE INTO camera (camera, heard_at) VALUES (?, ?)", camera.id, now.wall));
    if (known.told) log.info({ lane, camera: camera.id }, "the camera is heard again");
    known.at = now;
    known.told = false;
    return known.lane;
  }

  function silentFor({ at }: Heard, now: Stamp): number {
    return at === undefined ? 0 : elapsed(at, now);
  }

  return {
    push(bytes) {
      const push = decodePush(bytes);
      if (push.kind === "undecodable") return push;
      if (push.kind === "snapshot") return answer("noted");
      if (push.kind !== "plate") return answer(listen(push.serialno) === undefined ? "unknown-camera" : "noted");
      const lane = listen(push.read.serialno);
      if (lane === undefined) return answer("unknown-camera");
      const decided = lane.read(push.read);
      if (push.read.offline) return answer(decided.outcome, encodeReply(offlineReply(push.read.id)));
      return answer(decided.outcome, encodeReply(decided.opens ? openReply : stayReply));
    },
    heartbeat(contentType, bytes) {
      const beat = decodeHeartbeat(contentType, bytes);
      if ("kind" in beat) return beat;
      return answer(listen(beat.serialno) === undefined ? "unknown-camera" : "heard", "{}");
    },
    tick() {
      const now = clock.stamp();
      for (const one of heard.values()) {
        const silent_ms = silentFor(one, now);
        if (one.told || silent_ms <= silentAfter_ms) continue;
        const { id: lane, camera } = one.lane.config;
        journal.commit((tx) => tx.event("camera.silent", { lane, camera: camera.id, silent_ms: Math.round(silent_ms) }));
        one.told = true;
        log.warn({ lane, camera: camera.id, silent_ms }, "the camera is silent");
      }
    },
    measures: () =>
      [...heard.values()].map((one) => ({
        name: "cuobian_camera_silent_seconds",
        kind: "gauge",
        help: "since a camera was heard last",
        labels: { camera: one.lane.config.camera.id },
        value: Math.round(silentFor(one, clock.stamp()) / 1000),
      })),
  };
}
