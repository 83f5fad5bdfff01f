// The site file of the parking half of a site in a test: two lanes, and the words in which a test wants it otherwise.
import { stringify } from "yaml";

export const serials = { in: "cam-serial-in", out: "cam-serial-out" } as const;
export type LaneName = keyof typeof serials;

export interface SiteWords {
  readonly camera: Readonly<Record<string, string | number>>;
  readonly commandKey: boolean;
  readonly lot: Readonly<Record<string, string | number>>;
  readonly lots: readonly object[] | undefined;
  readonly exit: Readonly<Record<string, unknown>> | undefined;
  readonly top: Readonly<Record<string, unknown>> | undefined;
  readonly payments: object | undefined;
  readonly broker: string | undefined;
}

export function siteText(port: number, { camera, commandKey, lot, lots, exit, top, payments, broker }: SiteWords): string {
  const lane = (id: LaneName, unit: number, direction: string) => ({
    id,
    name: id,
    direction,
    lot: "main",
    camera: {
      id: `cam-${id}`,
      protocol: "vzenith-http",
      serialno: serials[id],
      clock: "both",
      max_age_s: 30,
      ...(id === "in" ? camera : {}),
    },
    barrier: { profile: "barriers/loop-board", host: "127.0.0.1", port, unit },
  });
  return stringify({
    site: "jinxiu",
    gateway: "gw-1",
    name: "测试",
    data: "./gateway",
    http: { host: "127.0.0.1", port: 0 },
    booth: { token_file: "./booth.token" },
    uplink: { broker: "mqtt://127.0.0.1:9", username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 },
    ...(payments === undefined ? {} : { payments }),
    ...(broker === undefined ? {} : { camera_broker: { broker } }),
    ...(commandKey ? { commands: { key_file: "./cloud.pem" } } : {}),
    ...top,
    lots: lots ?? [{ id: "main", name: "地面", capacity: 120, tariff: "./tariff.yaml", ...lot }],
    lanes: [lane("in", 1, "entry"), { ...lane("out", 2, "exit"), ...exit }],
    limits: [],
    lines: [],
    stations: [],
  });
}
