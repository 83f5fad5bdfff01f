// A shed in told time: real sessions, protection and journal, with simulated batteries in its sockets; people plug in, tap a card, begin by hand.
import { pino } from "pino";
import { Plant } from "#command/month/plant.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { type Charging, startCharging } from "#gateway/sessions/charging.ts";
import type { ChargingRules } from "#gateway/sessions/rules.ts";
import { tables } from "#gateway/sessions/tables.ts";
import type { ChargeAsked } from "#gateway/site-context.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { chance } from "#sim/chance.ts";
import { newBattery } from "#sim/charging/battery.ts";
import { readyLimits } from "#test/limits.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { price, rulesOfKill } from "./kill-price.ts";

export class Shed {
  readonly clock;
  readonly journal: Journal;
  readonly plant: Plant;
  charging: Charging;
  readonly #rules: ChargingRules;
  #lives = 0;

  constructor(at: string, sockets: number, rules: Partial<ChargingRules> = {}) {
    this.clock = toldClock({ wall: fromRfc3339(at) ?? 0 });
    const { clock } = this;
    this.#rules = { ...rulesOfKill(price()), ...rules };
    this.journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
    this.plant = new Plant({
      clock,
      chance: chance(1),
      limits: readyLimits("e-bike-4a"),
      sockets,
      send: (message) => this.charging?.heard(message),
    });
    this.charging = this.start();
    this.plant.hello();
    this.seconds(3);
  }

  start(): Charging {
    this.#lives += 1;
    const { journal, clock } = this;
    return startCharging({
      ...{ journal, clock, chance: toldChance(this.#lives), log: pino({ level: "silent" }), rules: this.#rules },
      limitsOf: () => ({ max_time_s: 36_000, blind_ms: 10_000, tells_plug: true }),
      send: (message) => {
        this.plant.hear(message);
        return true;
      },
    });
  }

  seconds(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.clock.advance(1_000);
      this.plant.tick(1);
    }
  }

  plug(n: number): string {
    const bay = this.plant.bays[n - 1];
    if (bay === undefined) throw new Error(`no bay ${n}`);
    bay.battery = newBattery(chance(n), { chemistry: "lithium", nominal_V: 48 });
    bay.battery.charge = 0.2;
    this.seconds(2);
    return bay.name;
  }

  tap(n: number, card: number): void {
    const bay = this.plant.bays[n - 1];
    if (bay === undefined) throw new Error(`no bay ${n}`);
    bay.card = card;
    bay.request_seq += 1;
    this.seconds(3);
  }

  begin(over: Partial<ChargeAsked> & { socket: string }) {
    return this.charging.begin({ charge: `charge-${over.socket}-${this.clock.wall()}`, person: "rider", by: "console", ...over });
  }

  data(type: string): Record<string, unknown>[] {
    return this.journal
      .all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type)
      .map(({ data }) => JSON.parse(data));
  }
}
