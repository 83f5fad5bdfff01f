// The body of a Vzenith plate push, member for member as in the vendor's sample ("HTTP推送协议", AlarmInfoPlate). JSON in UTF-8.
import { toCivil, type Wall } from "#protocols/vocabulary/time.ts";
import { plateClass } from "../parking/plates.ts";
import { entryPicture } from "./picture/entry-picture.ts";

export interface PlateRead {
  readonly plate: string;
  readonly plateid: number;
  readonly at: Wall;
  /** Microseconds beyond the millisecond, 0–999: two reads of one millisecond differ. */
  readonly micros: number;
  readonly confidence: number;
  /** 1 automatic, 8 virtual loop. */
  readonly triggerType: number;
}

export interface CameraIdentity {
  readonly serialno: string;
  readonly deviceName: string;
  readonly ipaddr: string;
}

interface Pictures {
  readonly frame: string;
  readonly frameBytes: number;
  readonly cutting: string;
  readonly cuttingBytes: number;
  readonly plate: Rect;
}
interface Rect {
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

/** A read is pushed again and again while nobody answers. */
const made = new WeakMap<PlateRead, Pictures>();

function picturesOf(camera: CameraIdentity, read: PlateRead): Pictures {
  const before = made.get(read);
  if (before !== undefined) return before;
  const { colorType } = plateClass(read.plate);
  const { frame, cutting, plate } = entryPicture({
    plate: read.plate,
    colorType,
    at: read.at,
    camera: camera.serialno.slice(-8).toUpperCase(),
  });
  const pictures = {
    ...{ frame: Buffer.from(frame).toString("base64"), frameBytes: frame.length },
    ...{ cutting: Buffer.from(cutting).toString("base64"), cuttingBytes: cutting.length },
    plate: { bottom: plate.y + plate.height, left: plate.x, right: plate.x + plate.width, top: plate.y },
  };
  made.set(read, pictures);
  return pictures;
}

function timeStamp({ at, micros }: PlateRead): object {
  const civil = toCivil(at);
  return {
    Timeval: {
      decyear: civil.year,
      decmon: civil.month,
      decday: civil.day,
      dechour: civil.hour,
      decmin: civil.minute,
      decsec: civil.second,
      sec: Math.floor(at / 1_000),
      usec: civil.millisecond * 1_000 + micros,
    },
  };
}

function plateResult(read: PlateRead, pictures: Pictures, offline: boolean): object {
  const { colorType, type } = plateClass(read.plate);
  const { plate } = pictures;
  return {
    license: read.plate,
    colorType,
    type,
    confidence: read.confidence,
    direction: 0,
    triggerType: read.triggerType,
    plateid: read.plateid,
    isoffline: offline ? 1 : 0,
    is_fake_plate: 0,
    license_ext_type: 0,
    carColor: 255,
    bright: 0,
    carBright: 0,
    colorValue: 0,
    feature_code: true,
    car_brand: { brand: 255, type: 255, year: 65_535 },
    plate_distance: 0,
    plate_true_width: 25,
    timeUsed: 0,
    clean_time: 0,
    gioouts: ["0", "1", "2"].map((ionum) => ({ ctrltype: 0, ionum })),
    location: { RECT: plate },
    carlocation: { RECT: { bottom: 330, left: 120, right: 510, top: 50 } },
    plates: [{ color: colorType, license: read.plate, plate_width: plate.right - plate.left, pos: plate, type }],
    timeStamp: timeStamp(read),
    imagePath: `/snapshot/lpr/tri_snap_${read.plateid % 100}.jpg`,
    imageFile: pictures.frame,
    imageFileLen: pictures.frameBytes,
    imageFragmentFile: pictures.cutting,
    imageFragmentFileLen: pictures.cuttingBytes,
  };
}

export function plateBody(camera: CameraIdentity, read: PlateRead, offline: boolean): string {
  return JSON.stringify({
    AlarmInfoPlate: {
      channel: 0,
      deviceName: camera.deviceName,
      ipaddr: camera.ipaddr,
      serialno: camera.serialno,
      rule_id: 1,
      user_data: "",
      result: { PlateResult: plateResult(read, picturesOf(camera, read), offline) },
    },
  });
}

/** The heartbeat's form, as multipart/form-data. The account is the vendor's default and goes in clear, as on the real device. */
export function heartbeatForm(camera: CameraIdentity): { contentType: string; body: string } {
  const boundary = "----VzFormBoundary7d33a816d302b6";
  const fields = {
    device_name: camera.deviceName,
    ipaddr: camera.ipaddr,
    port: "80",
    user_name: "admin",
    pass_wd: "admin",
    serialno: camera.serialno,
    channel_num: "1",
  };
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: `${parts.join("")}--${boundary}--\r\n` };
}
