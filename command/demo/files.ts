// The demonstration compound's files: two configurations and their secrets, in a folder that only this user can read.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface DemoPorts {
  readonly cloud: number;
  readonly mqtt: number;
  readonly gateway: number;
  /** Of the simulators' control, which takes the demonstration's notifications too; not written: nobody is told anything. */
  readonly control?: number;
}

export interface SimulatorReady {
  readonly control: string;
  readonly serial: string;
  readonly stations_tcp: { readonly host: string; readonly port: number };
  readonly barriers: { readonly host: string; readonly port: number; readonly units: Readonly<Record<string, number>> };
  readonly sandbox?: string;
}

export interface DemoFiles {
  readonly folder: string;
  readonly cloudConfig: string;
  readonly siteConfig: string;
  readonly boothToken: string;
  readonly observerPassword: string;
  readonly sandboxSecret: string;
  readonly inboxSecret: string;
}

/** The vendor document's camera, at a lane without simulated traffic: for people with curl. */
export const vendorSerial = "fe71e106-57263272";
export const cameraSerials = { "east-in": "7c1f04aa-00000001", "east-out": "7c1f04aa-00000002", "west-in": vendorSerial } as const;

function secret(folder: string, name: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  return path;
}

export function layOut(folder: string): DemoFiles {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  secret(folder, "uplink.password");
  return {
    folder,
    cloudConfig: join(folder, "cloud.yaml"),
    siteConfig: join(folder, "site.yaml"),
    boothToken: secret(folder, "booth.token"),
    observerPassword: secret(folder, "observer.password"),
    sandboxSecret: secret(folder, "sandbox.secret"),
    inboxSecret: secret(folder, "inbox.secret"),
  };
}

const people = [
  { id: "booth", name: "门岗甲", role: "booth", organisation: "锦绣物业（演示）", area: "jinxiu" },
  { id: "property", name: "物业经理乙", role: "property-manager", organisation: "锦绣物业（演示）", area: "jinxiu" },
  { id: "grid", name: "网格员丙", role: "grid-worker", organisation: "锦绣社区（演示）", area: "jinxiu-community" },
  { id: "street", name: "街道专干丁", role: "street-officer", organisation: "青阳街道（演示）", area: "qingyang" },
  { id: "bureau", name: "住建专员戊", role: "bureau-officer", organisation: "市住建局（演示）", area: "city" },
  { id: "owners", name: "业委会己", role: "owners-committee", organisation: "锦绣花园业主委员会（演示）", area: "jinxiu" },
  { id: "community", name: "社区专干庚", role: "community-officer", organisation: "锦绣社区（演示）", area: "jinxiu-community" },
  { id: "assessor", name: "考评员辛", role: "assessment-team", organisation: "第三方考评（演示）", area: "city" },
  { id: "cuihu-property", name: "物业经理壬", role: "property-manager", organisation: "翠湖物业（演示）", area: "cuihu" },
  { id: "yunding-property", name: "物业经理癸", role: "property-manager", organisation: "云顶物业（演示）", area: "yunding" },
  // Two posts of one person: he chooses as whom he acts, and is never the second person of his own order.
  {
    ...{ id: "deputy", name: "值班长子", role: "booth", organisation: "锦绣物业（演示）", area: "jinxiu" },
    posts: [{ role: "property-manager", organisation: "锦绣物业（演示）", area: "jinxiu" }],
  },
  { id: "installer", name: "安装员丑", role: "installer", organisation: "集成商（演示）", area: "jinxiu" },
  { id: "operator", name: "运营寅", role: "operating-company", organisation: "停充运营（演示）", area: "jinxiu" },
  { id: "admin", name: "管理员卯", role: "administrator", organisation: "运维（演示）", area: "all" },
];

/** Notifications of the demonstration go to a receiver among its simulators, signed as a real one's would be. */
function channelsOf(files: DemoFiles, control: number): object[] {
  writeFileSync(join(files.folder, "inbox.url"), `http://127.0.0.1:${control}/inbox\n`, { mode: 0o600 });
  return [
    {
      ...{ id: "inbox", name: "演示收件箱", kind: "webhook", up_to: 4, recovery: true, hourly: 600, inside: true },
      ...{ url_file: "./inbox.url", secret_file: "./inbox.secret" },
    },
  ];
}

export function writeCloudConfig(files: DemoFiles, ports: DemoPorts): void {
  const config = {
    name: "厝边云（演示）",
    data: "./cloud",
    demonstration: true,
    http: { host: "127.0.0.1", port: ports.cloud, public_url: `http://127.0.0.1:${ports.cloud}` },
    broker: { kind: "embedded", host: "127.0.0.1", port: ports.mqtt },
    gateways: [{ site: "jinxiu", gateway: "gw-1", password_file: "./uplink.password" }],
    observers: [{ username: "observer", password_file: "./observer.password" }],
    areas: [
      { id: "city", name: "市住建局（演示）", kind: "city" },
      { id: "qingyang", name: "青阳街道（演示）", kind: "street", above: "city" },
      { id: "jinxiu-community", name: "锦绣社区（演示）", kind: "community", above: "qingyang" },
      { id: "rongyin", name: "榕荫街道（演示）", kind: "street", above: "city" },
      { id: "hubin-community", name: "湖滨社区（演示）", kind: "community", above: "rongyin" },
    ],
    sites: [
      { id: "jinxiu", name: "锦绣花园（演示）", compound_code: "JXHY", area: "jinxiu-community" },
      { id: "cuihu", name: "翠湖雅苑（演示）", compound_code: "CHYY", area: "hubin-community" },
      { id: "yunding", name: "云顶新村（演示）", compound_code: "YDXC", area: "hubin-community" },
    ],
    store: { kind: "sqlite" },
    telemetry: { kind: "sqlite" },
    ...(ports.control === undefined ? {} : { notify: channelsOf(files, ports.control) }),
    people,
  };
  writeFileSync(files.cloudConfig, `# 演示数据 / demonstration data\n${stringify(config)}`, { mode: 0o600 });
}

const sockets = (numbers: readonly number[]): string[] => [1, 2].flatMap((station) => numbers.map((n) => `station-${station}/${n}`));

/** What the simulators have above their two stations: contacts and a contactor's relay on one board, a meter on the feeder, three phases. */
const above = {
  devices: [
    { id: "io-1", name: "输入输出板", line: "line-1", unit: 11, profile: "relays/waveshare-8-in-8" },
    { id: "meter-1", name: "进线电表", line: "line-1", unit: 21, profile: "meters/power-room" },
  ],
  sheds: [
    {
      id: "shed-1",
      name: "电动车棚",
      stations: ["station-1", "station-2"],
      blind_ms: 10_000,
      inputs: [
        { id: "smoke-1", name: "烟感", kind: "smoke", device: "io-1", point: "input_closed", channel: 1, active: 0 },
        { id: "heat-1", name: "温感", kind: "heat", device: "io-1", point: "input_closed", channel: 2, active: 0 },
        { id: "panel-1", name: "消防主机", kind: "panel", device: "io-1", point: "input_closed", channel: 3, active: 0 },
      ],
      contactor: {
        device: "io-1",
        relay: 1,
        held_by: "flash",
        feedback: { device: "io-1", point: "input_closed", channel: 4, active: 1 },
      },
      supply: {
        phases: [
          { phase: "L1", breaker_mA: 40_000, sockets: sockets([1, 2, 3, 4]) },
          { phase: "L2", breaker_mA: 40_000, sockets: sockets([5, 6, 7]) },
          { phase: "L3", breaker_mA: 40_000, sockets: sockets([8, 9, 10]) },
        ],
        power_mW: 16_000_000,
      },
      groups: [
        { id: "bay-a", name: "A 区", sockets: ["station-1"], breaker_mA: 50_000, priority: 6 },
        { id: "bay-b", name: "B 区", sockets: ["station-2"], breaker_mA: 50_000, priority: 4 },
      ],
      meter: {
        device: "meter-1",
        ...{ power: "power_mW", current_l1: "current_l1_mA", current_l2: "current_l2_mA", current_l3: "current_l3_mA" },
        ...{ residual: "residual_current_mA", residual_alarm_mA: 300 },
      },
      provenance: "演示数据：三相 40 A 断路器，分区支路 50 A",
    },
  ],
};

/** A pump house and the power room, on a line of their own; and a contact of the fire panel that is no shed's. */
const beside = {
  devices: [
    { id: "pumps-1", name: "泵房控制器", line: "line-2", unit: 31, profile: "pumps/secondary-supply" },
    { id: "power-1", name: "配电房仪表", line: "line-2", unit: 21, profile: "meters/power-room" },
  ],
  facilities: [
    {
      ...{
        id: "pump-house",
        name: "1号生活泵房（演示）",
        kind: "water",
        device: "pumps-1",
        zone: "pump-house",
        responsible: "物业工程部（演示）",
        blind_s: 60,
      },
      points: [
        { id: "tank", name: "水箱液位", kind: "level", point: "tank_level_mm", low: 800, high: 2500, hysteresis: 100, delay_s: 10 },
        { id: "outlet", name: "出水压力", kind: "pressure", point: "outlet_pressure_Pa", low: 300_000, hysteresis: 20_000, delay_s: 5 },
        { id: "pump-1", name: "1号泵故障", kind: "pump-fault", point: "state", channel: 1, bit: "fault", active: 1, delay_s: 5 },
        { id: "flood", name: "泵房进水", kind: "flood", point: "alarms", bit: "room_flooded", active: 1, delay_s: 0 },
      ],
    },
    {
      ...{
        id: "power-room",
        name: "配电房（演示）",
        kind: "power",
        device: "power-1",
        zone: "power-room",
        responsible: "物业电工班（演示）",
        blind_s: 60,
      },
      points: [
        { id: "l1", name: "A 相电流", kind: "current", point: "current_l1_mA", high: 60_000, hysteresis: 3_000, delay_s: 30 },
        { id: "l2", name: "B 相电流", kind: "current", point: "current_l2_mA", high: 60_000, hysteresis: 3_000, delay_s: 30 },
        {
          id: "transformer",
          name: "变压器温度",
          kind: "temperature",
          point: "transformer_temperature_mC",
          high: 95_000,
          hysteresis: 5_000,
          delay_s: 30,
        },
        { id: "door", name: "配电房门", kind: "door-open", point: "inputs", bit: "door_open", active: 1, delay_s: 60 },
        { id: "water", name: "配电房进水", kind: "flood", point: "inputs", bit: "water", active: 1, delay_s: 0 },
      ],
    },
  ],
  fire: {
    devices: [],
    contacts: [
      {
        ...{
          id: "panel-fault",
          name: "消防主机故障输出（演示）",
          says: "fault",
          device: "io-1",
          point: "input_closed",
          channel: 5,
          active: 1,
        },
        ...{ zone: "control-room", delay_s: 5, blind_s: 30 },
      },
    ],
  },
};

/** Payments of the demonstration: by phone to the sandbox, or at the booth under a code that hangs there. */
function paymentsOf(sandbox: string, gateway: number): object {
  const here = `http://127.0.0.1:${gateway}`;
  return {
    sandbox: { base: sandbox, secret_file: "./sandbox.secret", notify_url: `${here}/pay/notify/sandbox` },
    static_code: { name: "锦绣花园业主委员会（演示）", text: "https://qr.example/demonstration" },
    page: { address: here, telephone: "0595-00000000" },
  };
}

export interface SiteSurroundings {
  readonly gateway: number;
  readonly broker: string;
  /** Default: the one made beside the configuration. */
  readonly passwordFile?: string;
  readonly simulator: SimulatorReady;
}

export function writeSiteConfig(files: DemoFiles, surroundings: SiteSurroundings): void {
  const { simulator, broker, passwordFile = "./uplink.password" } = surroundings;
  const lane = (id: keyof typeof cameraSerials, name: string, direction: string) => ({
    id,
    name,
    direction,
    lot: "main",
    camera: { id: `cam-${id}`, protocol: "vzenith-http", serialno: cameraSerials[id], clock: "both", max_age_s: 30 },
    barrier: {
      profile: "barriers/direction-board",
      host: simulator.barriers.host,
      port: simulator.barriers.port,
      unit: simulator.barriers.units[id],
    },
  });
  const station = (number: number) => ({
    id: `station-${number}`,
    name: `${number}号充电棚`,
    line: "line-1",
    unit: number,
    profile: "stations/ten-socket",
    limits: "e-bike",
  });
  const config = {
    site: "jinxiu",
    gateway: "gw-1",
    name: "锦绣花园（演示）",
    data: "./gateway",
    http: { host: "127.0.0.1", port: surroundings.gateway },
    booth: { token_file: "./booth.token" },
    uplink: { broker, username: "gw-1", password_file: passwordFile, keepalive_s: 10 },
    // Made by the cloud at its first start.
    commands: { key_file: "./cloud/commands.pub.pem" },
    ...(simulator.sandbox === undefined ? {} : { payments: paymentsOf(simulator.sandbox, surroundings.gateway) }),
    lots: [{ id: "main", name: "地面停车场", capacity: 120, tariff: join(root, "tariffs", "demonstration.yaml") }],
    lanes: [lane("east-in", "东门入口", "entry"), lane("east-out", "东门出口", "exit"), lane("west-in", "西门入口", "entry")],
    limits: [{ id: "e-bike", file: "e-bike-4a" }],
    lines: [
      { id: "line-1", kind: "serial", path: simulator.serial, baud: 19_200, parity: "none", stop_bits: 1, cutoff_ms: 1000 },
      { id: "line-2", kind: "tcp", ...simulator.stations_tcp, cutoff_ms: 2000 },
    ],
    stations: [station(1), station(2)],
    ...above,
    ...beside,
    devices: [...above.devices, ...beside.devices],
  };
  writeFileSync(files.siteConfig, `# 演示数据 / demonstration data\n${stringify(config)}`, { mode: 0o600 });
}
