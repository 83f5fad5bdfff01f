// Charges on piles that protect by their own firmware. Written down before the pile is asked; what the pile answers, says and settles is written before it is acknowledged.
// A start is never sent twice for one session: where its answer was lost, the order is stopped, and the pile's own word ends the doubt.

import type { CutCause } from "#protocols/vocabulary/charging-causes.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { untilNight_ms } from "../../core/charging/night.ts";
import type { PileAlarm, PileDriver, PileListener, PileStart, PowerSaid, Settled } from "../../drivers/piles/pile.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Authority, ShedReading, SocketReading } from "../../link/messages.ts";
import type { Cancel, Chance, Clock } from "../../ports.ts";
import type { ChargeAsked, ChargeSeen, Log } from "../../site-context.ts";
import { accountOf } from "../accounts.ts";
import { beginByHand } from "../by-hand.ts";
import { cardOf } from "../cards.ts";
import { type Charge, chargeOfSession, stampOf, stopFor } from "../charges.ts";
import { elapsedMs } from "../elapsed.ts";
import type { SocketLimits } from "../requests.ts";
import type { ChargingRules } from "../rules.ts";
import type { Waiting } from "../waiting/waiting.ts";
import { openPileCharge, openPileCharges, orderOf, pileGivenUp, pilePower, pileRefused, pileSettled, pileStarted } from "./pile-charges.ts";
import { sayAlarm, sayFault, sayFaultOver } from "./pile-story.ts";
import { readingOf, type SocketSeen } from "./seen.ts";

export interface PileOf {
  readonly id: string;
  readonly ports: number;
  readonly time_most_s: number;
  readonly overload_mW: number;
  readonly shed?: string | undefined;
  readonly power_s: number;
  readonly heartbeat_s: number;
}

export interface PilesSettings {
  readonly piles: readonly PileOf[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly rules: ChargingRules;
  /** Whether the supplies bear a start now. */
  readonly judge?: Waiting["judge"];
  readonly shedState: (shed: string) => ShedReading["state"] | undefined;
  readonly tellFire: (told: {
    readonly shed: string;
    readonly source: string;
    readonly of: "smoke" | "heat";
    readonly active: boolean;
  }) => void;
}

export interface Piles {
  /** Who listens to the drivers. */
  readonly listener: PileListener;
  /** Which driver speaks to which pile; said once, after the drivers are open. */
  use(driverOf: (pile: string) => PileDriver | undefined): void;
  has(socket: string): boolean;
  begin(asked: ChargeAsked, turn?: boolean): ChargeSeen | Refusal;
  release(socket: string): "asked" | "no-charge" | "not-connected";
  readings(): readonly SocketReading[];
  /** Its sockets are to stop now, whatever they do. */
  stopShed(shed: string): void;
  /** Looks after what nobody says: nights, chosen times, silence, settlements that do not come. Returns piles that fell silent or answer again. */
  stop(): void;
}

const lookEvery_ms = 5_000;
const stopAgain_ms = 30_000;
/** A settlement is repeated every half hour. */
const settledWithin_ms = 35 * 60_000;
/** Beyond its longest charge. */
const givenUpAfter_ms = 2 * 3_600_000;
/** A pile's alarm says no end: what is locked stays locked until a person has looked. */
const fireLasts_ms = 60_000;
/** Two beats and two thirds; 8 minutes for one that beats every three. */
const silentAfter = (heartbeat_s: number): number => Math.max(90_000, (heartbeat_s * 8_000) / 3);

export function startPiles(settings: PilesSettings): Piles {
  const { piles, journal, clock, chance, log, rules } = settings;
  const byId = new Map(piles.map((pile) => [pile.id, pile]));
  const seen = new Map<string, SocketSeen>();
  const heardAt = new Map<string, Monotonic>();
  const silent = new Set<string>();
  const stops = new Map<string, Monotonic>();
  const wanted = new Map<string, CutCause | "released">();
  const idleSince = new Map<string, Monotonic>();
  const burning = new Map<string, Cancel>();
  let driverOf: (pile: string) => PileDriver | undefined = () => undefined;
  const started = clock.monotonic();

  const partsOf = (socket: string): { pile: PileOf; port: number } | undefined => {
    const [id = "", number = ""] = socket.split("/");
    const pile = byId.get(id);
    const port = Number(number);
    return pile === undefined || !Number.isInteger(port) || port < 1 || port > pile.ports ? undefined : { pile, port };
  };
  const limitsOf = (socket: string): SocketLimits | undefined => {
    const known = partsOf(socket);
    return known === undefined ? undefined : { max_time_s: known.pile.time_most_s, blind_ms: 0, tells_plug: false, shed: known.pile.shed };
  };
  const locked = ({ shed }: PileOf): boolean => shed !== undefined && settings.shedState(shed) === "latched";

  const readings = (): SocketReading[] =>
    [...seen].flatMap(([socket, one]) => {
      const known = partsOf(socket);
      if (known === undefined) return [];
      const charge = one.port.state === "charging" ? openPileCharge(journal, socket) : undefined;
      return [readingOf(socket, one, { now: clock.monotonic(), ...known.pile, authority: charge?.authority ?? null })];
    });

  const stopNow = (charge: Charge, why: CutCause | "released"): void => {
    const known = partsOf(charge.socket);
    wanted.set(charge.session, wanted.get(charge.session) ?? why);
    const last = stops.get(charge.session);
    if (known === undefined || (last !== undefined && clock.monotonic() - last < stopAgain_ms)) return;
    stops.set(charge.session, clock.monotonic());
    const asked = { pile: known.pile.id, port: known.port, order: orderOf(charge.session) };
    driverOf(known.pile.id)?.stop(asked, ({ kind }) => {
      if (kind !== "idle") return;
      const now = chargeOfSession(journal, charge.session);
      // It charged once: then its settlement is on the way. Never seen to: then it never did.
      if (now?.authority_state !== "asked") return;
      journal.commit((tx) => pileRefused(tx, now, unanswered, clock.stamp()));
    });
  };

  const send = (authority: Authority): void => {
    const known = partsOf(authority.socket);
    const charge = chargeOfSession(journal, authority.session);
    if (known === undefined || charge === undefined) return;
    const account = accountOf(journal, authority.session);
    const most_s = Math.max(1, Math.min(known.pile.time_most_s, Math.floor(authority.duration_ms / 1000)));
    const choice = account?.choice ?? { kind: "full" };
    const until: PileStart["until"] =
      choice.kind === "time"
        ? { kind: "time", time_s: Math.max(1, Math.min(choice.seconds, most_s)) }
        : choice.kind === "energy"
          ? { kind: "energy", energy_mWh: choice.mWh }
          : { kind: "full" };
    const { session } = authority;
    const asked = { pile: known.pile.id, port: known.port, order: orderOf(session), until, balance_fen: account?.paid_fen ?? 0 };
    const driver = driverOf(known.pile.id);
    if (driver === undefined) {
      journal.commit((tx) => pileRefused(tx, charge, notConnected, clock.stamp()));
      return;
    }
    driver.start({ ...asked, time_most_s: most_s, overload_mW: known.pile.overload_mW }, (outcome) => {
      const now = chargeOfSession(journal, session);
      if (now === undefined) return;
      idleSince.delete(now.socket);
      if (outcome.kind === "started") journal.commit((tx) => pileStarted(tx, now, clock.stamp()));
      else if (outcome.kind === "unknown") {
        log.warn({ socket: now.socket, why: outcome.why }, "piles: a start was not answered; its order is stopped");
        stopNow(now, "released");
      } else if (outcome.charges) {
        // Refused, and energised all the same: it is a charge that has to end, and its settlement will say what flowed.
        journal.commit((tx) => {
          pileStarted(tx, now, clock.stamp());
          sayFault(tx, now.socket, outcome, clock.stamp());
        });
        stopNow(now, "released");
      } else journal.commit((tx) => pileRefused(tx, now, outcome, clock.stamp()));
    });
  };

  const begin: Piles["begin"] = (asked, turn) => {
    const known = partsOf(asked.socket);
    if (known !== undefined && locked(known.pile) && chargeOfSession(journal, asked.charge) === undefined)
      return refusal("locked", "充电棚已锁定，须先由人员解除", "the shed is locked until a person resets it");
    // Its relay is asked half a second later: whoever asked has his answer first.
    const later = (authority: Authority): void => void clock.wake(after(clock.monotonic(), 500), () => send(authority));
    const all = readings();
    return beginByHand(
      // Not heard yet is "not connected" of this pile, not of protection.
      {
        journal,
        limitsOf,
        rules,
        now: clock.stamp(),
        id: chance.id,
        readings: all.filter(({ socket }) => socket === asked.socket),
        energise: later,
        order: orderOf,
        ...{ judge: settings.judge, turn },
      },
      asked,
    );
  };

  const alarm = (said: PileAlarm): void => {
    const { pile, of } = said;
    journal.commit((tx) => sayAlarm(tx, said, byId.get(pile)?.ports ?? 0, clock.stamp()));
    if (of !== "smoke" && of !== "heat") return;
    for (const charge of openPileCharges(journal)) if (partsOf(charge.socket)?.pile.id === pile) stopNow(charge, "smoke");
    const shed = byId.get(pile)?.shed;
    if (shed === undefined) return;
    const fire = { shed, source: pile, of } as const;
    settings.tellFire({ ...fire, active: true });
    stopShed(shed);
    burning.get(pile)?.();
    burning.set(
      pile,
      clock.wake(after(clock.monotonic(), fireLasts_ms), () => settings.tellFire({ ...fire, active: false })),
    );
  };
  const stopShed = (shed: string): void => {
    for (const charge of openPileCharges(journal)) if (partsOf(charge.socket)?.pile.shed === shed) stopNow(charge, "shed");
  };

  const listener: PileListener = {
    alive({ pile, at, voltage_mV, ports }) {
      heardAt.set(pile, at);
      const known = byId.get(pile);
      for (const [n, port] of ports.slice(0, known?.ports ?? 0).entries()) {
        const socket = `${pile}/${n + 1}`;
        const before = seen.get(socket);
        tellFault(socket, before, { at, port, voltage_mV });
        seen.set(socket, { at, port, voltage_mV, ...(before?.power === undefined ? {} : { power: before.power }) });
        if (port.state === "charging") idleSince.delete(socket);
        else if (!idleSince.has(socket)) idleSince.set(socket, at);
      }
      if (silent.delete(pile)) journal.commit((tx) => tx.event("station.answers", { station: pile }));
    },
    power(said) {
      const socket = `${said.pile}/${said.port}`;
      const at = clock.monotonic();
      heardAt.set(said.pile, at);
      const known = partsOf(socket);
      if (known === undefined) return;
      const before = seen.get(socket);
      seen.set(socket, { at, port: { state: "charging" }, voltage_mV: said.voltage_mV ?? before?.voltage_mV ?? null, power: { at, said } });
      idleSince.delete(socket);
      onPower(said, socket, known.pile.power_s);
    },
    settle: (said) => settled(said),
    alarm,
    card({ pile, port, card }) {
      const balance_fen = rules.cards === undefined ? 0 : (cardOf(journal, card)?.balance_fen ?? 0);
      if (port === null) return { kind: "good", balance_fen };
      const begun = begin({ charge: chance.id(), socket: `${pile}/${port}`, person: `card ${card}`, by: "card", card });
      if (!("kind" in begun)) return { kind: "good", balance_fen };
      log.info({ pile, port, why: begun.code }, "piles: a card began nothing");
      return { kind: "no", code: begun.code, balance_fen };
    },
    odd: ({ pile, why }) => log.warn({ pile, why }, "piles: something was said that is passed over"),
  };

  const tellFault = (socket: string, before: SocketSeen | undefined, now: SocketSeen): void => {
    const [was, is] = [before?.port.fault, now.port.fault];
    if (was?.code === is?.code) return;
    journal.commit((tx) => {
      if (was !== undefined) sayFaultOver(tx, socket, was, clock.stamp());
      if (is !== undefined) sayFault(tx, socket, is, clock.stamp());
    });
  };

  const onPower = (said: PowerSaid, socket: string, power_s: number): void => {
    const spent = journal.commit((tx) => pilePower(tx, said, { socket, now: clock.stamp() }, power_s));
    const charge = openPileCharge(journal, socket);
    if (!spent || charge === undefined) return;
    journal.commit((tx) => stopFor(tx, charge.session, "money"));
    stopNow(charge, "released");
  };

  const settled = (said: Settled): boolean => {
    const socket = `${said.pile}/${said.port}`;
    if (partsOf(socket) === undefined) return false;
    const charge = openPileCharge(journal, socket);
    const why = charge === undefined ? undefined : wanted.get(charge.session);
    try {
      journal.commit((tx) => pileSettled(tx, said, { socket, now: clock.stamp() }, why === "released" ? undefined : why));
    } catch (error) {
      // Not written is not acknowledged: it is said again.
      if (!(error instanceof Error) || !String((error as { code?: unknown }).code).startsWith("SQLITE_FULL")) throw error;
      log.error({ error: error.message }, "piles: the disk is full");
      return false;
    }
    if (charge !== undefined && chargeOfSession(journal, charge.session) === undefined) {
      wanted.delete(charge.session);
      stops.delete(charge.session);
    }
    return true;
  };

  const look = (): void => {
    const now = clock.monotonic();
    const stamp = clock.stamp();
    for (const charge of openPileCharges(journal)) lookAt(charge, now);
    for (const { id, heartbeat_s } of piles) {
      const last = heardAt.get(id) ?? started;
      if (now - last < silentAfter(heartbeat_s) || silent.has(id)) continue;
      silent.add(id);
      journal.commit((tx) => tx.event("station.silent", { station: id, silent_ms: now - last }, stamp));
    }
    cancel = clock.wake(after(now, lookEvery_ms), look);
  };

  const lookAt = (charge: Charge, now: Monotonic): void => {
    const known = partsOf(charge.socket);
    const since = elapsedMs(stampOf(charge.asked_at), clock.stamp());
    if (known === undefined || (since !== undefined && since > known.pile.time_most_s * 1000 + givenUpAfter_ms)) {
      journal.commit((tx) => pileGivenUp(tx, charge, clock.stamp()));
      return;
    }
    const idle = idleSince.get(charge.socket);
    // Asked by a life of the gateway that did not hear the answer: that is ended, not begun again.
    const orphan =
      charge.authority_state === "asked" &&
      since !== undefined &&
      (since > 60_000 || stampOf(charge.asked_at).boot !== clock.stamp().boot || stampOf(charge.asked_at).mono < started);
    if (idle !== undefined && charge.authority_state === "closed" && now - idle >= settledWithin_ms) {
      journal.commit((tx) => pileGivenUp(tx, charge, clock.stamp()));
      return;
    }
    const night = untilNight_ms(rules.night, clock.stamp().wall) === 0;
    const over = since !== undefined && since > known.pile.time_most_s * 1000 + 60_000;
    if (night && charge.stop_for === null) journal.commit((tx) => stopFor(tx, charge.session, "night"));
    if (locked(known.pile)) stopNow(charge, "shed");
    else if (night || over || orphan || charge.stop_for !== null || wanted.has(charge.session))
      stopNow(charge, wanted.get(charge.session) ?? "released");
  };
  let cancel = clock.wake(after(clock.monotonic(), lookEvery_ms), look);

  return {
    listener,
    use: (of) => {
      driverOf = of;
    },
    has: (socket) => byId.has(socket.split("/")[0] ?? ""),
    begin,
    release(socket) {
      const charge = openPileCharge(journal, socket);
      if (charge === undefined) return "no-charge";
      stops.delete(charge.session);
      stopNow(charge, "released");
      return "asked";
    },
    readings,
    stopShed,
    stop: () => {
      cancel();
      for (const end of burning.values()) end();
    },
  };
}

const unanswered = { code: "unanswered", zh: "桩没有应答，未送电", en: "the pile did not answer: not energised" } as const;
const notConnected = { code: "not-connected", zh: "桩未连接，未送电", en: "the pile is not connected: not energised" } as const;
