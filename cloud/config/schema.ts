// The cloud's file, declared once: this schema gives the type, the check and the words of the complaints. What concerns access has no default: such a key must be written.
import Type, { type Static } from "typebox";
import { areaKinds } from "#cloud/identity/tree.ts";
import { roles } from "#protocols/api/views.ts";
import { DetectorSource } from "./detector-schema.ts";
import { EscalationLevel, NotifyChannel } from "./notify-schema.ts";
import { file, id, said, strict, text } from "./schema-words.ts";
import type { Shape } from "./shape.ts";

const listener = (zh: string, en: string, port: number) => ({
  host: Type.String({ ...said(zh, en, "127.0.0.1"), minLength: 1, maxLength: 253, pattern: "^[A-Za-z0-9.:_-]+$" }),
  port: Type.Integer({ ...said("端口", "TCP port; 0 takes a free one", port), minimum: 0, maximum: 65_535 }),
});

/** Scheme, host, perhaps a port; no name or password, path, query or end of a host that a browser would read otherwise. */
const publicUrlPattern = "^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$";

export const EmbeddedBroker = strict("内置消息服务器", "the cloud's own broker, for one machine", {
  kind: Type.Literal("embedded"),
  ...listener("监听地址", "address that gateways connect to", 7320),
  tls: Type.Optional(
    strict("证书接入", "a second listener over TLS, for gateways with a certificate of the cloud alone (enrolment)", {
      port: Type.Integer({ ...said("端口", "TCP port; 0 takes a free one", 8883), minimum: 0, maximum: 65_535 }),
      names: Type.Array(
        Type.String({ ...said("名称", "host name or IPv4 address that gateways call", "mqtt.example"), pattern: "^[A-Za-z0-9.-]{1,253}$" }),
        { ...said("名称", "names in the broker's certificate", ["mqtt.example"]), minItems: 1 },
      ),
    }),
  ),
});
// No name or password in an address: it would stand in logs.
export const ExternalBroker = strict("外部消息服务器", "a broker such as Mosquitto, which keeps its own accounts", {
  kind: Type.Literal("external"),
  url: Type.String({ ...said("地址", "mqtt:// or mqtts:// address", "mqtts://mqtt.example:8883"), pattern: "^mqtts?://[^/@\\s]+$" }),
  username: text("用户名", "the cloud's own user there; it reads and writes cuobian/v1/#", "ingest", 64),
  password_file: file("口令文件", "file with its password", "./ingest.password"),
  share: Type.Optional(
    Type.String({
      ...said(
        "共享订阅组",
        "name of a shared subscription ($share): several cloud processes with the same name on one PostgreSQL divide the gateways' messages among them. The broker must have it: Mosquitto 2, EMQX",
        "ingest",
      ),
      pattern: "^[a-z0-9-]{1,20}$",
    }),
  ),
});

export const Gateway = strict("网关", "a gateway that may speak, and for which site", {
  site: id("站点编号", "one of the sites of this file", "jinxiu"),
  gateway: id("网关编号", "the gateway's id, its user name at the broker too", "gw-1"),
  password_file: file("口令文件", "file with its password", "./uplink.password"),
});
export const Observer = strict("只读消息账号", "a user who may listen to cuobian/v1/# and say nothing", {
  username: id("用户名", "user name at the broker", "observer"),
  password_file: file("口令文件", "file with its password", "./observer.password"),
});
export const Site = strict("站点", "a compound", {
  id: id("站点编号", "the compound, as its gateways know it", "jinxiu"),
  name: text("名称", "name that people read", "锦绣花园"),
  compound_code: Type.String({
    ...said("小区代码", "begins the number of every hazard: <code>-<yyyymmdd>-<n>", "JXHY"),
    pattern: "^[A-Z0-9]{2,16}$",
  }),
  area: Type.Optional(id("所属社区", "the community, street or city it lies in: one of `areas`", "jinxiu-community")),
});
export const Area = strict("辖区", "a part of the tree city bureau → town or street → community, above the compounds", {
  id: id("辖区编号", "its id; no site has the same", "qingyang"),
  name: text("名称", "name that people read", "青阳街道"),
  kind: Type.Enum([...areaKinds], said("层级", "city, street (a town too) or community", "street")),
  above: Type.Optional(id("上级辖区", "the area above it", "jinjiang")),
});
const area = (zh: string, en: string) => id(zh, en, "jinxiu");
export const Post = strict("岗位", "one more post of this person", {
  role: Type.Enum([...roles], said("角色", "what this post may do", "owners-committee")),
  organisation: text("单位", "organisation", "锦绣花园业委会"),
  area: area("管辖范围", "a site, an area with everything below it, or all"),
});

export const SqliteStore = strict("内置数据库", "SQLite in the data folder", { kind: Type.Literal("sqlite") });
export const PostgresStore = strict("PostgreSQL", "a PostgreSQL database", {
  kind: Type.Literal("postgres"),
  url_file: file("连接地址文件", "file with postgres://user:password@host/database", "./postgres.url"),
});
const days = (zh: string, en: string, example: number) =>
  Type.Optional(Type.Integer({ ...said(zh, en, example), minimum: 1, maximum: 36_500 }));
export const SqliteTelemetry = strict("内置遥测库", "SQLite in the data folder", {
  kind: Type.Literal("sqlite"),
  raw_days: days("原始数据保留天数", "days that every reading is kept, then its minutes; 30 if not written", 30),
  minute_days: days("分钟数据保留天数", "days that minutes are kept, then hours, which stay; 730 if not written", 730),
});
export const InfluxTelemetry = strict("InfluxDB", "InfluxDB 1.x, 2.x, 3.x, or VictoriaMetrics: what takes line protocol on /api/v2/write", {
  kind: Type.Literal("influx"),
  reads: Type.Enum(
    ["influxql", "victoria-metrics"],
    said("查询方式", "how it is read: InfluxQL on /query, or VictoriaMetrics' export", "influxql"),
  ),
  queue_MB: Type.Optional(
    Type.Integer({
      ...said("队列上限（MB）", "what waits here while the engine is down; when full, gateways keep their data. 4096 if not written", 4096),
      minimum: 16,
      maximum: 1_000_000,
    }),
  ),
  url: Type.String({ ...said("地址", "http:// or https:// address", "http://influxdb:8086"), pattern: "^https?://[^@\\s]+$" }),
  bucket: text("存储桶", "bucket", "telemetry"),
  org: text("组织", "organisation", "cuobian"),
  token_file: file("令牌文件", "file with a token that may read and write the bucket", "./influx.token"),
});

export const Person = strict("人员", "a person who may sign in", {
  id: id("人员编号", "name to sign in with", "property"),
  name: text("姓名", "name that others read", "物业经理乙", 60),
  role: Type.Enum([...roles], said("角色", "what this person may do", "property-manager")),
  organisation: text("单位", "organisation", "锦绣物业"),
  area: area("管辖范围", "the compounds this person sees: a site, an area with everything below it, or all"),
  posts: Type.Optional(Type.Array(Post, said("其他岗位", "further posts: the person chooses at sign-in as whom to act"))),
  password_hash: Type.Optional(
    Type.String({
      ...said("口令散列", "made by `cuobian cloud user`; without it only demonstration sign-in or a password set later"),
      maxLength: 300,
      pattern: "^\\$scrypt\\$ln=\\d{1,2},r=\\d{1,2},p=\\d{1,2}\\$[A-Za-z0-9+/=]+\\$[A-Za-z0-9+/=]+$",
    }),
  ),
});

const Video = strict("视频链接", "a link to a camera's own page, shown beside alarms; nothing of it is fetched or kept", {
  site: id("站点编号", "site", "jinxiu"),
  name: text("名称", "name that people read", "1号棚球机", 40),
  url: Type.String({
    ...said("网址", "of the recorder's page; it asks for its own sign-in", "https://nvr.example.cn/live/3"),
    pattern: "^https?://[^\\s/@]+(/\\S*)?$",
    maxLength: 300,
  }),
  sources: Type.Optional(
    Type.Array(text("看得到", "an alarm's source, or the beginning of it", "shed-1", 100), {
      ...said("看得到", "what it looks at; the whole compound if not written", ["shed-1", "panel-1/1.1"]),
      maxItems: 40,
    }),
  ),
});

export const CloudConfigFile = Type.Object(
  {
    name: text("名称", "name that people read", "厝边云"),
    data: text("数据目录", "folder for what the cloud keeps; relative to this file", "./cloud", 400),
    http: strict("网页与接口", "page and API", {
      ...listener("监听地址", "address that browsers connect to", 7300),
      tls: Type.Optional(
        Type.Enum(
          ["in-front"],
          said(
            "TLS",
            "a proxy ends TLS in front of this address: the cookie is __Host- and Secure, and browsers are told to stay with HTTPS",
            "in-front",
          ),
        ),
      ),
      certificate: Type.Optional(
        strict(
          "自带 HTTPS",
          "the cloud itself speaks HTTPS (TLS 1.2 or newer) at this address; files that are renewed are read again within a minute. Not beside tls: in-front",
          {
            cert_file: text("证书文件", "certificate with those between it and the root, PEM", "./web.cert.pem", 400),
            key_file: file("私钥文件", "its private key, PEM", "./web.key.pem"),
          },
        ),
      ),
      public_url: Type.Optional(
        Type.String({
          ...said(
            "公开网址",
            "the address by which residents reach these pages, without a path: printed as a code on the poster. Not written: the poster says so, and prints none",
            "https://cuobian.example.cn",
          ),
          pattern: publicUrlPattern,
          maxLength: 200,
        }),
      ),
    }),
    broker: Type.Union([EmbeddedBroker, ExternalBroker], said("消息服务器", "MQTT broker")),
    gateways: Type.Array(Gateway, said("网关", "gateways that may speak")),
    observers: Type.Optional(Type.Array(Observer, said("只读消息账号", "read-only MQTT users of the embedded broker"))),
    areas: Type.Optional(Type.Array(Area, said("辖区", "city, streets and communities above the compounds"))),
    sites: Type.Array(Site, said("站点", "compounds")),
    store: Type.Union([SqliteStore, PostgresStore], said("数据库", "relational store")),
    telemetry: Type.Union([SqliteTelemetry, InfluxTelemetry], said("遥测库", "telemetry store")),
    command_key_file: Type.Optional(
      file(
        "指令签名密钥文件",
        "private key (PEM, Ed25519) that signs commands; one for all processes that share a fleet. Not written: made in the data folder",
        "./commands.key.pem",
      ),
    ),
    audit_anchor_file: Type.Optional(
      text(
        "审计锚点文件",
        "where the end of the audit log is written down once a day, best on another machine's disk; audit-anchors.jsonl in the data folder if not written",
        "/mnt/elsewhere/anchors.jsonl",
        400,
      ),
    ),
    retention: Type.Optional(
      strict("保存期限", "how long personal data is kept; without it plates, cards and pictures stay", {
        plate_days: Type.Integer({
          ...said("车牌与卡号保存天数", "days after a stay is over; then a keyed hash stands in the plate's place, and bills stay", 180),
          minimum: 1,
          maximum: 3_650,
        }),
        picture_days: Type.Optional(
          Type.Integer({
            ...said(
              "照片保存天数",
              "days after its hazard was closed; then the picture leaves and its hash stays in the hazard's chain. Not written: pictures stay",
              365,
            ),
            minimum: 1,
            maximum: 3_650,
          }),
        ),
      }),
    ),
    notify: Type.Optional(Type.Array(NotifyChannel, said("通知通道", "where alarms are told"))),
    escalation: Type.Optional(
      Type.Array(
        EscalationLevel,
        said(
          "升级规则",
          "who is told when nobody acknowledges, by priority and minutes; a priority that is not named keeps the usual levels",
        ),
      ),
    ),
    detectors: Type.Optional(Type.Array(DetectorSource, said("烟感平台", "platforms that report smoke detectors to the cloud itself"))),
    video: Type.Optional(Type.Array(Video, said("视频链接", "links to cameras"))),
    people: Type.Array(Person, said("人员", "people")),
    demonstration: Type.Boolean(said("演示模式", "people sign in by picking a role, without a password: never on a public address", false)),
    web: Type.Optional(text("网页目录", "folder of a built page, relative to this file; the cloud's own if not written", "./page", 400)),
  },
  { ...said("厝边云端配置", "Cuobian cloud file"), additionalProperties: false },
);

/** The same as plain JSON Schema: for the check in words, for editors and for the reference page. */
export const cloudConfigSchema: Shape = JSON.parse(JSON.stringify(CloudConfigFile));

/** Checked; every path in it is absolute. */
export type CloudConfig = Static<typeof CloudConfigFile>;
export type GatewayAccount = Static<typeof Gateway>;
export type PersonConfig = Static<typeof Person>;
export type VideoConfig = Static<typeof Video>;
