// Everything that our programs listen on, declared: who, where it is set, and in which file it is opened. What listens and does not stand here is a fault (listeners.test.ts
// reads the sources, listeners.process.test.ts measures running programs).
export interface At {
  readonly proto: "tcp" | "udp";
  readonly host: string;
  /** 0: one that the system chooses. */
  readonly port: number;
}

export interface Listener {
  readonly who: "gateway" | "cloud";
  readonly zh: string;
  readonly en: string;
  /** As the configuration names it. */
  readonly setting: string;
  readonly proto: "tcp" | "udp" | "unix";
  readonly usual: string;
  /** Where it is opened. */
  readonly source: string;
  /** Where a configuration says so. */
  readonly at: (config: Config) => readonly At[];
}

/** A checked file as it was parsed. */
export type Config = Readonly<Record<string, unknown>>;

const part = (value: unknown, key: string): unknown => (typeof value === "object" && value !== null ? (value as Config)[key] : undefined);
const addressIn = (value: unknown, proto: "tcp" | "udp", host = part(value, "host")): At[] => {
  const port = part(value, "port");
  return typeof host === "string" && typeof port === "number" ? [{ proto, host, port }] : [];
};
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const embedded = ({ broker }: Config): unknown => (part(broker, "kind") === "embedded" ? broker : undefined);

export const listeners: readonly Listener[] = [
  {
    ...{ who: "gateway", setting: "http", proto: "tcp", usual: "127.0.0.1:7310" },
    ...{ zh: "现场网页、岗亭与手机页面、相机推送", en: "the on-site page, the booth's and phones' pages, pushes of cameras" },
    source: "gateway/console/door.ts",
    at: ({ http }) => addressIn(http, "tcp"),
  },
  {
    ...{ who: "gateway", setting: "http", proto: "tcp", usual: "127.0.0.1:7310" },
    ...{ zh: "安全模式页面（站点文件有误时，代替上一项）", en: "safe mode: in that one's place while the site file is broken" },
    source: "gateway/console/safe-mode.ts",
    at: () => [],
  },
  {
    ...{ who: "gateway", setting: "--first-run", proto: "tcp", usual: "127.0.0.1:7310" },
    ...{
      zh: "首次设置页面（还没有站点文件且指定 --first-run 时，代替前一项；须设置码）",
      en: "the first run: in that one's place while there is no site file and it was asked for; takes a code",
    },
    source: "gateway/console/setup/server.ts",
    at: () => [],
  },
  {
    ...{ who: "gateway", setting: "pile_hosts[]", proto: "tcp", usual: "8600" },
    ...{ zh: "会自行联网的充电桩与充电板（DNY、dc589）", en: "piles and boards that call (DNY, dc589)" },
    source: "gateway/drivers/piles/listener.ts",
    at: ({ pile_hosts }) => listIn(pile_hosts).flatMap((one) => addressIn(one, "tcp")),
  },
  {
    ...{ who: "gateway", setting: "fire.listen", proto: "tcp", usual: "5026" },
    ...{ zh: "用户信息传输装置（GB/T 26875.3）", en: "transmission devices of fire panels (GB/T 26875.3)" },
    source: "gateway/fire/way.ts",
    at: ({ fire }) => addressIn(part(fire, "listen"), "tcp"),
  },
  {
    ...{ who: "gateway", setting: "fire.listen.udp", proto: "udp", usual: "5026" },
    ...{ zh: "同上，UDP", en: "the same by UDP" },
    source: "gateway/fire/way.ts",
    at: ({ fire }) => (part(part(fire, "listen"), "udp") === true ? addressIn(part(fire, "listen"), "udp") : []),
  },
  {
    ...{ who: "gateway", setting: "time_server", proto: "udp", usual: "123" },
    ...{ zh: "相机对时（SNTP）", en: "the time for cameras (SNTP)" },
    source: "gateway/world/datagrams.ts",
    at: ({ time_server }) => addressIn(time_server, "udp"),
  },
  {
    ...{ who: "gateway", setting: "—", proto: "udp", usual: "0" },
    ...{
      zh: "查找相机：三秒，端口由系统选，只在有人点了“查找相机”之后；只收应答，不答任何人",
      en: "looking for cameras: three seconds at ports that the system chooses, only after somebody asked for it; it hears answers and answers nobody",
    },
    source: "gateway/world/casts.ts",
    at: () => [],
  },
  {
    ...{ who: "gateway", setting: "data", proto: "unix", usual: "<data>/safety.sock (0600)" },
    ...{ zh: "两个进程之间", en: "between its two processes" },
    source: "gateway/link/server.ts",
    at: () => [],
  },
  {
    ...{ who: "gateway", setting: "data", proto: "unix", usual: "<data>/safety.sock (0600)" },
    ...{ zh: "调试命令占用线路时（代替上一项）", en: "while a commissioning command holds the lines (in that one's place)" },
    source: "gateway/link/holder.ts",
    at: () => [],
  },
  {
    ...{ who: "cloud", setting: "http", proto: "tcp", usual: "127.0.0.1:7300" },
    ...{ zh: "网页与接口", en: "page and API" },
    source: "cloud/service.ts",
    at: ({ http }) => addressIn(http, "tcp"),
  },
  {
    ...{ who: "cloud", setting: "broker", proto: "tcp", usual: "127.0.0.1:7320" },
    ...{ zh: "内置消息服务器（口令）", en: "the embedded broker (passwords)" },
    source: "cloud/broker/broker.ts",
    at: (config) => addressIn(embedded(config), "tcp"),
  },
  {
    ...{ who: "cloud", setting: "broker.tls", proto: "tcp", usual: "8883" },
    ...{ zh: "内置消息服务器（证书，TLS）", en: "the embedded broker (certificates, TLS)" },
    source: "cloud/broker/broker.ts",
    at: (config) => addressIn(part(embedded(config), "tls"), "tcp", part(embedded(config), "host")),
  },
];

export const declaredBy = (who: Listener["who"], config: Config): At[] =>
  listeners.filter((one) => one.who === who).flatMap(({ at }) => at(config));

export interface Judged {
  readonly undeclared: readonly At[];
  /** Declared, and nobody listens. */
  readonly missing: readonly At[];
}

/** One listener for each declaration; what is left on either side is named. */
export function judge(declared: readonly At[], measured: readonly At[]): Judged {
  const open = [...measured];
  // A port that is written is looked for before one that the system chose.
  const missing = [...declared]
    .sort((a, b) => b.port - a.port)
    .filter(({ proto, host, port }) => {
      const at = open.findIndex((one) => one.proto === proto && one.host === host && (port === 0 || one.port === port));
      if (at >= 0) open.splice(at, 1);
      return at < 0;
    });
  return { undeclared: open, missing };
}

/** Places in a source at which a port or a socket is opened for others; calls of functions' own `bind` and of rings in memory are none. */
export function opensIn(code: string): number {
  const calls = code.match(/\b[\w.]+\.(listen|bind)\(/g) ?? [];
  return calls.filter((call) => /^(\w+\.)*(server|secure|socket)\.(listen|bind)\($/.test(call)).length;
}
