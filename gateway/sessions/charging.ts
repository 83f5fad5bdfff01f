// The site's side of the link to protection: facts in, authorities out. Everything that energises is committed before it is asked; everything that
// happened is committed before it is called taken.

import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Journal, Transaction } from "../journal/journal.ts";
import type { Authority, SafetyToSite, ShedReading, SiteToSafety, SocketReading } from "../link/messages.ts";
import type { Cancel, Chance, Clock } from "../ports.ts";
import type { ChargeAsked, ChargeSeen, Log } from "../site-context.ts";
import { anyWaiting, dueToEnd, settleWaiting, type Unwritten } from "./account-watch.ts";
import { countPart } from "./accounts.ts";
import { beginByHand } from "./by-hand.ts";
import { type Charge, markLost, openCharges } from "./charges.ts";
import { startEvidence } from "./evidence.ts";
import { takeFacts, takenUpTo } from "./facts.ts";
import { onReading, type SocketLimits } from "./requests.ts";
import { type ChargingRules, noRules } from "./rules.ts";
import type { Waiting } from "./waiting/waiting.ts";

export interface ChargingSettings {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly limitsOf: (socket: string) => SocketLimits | undefined;
  readonly rules?: ChargingRules;
  /** Whether the supplies bear a start now. */
  readonly judge?: Waiting["judge"];
  /** Sockets that protection does not read: a bill may wait for one of them to be free. */
  readonly alsoSeen?: () => readonly SocketReading[];
  /** False when the link is down: the message is gone, and is made anew when the link is back. */
  readonly send: (message: SiteToSafety) => boolean;
}

export interface Charging {
  heard(message: SafetyToSite): void;
  linkDown(): void;
  /** A person begins a charge. */
  begin(asked: ChargeAsked, turn?: boolean): ChargeSeen | Refusal;
  /** Undefined while protection is heard; else for how long it has been silent. */
  silentFor(): number | undefined;
  readings(): readonly SocketReading[];
  sheds(): readonly ShedReading[];
  stop(): void;
}

export const silentAfterMs = 5000;
/** A link partner that does not say its newest fact: by then its facts have come. */
const factsWithinMs = 3000;
const keepPartsEveryMs = 30_000;
/** Choices and nights are looked after so often; sockets that are kept, once in so many looks. */
const lookEveryMs = 5_000;
const looksToSettle = 6;

export function startCharging(settings: ChargingSettings): Charging {
  const { journal, clock, chance, log, limitsOf, send, rules = noRules, judge, alsoSeen = () => [] } = settings;
  let spool = "";
  let held: { readonly authorities: ReadonlySet<string>; readonly lastFact: number | undefined; readonly at: Monotonic } | undefined;
  /** Asked for on this connection: hello could not know of them. */
  let asked = new Set<string>();
  let newest: readonly SocketReading[] = [];
  let sheds: readonly ShedReading[] = [];
  const parts = partCounter(clock);
  const evidence = startEvidence({ reads: journal, now: clock.wall() });
  let looked = clock.monotonic();
  let looks = 0;
  /** When the next charge whose authority was lost may return: after a mains failure not all at once. */
  let returns = clock.monotonic();
  const shedState = (shed: string): ShedReading["state"] | undefined => sheds.find((one) => one.shed === shed)?.state;

  const energise = (authorities: readonly Authority[]): void => {
    for (const authority of authorities) {
      asked.add(authority.id);
      send({ type: "energise", authority });
    }
  };

  const onFacts = (message: Extract<SafetyToSite, { type: "facts" }>): void => {
    const taken = journal.commit((tx) => {
      parts.keep(tx);
      const done = takeFacts(tx, spool, message.facts);
      evidence.facts(tx, done.fresh);
      return done;
    });
    for (const { id, why } of taken.odd) log.error({ fact: id, why }, "sessions: a fact was put aside");
    send({ type: "spool-taken", upTo: taken.upTo });
    findLost();
  };

  /** What hello did not name, and no fact up to its newest has ended, protection has lost. */
  const findLost = (): void => {
    if (held === undefined) return;
    const { authorities, lastFact, at } = held;
    const known = lastFact === undefined ? clock.monotonic() - at >= factsWithinMs : takenUpTo(journal, spool) >= lastFact;
    if (!known) return;
    held = undefined;
    const isLost = (charge: Charge): boolean =>
      charge.paused === null && charge.authority_state !== "lost" && !authorities.has(charge.authority) && !asked.has(charge.authority);
    if (!openCharges(journal).some(isLost)) return;
    journal.commit((tx) => {
      parts.keep(tx);
      for (const charge of openCharges(tx).filter(isLost)) markLost(tx, charge, charge.part_seconds);
    });
  };

  const onReadings = (message: Extract<SafetyToSite, { type: "readings" }>): void => {
    newest = message.sockets;
    sheds = message.sheds ?? [];
    parts.count(message.sockets);
    evidence.seen(message.sockets, message.at);
    findLost();
    lookAfter();
    const changed = message.sockets.filter((reading) => needsLook(reading));
    if (changed.length === 0 && !parts.due()) return;
    const outcomes = journal.commit((tx) => {
      if (parts.due()) evidence.keep(tx, clock.stamp());
      parts.keep(tx);
      const requesting = { now: clock.stamp(), id: chance.id, limitsOf, shedState, rules, judge };
      return changed.map((reading) => {
        const outcome = onReading(tx, reading, { ...requesting, mayReturn: clock.monotonic() >= returns });
        if (outcome.kind === "energise" && outcome.again) returns = after(clock.monotonic(), rules.spacing_ms);
        return { socket: reading.socket, outcome };
      });
    });
    for (const { socket, outcome } of outcomes) {
      if (outcome.kind === "passed-over") log.warn({ socket, why: outcome.why }, "sessions: a request was passed over");
      if (outcome.kind === "energise")
        log.info({ socket, session: outcome.authority.session, again: outcome.again }, "sessions: authority");
    }
    energise(outcomes.flatMap(({ outcome }) => (outcome.kind === "energise" ? [outcome.authority] : [])));
  };

  /** Ends what is to end, and bills what has waited; marked in the journal before protection is asked, asked again until it has ended. */
  const lookAfter = (): void => {
    if (clock.monotonic() - looked < lookEveryMs) return;
    looked = clock.monotonic();
    looks += 1;
    const settles = looks % looksToSettle === 0 && anyWaiting(journal);
    if (!settles && journal.get("SELECT 1 FROM charge WHERE state = 'open' LIMIT 1") === undefined) return;
    const due = journal.commit((tx) => {
      if (settles) settleWaiting(tx, [...newest, ...alsoSeen()], clock.stamp());
      return dueToEnd(tx, { rules, unwritten: parts.unwritten, now: clock.stamp() });
    });
    for (const { authority, socket } of due) send({ type: "release", authority, socket });
  };

  /** Most readings change nothing that we write: those need no transaction. */
  const needsLook = (reading: SocketReading): boolean => {
    const limits = limitsOf(reading.socket);
    if (reading.quality !== "good" || limits === undefined || (reading.request_seq === null && limits.tells_plug)) return false;
    const known = journal.get<{ request_seq: number }>("SELECT request_seq FROM socket_request WHERE socket = ?", reading.socket);
    if (reading.request_seq !== null && known?.request_seq !== reading.request_seq) return true;
    return (
      journal.get("SELECT 1 AS lost FROM charge WHERE socket = ? AND state = 'open' AND authority_state = 'lost'", reading.socket) !==
      undefined
    );
  };

  const silence = watchSilence({ journal, clock, log });
  return {
    heard: (message) => {
      if (message.type === "log") return;
      silence.heard(message.type === "hello" ? message.boot : undefined);
      if (message.type === "facts") onFacts(message);
      else if (message.type === "readings") onReadings(message);
      else {
        spool = message.spool ?? "";
        asked = new Set();
        held = { authorities: new Set(message.authorities), lastFact: message.last_fact, at: clock.monotonic() };
        findLost();
      }
    },
    linkDown: () => {
      held = undefined;
      newest = [];
      sheds = [];
    },
    begin: (asked, turn) =>
      beginByHand(
        {
          ...{ journal, limitsOf, rules, judge, turn, now: clock.stamp(), id: chance.id, readings: newest },
          energise: (authority) => energise([authority]),
        },
        asked,
      ),
    silentFor: silence.silentFor,
    readings: () => newest,
    sheds: () => sheds,
    stop: silence.stop,
  };
}

interface Part {
  readonly ms: number;
  readonly at: Stamp;
  readonly powered_ms: number;
  /** Power × time. */
  readonly drawn: number;
  readonly meters: readonly number[];
}

interface Parts {
  count(sockets: readonly SocketReading[]): void;
  due(): boolean;
  keep(tx: Transaction): void;
  unwritten(socket: string): Unwritten | undefined;
}

/** What is seen of the running part of each session, and kept now and then: all that is known of a part whose end nobody saw. */
function partCounter(clock: Clock): Parts {
  const extra = new Map<string, Part>();
  let last = clock.monotonic();
  let kept = last;
  const seen = (socket: string, ms: number): Unwritten => {
    const part = extra.get(socket);
    const power_mW = part === undefined || part.powered_ms === 0 ? null : Math.round(part.drawn / part.powered_ms);
    return { ms, power_mW, meters: part?.meters ?? [] };
  };
  return {
    unwritten: (socket) => (extra.has(socket) ? seen(socket, Math.floor(extra.get(socket)?.ms ?? 0)) : undefined),
    count: (sockets) => {
      const now = clock.monotonic();
      const step = Math.min(5000, now - last);
      last = now;
      const at = clock.stamp();
      for (const { socket, state, quality, power_mW, energy_mWh } of sockets) {
        if (state !== "charging") continue;
        const before = extra.get(socket);
        const power = quality === "good" ? power_mW : null;
        extra.set(socket, {
          ms: (before?.ms ?? 0) + step,
          at,
          powered_ms: (before?.powered_ms ?? 0) + (power === null ? 0 : step),
          drawn: (before?.drawn ?? 0) + (power ?? 0) * step,
          meters: metersAfter(before?.meters ?? [], quality === "good" ? energy_mWh : null),
        });
      }
    },
    due: () => extra.size > 0 && clock.monotonic() - kept >= keepPartsEveryMs,
    keep: (tx) => {
      kept = clock.monotonic();
      for (const [socket, part] of extra) {
        const seconds = Math.floor(part.ms / 1000);
        if (seconds === 0) continue;
        const charge = tx.get<{ session: string }>("SELECT session FROM charge WHERE socket = ? AND state = 'open'", socket);
        if (charge !== undefined) {
          tx.run(
            "UPDATE charge SET part_seconds = part_seconds + ?, seen_at = ? WHERE session = ?",
            ...[seconds, JSON.stringify(part.at), charge.session],
          );
          countPart(tx, charge.session, { ...seen(socket, seconds * 1000), at: part.at });
        }
        extra.set(socket, { ...part, ms: part.ms - seconds * 1000, powered_ms: 0, drawn: 0, meters: [] });
      }
    },
  };
}

/** No socket counts so much from one reading to the next. */
const jump_mWh = 100_000;

/** A counter that goes on is known by its newest; what it showed before it went back or jumped is kept, or that energy would be lost. */
function metersAfter(before: readonly number[], shown: number | null): readonly number[] {
  if (shown === null) return before;
  const last = before.at(-1);
  // The number from which a counting begins stays, and what it has come to stands beside it: only then is nothing of another meter's lost.
  if (last === undefined || shown < last || shown - last > jump_mWh) return [...before, shown, shown];
  return [...before.slice(0, -1), shown];
}

/** protection.silent once it has not been heard for 5 s, protection.answers when it is heard again; which of the two was last stands in the journal. */
function watchSilence({ journal, clock, log }: Pick<ChargingSettings, "journal" | "clock" | "log">): {
  heard(boot: string | undefined): void;
  silentFor(): number | undefined;
  stop(): void;
} {
  let silent = journal.get<{ silent: number }>("SELECT silent FROM protection")?.silent === 1;
  let last = clock.monotonic();
  let boot = clock.stamp().boot;
  let cancel: Cancel = () => undefined;
  const look = (): void => {
    const quiet = clock.monotonic() - last;
    if (quiet >= silentAfterMs && !silent) {
      silent = true;
      log.error({ silent_ms: quiet }, "protection is silent");
      journal.commit((tx) => {
        tx.run("UPDATE protection SET silent = 1");
        tx.event("protection.silent", { silent_ms: quiet });
      });
    }
    cancel = clock.wake(after(clock.monotonic(), silent ? 1000 : Math.max(1, silentAfterMs - quiet)), look);
  };
  look();
  return {
    heard: (named) => {
      last = clock.monotonic();
      boot = named ?? boot;
      if (!silent) return;
      silent = false;
      journal.commit((tx) => {
        tx.run("UPDATE protection SET silent = 0");
        tx.event("protection.answers", { boot });
      });
    },
    silentFor: () => (clock.monotonic() - last >= silentAfterMs ? clock.monotonic() - last : undefined),
    stop: () => cancel(),
  };
}
