// Every source of plates as its maker writes it: one row a source, so that one table of cases runs over all of them.
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import { toCivil, toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { toGb18030 } from "../frames/gb18030.ts";
import { decodeDahua } from "./dahua/event.ts";
import { decodeFrigate } from "./frigate/message.ts";
import { decodeHikvision } from "./hikvision/event.ts";
import { alertStream } from "./hikvision/stream.ts";
import { decodeHuaxia } from "./huaxia/push.ts";
import type { PlateRead } from "./plate-read.ts";
import { decodePlateRecognizer } from "./plate-recognizer/push.ts";
import { decodeRekor } from "./rekor/push.ts";
import { decodeMessage } from "./vzenith/mqtt.ts";
import { decodePush } from "./vzenith/push.ts";
import { decodeBody } from "./vzenith/tcp.ts";

export interface Seen {
  readonly plate: string;
  readonly at: Wall;
  readonly offline?: boolean;
  /** Which recognition of this camera: the same number is the same one. */
  readonly number: number;
}

export interface Source {
  readonly name: string;
  readonly make: (seen: Seen) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => readonly PlateRead[] | Undecodable;
  readonly noPlate: string;
  /** Where it is pushed over HTTP, what the site file calls it, and who it says to be. */
  readonly http?: { readonly protocol: string; readonly path: string; readonly type: string; readonly serialno: string };
  /** Why this source cannot say that a read is a late one. */
  readonly neverOffline?: string;
  /** How this maker writes GBK instead of UTF-8; undefined with the reason where it never does. */
  readonly gbk?: (seen: Seen) => Uint8Array;
  readonly neverGbk?: string;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const one = (read: {
  kind: string;
  read?: PlateRead;
  reads?: readonly PlateRead[];
  reason?: string;
}): readonly PlateRead[] | Undecodable =>
  read.kind === "undecodable" ? (read as Undecodable) : (read.reads ?? (read.read === undefined ? [] : [read.read]));
const base64 = (text: string): string => btoa(Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join(""));

const timeval = (at: Wall) => {
  const c = toCivil(at);
  return {
    Timeval: {
      decyear: c.year,
      decmon: c.month,
      decday: c.day,
      dechour: c.hour,
      decmin: c.minute,
      decsec: c.second,
      sec: Math.floor(at / 1000),
      usec: (at % 1000) * 1000,
    },
  };
};
const vzPlate = ({ plate, at, offline, number }: Seen, license = plate) => ({
  license,
  colorType: 1,
  type: 1,
  confidence: 96,
  triggerType: 1,
  plateid: number,
  isoffline: offline ? 1 : 0,
  timeStamp: timeval(at),
});
const serialno = "fe71e106-57263272";
const vzTopic = `device/${serialno}/message/up/ivs_result`;

const hikXml = ({ plate, at, offline, number }: Seen, encoding = "UTF-8"): string =>
  `<?xml version="1.0" encoding="${encoding}"?><EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><ipAddress>192.168.1.64</ipAddress><macAddress/><channelID>1</channelID><dateTime>${toRfc3339(at)}</dateTime><activePostCount>1</activePostCount><eventType>ANPR</eventType><eventState>active</eventState><ANPR><country>7</country><licensePlate>${plate}</licensePlate><line>1</line><direction>forward</direction><confidenceLevel>92</confidenceLevel><plateColor>blue</plateColor><plateCharBelieve>99,99,99,61,99,99,99</plateCharBelieve></ANPR><UUID>a1301cd8-${number}</UUID><isDataRetransmission>${offline ? "true" : "false"}</isDataRetransmission><deviceUUID>DS-TCG406-E 20241223AIFU6460824</deviceUUID></EventNotificationAlert>`;

const boundary = "----7e13971310878";
export const formType = `multipart/form-data; boundary=${boundary}`;
export function form(parts: readonly { head: string; bytes: Uint8Array }[]): Uint8Array {
  const pieces = parts.flatMap(({ head, bytes }) => [utf8(`--${boundary}\r\n${head}\r\n\r\n`), bytes, utf8("\r\n")]);
  const all = [...pieces, utf8(`--${boundary}--\r\n`)];
  const whole = new Uint8Array(all.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of all) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
/** Holds what a text parser trips over: line ends, dashes, zero bytes. */
export const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0x0d, 0x0a, 0x2d, 0x2d, 0x00, 0x3c, 0xff, 0xd9);
const hikForm = (xml: Uint8Array): Uint8Array =>
  form([
    { head: 'Content-Disposition: form-data; name="anpr.xml"; filename="anpr.xml"\r\nContent-Type: text/xml', bytes: xml },
    {
      head: 'Content-Disposition: form-data; name="licensePlatePicture.jpg"; filename="licensePlatePicture.jpg"\r\nContent-Type: application/octet-stream',
      bytes: picture,
    },
  ]);

const two = (value: number): string => String(value).padStart(2, "0");
const dahuaTime = (at: Wall): string => {
  const c = toCivil(at);
  return `${c.year}-${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${String(c.millisecond).padStart(3, "0")}`;
};
const dahua = ({ plate, at, number, offline }: Seen): string =>
  JSON.stringify({
    Picture: {
      Plate: { PlateNumber: plate, PlateColor: "Blue", Confidence: 90, IsExist: plate !== "", UploadNum: number },
      Vehicle: { VehicleColor: "Black", VehocleSeries: "" },
      SnapInfo: {
        DeviceID: "camera_01",
        AccurateTime: dahuaTime(at),
        TimeZone: 8,
        DSTTune: 0,
        Direction: "Obverse",
        OpenStrobe: false,
        ...(offline ? { Offline: true } : {}),
      },
    },
  });

const huaxia = (plate: string, { at, offline }: Seen): string =>
  `type=${offline ? "offline" : "online"}&mode=5&plate_num=${plate}&plate_color=%E8%93%9D&confidence=93&start_time=${Math.floor(at / 1000)}&park_id=1&cam_id=AC12034511&cam_ip=192.168.1.8&vdc_type=in&is_whitelist=0&picture=_9j-4AAQ..`;
const percent = (bytes: Uint8Array): string => Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

const onlyTime = "says only when the car was seen: its age tells";
const jsonIsUtf8 = "JSON of this maker is UTF-8";

export const sources: readonly Source[] = [
  {
    name: "vzenith http",
    http: {
      protocol: "vzenith-http",
      path: "/devicemanagement/php/plateresult.php",
      type: "application/json",
      serialno: "fe71e106-57263272",
    },
    make: (seen) => utf8(JSON.stringify({ AlarmInfoPlate: { serialno, result: { PlateResult: vzPlate(seen) } } })),
    decode: (bytes) => one(decodePush(bytes)),
    noPlate: "_无_",
    neverGbk: jsonIsUtf8,
  },
  {
    name: "vzenith mqtt",
    make: (seen) =>
      utf8(
        JSON.stringify({
          sn: serialno,
          name: "ivs_result",
          version: "1.0",
          timestamp: 1,
          payload: { AlarmInfoPlate: { result: { PlateResult: vzPlate(seen, base64(seen.plate)) } } },
        }),
      ),
    decode: (bytes) => one(decodeMessage(vzTopic, bytes)),
    noPlate: "_无_",
    neverGbk: "texts are base64 of UTF-8",
  },
  {
    name: "vzenith tcp",
    make: (seen) => toGb18030(`${JSON.stringify({ PlateResult: vzPlate(seen) })}\n\0`),
    decode: (bytes) => one(decodeBody(bytes, serialno)),
    noPlate: "无牌车",
    gbk: (seen) => toGb18030(JSON.stringify({ PlateResult: vzPlate(seen) })),
  },
  {
    name: "hikvision push",
    http: { protocol: "hikvision-isapi", path: "/isapi/anpr", type: formType, serialno: "DS-TCG406-E 20241223AIFU6460824" },
    make: (seen) => hikForm(utf8(hikXml(seen))),
    decode: (bytes) => one(decodeHikvision(formType, bytes)),
    noPlate: "noPlate",
    gbk: (seen) => hikForm(toGb18030(hikXml(seen, "GB2312"))),
  },
  {
    name: "hikvision stream",
    make: (seen) => utf8(`--boundary\r\nContent-Type: application/xml; charset="UTF-8"\r\n\r\n${hikXml(seen)}\r\n--boundary\r\n`),
    decode: (bytes) => {
      const found = alertStream().take(bytes)[0];
      return found === undefined ? { kind: "undecodable", reason: "nothing whole" } : one(found);
    },
    noPlate: "noPlate",
    gbk: (seen) => toGb18030(hikXml(seen, "GBK")),
  },
  {
    name: "dahua itsapi",
    http: { protocol: "dahua-itsapi", path: "/NotificationInfo/TollgateInfo", type: "application/json", serialno: "camera_01" },
    make: (seen) => utf8(dahua(seen)),
    decode: (bytes) => one(decodeDahua(bytes)),
    noPlate: "",
    neverGbk: jsonIsUtf8,
  },
  {
    name: "huaxia form",
    http: { protocol: "huaxia-form", path: "/huaxia", type: "application/x-www-form-urlencoded", serialno: "AC12034511" },
    make: (seen) => utf8(huaxia(encodeURIComponent(seen.plate), seen)),
    decode: (bytes) => one(decodeHuaxia(bytes)),
    noPlate: "无牌车",
    gbk: (seen) => utf8(huaxia(percent(toGb18030(seen.plate)), seen).replace("%E8%93%9D", percent(toGb18030("蓝")))),
  },
  {
    name: "rekor scout",
    http: { protocol: "rekor-scout", path: "/rekor", type: "application/json", serialno: "agent-1/4" },
    make: ({ plate, at, number }) =>
      utf8(
        JSON.stringify({
          data_type: "alpr_group",
          epoch_start: at - 900,
          epoch_end: at,
          agent_uid: "agent-1",
          camera_id: 4,
          best_uuid: `agent-1-cam4-${number}`,
          best_plate_number: plate,
          best_confidence: 91.3,
          best_plate: { plate, confidence: 91.3 },
        }),
      ),
    decode: (bytes) => one(decodeRekor(bytes)),
    noPlate: "unknown",
    neverOffline: onlyTime,
    neverGbk: jsonIsUtf8,
  },
  {
    name: "plate recognizer",
    http: { protocol: "plate-recognizer", path: "/plate-recognizer", type: formType, serialno: "camera-1" },
    make: ({ plate, at, number }) =>
      form([
        {
          head: 'Content-Disposition: form-data; name="json"',
          bytes: utf8(
            JSON.stringify({
              hook: { target: "t", id: "camera-1", event: "recognition", filename: `${number}.jpg` },
              data: {
                camera_id: "camera-1",
                timestamp: toRfc3339(at),
                results: [{ box: {}, plate: plate.toLowerCase(), region: { code: "cn", score: 0.9 }, score: 0.913, dscore: 0.7 }],
              },
            }),
          ),
        },
        { head: 'Content-Disposition: form-data; name="upload"; filename="a.jpg"\r\nContent-Type: image/jpeg', bytes: picture },
      ]),
    decode: (bytes) => one(decodePlateRecognizer(formType, bytes)),
    noPlate: "none",
    neverOffline: onlyTime,
    neverGbk: jsonIsUtf8,
  },
  {
    name: "frigate",
    make: ({ plate, at, number }) =>
      utf8(
        JSON.stringify({
          type: "lpr",
          id: `1607123955.475377-${number}`,
          name: null,
          plate,
          score: 0.95,
          camera: "driveway_cam",
          timestamp: at / 1000,
        }),
      ),
    decode: (bytes) => one(decodeFrigate("frigate/tracked_object_update", bytes)),
    noPlate: "unknown",
    neverOffline: onlyTime,
    neverGbk: jsonIsUtf8,
  },
];
