// A shed for a site in told time: simulated batteries and the safety process's own decisions on one side, the site's own sessions on the other. It outlives the site process, as a safety process does.
import { Plant } from "#command/month/plant.ts";
import { priceList } from "#gateway/core/charging/price/list.ts";
import { chargeSeen } from "#gateway/sessions/by-hand.ts";
import { openCharge } from "#gateway/sessions/charges.ts";
import { type Charging, startCharging } from "#gateway/sessions/charging.ts";
import { type ChargingRules, pricedAt } from "#gateway/sessions/rules.ts";
import type { Sessions, SiteContext } from "#gateway/site-context.ts";
import { chance } from "#sim/chance.ts";
import { newBattery } from "#sim/charging/battery.ts";
import { readyLimits } from "../limits.ts";
import { type ToldClock, toldChance } from "../told-clock.ts";

export interface ChargingShed {
  readonly plant: Plant;
  /** The site's half begins anew. */
  mount(context: SiteContext, life: number): Partial<Sessions>;
  stop(): void;
  /** Protection is heard from now on, or no more. */
  connected(is: boolean): void;
  seconds(count: number): void;
  plug(n: number): string;
}

export function chargingShed(
  clock: ToldClock,
  { sockets, rules }: { readonly sockets: number; readonly rules: ChargingRules },
): ChargingShed {
  let charging: Charging | undefined;
  let heard = true;
  const plant = new Plant({
    ...{ clock, chance: chance(1), limits: readyLimits("e-bike-4a"), sockets },
    send: (message) => {
      if (heard) charging?.heard(message);
    },
  });
  return {
    plant,
    mount(context, life) {
      const { journal } = context;
      charging = startCharging({
        ...{ journal, clock, chance: toldChance(100 + life), log: context.log, rules },
        limitsOf: (socket) =>
          plant.bays.some(({ name }) => name === socket) ? { max_time_s: 36_000, blind_ms: 10_000, tells_plug: true } : undefined,
        send: (message) => {
          if (heard) plant.hear(message);
          return heard;
        },
      });
      const own = charging;
      plant.hello();
      return {
        readings: () => own.readings(),
        begin: (asked) => own.begin(asked),
        charge: (session) => chargeSeen(journal, session),
        chargeOf: (socket) => openCharge(journal, socket)?.session,
        release(socket) {
          const open = openCharge(journal, socket);
          if (open === undefined) return "no-charge";
          if (!heard) return "not-connected";
          plant.hear({ type: "release", authority: open.authority, socket });
          return "asked";
        },
        priceWords() {
          const priced = pricedAt(rules, clock.wall());
          return typeof priced === "object" ? priceList(priced.version) : undefined;
        },
      };
    },
    stop: () => charging?.stop(),
    connected(is) {
      heard = is;
      if (is) plant.hello();
      else charging?.linkDown();
    },
    seconds(count) {
      for (let n = 0; n < count; n += 1) {
        clock.advance(1_000);
        plant.tick(1);
      }
    },
    plug(n) {
      const bay = plant.bays[n - 1];
      if (bay === undefined) throw new Error(`no bay ${n}`);
      bay.battery = newBattery(chance(n), { chemistry: "lithium", nominal_V: 48 });
      bay.battery.charge = 0.2;
      this.seconds(2);
      return bay.name;
    },
  };
}
