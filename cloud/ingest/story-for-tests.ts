// What a gateway may say, an example of each type: the ids tell one story of one car, one charge and one bad socket.
import type { EventData, EventType } from "#protocols/uplink/events.ts";

export const plate = "闽CD12345";
export const card = "88001234";
const billLine = { rule: "first-hour", zh: "首小时", en: "first hour", amount_fen: 500 };

export const cutOf = (trip: string, socket = "station-1/3", cause: EventData<"charging.cut">["cause"] = "over-current") =>
  ({
    ...{ trip, socket, session: "session-0001", cause, value: 10_000, limit: 4_400, unit: "mA" },
    ...{ decided_after_ms: 12, off_after_ms: 15, latched: true },
  }) satisfies EventData<"charging.cut">;

export const examples: { readonly [T in EventType]: EventData<T> } = {
  "gateway.started": {
    version: "0.1.0",
    config_hash: "sha256-1",
    lanes: [
      { id: "east-in", name: "东门入口", direction: "entry" },
      { id: "east-out", name: "东门出口", direction: "exit" },
    ],
    stations: [{ id: "station-1", name: "1号充电棚A", sockets: 10 }],
  },
  "gateway.restored": { former: "00000000000000ff", restored_at: 1_795_579_200_000 },
  "visit.opened": {
    ...{ visit: "visit-0001", lot: "main", lane: "east-in", plate, plate_colour: "blue", entered_at: 1_795_579_200_000 },
    ...{ tariff: "demo-1", offline: false },
  },
  "visit.billed": {
    ...{ visit: "visit-0001", bill: "bill-00001", lane: "east-out", plate, entered_at: 1_795_579_200_000, left_at: 1_795_582_800_000 },
    ...{ tariff: "demo-1", lines: [billLine], total_fen: 500, paid_fen: 0, due_fen: 500 },
  },
  "visit.paid": { visit: "visit-0001", payment: "payment-01", lane: "east-out", method: "cash", amount_fen: 500, collector: "booth" },
  "visit.closed": { visit: "visit-0001", lane: "east-out", left_at: 1_795_582_800_000, total_fen: 500, paid_fen: 500 },
  "pass.written": {
    pass: "A-101",
    lot: "main",
    plates: [plate],
    spaces: 1,
    from: 1_795_536_000_000,
    until: 1_798_128_000_000,
    withdrawn: false,
    person: "property",
  },
  "coupon.given": { coupon: "coupon-1", lot: "main", plate, kind: "cash", withdrawn: false, person: "property" },
  "coupon.used": { coupon: "coupon-1", visit: "visit-0001", bill: "bill-00001" },
  "lane.passed": { lane: "east-in", direction: "entry", visit: "visit-0001", count: 1, known_late: false },
  "gate.opened": { lane: "east-in", cause: "read", command: "command-01", count: 1, after_ms: 900, known_late: false },
  "gate.unanswered": { lane: "east-in", command: "command-02", waited_ms: 5_000 },
  "lane.exception": { lane: "east-in", exception: "exception-1", plate, reason: "stale-read", zh: "照片过旧", en: "the read is stale" },
  "lane.offline-read": { lane: "east-in", plate, read_at: 1_795_575_600_000 },
  "camera.silent": { lane: "east-in", camera: "cam-east-in", silent_ms: 30_000 },
  "command.received": { command: "command-03", action: "gate.open", person: "booth" },
  "command.ended": { command: "command-03", outcome: "done", code: "done", zh: "已执行", en: "done" },
  "session.asked": { session: "session-0001", socket: "station-1/3", person: "张工", by: "console" },
  "session.started": { session: "session-0001", socket: "station-1/3", card, authority: "authority-1", energy_mWh: 0 },
  "session.ended": { session: "session-0001", socket: "station-1/3", cause: "full", energy_mWh: 420_000, seconds: 7_200 },
  "charging.cut": cutOf("trip-00001"),
  "charging.warned": { station: null, socket: "station-1/3", cause: "over-temperature", value: 61_000, limit: 60_000, unit: "m°C" },
  "charging.eased": { station: null, socket: "station-1/3", cause: "over-temperature" },
  "charging.opened": { trip: "trip-00001", socket: "station-1/3", confirmed_after_ms: 240 },
  "charging.welded": { trip: "trip-00001", socket: "station-1/3", current_mA: 9_800, power_mW: 2_100_000, waited_ms: 2_000 },
  "charging.rearmed": { trip: "trip-00001", socket: "station-1/3", session: "session-0001", n: 1, of: 2 },
  "charging.latch-reset": { socket: "station-1/3", trip: "trip-00001", person: "property", reason: "已更换" },
  "shed.tripped": {
    ...{ trip: "shed-trip-1", shed: "shed-1", cause: "smoke", source: "smoke-1", contactor: "opening", silent_ms: null },
    ...{ decided_after_ms: 1, off_after_ms: 90, latched: true },
  },
  "shed.opened": { trip: "shed-trip-1", shed: "shed-1", confirmed_after_ms: 1_200, sockets: 20 },
  "shed.sighted": { trip: "shed-trip-1", shed: "shed-1" },
  "shed.reset": { trip: "shed-trip-1", shed: "shed-1", person: "值班甲", reason: "已到场查看" },
  "shed.reset-refused": {
    ...{ trip: "shed-trip-1", shed: "shed-1", person: "值班甲", code: "input-active", zh: "仍在报警", en: "still active" },
  },
  "shed.input": { shed: "shed-1", input: "smoke-1", of: "smoke", active: true },
  "shed.input-silent": { shed: "shed-1", input: "smoke-1", of: "smoke", silent_ms: 3_000 },
  "shed.input-answers": { shed: "shed-1", input: "smoke-1", of: "smoke", active: false },
  "shed.leaking": { shed: "shed-1", value: 350, limit: 300, unit: "mA" },
  "shed.leakage-over": { shed: "shed-1", value: 100, limit: 300, unit: "mA" },
  "shed.contactor-stuck": { shed: "shed-1", trip: "shed-trip-1", evidence: "feedback", waited_ms: 2_600 },
  "shed.contactor-lost": { shed: "shed-1", waited_ms: 5_000 },
  "shed.contactor-closed": { shed: "shed-1" },
  "load.shed": {
    ...{ budget: "shed-1/L1", of: "phase", socket: "station-1/3", session: "session-0001", value: 52_000, limit: 50_400, unit: "mA" },
    ...{ reserved: 0, share: 2_000, priority: 5, seconds: 600, zh: "L1 相超限", en: "phase L1 over its limit" },
  },
  "load.over": {
    budget: "shed-1/L1",
    of: "phase",
    value: 52_000,
    limit: 50_400,
    unit: "mA",
    zh: "L1 相超限",
    en: "phase L1 over its limit",
  },
  "charging.refused": { socket: "station-1/3", session: "session-0001", code: "over-budget", zh: "供电不足", en: "no room" },
  "charging.test-begun": {
    test: "test-00000001",
    socket: "station-1/3",
    person: "张工",
    limit_mA: 300,
    rated_mA: 4_000,
    duration_ms: 600_000,
  },
  "charging.test-ended": { test: "test-00000001", socket: "station-1/3", cause: "tripped" },
  "station.silent": { station: "station-1", silent_ms: 3_000 },
  "station.answers": { station: "station-1" },
  "clock.anchored": { off_ms: 1_795_579_100_000 },
  "storage.short": { given: ["telemetry", "reserve"] },
  "storage.well": {},
  "stream.gap": { count: 1, from: 1_795_579_200_000, to: 1_795_582_800_000, reason: "limit" },
  "line.late": { line: "line-1", of: "round", value: 2_300, limit: 1_000, unit: "ms" },
  "line.in-time": { line: "line-1", of: "round", value: 420, limit: 1_000, unit: "ms" },
  "protection.silent": { silent_ms: 2_000 },
  "protection.answers": { boot: "boot-2" },
};
