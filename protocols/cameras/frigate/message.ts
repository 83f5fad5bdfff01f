// Frigate (0.16 and later) over MQTT: a tracked object whose plate was read. Many updates come for one object, and a later one may read better.
// Source: Frigate documentation, MQTT topics frigate/tracked_object_update (type "lpr") and frigate/events.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { confidenceOf, longestText, momentOf, whichPlate } from "../claims.ts";
import { isMembers, type Members, member, readJson, textMember } from "../json.ts";
import type { PlateRead } from "../plate-read.ts";

export type FrigateMessage =
  | { readonly kind: "plate"; readonly read: PlateRead }
  /** frigate/stats, once a minute: the cameras whose pictures arrive. */
  | { readonly kind: "alive"; readonly serialnos: readonly string[] }
  | { readonly kind: "other"; readonly what: string };

const mostCameras = 64;

/** `topic` with or without Frigate's own prefix (it is a setting there). */
export function decodeFrigate(topic: string, bytes: Uint8Array): FrigateMessage | Undecodable {
  const last = topic.slice(topic.lastIndexOf("/") + 1);
  if (last !== "tracked_object_update" && last !== "events" && last !== "stats") return { kind: "other", what: last.slice(0, longestText) };
  const read = readJson(bytes);
  if ("kind" in read) return read;
  if (last === "stats") return { kind: "alive", serialnos: seeing(read.json) };
  return last === "events" ? event(read.json) : update(read.json);
}

/** A camera without frames is configured, and sees nothing. */
function seeing(json: Members): string[] {
  const cameras = member(json, "cameras");
  if (!isMembers(cameras)) return [];
  return Object.entries(cameras)
    .slice(0, mostCameras)
    .flatMap(([name, camera]) => {
      const fps = isMembers(camera) ? member(camera, "camera_fps") : undefined;
      return typeof fps === "number" && fps > 0 && name.length <= longestText ? [name] : [];
    });
}

function update(json: Members): FrigateMessage | Undecodable {
  const type = textMember(json, "type", longestText);
  if (type !== "lpr") return { kind: "other", what: type ?? "" };
  return plateOf({
    id: member(json, "id"),
    camera: member(json, "camera"),
    plate: member(json, "plate"),
    score: member(json, "score"),
    at: member(json, "timestamp"),
  });
}

/** The plate of an event is text, or [text, score]. */
function event(json: Members): FrigateMessage | Undecodable {
  const object = member(json, "after");
  if (!isMembers(object)) return undecodable("after is missing or no object");
  const given = member(object, "recognized_license_plate");
  if (given === undefined || given === null) return { kind: "other", what: "event without a plate" };
  // The object has left the picture, perhaps minutes ago: whoever read it did so before. What turned out to be no car opens nothing either.
  if (textMember(json, "type", longestText) === "end") return { kind: "other", what: "an object that is gone" };
  if (member(object, "false_positive") === true) return { kind: "other", what: "an object that was none" };
  const [plate, score] = Array.isArray(given) ? [given[0], given[1]] : [given, member(object, "recognized_license_plate_score")];
  const at = member(object, "frame_time") ?? member(object, "start_time");
  return plateOf({ id: member(object, "id"), camera: member(object, "camera"), plate, score, at });
}

function plateOf(of: { id: unknown; camera: unknown; plate: unknown; score: unknown; at: unknown }): FrigateMessage | Undecodable {
  const { id, camera, plate, score, at } = of;
  const isText = (value: unknown): value is string => typeof value === "string" && value !== "" && value.length <= longestText;
  if (!isText(camera)) return undecodable("camera is missing or no text");
  if (!isText(id)) return undecodable("id is missing or no text");
  if (typeof plate !== "string" || plate.length > longestText) return undecodable("the plate is no text of at most 64 characters");
  const sec = momentOf(at, 1000);
  if (sec === undefined) return undecodable("the time is none of this century");
  return {
    kind: "plate",
    read: {
      serialno: camera,
      ...whichPlate(plate),
      colour: "unknown",
      confidence: confidenceOf(score, 1),
      seen: { sec, dec: null },
      offline: false,
      openedByCamera: false,
      // Every update of an object that reads the same is a repeat; one that reads otherwise is another read, and the lane merges them.
      key: [camera, id, plate].join("/"),
      id: null,
      trigger: "automatic",
      image: null,
    },
  };
}
