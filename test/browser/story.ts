// What happened at the compound before anybody looked: cars, charges, a cut-off, a weld, a car that waits.
import { randomUUID } from "node:crypto";
import type { EventData } from "#protocols/uplink/events.ts";
import type { Voice } from "./compound.ts";

const tariff = "jinxiu-2026";

export async function enterCar(voice: Voice, plate: string, count: number): Promise<string> {
  const visit = randomUUID();
  await voice.say("visit.opened", {
    visit,
    lot: "main",
    lane: "east-in",
    plate,
    plate_colour: "green",
    entered_at: Date.now(),
    tariff,
    offline: false,
  });
  await voice.say("gate.opened", { lane: "east-in", cause: "read", command: null, count, after_ms: 1420, known_late: false });
  await voice.say("lane.passed", { lane: "east-in", direction: "entry", visit, count, known_late: false });
  return visit;
}

export const reading = (power_mW: number) => ({
  voltage_mV: 229_400,
  current_mA: Math.round(power_mW / 229.4),
  power_mW,
  temperature_mC: 31_500,
  energy_mWh: 120_000,
});

export const started: EventData<"gateway.started"> = {
  version: "0.1.0",
  config_hash: "0".repeat(16),
  lanes: [
    { id: "east-in", name: "东门入口", direction: "entry" },
    { id: "east-out", name: "东门出口", direction: "exit" },
    { id: "west-in", name: "西门入口", direction: "entry" },
  ],
  stations: [
    { id: "station-1", name: "1号充电棚A", sockets: 10 },
    { id: "station-2", name: "1号充电棚B", sockets: 10 },
  ],
  sheds: [{ id: "shed-1", name: "1号充电棚", stations: ["station-1", "station-2"] }],
};

export async function tellStory(voice: Voice): Promise<void> {
  await voice.say("gateway.started", started);
  const first = await enterCar(voice, "闽CD12345", 1);
  const entered = Date.now() - 7_500_000;
  const bill = { bill: randomUUID(), plate: "闽CD12345", entered_at: entered, left_at: entered + 7_500_000, tariff };
  const lines = [
    { rule: "free", zh: "首 30 分钟免费", en: "first 30 minutes free", amount_fen: 0 },
    { rule: "hour", zh: "1 小时 35 分，按 2 个小时 × 5.00 元", en: "1 h 35 min, 2 hours × ¥5.00", amount_fen: 1000 },
  ];
  await voice.say("visit.billed", { visit: first, lane: "east-out", ...bill, lines, total_fen: 1000, paid_fen: 0, due_fen: 1000 });
  await enterCar(voice, "闽C8K721", 2);
  for (const socket of ["station-1/1", "station-1/3", "station-2/4"])
    await voice.say("session.started", { session: randomUUID(), socket, card: "10000001", authority: randomUUID(), energy_mWh: 0 });
  const idle = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i + 1, reading(0)]));
  await voice.measure("station-1", { ...idle, 1: reading(468_000) });
  await voice.measure("station-2", { ...idle, 4: reading(512_000) });
  const trip = randomUUID();
  await voice.say("charging.cut", {
    trip,
    socket: "station-1/3",
    session: null,
    cause: "instantaneous",
    value: 10_000,
    limit: 8_000,
    unit: "mA",
    decided_after_ms: 8,
    off_after_ms: 14,
    latched: true,
  });
  await voice.say("charging.opened", { trip, socket: "station-1/3", confirmed_after_ms: 1_240 });
  await voice.say("charging.welded", { trip: randomUUID(), socket: "station-2/4", current_mA: 2_300, power_mW: 512_000, waited_ms: 4_200 });
  await voice.say("lane.exception", {
    lane: "east-out",
    exception: randomUUID(),
    plate: "闽CF03398",
    reason: "unpaid",
    zh: "未缴费：应收 5.00 元",
    en: "unpaid: ¥5.00 due",
  });
}
