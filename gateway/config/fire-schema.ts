// Fire panels as the site file declares them: transmission devices that connect here, what of them lies in which zone and shed, and the city's centre that hears on.
import Type, { type Static } from "typebox";
import { id, said, strict, text, whole } from "./schema-words.ts";

const host = (zh: string, en: string, example: string) =>
  Type.String({ ...said(zh, en, example), minLength: 1, maxLength: 253, pattern: "^[A-Za-z0-9.:_-]+$" });
const address = (zh: string, en: string) => Type.String({ ...said(zh, en, "010203040506"), pattern: "^[0-9A-F]{12}$" });
const vendor = Type.Enum(
  ["standard", "field"],
  said("厂家偏差", "standard: GB/T 26875.3 as written; field: also what devices in the field do otherwise", "standard"),
);

const Place = strict("点位归属", "where a part of the panel lies", {
  point: Type.String({
    ...said("点位", "type of the system, its address, the component's address; or the beginning of it", "1.42.17"),
    pattern: "^[0-9]{1,3}(\\.[0-9]{1,10}){0,2}$",
  }),
  zone: Type.Optional(id("区域编号", "zone, for maintenance windows", "zone-1")),
  shed: Type.Optional(id("充电棚编号", "shed whose sockets a fire there opens", "shed-1")),
});

export const FirePanel = strict("用户信息传输装置", "a user information transmission device (GB/T 26875.3) that connects to us", {
  id: id("装置编号", "device id", "panel-1"),
  name: text("名称", "name that people read", "1号楼消控室"),
  address: Type.Optional(address("源地址", "its source address, 12 hex digits, high byte first; may be left out by one device alone")),
  profile: vendor,
  silent_s: whole(said("失联判定（秒）", "silent for so long: an event", 120), 10, 86_400),
  zone: Type.Optional(id("区域编号", "zone of what no place names", "zone-1")),
  shed: Type.Optional(id("充电棚编号", "shed whose sockets a fire opens, of what no place names", "shed-1")),
  places: Type.Optional(Type.Array(Place, said("点位归属", "zones and sheds of parts of the panel; the longest match counts"))),
  set_clock: Type.Optional(Type.Boolean(said("校时", "its clock is set when it connects; true if not written", true))),
});

export const Detector = strict("独立烟感", "a smoke detector that reports by itself (NB-IoT, or through a bridge), over HTTP", {
  id: id("探测器编号", "detector id; no device has the same", "smoke-3-1"),
  name: text("名称", "name that people read", "3栋1单元烟感"),
  imei: Type.String({ ...said("IMEI", "how it names itself", "860000000000001"), pattern: "^[0-9A-Za-z]{6,32}$" }),
  zone: Type.Optional(id("区域编号", "zone, for maintenance windows", "building-3")),
  shed: Type.Optional(id("充电棚编号", "shed whose sockets its alarm opens", "shed-1")),
  silent_h: whole(said("失联判定（小时）", "not heard for so long: an event; its heartbeat comes more often than this", 26), 1, 720),
});

const name = (zh: string, en: string, example: string) => Type.String({ ...said(zh, en, example), pattern: "^[a-z][A-Za-z0-9_]{0,63}$" });

export const FireContact = strict(
  "消防干接点",
  "a dry contact of a fire panel or another fire device, on an input board; one that opens a shed belongs to that shed's `inputs`",
  {
    id: id("触点编号", "contact id; no fire device has the same", "panel-3-fire"),
    name: text("名称", "name that people read", "3号楼主机火警输出"),
    says: Type.Enum(["fire", "fault", "supervised", "power"], said("含义", "what it means when it is active", "fire")),
    device: id("设备编号", "input board under `devices`", "io-1"),
    point: name("点名", "point of the board's profile", "input_closed"),
    channel: Type.Optional(whole(said("第几路", "channel, from 1", 3), 1, 64)),
    bit: Type.Optional(name("标志位", "bit of the point, where it is a register", "panel_fire")),
    active: Type.Enum(
      [0, 1],
      said("报警电平", "the level that is meant; 0 for a loop that is closed at rest, so that a broken wire is an alarm too", 0),
    ),
    zone: Type.Optional(id("区域编号", "zone, for maintenance windows", "building-3")),
    delay_s: whole(said("延时（秒）", "so long without a break, before it counts; in both directions", 0), 0, 600),
    blind_s: whole(said("失明时限（秒）", 'not read for so long: an event, and never "well"', 30), 5, 3600),
  },
);

export const CityCentre = strict("城市消防远程监控中心", "the city's centre that everything is forwarded to (GB/T 26875.3)", {
  host: host("地址", "host", "centre.example.cn"),
  port: whole(said("端口", "port", 5000), 1, 65_535),
  transport: Type.Optional(Type.Enum(["tcp", "udp"], said("传输", "tcp if not written", "tcp"))),
  own_address: address("本机地址", "our source address there"),
  centre_address: address("中心地址", "its address"),
  profile: vendor,
});

export const Fire = strict("消防", "fire panels", {
  listen: Type.Optional(
    strict("监听地址", "where transmission devices connect", {
      host: host("地址", "address of this gateway", "192.168.1.10"),
      port: whole(said("端口", "port; 0 takes a free one", 5026), 0, 65_535),
      udp: Type.Optional(Type.Boolean(said("也收 UDP", "also by UDP, at the same port number; false if not written", true))),
    }),
  ),
  devices: Type.Array(FirePanel, said("传输装置", "devices")),
  centre: Type.Optional(CityCentre),
  contacts: Type.Optional(Type.Array(FireContact, said("消防干接点", "dry contacts that are no shed's"))),
  detectors: Type.Optional(Type.Array(Detector, said("独立烟感", "smoke detectors that report over HTTP, to /fire/detectors"))),
  detectors_form: Type.Optional(
    Type.Enum(
      ["platform", "types", "plain"],
      said(
        "上报格式",
        "platform: operators' IoT platforms (imei, status 01 02 10 11 …); types: alarmType 1 2 3 4 9; plain: ours (imei, says); plain if not written",
        "platform",
      ),
    ),
  ),
  detectors_token_file: Type.Optional(
    text(
      "上报口令文件",
      "file with the token that reports bear (Authorization: Bearer …), 16 characters or more",
      "./detectors.token",
      400,
    ),
  ),
});

export type FireContactConfig = Static<typeof FireContact>;
export type FireDetector = Static<typeof Detector>;
export type FireDevice = Static<typeof FirePanel>;
export type FireConfig = Static<typeof Fire>;
