// How a lane is kept: switched off, held up for a while, up for a fire, or closed by hand. An arm is never sent down over a car, and a hold ends by itself.
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { after, type Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { BarrierBoard, BoardLook } from "../drivers/barrier-board.ts";
import type { SiteContext } from "../site-context.ts";
import { isOver, keptOpen, type Mode, type ModeOrder, modeOf, refuseMode, writeMode } from "./modes.ts";
import { foremost, markLapsed, writeOrder } from "./orders.ts";
import { beginPlanned, occurrence, plansOf } from "./planned.ts";
import { inShadow } from "./shadow.ts";

/** The board may take so long to show that it obeys. */
const pulseAgainAfter_ms = 2_000;
const closeWithin_ms = 500;
/** An arm that was told to rise is up within this, or does not rise. */
const risesWithin_ms = 8_000;
/** A car that comes under an arm which we sent down within this gets it up again. */
const closing_ms = 6_000;

export interface CloseAnswer {
  readonly gate: "closing" | "not-closed";
  readonly reason?: string;
}

export interface Keeping {
  mode(): Mode;
  set(order: ModeOrder): Refusal | Mode;
  /** From afar, where nobody sees the arm: held only while the board shows it up. One that does not rise is not held: "not-up", and nothing is left behind. */
  hold(order: ModeOrder & { readonly mode: "held-open" }): Promise<Refusal | "up" | "not-up">;
  /** A hold ends at its time also while the board says nothing; one that was planned begins at its own. */
  tick(now: Stamp): void;
  close(by: { readonly person: string; readonly reason: string }): Promise<CloseAnswer | Refusal>;
  onLook(look: BoardLook, now: Stamp): void;
}

export interface KeptLane {
  readonly context: SiteContext;
  readonly config: LaneConfig;
  readonly look: () => BoardLook | undefined;
  readonly board: () => BarrierBoard;
  /** An order that is written is sent. */
  readonly pulse: (at: Stamp, order: string) => unknown;
  /** The contact of the fire alarm at this board concerns the whole site. */
  readonly onFire: () => void;
}

const otherSystems = refusal("shadow", "本站正在影子运行，不动道闸", "this site runs in the shadow of another system: it moves no arm");

export function keepLane({ context, config, look, board, pulse, onFire }: KeptLane): Keeping {
  const { journal, clock, chance } = context;
  let mode = modeOf(journal, config.id);
  let pulsed: Stamp | undefined;
  let sentDown: Stamp | undefined;
  /** A hold from afar that waits to see the arm up. */
  let rising: { readonly since: Stamp; readonly done: (outcome: "up" | "not-up") => void } | undefined;

  /** Nobody is let through by it: whoever passes was let in by an order of its own, or passes by itself. */
  function up(now: Stamp, by: { person: string; reason: string }): void {
    if (pulsed !== undefined && elapsed(pulsed, now) < pulseAgainAfter_ms) return;
    pulsed = now;
    const id = chance.id();
    journal.commit((tx) => {
      writeOrder(tx, { id, lane: config.id, cause: "manual", visit: null, plate: null, at: now, by: { command: id, ...by } });
      markLapsed(tx, id);
    });
    pulse(now, id);
  }

  function risen(outcome: "up" | "not-up"): void {
    const { done } = rising ?? {};
    rising = undefined;
    done?.(outcome);
  }

  function change(order: ModeOrder): Mode {
    const now = clock.stamp();
    // Whoever switches the lane meanwhile has the last word.
    risen("not-up");
    journal.commit((tx) => writeMode(tx, config.id, { order, now }));
    mode = modeOf(journal, config.id);
    pulsed = undefined;
    const seen = look();
    if (keptOpen(mode) && seen?.open !== true) up(now, mode);
    return mode;
  }

  function endIfOver(now: Stamp): void {
    if (isOver(mode, now)) change({ mode: "normal", person: mode.person, reason: "常开到期 / the hold is over" });
    if (rising === undefined || elapsed(rising.since, now) <= risesWithin_ms) return;
    change({ mode: "normal", person: mode.person, reason: "未见抬杆，常开撤销 / the arm was not seen up: the hold is taken back" });
  }

  return {
    mode: () => mode,
    hold(order) {
      const refused = inShadow(journal) ? otherSystems : refuseMode(mode, order);
      if (refused !== undefined) return Promise.resolve(refused);
      const seen = look();
      if (seen === undefined)
        return Promise.resolve(
          refusal("arm-unseen", "道闸控制板无应答，看不到杆位，不能常开", "the board is silent: nobody would see whether the arm is up"),
        );
      change(order);
      if (seen.open) return Promise.resolve("up");
      return new Promise((done) => {
        rising = { since: clock.stamp(), done };
      });
    },
    tick(now) {
      endIfOver(now);
      if (mode.mode !== "normal" || !plansOf(journal, config.id).some((plan) => occurrence(plan, now.wall) !== undefined)) return;
      const planned = journal.commit((tx) => beginPlanned(tx, config.id, now));
      if (planned !== undefined) change(planned);
    },
    set: (order) => refuseMode(mode, order) ?? change(order),
    onLook(seen, now) {
      if (seen.fire === true && mode.mode !== "fire") onFire();
      if (seen.open) risen("up");
      endIfOver(now);
      // One pulse until it was seen up; then it is kept up.
      if (rising === undefined && keptOpen(mode) && !seen.open && !seen.moving) up(now, mode);
      if (sentDown !== undefined && elapsed(sentDown, now) > closing_ms) sentDown = undefined;
      if (sentDown !== undefined && seen.under && !seen.open)
        up(now, { person: "防砸", reason: "落杆时杆下有车 / a car came under the falling arm" });
    },
    async close({ person, reason }) {
      const seen = look();
      const now = clock.stamp();
      if (keptOpen(mode)) return refusal("kept-open", "车道处于常开或消防状态，先恢复正常", "the lane is kept open: switch it back first");
      if (seen === undefined)
        return refusal(
          "board-silent",
          "道闸控制板无应答，看不到杆下，不能落杆",
          "the board is silent: nobody knows what stands under the arm",
        );
      if (seen.under || seen.approach) return refusal("occupied", "地感有车，禁止落杆", "a car stands on a loop: the arm is not sent down");
      if (foremost(journal, config.id, now) !== null)
        return refusal("car-ahead", "已放行的车辆尚未通过，禁止落杆", "a car that was let through has not passed yet");
      context.log.info({ lane: config.id, person, reason }, "the arm is sent down by hand");
      sentDown = now;
      return new Promise((resolve) =>
        board().pulseClose(after(now.mono, closeWithin_ms), (outcome) =>
          resolve(outcome === "done" ? { gate: "closing" } : { gate: "not-closed", reason: outcome.code }),
        ),
      );
    },
  };
}
