// A gateway with a DNY pile in told time: the real driver and host over a simulated pile, a journal in memory; lines are cut and the gateway dies as the test says.
import pino from "pino";
import type { ChargePrice } from "#gateway/core/charging/price/types.ts";
import { type DnyHost, type DnyHostParts, dnyHost } from "#gateway/drivers/piles/dny-host.ts";
import { openDnyPiles } from "#gateway/drivers/piles/dny-piles.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { chargeSeen } from "#gateway/sessions/by-hand.ts";
import { type Piles, startPiles } from "#gateway/sessions/piles/piles.ts";
import type { ChargingRules } from "#gateway/sessions/rules.ts";
import { tables } from "#gateway/sessions/tables.ts";
import { DnyPile } from "#sim/piles/dny-pile.ts";
import { price, rulesOfKill } from "#test/charging/kill-price.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";

const device = 0x04ce_aa40;
export const charge = "charge-0001";
export const socket = "pile-1/1";
/** Without the fee of a kept socket: its bill comes with the settlement. */
const free = (): ChargePrice => {
  const made = price();
  return { ...made, versions: made.versions.map((version) => ({ ...version, occupied: undefined })) };
};
export const priced = rulesOfKill(free());

export interface Site {
  readonly clock: ReturnType<typeof toldClock>;
  readonly journal: Journal;
  readonly pile: DnyPile;
  piles: Piles;
  host: DnyHost;
  readonly fire: { active: boolean; of: string }[];
  connect(): void;
  cutLine(): void;
  /** The gateway dies and starts anew on its journal; the pile has a new connection. */
  restart(): Promise<void>;
  pass(seconds: number): void;
  begin(over?: Partial<Parameters<Piles["begin"]>[0]>): ReturnType<Piles["begin"]>;
  events(type: string): Record<string, unknown>[];
  shed: "serving" | "latched";
}

export async function bench({ rules = priced, shed, wall }: { rules?: ChargingRules; shed?: string; wall?: number } = {}): Promise<Site> {
  const clock = toldClock(wall === undefined ? {} : { wall });
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  let wire = false;
  const pile: DnyPile = new DnyPile({ device, ports: 2, write: (bytes) => wire && site.host.heard(bytes) });
  let lives = 0;
  const start = async (): Promise<void> => {
    lives += 1;
    let parts: Omit<DnyHostParts, "write"> | undefined;
    site.piles = startPiles({
      ...{ journal, clock, chance: toldChance(lives), log: pino({ level: "silent" }), rules },
      piles: [{ id: "pile-1", ports: 2, time_most_s: 28_800, overload_mW: 500_000, power_s: 300, heartbeat_s: 180, shed }],
      shedState: () => site.shed,
      tellFire: ({ active, of }) => site.fire.push({ active, of }),
    });
    const driver = await openDnyPiles({
      ...{ clock, host: "", port: 0, listener: site.piles.listener },
      piles: [{ id: "pile-1", number: "04CEAA40", ports: 2 }],
      open: async (given) => {
        parts = given;
        return {
          port: 0,
          hostOf: (at) => (wire && at === device && site.host.piles().has(at) ? site.host : undefined),
          close: async () => undefined,
        };
      },
    });
    site.connect = () => {
      wire = true;
      site.host = dnyHost({ ...(parts as Omit<DnyHostParts, "write">), write: (bytes) => wire && pile.hear(bytes) });
      pile.connect("89860463112070319417");
    };
    site.piles.use(() => driver);
  };
  const site: Site = {
    ...{ clock, journal, pile, fire: [], shed: "serving" },
    ...({} as Pick<Site, "piles" | "host" | "connect">),
    cutLine: () => {
      wire = false;
      site.host.close("cut");
    },
    restart: async () => {
      wire = false;
      site.piles.stop();
      await start();
    },
    pass(seconds) {
      for (let n = 0; n < seconds; n += 1) {
        clock.advance(1_000);
        pile.advance(1_000);
      }
    },
    begin: (over = {}) => site.piles.begin({ charge, socket, person: "张工", by: "console", ...over }),
    events: (type) =>
      journal.all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type).map(({ data }) => JSON.parse(data)),
  };
  await start();
  site.connect();
  return site;
}

export const bills = (site: Site) => site.events("session.billed");
export const seen = (site: Site) => chargeSeen(site.journal, charge);
