// The site file, declared once: this schema gives the type, the check, the complaints, the editor's help and the reference page.
// Nothing that concerns safety or money has a default: such a key must be written.
import Type, { type Static } from "typebox";
import { Booth } from "./booth-schema.ts";
import { Camera } from "./camera-schema.ts";
import { Charging } from "./charging-schema.ts";
import { EnergyMeter } from "./energy-schema.ts";
import { Facility } from "./facility-schema.ts";
import { Fire } from "./fire-schema.ts";
import { Opener } from "./opener-schema.ts";
import { PaymentAccounts } from "./pay-schema.ts";
import { PileHost } from "./pile-schema.ts";
import { id, profile, said, strict, text, whole } from "./schema-words.ts";
import type { Shape } from "./shape.ts";
import { Device, Shed, Transformer } from "./shed-schema.ts";
import { Texts } from "./texts-schema.ts";

const host = () =>
  Type.String({ ...said("主机", "host name or address", "127.0.0.1"), minLength: 1, maxLength: 253, pattern: "^[A-Za-z0-9.:_-]+$" });
const port = (example: number) => whole(said("端口", "TCP port", example), 1, 65_535);

export const Barrier = strict("道闸控制板", "barrier board (Modbus TCP)", {
  profile: profile("barriers/loop-board"),
  host: host(),
  port: port(502),
  unit: whole(said("从站地址", "Modbus unit", 1), 1, 247),
});

export const Lane = strict("车道", "a lane: one camera, one arm, one direction", {
  id: id("车道编号", "lane id", "east-in"),
  name: text("名称", "name that people read", "东门入口"),
  direction: Type.Enum(["entry", "exit"], said("方向", "entry or exit", "entry")),
  lot: id("停车场编号", "lot that this lane leads into or out of", "main"),
  camera: Camera,
  barrier: Barrier,
  opener: Type.Optional(Opener),
});

export const Lot = strict("停车场", "a lot: its visits share one tariff", {
  id: id("停车场编号", "lot id", "main"),
  name: text("名称", "name that people read", "地面停车场"),
  capacity: whole(said("车位数", "places", 120), 1, 100_000),
  tariff: text("计费文件", "tariff file, relative to this file; a missing tariff is a refusal, never a price of 0", "./tariff.yaml", 400),
  within: Type.Optional(
    id("所属外场", "lot around this one: its cars have come through that lot's lanes first, and take no place there meanwhile", "ground"),
  ),
  linger_h: Type.Optional(
    whole(
      said(
        "久停提醒（小时）",
        "a visit that is older, with nothing that proves the car gone, is told to a person once; 720 if not written",
        720,
      ),
      12,
      8760,
    ),
  ),
  when_full: Type.Optional(
    Type.Enum(["everyone", "pass-holders"], said("满位放行", "who is let in when as many cars are inside as there are places", "everyone")),
  ),
});

export const Limits = strict("保护限值", "limits for the sockets of a station: a document of their own, with version and provenance", {
  id: id("限值编号", "what stations of this file call them", "e-bike"),
  file: text("限值文件", "name of a ready one (e-bike-4a, e-bike-10a), or a path relative to this file (./limits.yaml)", "e-bike-4a", 400),
});

const lineId = () => id("线路编号", "line id", "line-1");
const cutoff = () =>
  whole(
    said("断电时限（毫秒）", "from the reading that completes the decision to the OFF frame, ms; checked against the line", 1000),
    100,
    5000,
  );

const baud = (zh: string, en: string) => Type.Enum([1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200], said(zh, en, 19_200));
/** What RTU lines of either kind may say of their devices and their adapter. */
const rtu = () => ({
  late_ms: Type.Optional(
    whole(
      said(
        "迟到上限（毫秒）",
        "how late an answer may be beyond its time-out; the line is quiet for so long after a failure; 200 if not written",
        200,
      ),
      20,
      2000,
    ),
  ),
  echo: Type.Optional(
    Type.Boolean(said("自听", "the adapter hears what it sends itself; if not written it is found out with the first read", false)),
  ),
});

export const SerialLine = strict("串行线路", "RS-485 line", {
  id: lineId(),
  kind: Type.Literal("serial"),
  path: text("串口", "device; prefer /dev/serial/by-id", "/dev/serial/by-id/usb-FTDI_USB-RS485", 300),
  baud: baud("波特率", "bits per second"),
  parity: Type.Enum(["none", "even", "odd"], said("校验", "parity", "none")),
  stop_bits: Type.Enum([1, 2], said("停止位", "stop bits", 1)),
  ...rtu(),
  cutoff_ms: cutoff(),
});
export const RtuTcpLine = strict("串口服务器线路", "RS-485 line behind a serial device server (RTU frames over TCP, transparent mode)", {
  id: lineId(),
  kind: Type.Literal("rtu-tcp"),
  host: host(),
  port: port(4001),
  baud: baud("服务器串口的波特率", "bits per second on the server's RS-485 side; its parity and stop bits are set there"),
  network_ms: Type.Optional(
    whole(
      said("网络与打包时间（毫秒）", "what server and network add to a question and its answer together; 40 if not written", 40),
      0,
      500,
    ),
  ),
  ...rtu(),
  cutoff_ms: cutoff(),
});
export const TcpLine = strict("网络线路", "Modbus TCP line", {
  id: lineId(),
  kind: Type.Literal("tcp"),
  host: host(),
  port: port(502),
  cutoff_ms: cutoff(),
});

const channel = () => whole(said("第几路", "channel, from 1, as printed on the device", 1), 1, 64);
/** One socket of a station that is put together: a relay of some board, and a meter of its own. */
const BuiltSocket = strict("插座", "one relay and the meter behind it", {
  relay: strict("继电器", "relay that feeds the socket", { device: id("设备编号", "relay board", "relays-1"), channel: channel() }),
  meter: strict("电表", "meter of this socket alone", {
    device: id("设备编号", "meter", "meter-1"),
    channel: Type.Optional(channel()),
  }),
});

const stationStart = () => ({
  id: id("充电站编号", "station id", "station-1"),
  name: text("名称", "name that people read", "1号充电棚A"),
  line: id("线路编号", "line that it hangs on", "line-1"),
});
const stationEnd = () => ({
  limits: id("限值编号", "limits for its sockets", "e-bike"),
  labels: Type.Optional(
    Type.Array(
      text("标签", "label", "37", 40),
      said("插座标签", "what is printed beside each socket, in their order; a new board keeps them", ["37", "38"]),
    ),
  ),
});

/** One measured value of a socket; what is not written stays as usual. */
const pointRule = (zh: string, en: string, deadband: number) =>
  Type.Optional(
    strict(zh, en, {
      deadband: Type.Optional(
        whole(said("死区", `a smaller change is noise; in the value's own unit, ${deadband} if not written`, deadband), 0, 1_000_000_000),
      ),
      interval_ms: Type.Optional(
        whole(said("间隔（毫秒）", "never more often; telemetry.interval_ms if not written", 2000), 1000, 3_600_000),
      ),
      quiet_ms: Type.Optional(
        whole(
          said("静默（毫秒）", "said again after this without a change; 5000 if not written, and never below the interval", 5000),
          1000,
          3_600_000,
        ),
      ),
    }),
  );

export const BoardStation = strict("充电站", "charging station: one device on a line", {
  ...stationStart(),
  unit: whole(said("从站地址", "Modbus unit, once per line", 1), 1, 247),
  profile: profile("stations/ten-socket"),
  ...stationEnd(),
});
export const BuiltStation = strict(
  "组装的充电站",
  "charging station put together from relay boards and meters, which stand under `devices`",
  {
    ...stationStart(),
    sockets: Type.Array(BuiltSocket, said("插座", "each socket's relay and meter, on the station's line, in the order of their numbers")),
    ...stationEnd(),
  },
);

export const SiteConfig = Type.Object(
  {
    site: id("站点编号", "compound, as the cloud knows it", "jinxiu"),
    gateway: id("网关编号", "this gateway", "gw-1"),
    name: text("名称", "name that people read", "锦绣花园"),
    data: text("数据目录", "folder for journal, spool and link socket; relative to this file", "./gateway", 400),
    http: strict("本地网页与接口", "cameras push here; booth terminal, /healthz, /metrics", {
      host: host(),
      port: whole(said("端口", "TCP port; 0 takes a free one", 7310), 0, 65_535),
    }),
    booth: Booth,
    uplink: strict("上云", "connection to the cloud's broker", {
      broker: Type.String({
        ...said("消息服务器", "mqtt:// or mqtts:// address", "mqtts://cloud.example:8883"),
        pattern: "^mqtts?://[^/\\s]+$",
      }),
      username: id("用户名", "user at the broker: the gateway's id", "gw-1"),
      password_file: text("口令文件", "file with the password, readable by the gateway only", "./uplink.password", 400),
      identity: Type.Optional(
        strict("证书身份", "a certificate of the cloud instead of the password: `cuobian gateway enrol` makes it", {
          file: text("身份文件", "key and certificate, readable by the gateway only", "./identity.json", 400),
          cloud: Type.String({
            ...said("云端地址", "the cloud's page, where the next certificate is asked for", "https://cloud.example"),
            pattern: "^https?://[^/\\s]+$",
          }),
        }),
      ),
      keepalive_s: whole(said("保活（秒）", "a silent link is noticed after one and a half of these", 10), 5, 120),
    }),
    payments: Type.Optional(PaymentAccounts),
    camera_broker: Type.Optional(
      strict("相机消息服务器", "MQTT broker on the site's own network that cameras speak through", {
        broker: Type.String({ ...said("地址", "mqtt:// or mqtts:// address", "mqtt://192.168.1.10:1883"), pattern: "^mqtts?://[^/\\s]+$" }),
        username: Type.Optional(text("用户名", "user at that broker", "gateway", 64)),
        password_file: Type.Optional(
          text("口令文件", "file with the password, readable by the gateway only", "./camera-broker.password", 400),
        ),
      }),
    ),
    texts: Type.Optional(Texts),
    time_server: Type.Optional(
      strict("授时", "SNTP for the cameras' network: set them to ask here", {
        host: Type.String({
          ...said("地址", "this gateway's own address on that network", "192.168.1.10"),
          pattern: "^[0-9A-Fa-f.:]{2,45}$",
        }),
        port: whole(said("端口", "UDP port; cameras ask at 123, which needs CAP_NET_BIND_SERVICE; 0 takes a free one", 123), 0, 65_535),
      }),
    ),
    commands: Type.Optional(
      strict("远程指令", "commands of the cloud; not written: the gateway takes none", {
        key_file: text("云端公钥文件", "the cloud's public key for commands (PEM, Ed25519)", "./cloud-commands.pem", 400),
      }),
    ),
    telemetry: Type.Optional(
      strict("遥测", "readings kept for the cloud; never part of a decision", {
        interval_ms: Type.Optional(
          whole(said("采样间隔（毫秒）", "at most one point a socket in this time; 2000 if not written", 2000), 1000, 600_000),
        ),
        limit_MB: Type.Optional(
          whole(
            said(
              "上限（MB）",
              "size of the waiting file; half full, its older readings are thinned, full, the oldest go; either way a gap record says so; 256 if not written",
              256,
            ),
            1,
            16_384,
          ),
        ),
        thin_to_s: Type.Optional(
          whole(
            said("稀疏到（秒）", "what is left of readings that are thinned: one point a value in this time; 60 if not written", 60),
            1,
            3600,
          ),
        ),
        points: Type.Optional(
          strict("测点", "how each value of a socket is thinned where it is measured", {
            voltage_mV: pointRule("电压", "voltage", 2000),
            current_mA: pointRule("电流", "current", 20),
            power_mW: pointRule("功率", "power", 3000),
            temperature_mC: pointRule("温度", "temperature", 500),
            energy_mWh: pointRule("电量", "energy", 1),
            relay_closed: pointRule("继电器", "relay: 1 closed, 0 open", 1),
            plugged: pointRule("插入", "plugged: 1 or 0", 1),
          }),
        ),
      }),
    ),
    storage: Type.Optional(
      strict("存储", "what is kept on this gateway's disk until the cloud has it; urgent events and money are never dropped", {
        reserve_MB: Type.Optional(
          whole(said("预留（MB）", "put aside for safety and money on a full disk; 16 if not written", 16), 1, 1024),
        ),
        state_events: Type.Optional(
          whole(
            said(
              "状态事件上限",
              "waiting events of class state (passages, openings …); beyond it the oldest go, with a gap record; 1000000 if not written",
              1_000_000,
            ),
            1000,
            100_000_000,
          ),
        ),
      }),
    ),
    watchdog: Type.Optional(
      strict("硬件看门狗", "fed by the safety process's real progress; systemd (RuntimeWatchdogSec) must not hold the same device", {
        path: text("设备", "watchdog device", "/dev/watchdog0", 200),
        timeout_s: whole(said("时限（秒）", "the machine restarts after so long without progress", 60), 10, 600),
        even_without_driver: Type.Optional(
          Type.Boolean(said("没有驱动也用", "also when no watchdog driver stands behind the path; false if not written", false)),
        ),
      }),
    ),
    lots: Type.Array(Lot, said("停车场", "lots")),
    lanes: Type.Array(Lane, said("车道", "lanes")),
    limits: Type.Array(Limits, said("保护限值", "limits that stations refer to")),
    lines: Type.Array(Type.Union([SerialLine, RtuTcpLine, TcpLine]), said("线路", "lines to charging stations")),
    stations: Type.Array(Type.Union([BoardStation, BuiltStation]), said("充电站", "charging stations")),
    devices: Type.Optional(Type.Array(Device, said("棚内设备", "boards and meters on the lines"))),
    sheds: Type.Optional(Type.Array(Shed, said("充电棚", "sheds: protection above the single socket"))),
    pile_hosts: Type.Optional(Type.Array(PileHost, said("桩主机", "piles that do not speak Modbus, and call the gateway"))),
    energy_meters: Type.Optional(Type.Array(EnergyMeter, said("总电表", "DL/T 645 meters above groups of sockets"))),
    fire: Type.Optional(Fire),
    facilities: Type.Optional(Type.Array(Facility, said("设施", "water supply, power room and the like"))),
    charging: Type.Optional(Charging),
    transformers: Type.Optional(Type.Array(Transformer, said("变压器", "transformers that sheds share"))),
  },
  { ...said("厝边站点配置", "Cuobian site file"), additionalProperties: false },
);

/** The same as plain JSON Schema: for editors, for the check in words and for the reference page. */
export const siteConfigSchema: Shape = JSON.parse(JSON.stringify(SiteConfig));

/** What is written in the file, checked. Paths are still relative to it; `SiteFile` (read.ts) says where that is. */
export type SiteConfig = Static<typeof SiteConfig>;
export type LaneConfig = Static<typeof Lane>;
export type LotConfig = Static<typeof Lot>;
export type LimitsConfig = Static<typeof Limits>;
export type LineConfig = Static<typeof SerialLine> | Static<typeof RtuTcpLine> | Static<typeof TcpLine>;
export type BoardStationConfig = Static<typeof BoardStation>;
export type BuiltStationConfig = Static<typeof BuiltStation>;
export type StationConfig = BoardStationConfig | BuiltStationConfig;
export type BuiltSocketConfig = Static<typeof BuiltSocket>;
