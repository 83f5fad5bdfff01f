// The vendor document's plate event, as a camera would push it now: one body, changed where a test says so.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { repository } from "./program.ts";

/** As it stands in the vendor's document: of June 2023. */
export const vendorSample = readFileSync(join(repository, "protocols/cameras/vzenith/fixtures/plate-push.json"), "utf8");

export type Members = Record<string, unknown>;

export interface PushedPlate extends Members {
  timeStamp?: { Timeval: Members };
}

/** The document's time of the sample: sec and dec* agree, both in 2023. */
export const vendorTime = (): Members => plateOf(JSON.parse(vendorSample) as Members).timeStamp?.Timeval ?? {};

/** One moment in all the words that a camera has for it. */
export function timeval(ms: number): Members {
  const { year, month, day, hour, minute, second } = toCivil(wall(ms));
  const dec = { decyear: year, decmon: month, decday: day, dechour: hour, decmin: minute, decsec: second };
  return { ...dec, sec: Math.floor(ms / 1000), usec: (ms % 1000) * 1000 };
}

export interface Pushed {
  /** Wall milliseconds that the camera claims; as in the document if not given. */
  readonly at?: number;
  readonly serialno?: string;
  readonly license?: string;
  readonly plateid?: number;
  /** Anything else, last. */
  readonly change?: (plate: PushedPlate) => void;
}

export function vendorPush({ at, serialno, change, ...members }: Pushed): string {
  const body = JSON.parse(vendorSample) as { AlarmInfoPlate: Members };
  if (serialno !== undefined) body.AlarmInfoPlate.serialno = serialno;
  const plate = plateOf(body);
  Object.assign(plate, members);
  if (at !== undefined) plate.timeStamp = { Timeval: timeval(at) };
  change?.(plate);
  return JSON.stringify(body);
}

const plateOf = (body: Members): PushedPlate =>
  (body as { AlarmInfoPlate: { result: { PlateResult: PushedPlate } } }).AlarmInfoPlate.result.PlateResult;

export const opens = '{"Response_AlarmInfoPlate":{"info":"ok","content":"retransfer_stop","is_pay":"true"}}';
export const stays = '{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","is_pay":"false"}}';
export const staysOffline = (plateid: number): string =>
  `{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","is_pay":"false","ContinuePushOffline":{"plateid":${plateid},"continue":1}}}`;
