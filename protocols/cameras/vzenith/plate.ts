// AlarmInfoPlate -> PlateRead. Strict on what a decision stands on, tolerant on the rest. Source: Vzenith (臻识) HTTP push protocol, AlarmInfoPlate/PlateResult and its code tables.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { PlateColour } from "#protocols/vocabulary/plate.ts";
import { fromCivil, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { claimed, confidenceOf, whichPlate } from "../claims.ts";
import { isMembers, type Members, member, textMember, wholeMember } from "../json.ts";
import type { PlateRead, Trigger } from "../plate-read.ts";

const colours: readonly PlateColour[] = ["unknown", "blue", "yellow", "white", "black", "green", "yellow-green"];
const triggerNames: Readonly<Record<number, Trigger>> = {
  1: "automatic",
  2: "input",
  4: "software",
  8: "virtual-loop",
  64: "dwell",
  65: "dwell-ended",
  66: "turn-back",
};
const noPlateType = 31;
/** gioouts.ctrltype: the camera opened from its own offline list. */
const openedFromOwnList = 2;

export function readPlate(alarm: Members): PlateRead | Undecodable {
  const serialno = textMember(alarm, "serialno", 64);
  if (typeof serialno !== "string" || serialno === "") return undecodable("AlarmInfoPlate.serialno is missing or no text");
  const result = member(alarm, "result");
  const plate = isMembers(result) ? member(result, "PlateResult") : undefined;
  if (!isMembers(plate)) return undecodable("AlarmInfoPlate.result.PlateResult is missing or no object");
  const text = textMember(plate, "license", 64);
  if (text === null) return undecodable("PlateResult.license is no text of at most 64 whole characters");
  const id = wholeMember(plate, "plateid");
  if (id === null) return undecodable("PlateResult.plateid is no whole number");
  const stored = member(plate, "isoffline");
  const offline = typeof stored === "boolean" ? Number(stored) : wholeMember(plate, "isoffline");
  if (offline === null) return undecodable("PlateResult.isoffline is no whole number");
  // Some firmware writes it as text, or with a fraction. One that is nonsense is not taken for "it does not say".
  const sure = member(plate, "confidence");
  const confidence = sure === undefined ? undefined : confidenceOf(sure, 100);
  if (confidence === null) return undecodable("PlateResult.confidence is not 0–100");
  const time = readTime(plate);
  if ("kind" in time) return time;
  if (id === undefined && time.keySec === "")
    return undecodable("PlateResult has neither plateid nor a time: a repeat could not be told from a new car");
  return {
    serialno,
    ...whichPlate(text ?? "", wholeMember(plate, "type") === noPlateType),
    colour: colours[wholeMember(plate, "colorType") ?? 0] ?? "unknown",
    confidence: confidence ?? null,
    seen: { sec: time.sec, dec: time.dec },
    offline: (offline ?? 0) !== 0,
    openedByCamera: openedByCamera(plate),
    key: [serialno, id ?? `-${text ?? ""}`, time.keySec, time.keyUsec].join("/"),
    id: id ?? null,
    trigger: triggerNames[wholeMember(plate, "triggerType") ?? -1] ?? "unknown",
    image: textMember(plate, "imagePath", 300) ?? null,
  };
}

function openedByCamera(plate: Members): boolean {
  const outputs = member(plate, "gioouts");
  if (!Array.isArray(outputs)) return false;
  return outputs.slice(0, 16).some((output) => isMembers(output) && wholeMember(output, "ctrltype") === openedFromOwnList);
}

interface CameraTime {
  readonly sec: Wall | null;
  readonly dec: Wall | null;
  readonly keySec: number | string;
  readonly keyUsec: number | string;
}

/** Each of the two claims may be absent; a claim that is nonsense makes the whole push undecodable. */
function readTime(plate: Members): CameraTime | Undecodable {
  const stamp = member(plate, "timeStamp");
  if (stamp === undefined) return { sec: null, dec: null, keySec: "", keyUsec: "" };
  const value = isMembers(stamp) ? member(stamp, "Timeval") : undefined;
  if (!isMembers(value)) return undecodable("timeStamp.Timeval is no object");
  const seconds = wholeMember(value, "sec");
  const micros = wholeMember(value, "usec");
  if (seconds === null || micros === null) return undecodable("timeStamp.Timeval.sec or usec is no whole number");
  if ((seconds ?? 0) < 0) return undecodable("timeStamp.Timeval.sec lies before 1970");
  const said = seconds === undefined ? null : wall(seconds * 1000 + Math.floor(Math.min(Math.max(micros ?? 0, 0), 999_999) / 1000));
  const sec = said === null ? null : claimed(said);
  if (sec === undefined) return undecodable("timeStamp.Timeval.sec is no time of this century");
  const civil = readCivil(value);
  if (civil !== null && typeof civil === "object") return civil;
  const dec = civil === null ? null : claimed(civil);
  if (dec === undefined) return undecodable("timeStamp.Timeval.dec* is no time of this century");
  const key = { keySec: seconds ?? civil ?? "", keyUsec: micros ?? "" };
  // One of its two clocks is lost: the other is not believed alone, where both were said.
  const lost = (said !== null && sec === null) || (civil !== null && dec === null);
  return lost ? { sec: null, dec: null, ...key } : { sec, dec, ...key };
}

function readCivil(value: Members): Wall | null | Undecodable {
  const names = ["decyear", "decmon", "decday", "dechour", "decmin", "decsec"] as const;
  const parts = names.map((name) => wholeMember(value, name));
  if (parts.every((part) => part === undefined)) return null;
  // Not set at all, as some firmware writes it.
  if (parts.every((part) => part === 0)) return wall(0);
  const [year, month, day, hour, minute, second] = parts;
  const whole = (part: number | null | undefined): part is number => typeof part === "number";
  if (!whole(year) || !whole(month) || !whole(day) || !whole(hour) || !whole(minute) || !whole(second))
    return undecodable("timeStamp.Timeval.dec* is incomplete or no date");
  const at = fromCivil({ year, month, day, hour, minute, second });
  const back = toCivil(at);
  const same = back.month === month && back.day === day && back.hour === hour && back.minute === minute && back.second === second;
  return same ? at : undecodable("timeStamp.Timeval.dec* is a date that does not exist");
}
