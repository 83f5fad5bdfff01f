// Views as the cloud would send them, one of each kind, for the tests of the pure parts.
import type { AlarmView, Counts, EventView, GatewayView, HazardView, LaneView, Overview, SocketView } from "#protocols/api/views.ts";

const of = { site: "jinxiu", gateway: "gw-1" } as const;
export const at = (second: number): string => `2026-11-25T12:00:${String(second).padStart(2, "0")}.000+08:00`;

export const gateway = (given: Partial<GatewayView> = {}): GatewayView => ({
  ...of,
  state: "online",
  since: at(0),
  last_event: at(0),
  behind: 0,
  gaps: 0,
  ...given,
});

export const lane = (given: Partial<LaneView> = {}): LaneView => ({
  ...of,
  id: "east-in",
  name: "东门入口",
  direction: "entry",
  last: null,
  passages: 0,
  openings: 0,
  ...given,
});

export const socket = (number: number, given: Partial<SocketView> = {}): SocketView => ({
  ...of,
  id: `station-1/${number}`,
  station: "station-1",
  number,
  state: "idle",
  session: null,
  since: null,
  voltage_mV: 230_000,
  current_mA: 0,
  power_mW: 0,
  temperature_mC: 25_000,
  energy_mWh: null,
  test_limit_mA: null,
  quality: "good",
  seen: at(0),
  trip: null,
  cause: null,
  ...given,
});

export const alarm = (id: string, given: Partial<AlarmView> = {}): AlarmView => ({
  ...of,
  id,
  rule: "weld",
  priority: 1,
  source: "station-1/3",
  zh: "继电器粘连",
  en: "Relay welded",
  action_zh: "断开上级空开",
  action_en: "Open the breaker above",
  cause_zh: "读不到",
  cause_en: "unread",
  consequence_zh: "停用",
  consequence_en: "out of use",
  respond_within_min: 15,
  held: null,
  chattering: false,
  test: false,
  escalated: 0,
  state: "active-unacknowledged",
  count: 1,
  first: at(0),
  last: at(0),
  acknowledged_by: null,
  acknowledged_at: null,
  cleared_at: null,
  events: [],
  ...given,
});

export const event = (seq: number, given: Partial<EventView> = {}): EventView => ({
  ...of,
  key: `gw-1/0123456789abcdef/state/${seq}`,
  type: "lane.passed",
  zh: "车辆通过",
  en: "car passed under the arm",
  at: at(seq),
  received: at(seq),
  late: false,
  clock: "true",
  subject: "east-in",
  data: {},
  ...given,
});

export const hazard = (id: string, given: Partial<HazardView> = {}): HazardView => ({
  site: "jinxiu",
  id,
  compound: "锦绣花园",
  place: "1号充电棚 3 号口",
  category: "充电设施",
  rule: "weld",
  grade: "重大",
  zh: "继电器粘连",
  en: "Relay welded",
  found_at: at(0),
  source: "自动监测",
  state: "待派单",
  false_alarm: false,
  deadline: null,
  overdue_days: 0,
  responsible: null,
  events: [],
  steps: [],
  actions: [],
  ...given,
});

export const counts = (given: Partial<Counts> = {}): Counts => ({
  passages: 0,
  openings: 0,
  visits: 0,
  bills: 0,
  billed_fen: 0,
  paid_fen: 0,
  sessions: 0,
  cutoffs: 0,
  welds: 0,
  events: 0,
  duplicates: 0,
  missing: 0,
  dead_letters: 0,
  ...given,
});

export const overview = (given: Partial<Overview> = {}): Overview => ({
  now: at(0),
  demonstration: true,
  stream_id: 10,
  sites: [{ id: "jinxiu", name: "锦绣花园" }],
  gateways: [gateway()],
  lanes: [lane()],
  sheds: [],
  sockets: [socket(2), socket(1)],
  alarms: [],
  entries: [],
  hazards: [],
  events: [event(1), event(3), event(2)],
  counts: counts(),
  ...given,
});
