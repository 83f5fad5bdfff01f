// Rekor Scout (formerly OpenALPR): alpr_group, alpr_results and heartbeat, posted as JSON. Its agent queues on disk: a post may be hours old, and says only when it was seen.
// Source: Rekor Scout agent's HTTP POST formats.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { confidenceOf, longestText, momentOf, whichPlate } from "../claims.ts";
import { isMembers, type Members, member, readJson, textMember } from "../json.ts";
import type { PlateRead } from "../plate-read.ts";

export type RekorPush =
  | { readonly kind: "plates"; readonly reads: readonly PlateRead[] }
  /** Of the agent: every camera that it watches lives. */
  | { readonly kind: "heartbeat"; readonly serialnos: readonly string[] }
  /** Vehicles without a plate, alerts, …: understood, and nothing for a lane. */
  | { readonly kind: "other"; readonly dataType: string };

const mostResults = 32;
const mostStreams = 64;

export function decodeRekor(bytes: Uint8Array): RekorPush | Undecodable {
  const read = readJson(bytes);
  if ("kind" in read) return read;
  const { json } = read;
  const dataType = textMember(json, "data_type", longestText);
  if (dataType === undefined || dataType === null) return undecodable("data_type is missing or no text");
  if (dataType === "heartbeat") return { kind: "heartbeat", serialnos: streamsOf(json) };
  if (dataType !== "alpr_group" && dataType !== "alpr_results") return { kind: "other", dataType };
  const serialno = cameraOf(json);
  if (serialno === undefined) return undecodable("camera_id is missing");
  return dataType === "alpr_group" ? group(json, serialno) : results(json, serialno);
}

const agentOf = (json: Members): string => textMember(json, "agent_uid", longestText) ?? textMember(json, "site_id", longestText) ?? "";

/** A camera that its agent says to have lost is none that lives. */
function streamsOf(json: Members): string[] {
  const streams = member(json, "video_streams");
  if (!Array.isArray(streams)) return [];
  return streams.slice(0, mostStreams).flatMap((stream: unknown) => {
    if (!isMembers(stream) || member(stream, "is_streaming") === false) return [];
    return cameraOf({ ...json, camera_id: member(stream, "camera_id") }) ?? [];
  });
}

/** "<agent>/<camera>": two agents may both have a camera 1. */
function cameraOf(json: Members): string | undefined {
  const camera = member(json, "camera_id");
  if (typeof camera !== "number" && typeof camera !== "string") return undefined;
  const agent = agentOf(json);
  return (agent === "" ? String(camera) : `${agent}/${camera}`).slice(0, longestText);
}

function readOf(serialno: string, what: { plate: unknown; confidence: unknown; at: unknown; key: string }): PlateRead | Undecodable {
  if (typeof what.plate !== "string" || what.plate.length > longestText)
    return undecodable("the plate is no text of at most 64 characters");
  const sec = momentOf(what.at, 1);
  if (sec === undefined) return undecodable("the time is none of this century");
  return {
    serialno,
    ...whichPlate(what.plate),
    colour: "unknown",
    confidence: confidenceOf(what.confidence, 100),
    seen: { sec, dec: null },
    offline: false,
    openedByCamera: false,
    key: `${serialno}/${what.key}`,
    id: null,
    trigger: "automatic",
    image: null,
  };
}

/** A group is one car seen several times: its best plate, and the moment when it was last seen. */
function group(json: Members, serialno: string): RekorPush | Undecodable {
  // A first word about a car that is still in view: the group itself follows, and reads better.
  if (member(json, "is_preview") === true) return { kind: "other", dataType: "alpr_group preview" };
  const uuid = textMember(json, "best_uuid", longestText);
  if (typeof uuid !== "string" || uuid === "") return undecodable("best_uuid is missing");
  const best = member(json, "best_plate");
  const plate = textMember(json, "best_plate_number", longestText) ?? (isMembers(best) ? member(best, "plate") : undefined);
  const confidence = member(json, "best_confidence") ?? (isMembers(best) ? member(best, "confidence") : undefined);
  const read = readOf(serialno, { plate, confidence, at: member(json, "epoch_end") ?? member(json, "epoch_start"), key: uuid });
  return "kind" in read ? read : { kind: "plates", reads: [read] };
}

function results(json: Members, serialno: string): RekorPush | Undecodable {
  const list = member(json, "results");
  if (!Array.isArray(list)) return undecodable("results is no list");
  if (list.length > mostResults) return undecodable(`more than ${mostResults} results`);
  const uuid = textMember(json, "uuid", longestText) ?? String(member(json, "epoch_time"));
  const reads: PlateRead[] = [];
  for (const result of list) {
    if (!isMembers(result)) return undecodable("a result is no object");
    const plate = member(result, "plate");
    const read = readOf(serialno, {
      plate,
      confidence: member(result, "confidence"),
      at: member(json, "epoch_time"),
      key: `${uuid}/${plate}`,
    });
    if ("kind" in read) return read;
    reads.push(read);
  }
  return { kind: "plates", reads };
}
