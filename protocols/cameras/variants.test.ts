// Firmware that writes the same in other words: each is read, or refused, as it should be. One row a variant.
import { expect, test } from "vitest";
import { Camera } from "#gateway/config/camera-schema.ts";
import { beats } from "#gateway/drivers/cameras/beats.ts";
import { cameraProtocol } from "#gateway/drivers/cameras/table.ts";
import { counted } from "#test/promise.ts";
import { jpeg } from "#test/world/pictures.ts";
import { decodeDahua, paths } from "./dahua/event.ts";
import { decodeFrigate } from "./frigate/message.ts";
import { decodeHikvision } from "./hikvision/event.ts";
import { alertStream } from "./hikvision/stream.ts";
import { decodeHuaxia } from "./huaxia/push.ts";
import { decodePlateRecognizer } from "./plate-recognizer/push.ts";
import { decodeRekor } from "./rekor/push.ts";
import { decodeMessage } from "./vzenith/mqtt.ts";
import { decodePush } from "./vzenith/push.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));
const Timeval = { decyear: 2023, decmon: 6, decday: 9, dechour: 16, decmin: 39, decsec: 54, sec: 1_686_299_994, usec: 687_772 };
const vzenith = (plate: object) =>
  decodePush(
    json({
      AlarmInfoPlate: { serialno: "s-1", result: { PlateResult: { license: "闽C12345", plateid: 5, timeStamp: { Timeval }, ...plate } } },
    }),
  );
const hik = (change: (text: string) => string, contentType = "application/xml") =>
  decodeHikvision(
    contentType,
    bytes(
      change(
        `<EventNotificationAlert xmlns="http://www.hikvision.com/ver20/XMLSchema"><macAddress>aa:bb</macAddress><channelID>1</channelID><dateTime>2026-07-05T20:44:40+08:00</dateTime><eventType>ANPR</eventType><ANPR><licensePlate>蓝浙AX2P12</licensePlate><confidenceLevel>92</confidenceLevel></ANPR><UUID>u-1</UUID></EventNotificationAlert>`,
      ),
    ),
  );
const same = (text: string): string => text;
const part = (text: string): string =>
  `--b\r\nContent-Disposition: form-data; name="xml_file"\r\nContent-Type: application/octet-stream\r\n\r\n${text}\r\n--b--\r\n`;

const lost = { read: { seen: { sec: null, dec: null } } };
const dahuaAt = (AccurateTime: string) =>
  decodeDahua(json({ Picture: { Plate: { PlateNumber: "闽C12345" }, SnapInfo: { DeviceID: "c-1", AccurateTime, TimeZone: 8 } } }));
const frigate = (type: string, after: object) =>
  decodeFrigate("frigate/events", json({ type, after: { id: "1-a", camera: "c", frame_time: 1_607_123_958.7, ...after } }));
const rekor = (more: object) =>
  decodeRekor(json({ data_type: "alpr_group", agent_uid: "a", camera_id: 4, best_uuid: "u", best_plate_number: "闽C12345", ...more }));

const rows: readonly (readonly [what: string, said: unknown, is: object])[] = [
  ["vzenith: confidence as text with a fraction", vzenith({ confidence: "96.5" }), { read: { confidence: 97 } }],
  ["vzenith: confidence that is none", vzenith({ confidence: 255 }), { kind: "undecodable" }],
  ["vzenith: isoffline as true", vzenith({ isoffline: true }), { read: { offline: true } }],
  ["vzenith: isoffline as text", vzenith({ isoffline: "1" }), { read: { offline: true } }],
  ["vzenith: isoffline as a word", vzenith({ isoffline: "yes" }), { kind: "undecodable" }],
  ["vzenith: the output's number as a number", vzenith({ gioouts: [{ ctrltype: 2, ionum: 0 }] }), { read: { openedByCamera: true } }],
  ["vzenith: a colour before the plate", vzenith({ license: "蓝闽C12345" }), { read: { plate: "闽C12345" } }],
  ["vzenith: its number as text", vzenith({ plateid: "5" }), { read: { id: 5 } }],
  ["vzenith: no plate by its type alone", vzenith({ license: "", type: 31 }), { read: { plate: null, noPlate: true } }],
  [
    "vzenith by MQTT: plain text for base64",
    decodeMessage(
      "device/s-1/message/up/ivs_result",
      json({ sn: "s-1", payload: { AlarmInfoPlate: { result: { PlateResult: { license: "闽C12345", unique_id: 1 } } } } }),
    ),
    { read: { plate: "闽C12345" } },
  ],
  [
    "hikvision: a zone without its colon",
    hik((text) => text.replace("+08:00", "+0800")),
    { read: { seen: { sec: Date.UTC(2026, 6, 5, 12, 44, 40) } } },
  ],
  ["hikvision: Z", hik((text) => text.replace("+08:00", "Z")), { read: { seen: { sec: Date.UTC(2026, 6, 5, 20, 44, 40) } } }],
  ["hikvision: no zone at all", hik((text) => text.replace("+08:00", "")), { read: { seen: { sec: null } } }],
  ["hikvision: std-cgi", hik((text) => text.replace("hikvision.com/ver20", "std-cgi.com/ver10")), { read: { plate: "浙AX2P12" } }],
  ["hikvision: plateNumber", hik((text) => text.replaceAll("licensePlate", "plateNumber")), { read: { plate: "浙AX2P12" } }],
  ["hikvision: a prefix", hik((text) => text.replaceAll(/<(\/?)(?=[A-Za-z])/g, "<$1ns1:")), { read: { plate: "浙AX2P12" } }],
  ["hikvision: xml_file as octets", hik(part, "multipart/form-data; boundary=b"), { read: { plate: "浙AX2P12" } }],
  [
    "hikvision: lines that end in LF",
    hik((text) => part(text).replaceAll("\r\n", "\n"), "multipart/form-data; boundary=b"),
    { read: { plate: "浙AX2P12" } },
  ],
  ["hikvision: another event", hik((text) => text.replace("ANPR</eventType>", "VMD</eventType>")), { kind: "other" }],
  ["hikvision: as it is", hik(same), { read: { serialno: "aa:bb", confidence: 92 } }],
  ["dahua: who registers, one deeper", decodeDahua(json({ DeviceInfo: { DeviceID: "c-1" } })), { kind: "device", serialno: "c-1" }],
  [
    "dahua: who registers without an id is content",
    cameraProtocol("dahua-itsapi").decode({ path: paths.device, contentType: "application/json" }, json({ Model: "ITC" })),
    { kind: "other" },
  ],
  [
    "dahua: a plate's push without an id is refused",
    cameraProtocol("dahua-itsapi").decode({ path: paths.plate, contentType: "application/json" }, json({ Model: "ITC" })),
    { kind: "undecodable" },
  ],
  [
    "huaxia: opened from its own list, in a word",
    decodeHuaxia(bytes("type=offline&plate_num=%E9%97%BDC12345&start_time=1686299994&cam_id=AC&is_whitelist=true")),
    { read: { offline: true, openedByCamera: true } },
  ],
  [
    "frigate: plate and score as a list",
    decodeFrigate(
      "frigate/events",
      json({ type: "update", after: { id: "1-a", camera: "c", frame_time: 1_607_123_958.7, recognized_license_plate: ["闽C12345", 0.9] } }),
    ),
    { read: { plate: "闽C12345" } },
  ],
  // A clock that lost its battery: the read is heard, believed of no time, and opens nothing.
  ["hikvision: a clock at 1970", hik((text) => text.replace("2026-07-05", "1970-01-01")), lost],
  ["hikvision: a clock that is none", hik((text) => text.replace("2026-07-05", "2026-13-45")), { kind: "undecodable" }],
  ["dahua: a clock at 1970", dahuaAt("1970-01-01 08:00:12"), lost],
  ["dahua: a T between day and hour, no milliseconds", dahuaAt("2026-02-10T09:30:45"), { read: { plate: "闽C12345" } }],
  ["dahua: no time in it", dahuaAt("yesterday"), { kind: "undecodable" }],
  ["huaxia: a clock at 1970", decodeHuaxia(bytes("type=online&plate_num=%E9%97%BDC12345&start_time=12&cam_id=AC")), lost],
  ["rekor: a clock at 1970", rekor({ epoch_end: 12_000 }), { reads: [{ seen: { sec: null } }] }],
  [
    "plate recognizer: a clock at 1970",
    decodePlateRecognizer(
      "application/json",
      json({ data: { camera_id: "c", timestamp: "1970-01-01T00:00:12Z", results: [{ plate: "a1" }] } }),
    ),
    { reads: [{ seen: { sec: null } }] },
  ],
  [
    "hikvision: the plate beside ANPR",
    hik((text) => text.replace(/<ANPR>.*<\/ANPR>/, "<plateNumber>蓝浙AX2P12</plateNumber>")),
    { read: { plate: "浙AX2P12" } },
  ],
  // An object that has left the picture, or was none, opens nothing.
  ["frigate: update", frigate("update", { recognized_license_plate: "闽C12345", recognized_license_plate_score: 0.9 }), { kind: "plate" }],
  ["frigate: end", frigate("end", { end_time: 1_607_123_999, recognized_license_plate: "闽C12345" }), { kind: "other" }],
  ["frigate: a false positive", frigate("update", { false_positive: true, recognized_license_plate: "闽C12345" }), { kind: "other" }],
  ["frigate: no plate yet", frigate("new", { recognized_license_plate: null }), { kind: "other" }],
  [
    "frigate: who sees",
    decodeFrigate("frigate/stats", json({ cameras: { a: { camera_fps: 5.1 }, b: { camera_fps: 0 } }, service: {} })),
    { kind: "alive", serialnos: ["a"] },
  ],
  ["rekor: a first word of a group", rekor({ is_preview: true, epoch_end: 1_795_651_200_000 }), { kind: "other" }],
  [
    "rekor: the agent speaks for its cameras",
    decodeRekor(
      json({ data_type: "heartbeat", agent_uid: "a", video_streams: [{ camera_id: 4 }, { camera_id: 5, is_streaming: false }, 7] }),
    ),
    { kind: "heartbeat", serialnos: ["a/4"] },
  ],
];

test("every source of the site file says how long it may be silent", () => {
  const { properties } = Camera as unknown as { properties: { protocol: { enum: string[] } } };
  expect(Object.keys(beats).sort()).toEqual([...properties.protocol.enum].sort());
});

test("pictures behind a plate in alertStream are told whole, in whatever lumps they come; behind another event they are not", () => {
  const event = (type: string) =>
    bytes(
      `--boundary\r\nContent-Type: application/xml\r\n\r\n<EventNotificationAlert><macAddress>aa:bb</macAddress><dateTime>2026-07-05T20:44:40+08:00</dateTime><eventType>${type}</eventType><ANPR><licensePlate>noPlate</licensePlate></ANPR><UUID>u-1</UUID></EventNotificationAlert>\r\n`,
    );
  const head = bytes("--boundary\r\nContent-Type: image/jpeg\r\n\r\n");
  const [cutting, whole] = [jpeg(300), jpeg(40_000)];
  const all = Buffer.concat([event("ANPR"), head, cutting, bytes("\r\n"), head, whole, event("videoloss"), head, jpeg(500), event("VMD")]);
  for (const lump of [61, 1_000, 30_000, all.length]) {
    const stream = alertStream();
    const found = [];
    for (let at = 0; at < all.length; at += lump) found.push(...stream.take(all.subarray(at, at + lump)));
    expect([lump, found.map(({ kind }) => kind)]).toEqual([lump, ["plate", "picture", "picture", "other", "other"]]);
    const pictures = found.flatMap((one) => (one.kind === "picture" ? [Buffer.from(one.bytes)] : []));
    expect([pictures[0]?.equals(cutting), pictures[1]?.equals(whole)]).toEqual([true, true]);
  }
  // One that never ends is given up.
  const endless = alertStream();
  endless.take(event("ANPR"));
  for (let i = 0; i < 40; i += 1) endless.take(i === 0 ? whole.subarray(0, 30_000) : Buffer.alloc(50_000, 0x5a));
  expect(endless.take(event("ANPR")).map(({ kind }) => kind)).toEqual(["plate"]);
});

test.each(rows)("P 06.cameras: %s", (_what, said, is) => expect(said).toMatchObject(is));
test("P 06.cameras: variants of firmware", (context) => {
  expect(rows.length).toBeGreaterThan(20);
  counted(context, { variants: rows.length });
});
