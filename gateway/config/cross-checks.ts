// Parts of the site file held against each other: names that must exist, names and addresses that must not repeat, and each line's timing budget.
import type { Profile } from "#protocols/modbus/profile.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { checkCameras } from "./camera-checks.ts";
import type { Path } from "./complaint.ts";
import { checkContacts, readBeside } from "./contact-checks.ts";
import { checkEnergy } from "./energy-checks.ts";
import { checkFacilities } from "./facility-checks.ts";
import { checkFire } from "./fire-checks.ts";
import { checkLots } from "./lot-checks.ts";
import { checkPiles } from "./pile-checks.ts";
import { loadProfile } from "./profiles.ts";
import type { SiteConfig } from "./schema.ts";
import { checkSheds, type ShedParts } from "./shed-checks.ts";
import { type AboveParts, aboveLoads } from "./shed-loads.ts";
import { checkStations } from "./station-checks.ts";
import { socketCount, stationLoads } from "./stations.ts";
import { budgetComplaint, plannedLine } from "./timing.ts";
import type { Complain } from "./yaml-file.ts";

const lists = [
  "lots",
  "lanes",
  "limits",
  "lines",
  "stations",
  "devices",
  "sheds",
  "transformers",
  "pile_hosts",
  "energy_meters",
  "facilities",
] as const;
type List = (typeof lists)[number];

/** What of a site file may be held against each other: the items without a complaint of their own, each with its place in its list. */
export type Sound = { readonly [L in List]: readonly (readonly [number, NonNullable<SiteConfig[L]>[number]])[] } & {
  /** undefined: not written, or with a fault of its own. */
  readonly fire: SiteConfig["fire"];
  /** The keys that the file itself has. */
  readonly names: readonly string[];
  /** Every id that is written, even of an item with another fault: a reference to it is right. */
  readonly ids: { readonly [L in List]: readonly string[] };
};

export function soundParts(value: unknown, faulty: (path: string) => boolean): Sound {
  const parts: Record<string, unknown> = {};
  const ids: Record<string, string[]> = {};
  for (const list of lists) {
    const items = (value as Partial<Record<List, unknown>> | null)?.[list];
    const entries = Array.isArray(items) ? [...items.entries()] : [];
    parts[list] = entries.filter(([index]) => !faulty(`${list}[${index}]`));
    ids[list] = entries.map(([, item]) => (item as { id?: unknown } | null)?.id).filter((id) => typeof id === "string");
  }
  const { fire } = (value ?? {}) as { fire?: unknown };
  parts.fire = faulty("fire") ? undefined : fire;
  return { ...parts, ids, names: Object.keys(value ?? {}) } as unknown as Sound;
}

interface Named {
  readonly path: Path;
  readonly key: string;
}

function unique(what: { zh: string; en: string }, items: readonly Named[], complain: Complain): void {
  const seen = new Map<string, Path>();
  for (const { key, path } of items) {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, path);
    else complain(path, { zh: `${what.zh}重复：${key}`, en: `${what.en} twice: ${key}` });
  }
}

function known(what: { zh: string; en: string }, item: Named, names: readonly string[], complain: Complain): void {
  if (names.includes(item.key)) return;
  const meant = nearest(item.key, names);
  const list = names.length === 0 ? "—" : names.join(", ");
  complain(item.path, {
    zh: `没有这个${what.zh}：${item.key}；${meant === undefined ? `已有 ${list}` : `是否想写“${meant}”？`}`,
    en: `no such ${what.en}: ${item.key}; ${meant === undefined ? `there are ${list}` : `did you mean "${meant}"?`}`,
  });
}

/** Gives the profiles that were found, by name. */
export function crossCheck(config: Sound, complain: Complain): Map<string, Profile> {
  checkNames(config, complain);
  checkCameras(config, complain);
  checkLots(config, complain);
  checkAddresses(config, complain);
  const profiles = checkProfiles(config, complain);
  checkLabels(config, profiles, complain);
  checkStations({ ...config, profiles }, complain);
  checkSheds(shedParts(config, profiles), complain);
  checkPiles(config, complain);
  checkEnergy({ energy_meters: config.energy_meters, stations: shedParts(config, profiles).stations }, complain);
  checkBudgets(config, profiles, complain);
  checkFire(config.fire, config.ids.sheds, complain);
  checkContacts(config.fire, { devices: config.devices, profiles }, complain);
  const { devices = [], detectors = [], contacts = [] } = config.fire ?? {};
  const fireIds = [...devices, ...detectors, ...contacts].map(({ id }) => id);
  checkFacilities({ ...config, profiles, fireIds }, complain);
  return profiles;
}

function checkNames(config: Sound, complain: Complain): void {
  for (const list of lists)
    unique(
      { zh: "编号", en: "id" },
      config[list].map(([index, item]) => ({ key: item.id, path: [list, index, "id"] })),
      complain,
    );
  unique(
    { zh: "相机编号", en: "camera id" },
    config.lanes.map(([i, lane]) => ({ key: lane.camera.id, path: ["lanes", i, "camera", "id"] })),
    complain,
  );
  unique(
    { zh: "相机序列号", en: "camera serial number" },
    config.lanes.map(([i, lane]) => ({ key: lane.camera.serialno, path: ["lanes", i, "camera", "serialno"] })),
    complain,
  );
  for (const [i, { within }] of config.lots)
    if (within !== undefined) known({ zh: "停车场", en: "lot" }, { key: within, path: ["lots", i, "within"] }, config.ids.lots, complain);
  for (const [i, lane] of config.lanes)
    known({ zh: "停车场", en: "lot" }, { key: lane.lot, path: ["lanes", i, "lot"] }, config.ids.lots, complain);
  for (const [i, station] of config.stations) {
    known({ zh: "线路", en: "line" }, { key: station.line, path: ["stations", i, "line"] }, config.ids.lines, complain);
    known({ zh: "限值", en: "limits" }, { key: station.limits, path: ["stations", i, "limits"] }, config.ids.limits, complain);
  }
  for (const [i, device] of config.devices)
    known({ zh: "线路", en: "line" }, { key: device.line, path: ["devices", i, "line"] }, config.ids.lines, complain);
  // A fact names one of these by its id alone.
  for (const [list, others, zh, en] of [
    ["devices", "stations", "设备与充电站同名", "a device is called like a station"],
    ["transformers", "sheds", "变压器与充电棚同名", "a transformer is called like a shed"],
  ] as const)
    for (const [i, { id }] of config[list])
      if (config.ids[others].includes(id)) complain([list, i, "id"], { zh: `${zh}：${id}`, en: `${en}: ${id}` });
}

/** A label is one place of the compound: as many as the board has sockets, and none twice. */
function checkLabels(config: Sound, profiles: ReadonlyMap<string, Profile>, complain: Complain): void {
  unique(
    { zh: "插座标签", en: "socket label" },
    config.stations.flatMap(([i, { labels = [] }]) => labels.map((key, n) => ({ key, path: ["stations", i, "labels", n] }))),
    complain,
  );
  for (const [i, station] of config.stations) {
    const { id, labels } = station;
    const count = socketCount(station, profiles);
    const what = "profile" in station ? station.profile : id;
    if (labels !== undefined && count !== undefined && labels.length !== count)
      complain(["stations", i, "labels"], {
        zh: `${what} 有 ${count} 个插座，写了 ${labels.length} 个标签`,
        en: `${what} has ${count} sockets, and there are ${labels.length} labels`,
      });
  }
}

function checkAddresses(config: Sound, complain: Complain): void {
  unique(
    { zh: "同一线路上的从站地址", en: "unit on one line" },
    (["stations", "devices"] as const).flatMap((list) =>
      config[list].flatMap(([i, one]) => ("unit" in one ? [{ key: `${one.line} unit ${one.unit}`, path: [list, i, "unit"] }] : [])),
    ),
    complain,
  );
  unique(
    { zh: "道闸控制板", en: "barrier board" },
    config.lanes.map(([i, { barrier }]) => ({
      key: `${barrier.host}:${barrier.port} unit ${barrier.unit}`,
      path: ["lanes", i, "barrier", "unit"],
    })),
    complain,
  );
  unique(
    { zh: "线路", en: "line" },
    config.lines.map(([i, line]) => ({
      key: line.kind === "serial" ? line.path : `${line.host}:${line.port}`,
      path: ["lines", i, line.kind === "serial" ? "path" : "port"],
    })),
    complain,
  );
}

function checkProfiles(config: Sound, complain: Complain): Map<string, Profile> {
  const found = new Map<string, Profile>();
  const check = (name: string, kind: Profile["kind"], path: Path): void => {
    const profile = found.get(name) ?? loadProfile(name);
    const wrong = profile.kind === "no-profile" ? profile : unfit(profile, kind);
    if (wrong !== undefined) complain(path, wrong);
    else if (profile.kind !== "no-profile") found.set(name, profile);
  };
  for (const [i, lane] of config.lanes) check(lane.barrier.profile, "barrier", ["lanes", i, "barrier", "profile"]);
  for (const [i, station] of config.stations) if ("profile" in station) check(station.profile, "station", ["stations", i, "profile"]);
  for (const [i, { profile: name }] of config.devices) {
    const profile = found.get(name) ?? loadProfile(name);
    if (profile.kind === "no-profile") complain(["devices", i, "profile"], profile);
    else found.set(name, profile);
  }
  return found;
}

/** A shed with a fault of its own is not held against the rest; one whose station has one still is. */
function shedParts(config: Sound, profiles: ReadonlyMap<string, Profile>): ShedParts {
  const counts = new Map(config.stations.map(([, station]) => [station.id, socketCount(station, profiles)]));
  for (const id of config.ids.stations) if (!counts.has(id)) counts.set(id, undefined);
  return { ...config, stations: counts, profiles };
}

function aboveParts(config: Sound, profiles: ReadonlyMap<string, Profile>): AboveParts {
  const whole = <Item>(list: readonly (readonly [number, Item])[]): Item[] => list.map(([, item]) => item);
  return {
    devices: whole(config.devices),
    sheds: whole(config.sheds),
    transformers: whole(config.transformers),
    facilities: readBeside(whole(config.facilities), config.fire),
    profiles,
  };
}

/** Why a profile that exists cannot serve here. */
function unfit({ id, kind, switching, sockets, pulses }: Profile, wanted: Profile["kind"]): { zh: string; en: string } | undefined {
  if (kind === "relay" && wanted === "station")
    return {
      zh: `${id} 是继电器板，没有电表：写进 devices，再在充电站里用 sockets: 写明每个插座的继电器与电表`,
      en: `${id} is a relay board without meters: write it under devices, and say under the station's sockets: which relay and which meter each one is`,
    };
  if (kind !== wanted) return { zh: `${id} 是 ${kind}，此处应为 ${wanted}`, en: `${id} is a ${kind}; a ${wanted} belongs here` };
  if (kind === "station" && (switching === undefined || sockets === undefined))
    return { zh: `${id} 没有继电器（switching）或插座（sockets）`, en: `${id} has no switching or no sockets: it cannot be protected` };
  if (kind === "barrier" && pulses?.open === undefined)
    return { zh: `${id} 没有开闸脉冲（pulses.open）`, en: `${id} has no pulse named open` };
  return undefined;
}

function checkBudgets(config: Sound, profiles: ReadonlyMap<string, Profile>, complain: Complain): void {
  for (const [i, line] of config.lines) {
    const here = config.stations.flatMap(([, station]) => (station.line === line.id ? [station] : []));
    const above = aboveParts(config, profiles);
    const planned = plannedLine(line, [], [...stationLoads(here, above), ...aboveLoads(line.id, above)]);
    const complaint = planned.loads.length === 0 ? undefined : budgetComplaint(planned);
    if (complaint !== undefined) complain(["lines", i, "cutoff_ms"], complaint);
  }
}
