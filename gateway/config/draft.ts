// A site file out of the answers of the first run: what was not answered stands as it usually does, and what is wrong is said by the file's own check, at the question that it is about.
import { stringify } from "yaml";
import type { Complaint } from "./complaint.ts";
import { parseSiteConfig } from "./read.ts";

/** Lines as the register bench knows them; the site file says the same with a name and a time to cut within. */
export interface DraftLine {
  readonly kind: "serial" | "rtu-tcp" | "tcp";
  readonly [key: string]: string | number;
}

export interface Draft {
  readonly site?: string | undefined;
  readonly gateway?: string | undefined;
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly cloud?: { readonly page: string; readonly broker: string } | null | undefined;
  readonly line?: DraftLine | null | undefined;
  /** Of its tariff the file only says where it will lie. */
  readonly lot?: { readonly name: string; readonly capacity: number } | null | undefined;
  readonly lanes?: readonly DraftLane[] | undefined;
  readonly device?: { readonly profile: string; readonly unit: number; readonly name: string; readonly limits: string } | null | undefined;
}

/** A lane as the first run asks for it: its camera, its arm, the way it leads. */
export interface DraftLane {
  readonly name: string;
  readonly direction: "entry" | "exit";
  readonly protocol: string;
  readonly serialno: string;
  readonly address: string;
  readonly profile: string;
  readonly host: string;
  readonly port: number;
  readonly unit: number;
}

export const draftFiles = {
  token: "./booth.token",
  password: "./uplink.password",
  identity: "./identity.json",
  tariff: "./tariff.yaml",
} as const;
const usualPort = 7310;
/** Nobody is there: the gateway works, and says that it has no cloud. */
const noBroker = "mqtt://127.0.0.1:1";

/** A read older than this opens nothing: as the reference has it, and to be read before it is written. */
const freshFor_s = 30;

function parkingOf({ lot, lanes = [] }: Draft): { lots: object[]; lanes: object[] } {
  if (lot === undefined || lot === null) return { lots: [], lanes: [] };
  return {
    lots: [{ id: "main", name: lot.name, capacity: lot.capacity, tariff: draftFiles.tariff }],
    lanes: lanes.map(({ name, direction, protocol, serialno, address, ...barrier }, at) => ({
      ...{ id: `lane-${at + 1}`, name, direction, lot: "main" },
      camera: {
        ...{ id: `cam-${at + 1}`, protocol, serialno },
        ...(address === "" ? {} : { address }),
        ...{ clock: "both", max_age_s: freshFor_s },
      },
      barrier,
    })),
  };
}

/** Everything as it would stand in the file. `isStation`: whether a device model charges. */
function configOf(draft: Draft, isStation: (profile: string) => boolean): object {
  const { site = "site-1", gateway = "gw-1", name = "新站点", host = "127.0.0.1", port = usualPort, cloud, line, device } = draft;
  const on = line === undefined || line === null ? [] : [{ id: "line-1", ...line, cutoff_ms: 1_000 }];
  const of = device === undefined || device === null || on.length === 0 ? undefined : device;
  const placed = of === undefined ? undefined : { name: of.name, line: "line-1", unit: of.unit, profile: of.profile };
  const charges = placed !== undefined && isStation(placed.profile);
  return {
    ...{ site, gateway, name, data: "./gateway", http: { host, port }, booth: { token_file: draftFiles.token } },
    uplink: {
      ...{ broker: cloud?.broker ?? noBroker, username: gateway, password_file: draftFiles.password },
      ...(cloud === undefined || cloud === null ? {} : { identity: { file: draftFiles.identity, cloud: cloud.page } }),
      keepalive_s: 10,
    },
    ...parkingOf(draft),
    ...{ limits: charges ? [{ id: "e-bike", file: of?.limits ?? "e-bike-4a" }] : [], lines: on },
    stations: charges ? [{ id: "station-1", ...placed, limits: "e-bike" }] : [],
    ...(placed === undefined || charges ? {} : { devices: [{ id: "device-1", ...placed }] }),
  };
}

const head = `# 首次设置写成；可以手工修改，改完检查：cuobian config check
# written by the first run; edit it as you like, then check it: cuobian config check
`;

export const draftText = (draft: Draft, isStation: (profile: string) => boolean): string =>
  `${head}${stringify(configOf(draft, isStation))}`;

/** Which question of the page a place of the file belongs to. */
const places: readonly (readonly [RegExp, field: string])[] = [
  // Of the third lane: "2.serialno".
  [/^lanes\[(\d+)\](?:\.camera|\.barrier)?\.(\w+).*$/, "$1.$2"],
  [/^lanes.*$/, "lanes"],
  [/^lots\[0\]\.name$/, "lotName"],
  [/^lots\[0\]\.capacity$/, "capacity"],
  [/^lots.*$/, "lot"],
  [/^site$/, "site"],
  [/^(gateway|uplink\.username)$/, "gateway"],
  [/^name$/, "name"],
  [/^http\.host/, "host"],
  [/^http\.port/, "port"],
  [/^uplink\.identity/, "page"],
  [/^uplink/, "broker"],
  [/\.unit$/, "unit"],
  [/\.profile$/, "profile"],
  [/\.limits$|^limits/, "limits"],
  [/^(stations|devices)/, "device"],
  [/^lines/, "line"],
];

const withoutFile = (complaint: Complaint): { field: string; zh: string; en: string; example?: string } => {
  const { path, zh, en, example } = complaint;
  const found = places.find(([pattern]) => pattern.test(path));
  const field = found === undefined ? path : found[1].startsWith("$") ? path.replace(found[0], found[1]) : found[1];
  return { field, zh, en, ...(example === undefined ? {} : { example }) };
};

/** What the file's own check says of the draft, by question. */
export function draftComplaints(draft: Draft, path: string, isStation: (profile: string) => boolean) {
  const read = parseSiteConfig(draftText(draft, isStation), path);
  return read.kind === "complaints" ? read.complaints.map(withoutFile) : [];
}
