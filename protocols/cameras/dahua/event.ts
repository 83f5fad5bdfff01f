// Dahua ITSAPI push: TollgateInfo -> PlateRead; KeepAlive; DeviceInfo. Times are the camera's local time with its zone beside it.
// Source: Dahua ITSAPI HTTP push as cameras of the ITC family send it.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { fromRfc3339, hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { claimed, colourOf, confidenceOf, longestText, whichPlate } from "../claims.ts";
import { isMembers, type Members, member, readJson, textMember, wholeMember } from "../json.ts";
import type { PlateRead } from "../plate-read.ts";

export const paths = {
  plate: "/NotificationInfo/TollgateInfo",
  keepAlive: "/NotificationInfo/KeepAlive",
  device: "/NotificationInfo/DeviceInfo",
} as const;

export type DahuaPush =
  | { readonly kind: "plate"; readonly read: PlateRead }
  | { readonly kind: "keep-alive"; readonly serialno: string }
  | { readonly kind: "device"; readonly serialno: string };

/** Without `"result":"true"` the camera sends the same notification again and again. Other firmware reads Response.Status. */
export const acceptedBody = '{"result":"true","Response":{"Status":0}}';

/** A camera that registers without its id is answered all the same, or it registers for ever. */
export const noDevice = "neither Picture nor DeviceID";

const child = (of: Members, name: string): Members => {
  const value = member(of, name);
  return isMembers(value) ? value : {};
};

export function decodeDahua(bytes: Uint8Array): DahuaPush | Undecodable {
  const read = readJson(bytes);
  if ("kind" in read) return read;
  const { json } = read;
  const picture = member(json, "Picture");
  if (isMembers(picture)) return plate(picture);
  const serialno = textMember(json, "DeviceID", longestText) ?? textMember(child(json, "DeviceInfo"), "DeviceID", longestText);
  if (typeof serialno !== "string" || serialno === "") return undecodable(noDevice);
  return { kind: member(json, "Active") === undefined ? "device" : "keep-alive", serialno };
}

function plate(picture: Members): DahuaPush | Undecodable {
  const plateOf = child(picture, "Plate");
  const snap = child(picture, "SnapInfo");
  const serialno = textMember(snap, "DeviceID", longestText);
  if (typeof serialno !== "string" || serialno === "") return undecodable("Picture.SnapInfo.DeviceID is missing or no text");
  const text = textMember(plateOf, "PlateNumber", longestText);
  if (text === null) return undecodable("Picture.Plate.PlateNumber is no text of at most 64 characters");
  const when = textMember(snap, "AccurateTime", 40) || textMember(snap, "SnapTime", 40) || "";
  const times = timesOf(when, snap);
  if (times === undefined) return undecodable("Picture.SnapInfo.AccurateTime is no time of this century");
  if (when === "") return undecodable("Picture.SnapInfo has no time: a repeat could not be told from a new car");
  const number = wholeMember(plateOf, "UploadNum");
  const isExist = member(plateOf, "IsExist");
  const direction = textMember(snap, "Direction", 20);
  return {
    kind: "plate",
    read: {
      serialno,
      ...whichPlate(text ?? "", isExist === false),
      colour: colourOf(textMember(plateOf, "PlateColor", 40) ?? ""),
      confidence: confidenceOf(member(plateOf, "Confidence"), 100),
      seen: times,
      offline: member(snap, "Offline") === true || wholeMember(snap, "IsOffline") === 1,
      openedByCamera: member(snap, "OpenStrobe") === true,
      key: [serialno, when, text ?? "", number ?? ""].join("/"),
      id: null,
      trigger: "automatic",
      // "Obverse": the car comes towards the camera.
      ...(direction === "Obverse" ? { heading: "forward" as const } : direction === "Reverse" ? { heading: "reverse" as const } : {}),
      image: null,
    },
  };
}

/** `sec` only where the camera says its zone; `dec` is its own wall clock, read as China's civil time. */
function timesOf(when: string, snap: Members): { readonly sec: Wall | null; readonly dec: Wall | null } | undefined {
  if (when === "") return { sec: null, dec: null };
  const local = claimed(fromRfc3339(when.replace(/(Z|[+-]\d{2}:?\d{2})$/i, "")));
  if (local === undefined) return undefined;
  if (local === null) return { sec: null, dec: null };
  const zone = wholeMember(snap, "TimeZone");
  const summer = wholeMember(snap, "DSTTune");
  if (typeof zone !== "number" || Math.abs(zone) > 14) return { sec: null, dec: local };
  // fromRfc3339 took it for UTC+8.
  const ahead = zone + (summer === 1 ? 1 : 0) - 8;
  return { sec: wall(local - ahead * hourMs), dec: local };
}

/** GET; the answer is "OK". `closeStrobe` must never be sent over an occupied loop. */
export function strobePath(order: "openStrobe" | "closeStrobe", with_: { channel?: number; plate?: string } = {}): string {
  const { channel = 1, plate: number } = with_;
  const words =
    order === "openStrobe" ? `&info.openType=Normal${number === undefined ? "" : `&info.plateNumber=${encodeURIComponent(number)}`}` : "";
  return `/cgi-bin/trafficSnap.cgi?action=${order}&channel=${channel}${words}`;
}
