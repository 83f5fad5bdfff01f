// Plate Recognizer Stream webhook: JSON, or multipart with the fields `json` and `upload` (the picture). Plates come in lower case.
// Source: Plate Recognizer Stream, "Stream results". Repeated error codes can make it remove the webhook: what is understood is answered 200.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { claimed, confidenceOf, longestText, whichPlate } from "../claims.ts";
import { isMembers, type Members, member, readJson, textMember } from "../json.ts";
import { readMultipart } from "../multipart.ts";
import type { PlateRead } from "../plate-read.ts";

export type PlateRecognizerPush =
  | { readonly kind: "plates"; readonly reads: readonly PlateRead[] }
  | { readonly kind: "other"; readonly event: string };

const mostResults = 32;

export function decodePlateRecognizer(contentType: string, bytes: Uint8Array): PlateRecognizerPush | Undecodable {
  if (!/^multipart\//i.test(contentType)) return fromJson(bytes);
  const parts = readMultipart(contentType, bytes);
  if ("kind" in parts) return parts;
  const json = parts.find(({ name }) => name === "json");
  return json === undefined ? undecodable("no part named json") : fromJson(json.bytes);
}

function fromJson(bytes: Uint8Array): PlateRecognizerPush | Undecodable {
  const read = readJson(bytes);
  if ("kind" in read) return read;
  const hook = member(read.json, "hook");
  const event = isMembers(hook) ? (textMember(hook, "event", longestText) ?? "") : "recognition";
  const data = member(read.json, "data");
  if (!isMembers(data)) return undecodable("data is missing or no object");
  if (event !== "recognition") return { kind: "other", event };
  const serialno = textMember(data, "camera_id", longestText);
  if (typeof serialno !== "string" || serialno === "") return undecodable("data.camera_id is missing or no text");
  const when = textMember(data, "timestamp", 40) ?? "";
  const sec = claimed(fromRfc3339(when));
  if (sec === undefined) return undecodable("data.timestamp is no time of this century");
  const results = member(data, "results");
  if (!Array.isArray(results) || results.length > mostResults) return undecodable(`data.results is no list of at most ${mostResults}`);
  const reads: PlateRead[] = [];
  for (const result of results) {
    const one = isMembers(result) ? readOf(result, { serialno, when, sec }) : undecodable("a result is no object");
    if ("kind" in one) return one;
    reads.push(one);
  }
  return { kind: "plates", reads };
}

function readOf(result: Members, of: { serialno: string; when: string; sec: PlateRead["seen"]["sec"] }): PlateRead | Undecodable {
  // Newer versions write plate: { props: { plate: [{ value, score }] } } in "vehicle" mode; the plain form is the webhook's.
  const text = textMember(result, "plate", longestText);
  if (typeof text !== "string") return undecodable("results.plate is no text of at most 64 characters");
  return {
    serialno: of.serialno,
    ...whichPlate(text),
    colour: "unknown",
    confidence: confidenceOf(member(result, "score"), 1),
    seen: { sec: of.sec, dec: null },
    offline: false,
    openedByCamera: false,
    key: [of.serialno, of.when, text].join("/"),
    id: null,
    trigger: "automatic",
    image: null,
  };
}
