// A site whose safety process is played by the test, in told time: what protection says is said by hand, what it is asked is kept.
import pino from "pino";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import type { Fact, SafetyToSite, ShedReading, SiteToSafety, SocketReading } from "#gateway/link/messages.ts";
import { type Charging, startCharging } from "#gateway/sessions/charging.ts";
import { tables } from "#gateway/sessions/tables.ts";
import type { MilliAmpere, MilliCelsius, MilliVolt, MilliWatt, MilliWattHour } from "#protocols/vocabulary/electricity.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";

export const socket = "station-1/3";

export interface Bench {
  readonly charging: Charging;
  readonly journal: Journal;
  readonly clock: ReturnType<typeof toldClock>;
  readonly sent: SiteToSafety[];
  up: boolean;
  hello(authorities?: readonly string[], spool?: string): void;
  fact(fact: Fact): void;
  read(over?: Partial<SocketReading>, sheds?: readonly ShedReading[]): void;
  /** The last authority that was asked for. */
  authority(): { id: string; session: string; duration_ms: number };
  events(): string[];
  data(type: string): Record<string, unknown>[];
  lastFact: number;
}

interface From {
  readonly journal?: Journal;
  readonly clock?: ReturnType<typeof toldClock>;
  readonly lastFact?: number;
  /** Its station stands in this shed. */
  readonly shed?: string;
}

export function bench(from?: From): Bench {
  const clock = from?.clock ?? toldClock();
  const journal = from?.journal ?? openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  const sent: SiteToSafety[] = [];
  const made: Bench = {
    clock,
    journal,
    sent,
    up: true,
    lastFact: from?.lastFact ?? 0,
    charging: startCharging({
      journal,
      clock,
      chance: toldChance(from?.journal === undefined ? 1 : 77),
      log: pino({ level: "silent" }),
      limitsOf: (name) =>
        name.startsWith("station-1/") ? { max_time_s: 36_000, blind_ms: 10_000, tells_plug: true, shed: from?.shed } : undefined,
      send: (message) => {
        if (made.up) sent.push(message);
        return made.up;
      },
    }),
    hello: (authorities = [], spool = "spool-a") =>
      made.charging.heard({ type: "hello", boot: "safety-1", authorities, spool, last_fact: made.lastFact } as SafetyToSite),
    fact: (fact) => {
      made.lastFact += 1;
      made.charging.heard({ type: "facts", facts: [{ id: made.lastFact, at: clock.stamp(), fact }] });
    },
    read: (over, sheds = []) => made.charging.heard({ type: "readings", at: clock.stamp(), sockets: [reading(over)], lines: [], sheds }),
    authority: () => {
      const asked = sent.filter((message) => message.type === "energise").at(-1);
      if (asked === undefined) throw new Error("nothing was asked for");
      return asked.authority;
    },
    events: () => journal.all<{ type: string }>("SELECT type FROM event ORDER BY stream, seq").map((row) => row.type),
    data: (type) =>
      journal.all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type).map((row) => JSON.parse(row.data)),
  };
  return made;
}

const reading = (over: Partial<SocketReading> = {}): SocketReading => ({
  socket,
  quality: "good",
  age_ms: 100,
  relay: "open",
  plugged: true,
  state: "idle",
  trip: null,
  authority: null,
  test: null,
  request_seq: 7,
  request_card: 4_294_967_295,
  voltage_mV: 220_000 as MilliVolt,
  current_mA: 0 as MilliAmpere,
  power_mW: 0 as MilliWatt,
  temperature_mC: 25_000 as MilliCelsius,
  energy_mWh: 1_000_000 as MilliWattHour,
  ...over,
});
export const asks = (site: Bench): number => site.sent.filter((message) => message.type === "energise").length;

/** A site in which someone has tapped, and protection has closed the relay. */
export function charging(from?: From): Bench {
  const site = bench(from);
  site.hello();
  site.read();
  site.read({ request_seq: 8 });
  const { id, session } = site.authority();
  site.fact({ kind: "closed", authority: id, session, socket, energy_mWh: 1_000_000 });
  return site;
}
