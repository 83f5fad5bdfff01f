// Starts beyond a limit, or chosen for the morning, wait their turn: in the journal before anybody is told, looked at again every few seconds, whatever was restarted meanwhile.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { after, type Stamp, type Wall } from "#protocols/vocabulary/time.ts";
import { type Draw, plan, type Turn, type WaitingStart } from "../../core/charging/plan/plan.ts";
import { type Deferred, deferred, valleyOf } from "../../core/charging/plan/valley.ts";
import { deferredWords, waitWords } from "../../core/charging/plan/words.ts";
import type { Journal } from "../../journal/journal.ts";
import type { SocketReading } from "../../link/messages.ts";
import type { Clock } from "../../ports.ts";
import type { ChargeAsked, ChargeSeen, Log } from "../../site-context.ts";
import { type ChargingRules, pricedAt } from "../rules.ts";
import type { Room } from "./room.ts";
import { dropWait, markTurn, retell, type Wait, type WaitingRow, waitingOn, waitingRows } from "./store.ts";
import type { Supply } from "./supply.ts";

export interface WaitingSettings {
  readonly supply: Supply;
  readonly rules: ChargingRules;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly room: () => Room;
  readonly readings: () => readonly SocketReading[];
  /** Whether its station tells of plugs. */
  readonly tellsPlug: (socket: string) => boolean;
  /** Its turn has come: all that is asked of a start is asked again, but whether it has to wait. */
  readonly begin: (asked: ChargeAsked) => ChargeSeen | Refusal;
}

/** go: nothing stands against it; `noted`: it is kept, in case protection has no room after all. */
export type Verdict = Refusal | { readonly wait: Wait } | { readonly go: "noted" | "unplanned" };

export interface Waiting {
  /** Before a start is written: may it begin? */
  judge(asked: ChargeAsked): Verdict;
  /** Ends the wait on this socket; false: nobody waits there. */
  withdraw(socket: string): boolean;
  stop(): void;
}

const lookEvery_ms = 5_000;
/** So long a start may be next and not begin, before it is given up: nobody waits for ever behind a socket that is not seen. */
const turnLasts_ms = 10 * 60_000;
const comes = new Set(["not-connected", "not-seen"]);

export function startWaiting(settings: WaitingSettings): Waiting {
  const { supply, rules, journal, clock, log } = settings;
  const { planning } = rules;
  const zero: Draw = { mA: 0, mW: 0 };

  const startOf = (asked: ChargeAsked, at: Wall, later: Deferred | undefined, now: Wall): WaitingStart => {
    const known = supply.sockets.get(asked.socket);
    const longest_ms = (known?.longest_s ?? 0) * 1000;
    const chosen_ms = asked.choice?.kind === "time" ? asked.choice.seconds * 1000 : longest_ms;
    // A clock that was put back makes nobody wait for it again.
    const asked_at = Math.min(at, now) as Wall;
    return {
      ...{ id: asked.charge, socket: asked.socket, asked: asked_at, from: later?.from ?? asked_at },
      ...{ most: known?.most ?? zero, lasts_ms: Math.min(longest_ms, chosen_ms) },
    };
  };
  const turnsOf = (rows: readonly WaitingRow[], also: readonly WaitingStart[], now: Wall): Turn[] => {
    const { budgets, running } = settings.room();
    const waiting = rows.map(({ asked, at_wall, deferred: later }) => startOf(asked, at_wall, later, now));
    return plan(budgets, { running, waiting: [...waiting, ...also] }, now);
  };
  const wordsOf = (turn: Turn, later: Deferred | undefined): Wait => ({
    words:
      turn.blocked === undefined && later !== undefined && later.because !== "now" ? deferredWords(later, turn.latest) : waitWords(turn),
    latest: turn.latest,
    deferred: later,
  });

  /** The valley of the price that is in force; where the clock does not know the hour nothing is put off. */
  const laterOf = ({ ready_by_s, choice }: ChargeAsked, now: Stamp): Deferred | undefined => {
    if (ready_by_s === undefined || planning === undefined || !now.synchronised) return undefined;
    const priced = pricedAt(rules, now.wall);
    const valley = typeof priced === "object" ? valleyOf(priced.version) : [];
    const needs_ms = choice?.kind === "time" ? choice.seconds * 1000 : planning.assumed_s * 1000;
    const found = deferred(valley, { by_s: ready_by_s, needs_ms }, now.wall);
    return found.because === "now" ? undefined : found;
  };

  const judge: Waiting["judge"] = (asked) => {
    const { socket } = asked;
    if (asked.ready_by_s !== undefined && planning === undefined) return noPlanning;
    const known = supply.sockets.get(socket);
    const mine = supply.budgets.filter(({ sockets }) => sockets.has(socket));
    // Protection keeps its own sockets within their budgets by itself; piles it does not see.
    const shared = mine.some(({ sockets }) => [...sockets].some((one) => supply.sockets.get(one)?.pile === true));
    if (known === undefined || (planning === undefined && !shared)) return { go: "unplanned" };
    const never = mine.find(({ limit, unit }) => known.most[unit] > limit);
    if (never !== undefined)
      return refusal("over-budget", `${never.name.zh}容不下这个插座的最大用量`, `${never.name.en} cannot bear the most of this socket`);
    const now = clock.stamp();
    const later = laterOf(asked, now);
    const turn = turnsOf(waitingRows(journal), [startOf(asked, now.wall, later, now.wall)], now.wall).find(({ id }) => id === asked.charge);
    if (turn === undefined || turn.may) return { go: planning === undefined ? "unplanned" : "noted" };
    const wait = wordsOf(turn, later);
    return planning === undefined ? refusal("over-budget", wait.words.zh, wait.words.en) : { wait };
  };

  const unplugged = ({ socket }: WaitingRow): boolean => {
    const reading = settings.readings().find((one) => one.socket === socket);
    return settings.tellsPlug(socket) && reading?.quality === "good" && reading.plugged === false;
  };

  const look = (): void => {
    const rows = waitingRows(journal);
    if (rows.length === 0) return;
    const now = clock.stamp();
    const gone = rows.filter(unplugged);
    if (gone.length > 0)
      journal.commit((tx) => {
        for (const row of gone) dropWait(tx, row, wasUnplugged, now);
      });
    const left = new Map(rows.filter((row) => !gone.includes(row)).map((row) => [row.charge, row]));
    const turns = turnsOf([...left.values()], [], now.wall);
    const told = turns.flatMap((turn) => {
      const row = left.get(turn.id);
      if (row === undefined || turn.may) return [];
      const { words, latest } = wordsOf(turn, row.deferred);
      return words.zh === row.zh && (latest ?? null) === row.latest && row.turn_wall === null ? [] : [{ row, words, latest }];
    });
    if (told.length > 0)
      journal.commit((tx) => {
        for (const { row, words, latest } of told) {
          retell(tx, row.charge, { words, latest });
          markTurn(tx, row.charge, undefined);
        }
      });
    for (const { id, may } of turns) {
      const row = left.get(id);
      if (may && row !== undefined && now.wall >= (row.again_wall ?? 0)) begin(row, now);
    }
  };

  const begin = (row: WaitingRow, now: Stamp): void => {
    const begun = settings.begin(row.asked);
    if (!("kind" in begun)) {
      log.info({ socket: row.socket, session: row.charge }, "sessions: a start that waited begins");
      return;
    }
    const since = row.turn_wall ?? now.wall;
    const stays = comes.has(begun.code) && now.wall - since < turnLasts_ms;
    journal.commit((tx) => {
      if (!stays) dropWait(tx, row, begun, now);
      else if (row.turn_wall === null) markTurn(tx, row.charge, now.wall);
    });
  };

  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.wake(after(clock.monotonic(), lookEvery_ms), () => {
      try {
        look();
      } catch (error) {
        // A full disk begins nothing; what waits is in the journal, and is looked at again.
        log.error({ error: String(error) }, "sessions: what waits could not be looked at");
      }
      again();
    });
  };
  if (planning !== undefined) again();
  else for (const row of waitingRows(journal)) journal.commit((tx) => dropWait(tx, row, notPlanned, clock.stamp()));
  return {
    judge,
    withdraw(socket) {
      const charge = waitingOn(journal, socket);
      if (charge === undefined) return false;
      journal.commit((tx) => dropWait(tx, { charge, socket }, withdrawn, clock.stamp()));
      return true;
    },
    stop: () => cancel(),
  };
}

const noPlanning = refusal(
  "no-planning",
  "本站没有启用负荷计划（charging.planning），不能延后开始",
  "this site plans no loads (charging.planning): a start cannot be put off",
);
const notPlanned = {
  code: "no-planning",
  zh: "站点文件不再启用等候，未开始",
  en: "the site file no longer lets starts wait: not begun",
} as const;
const wasUnplugged = { code: "unplugged", zh: "等候时拔出，未开始", en: "unplugged while it waited: not begun" } as const;
const withdrawn = { code: "withdrawn", zh: "等候中取消，未开始", en: "withdrawn while it waited: not begun" } as const;
