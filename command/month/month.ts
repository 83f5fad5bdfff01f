// A month of charging in told time: riders, batteries and meters of the simulator against the gateway's own sessions, protection, prices and journal. At its end the books must balance.
import { pino } from "pino";
import type { Limits } from "#gateway/core/charging/limits.ts";
import type { ChargePrice } from "#gateway/core/charging/price/types.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { topUp, writeCard } from "#gateway/sessions/cards.ts";
import { type Charging, startCharging } from "#gateway/sessions/charging.ts";
import { tables } from "#gateway/sessions/tables.ts";
import { chance as seeded } from "#sim/chance.ts";
import { dayOfVisits, type Rider, riders, type Visit } from "#sim/charging/compound.ts";
import { replace, reset } from "#sim/charging/meter.ts";
import { type Books, booksOf } from "./books.ts";
import { countedIds, type ToldClock, toldClock } from "./clock.ts";
import { type Bay, Plant } from "./plant.ts";

export interface MonthAsked {
  readonly seed: number;
  readonly days: number;
  readonly sockets: number;
  readonly price: ChargePrice;
  readonly limits: Limits;
}

export interface MonthDone extends Books {
  readonly seed: number;
  readonly days: number;
  readonly sockets: number;
  readonly riders: number;
  readonly visits: number;
  /** Riders who found no free socket. */
  readonly turned_away: number;
  readonly events: Readonly<Record<string, number>>;
  readonly told_seconds: number;
}

/** Every socket is read so often here: its eyes must not call that blindness. */
const tick_s = 4;
const blind = { warn_ms: 9_000, trip_ms: 30_000 };
const firstDay = Date.UTC(2026, 10, 1) - 8 * 3_600_000; // 2026-11-01 00:00 in China
const cardHold_fen = 500;

interface Here {
  readonly visit: Visit;
  readonly bay: Bay;
  session: string | undefined;
  overAt_s: number | undefined;
}

export function playMonth(asked: MonthAsked): MonthDone {
  const month = new Month(asked);
  month.play();
  return month.done();
}

class Month {
  readonly #asked: MonthAsked;
  readonly #clock: ToldClock = toldClock(firstDay);
  readonly #journal: Journal;
  readonly #plant: Plant;
  readonly #people: Rider[];
  readonly #here = new Map<string, Here>();
  readonly #happened: Record<string, number> = {};
  #site: Charging | undefined;
  #siteUp = false;
  #second = 0;
  #visits = 0;
  #away = 0;
  /** What the riders put down themselves, and each top-up. */
  #paid_fen = 0;
  #topped_fen = 0;

  constructor(wanted: MonthAsked) {
    const asked = { ...wanted, limits: { ...wanted.limits, blind: { ...wanted.limits.blind, ...blind } } };
    this.#asked = asked;
    const luck = seeded(asked.seed);
    const clock = this.#clock;
    this.#journal = openJournal({ path: ":memory:", clock, chance: countedIds(0), tables });
    this.#people = riders(luck.for("riders"), Math.round(asked.sockets * 1.6));
    this.#plant = new Plant({
      clock,
      chance: luck.for("plant"),
      limits: asked.limits,
      sockets: asked.sockets,
      send: (message) => this.#site?.heard(message),
    });
    this.#startSite(1);
    this.#journal.commit((tx) => {
      for (const { card, group } of this.#people)
        if (card !== undefined) writeCard(tx, { card, groups: [group], person: "office", at: clock.stamp() });
    });
  }

  #startSite(life: number): void {
    const { clock, journal, plant } = { clock: this.#clock, journal: this.#journal, plant: this.#plant };
    const limits = { max_time_s: this.#asked.limits.max_time.end_s, blind_ms: this.#asked.limits.blind.trip_ms, tells_plug: true };
    this.#site = startCharging({
      ...{ journal, clock, chance: countedIds(life), log: pino({ level: "silent" }), limitsOf: () => limits },
      rules: {
        price: this.#asked.price,
        night: [{ from: 2 * 3600, until: 4 * 3600 }],
        goOn: true,
        spacing_ms: 8_000,
        cards: { hold_fen: cardHold_fen },
      },
      send: (message) => {
        plant.hear(message);
        return true;
      },
    });
    this.#siteUp = true;
    plant.hello();
  }

  #note(what: string): void {
    this.#happened[what] = (this.#happened[what] ?? 0) + 1;
  }

  play(): void {
    const luck = seeded(this.#asked.seed).for("days");
    for (let day = 0; day < this.#asked.days; day += 1) {
      const visits = dayOfVisits(luck.for(`visits-${day}`), this.#people, { day, share: 0.55 });
      this.#day({ visits, trouble: troubleOf(luck.for(`trouble-${day}`), day, this.#asked.days) });
    }
    // Nobody comes any more: who is there goes, and what waits is billed.
    const end = this.#second + 86_400;
    while (this.#second < end) this.#tick([], {});
  }

  #day({ visits, trouble }: { visits: Visit[]; trouble: Trouble }): void {
    const end = this.#second + 86_400;
    while (this.#second < end) this.#tick(visits, trouble);
  }

  #tick(visits: Visit[], trouble: Trouble): void {
    this.#second += tick_s;
    this.#clock.advance(tick_s * 1000);
    while (visits[0] !== undefined && visits[0].at_s <= this.#second) this.#arrive(visits.shift() as Visit);
    this.#troubled(trouble);
    this.#plant.tick(tick_s, (bay) => this.#meterTrouble(bay, trouble));
    if (this.#second % 60 < tick_s) this.#lookRound();
  }

  #arrive(visit: Visit): void {
    const free = this.#plant.bays.find(
      (bay) => bay.battery === undefined && !this.#here.has(bay.name) && bay.station.sockets[0]?.latch === undefined,
    );
    if (free === undefined || [...this.#here.values()].some(({ visit: { rider } }) => rider === visit.rider)) {
      this.#away += 1;
      return;
    }
    this.#visits += 1;
    visit.rider.battery.fault = visit.fault;
    if (visit.fault !== undefined) this.#note(`battery ${visit.fault}`);
    free.battery = visit.rider.battery;
    this.#here.set(free.name, { visit, bay: free, session: undefined, overAt_s: undefined });
  }

  /** Once a minute everybody does what he was about to do. */
  #lookRound(): void {
    for (const here of this.#here.values()) this.#goOn(here);
    for (const bay of this.#plant.bays) this.#unlock(bay);
  }

  #goOn(here: Here): void {
    const { visit, bay } = here;
    const open = this.#journal.get<{ session: string }>("SELECT session FROM charge WHERE socket = ? AND state = 'open'", bay.name);
    if (here.session === undefined) this.#begin(here);
    else if (open?.session !== here.session && here.overAt_s === undefined) here.overAt_s = this.#second;
    const pulled = visit.pulled_s !== undefined && this.#second >= visit.at_s + visit.pulled_s;
    const left = here.overAt_s !== undefined && this.#second >= here.overAt_s + visit.keeps_s;
    const gaveUp = here.session === undefined && this.#second > visit.at_s + 3_600;
    if (!pulled && !left && !gaveUp) return;
    this.#plant.unplug(bay);
    this.#here.delete(bay.name);
  }

  #begin(here: Here): void {
    const { visit, bay } = here;
    const { rider } = visit;
    if (!this.#siteUp || !this.#plant.supplied || bay.station.sockets[0]?.sample?.plugged !== true) return;
    if (rider.card !== undefined) this.#byCard(here, rider.card);
    else {
      const session = `phone-${this.#asked.seed}-${this.#visits}-${this.#second}`;
      const begun = this.#site?.begin({
        ...{ charge: session, socket: bay.name, person: rider.name, by: "console", choice: visit.wish },
        ...{ paid_fen: visit.pays_fen, groups: [rider.group] },
      });
      if (begun === undefined || "kind" in begun) return;
      here.session = session;
      this.#paid_fen += visit.pays_fen;
    }
  }

  #byCard(here: Here, card: string): void {
    const tapped = this.#journal.get<{ session: string }>(
      "SELECT session FROM charge WHERE socket = ? AND card = ? ORDER BY rowid DESC LIMIT 1",
      here.bay.name,
      card,
    );
    if (here.bay.card === Number(card) && tapped !== undefined && this.#isNew(tapped.session)) {
      here.session = tapped.session;
      return;
    }
    this.#journal.commit((tx) => {
      const at = this.#clock.stamp();
      const entry = `topup-${card}-${this.#second}`;
      const balance =
        tx.get<{ sum: number }>("SELECT coalesce(sum(amount_fen), 0) AS sum FROM charge_card_entry WHERE card = ?", card)?.sum ?? 0;
      if (balance >= cardHold_fen) return;
      topUp(tx, { card, entry, amount_fen: 2_000, person: "office", at });
      this.#topped_fen += 2_000;
    });
    here.bay.card = Number(card);
    here.bay.request_seq = (here.bay.request_seq + 1) % 65_536;
  }

  readonly #seenSessions = new Set<string>();
  #isNew(session: string): boolean {
    if (this.#seenSessions.has(session)) return false;
    this.#seenSessions.add(session);
    return true;
  }

  /** A person looks at a socket that was cut, and resets it. */
  #unlock(bay: Bay): void {
    const latch = bay.station.sockets[0]?.latch;
    if (latch === undefined || this.#second % 600 >= 60) return;
    this.#note("latches reset");
    this.#plant.give(bay, { type: "reset-latch", socket: 0, trip: latch.trip, person: "guard", reason: "looked at" });
  }

  #troubled(trouble: Trouble): void {
    const ofDay = this.#second % 86_400;
    const now = (at: number | undefined): boolean => at !== undefined && ofDay >= at && ofDay < at + tick_s;
    if (now(trouble.safety_s)) {
      this.#note("safety process restarted");
      this.#plant.restart();
    }
    if (now(trouble.site_s)) {
      this.#note("site process gone for five minutes");
      this.#site?.stop();
      this.#site = undefined;
      this.#siteUp = false;
    }
    if (trouble.site_s !== undefined && now(trouble.site_s + 300)) this.#startSite(this.#second);
    if (now(trouble.mains_s)) {
      this.#note("mains failed for a quarter of an hour");
      this.#plant.failSupply();
    }
    if (trouble.mains_s !== undefined && now(trouble.mains_s + 900)) {
      this.#plant.supplied = true;
      this.#plant.restart();
    }
  }

  /** While it charges, after what has flowed, before it is read. */
  #meterTrouble(bay: Bay, { meter_s, meter }: Trouble): void {
    const ofDay = this.#second % 86_400;
    if (meter_s === undefined || !this.#siteUp || !bay.relay || ofDay < meter_s || this.#metered === Math.floor(this.#second / 86_400))
      return;
    if (bay.station.sockets[0]?.charge === undefined) return;
    this.#metered = Math.floor(this.#second / 86_400);
    this.#note(`meter ${meter}`);
    if (meter === "reset") reset(bay.meter, bay.read_mWh);
    else replace(bay.meter, bay.read_mWh, meter === "replaced by a higher" ? bay.read_mWh + 900_000_000 : 500_000_000);
  }
  #metered = -1;

  done(): MonthDone {
    const { seed, days, sockets } = this.#asked;
    const books = booksOf({ journal: this.#journal, bays: this.#plant.bays, paid_fen: this.#paid_fen, topped_fen: this.#topped_fen });
    const closings = this.#plant.closings.filter(({ authority }) => !this.#plant.authorities.some(({ id }) => id === authority)).length;
    return {
      ...{ seed, days, sockets, riders: this.#people.length, visits: this.#visits, turned_away: this.#away },
      ...{ events: { ...this.#happened, "relays closed without authority": closings }, told_seconds: this.#second },
      ...books,
      balanced: books.balanced && closings === 0,
    };
  }
}

interface Trouble {
  readonly safety_s?: number;
  readonly site_s?: number;
  readonly mains_s?: number;
  readonly meter_s?: number;
  readonly meter?: "reset" | "replaced by a higher" | "replaced by a lower";
}

/** Every day something else goes wrong, in the evening when most are charging; in a short run everything on each day, one after another. */
function troubleOf(luck: ReturnType<typeof seeded>, day: number, days: number): Trouble {
  const at = luck.whole(66_000, 70_000);
  const meter = luck.pick(["reset", "replaced by a higher", "replaced by a lower"] as const);
  if (days < 4) return { meter_s: at, meter, safety_s: at + 1_800, site_s: at + 3_600, mains_s: at + 5_400 };
  const kind = day % 4;
  if (kind === 0) return { meter_s: at, meter };
  if (kind === 1) return { site_s: at, meter_s: at + 2_000, meter: "reset" };
  return kind === 2 ? { mains_s: at } : { safety_s: at };
}
