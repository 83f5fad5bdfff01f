// What a city says: sockets that are measured every ten seconds, cars that come, pay and go, charges that begin and end. Seeded: the same every time.
import type { AnyEvent } from "#protocols/uplink/events.ts";
import { dice } from "../../streams.ts";

export const everyMs = 10_000;
export const fieldsOfSocket = 6;

export interface Household {
  readonly gateway: string;
  readonly lanes: number;
  readonly sockets: number;
}

/** Passages of one lane an hour, and charges of one socket a day. */
const passagesAnHour = 60;
const chargesADay = 2;

/** One compound: what it says in each tick of ten seconds. */
export function household({ gateway, lanes, sockets }: Household, seed: number) {
  const roll = dice(seed);
  const chance = (part: number): boolean => roll(1_000_000) < part * 1_000_000;
  const counts = Array.from({ length: lanes }, () => ({ passed: 0, opened: 0 }));
  const open: string[] = [];
  const charging = new Map<number, string>();
  const energy = Array.from({ length: sockets }, () => roll(500_000));
  let named = 0;
  const name = (what: string): string => `${what}-${gateway}-${String(++named).padStart(7, "0")}`;

  function passage(lane: number, wall: number): AnyEvent[] {
    const id = `lane-${lane + 1}`;
    const count = counts[lane];
    if (count === undefined) return [];
    count.passed += 1;
    count.opened += 1;
    const gate = { lane: id, cause: "read", command: null, count: count.opened, after_ms: 900, known_late: false } as const;
    if (lane % 2 === 0 || open.length === 0) {
      const visit = name("visit");
      open.push(visit);
      return [
        {
          type: "visit.opened",
          data: {
            visit,
            lot: "main",
            lane: id,
            plate: `闽C${String(10_000 + roll(89_999))}`,
            plate_colour: "green",
            entered_at: wall,
            tariff: "t-1",
            offline: false,
          },
        },
        { type: "gate.opened", data: gate },
        { type: "lane.passed", data: { lane: id, direction: "entry", visit, count: count.passed, known_late: false } },
      ];
    }
    const visit = open.shift() ?? "";
    const bill = { visit, bill: name("bill"), lane: id, plate: null, entered_at: wall - 3_600_000, left_at: wall, tariff: "t-1" };
    return [
      {
        type: "visit.billed",
        data: {
          ...bill,
          lines: [{ rule: "hour", zh: "每小时", en: "an hour", amount_fen: 500 }],
          total_fen: 500,
          paid_fen: 0,
          due_fen: 500,
        },
      },
      { type: "visit.paid", data: { visit, payment: name("payment"), lane: id, method: "cash", amount_fen: 500, collector: "booth" } },
      { type: "gate.opened", data: gate },
      { type: "lane.passed", data: { lane: id, direction: "exit", visit, count: count.passed, known_late: false } },
      { type: "visit.closed", data: { visit, lane: id, left_at: wall, total_fen: 500, paid_fen: 500 } },
    ];
  }

  const socketId = (socket: number): string => `station-${Math.floor(socket / 10) + 1}/${(socket % 10) + 1}`;

  function charge(socket: number): AnyEvent[] {
    const session = charging.get(socket);
    if (session === undefined) {
      const made = name("session");
      charging.set(socket, made);
      return [
        {
          type: "session.started",
          data: {
            session: made,
            socket: socketId(socket),
            card: "88001234",
            authority: name("authority"),
            energy_mWh: energy[socket] ?? 0,
          },
        },
      ];
    }
    charging.delete(socket);
    return [
      {
        type: "session.ended",
        data: { session, socket: socketId(socket), cause: "full", energy_mWh: energy[socket] ?? 0, seconds: 7_200 },
      },
    ];
  }

  return {
    values: sockets * fieldsOfSocket,
    /** The first word of a gateway: what stands at its site. */
    start(): AnyEvent {
      return {
        type: "gateway.started",
        data: {
          version: "0.1.0",
          config_hash: "0".repeat(16),
          lanes: Array.from({ length: lanes }, (_, n) => ({
            id: `lane-${n + 1}`,
            name: `车道${n + 1}`,
            direction: n % 2 === 0 ? "entry" : "exit",
          })),
          stations: Array.from({ length: Math.ceil(sockets / 10) }, (_, n) => ({
            id: `station-${n + 1}`,
            name: `${n + 1}号棚`,
            sockets: Math.min(10, sockets - n * 10),
          })),
        },
      };
    },
    events(wall: number): AnyEvent[] {
      const events: AnyEvent[] = [];
      for (let lane = 0; lane < lanes; lane += 1) if (chance((passagesAnHour * everyMs) / 3_600_000)) events.push(...passage(lane, wall));
      // A begin and an end each.
      for (let socket = 0; socket < sockets; socket += 1)
        if (chance((2 * chargesADay * everyMs) / 86_400_000)) events.push(...charge(socket));
      return events;
    },
    lines(wall: number): string {
      let text = "";
      for (let socket = 0; socket < sockets; socket += 1) {
        const on = charging.has(socket);
        const current = on ? 1_800 + roll(400) : 0;
        const power = on ? Math.round(current * 228) : 0;
        energy[socket] = (energy[socket] ?? 0) + Math.round((power * everyMs) / 3_600_000);
        text += `socket,quality=good,socket=${(socket % 10) + 1},station=station-${Math.floor(socket / 10) + 1} `;
        text += `voltage_mV=${226_000 + roll(4_000)}i,current_mA=${current}i,power_mW=${power}i,temperature_mC=${28_000 + roll(9_000)}i,`;
        text += `energy_mWh=${energy[socket]}i,relay_closed=${on ? 1 : 0}i ${wall}${String(socket).padStart(6, "0")}\n`;
      }
      return text;
    },
  };
}
