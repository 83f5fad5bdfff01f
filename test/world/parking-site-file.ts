// The site file of the parking half of a site in a test: two lanes, or four where a lot lies in the other, and the words in which a test wants it otherwise.
import { stringify } from "yaml";

export const serials = {
  in: "cam-serial-in",
  out: "cam-serial-out",
  "inner-in": "cam-serial-inner-in",
  "inner-out": "cam-serial-inner-out",
} as const;
export type LaneName = keyof typeof serials;
/** Each lane's board, by its Modbus unit. */
export const units: Readonly<Record<LaneName, number>> = { in: 1, out: 2, "inner-in": 3, "inner-out": 4 };

export interface SiteWords {
  readonly camera: Readonly<Record<string, unknown>>;
  readonly commandKey: boolean;
  readonly lot: Readonly<Record<string, string | number>>;
  readonly lots: readonly object[] | undefined;
  readonly exit: Readonly<Record<string, unknown>> | undefined;
  readonly top: Readonly<Record<string, unknown>> | undefined;
  readonly payments: object | undefined;
  readonly broker: string | undefined;
  /** A lot that lies in the first one, with lanes of its own. */
  readonly inner: boolean;
  /** The boards' profile. */
  readonly board: string;
}

export function siteText(port: number, { camera, commandKey, lot, lots, exit, top, payments, broker, inner, board }: SiteWords): string {
  const lane = (id: LaneName, direction: string, of = "main") => ({
    id,
    name: id,
    direction,
    lot: of,
    camera: {
      id: `cam-${id}`,
      protocol: "vzenith-http",
      serialno: serials[id],
      clock: "both",
      max_age_s: 30,
      ...(id === "in" ? camera : {}),
    },
    barrier: { profile: board, host: "127.0.0.1", port, unit: units[id] },
  });
  const innerLot = { id: "inner", name: "内场", capacity: 20, tariff: "./inner.yaml", within: "main" };
  const main = lots ?? [{ id: "main", name: "地面", capacity: 120, tariff: "./tariff.yaml", ...lot }];
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
    lots: [...main, ...(inner ? [innerLot] : [])],
    lanes: [
      lane("in", "entry"),
      { ...lane("out", "exit"), ...exit },
      ...(inner ? [lane("inner-in", "entry", "inner"), lane("inner-out", "exit", "inner")] : []),
    ],
    limits: [],
    lines: [],
    stations: [],
  });
}
