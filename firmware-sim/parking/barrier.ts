// A barrier board in told time: the arm's travel, its limit switches, two loops, and the closing that the board does by itself, never onto a car.
export type Arm = "closed" | "opening" | "open" | "closing";
export type Pulse = "open" | "close" | "stop";
export type Loop = "approach" | "under";

export interface Barrier {
  readonly travel_ms: number;
  arm: Arm;
  /** Since when the arm is in this state, and where it was then: 0 down, 1 up. */
  since: number;
  from: number;
  halted: boolean;
  readonly loops: Record<Loop, boolean>;
  /** From here the board counts down to closing by itself. */
  quietSince: number;
  /** A car left under the open arm: the short countdown holds. */
  passed: boolean;
  openings: number;
  passages: number;
  /** Cars that crossed from the inside, over the loop under the arm and then the one before it. */
  against: number;
  /** The car on the loop under the arm came onto it with nobody on the one before it. */
  fromInside: boolean;
  /** Faults of the day: the arm does not come down, the board has no power, the fire alarm's contact is closed. */
  readonly ails: { stuck: boolean; jammed: boolean; dark: boolean; fire: boolean };
}

const closesAfterCarMs = 800;
const closesUnusedMs = 10_000;

export const newBarrier = (travel_ms: number, now: number): Barrier => ({
  travel_ms,
  arm: "closed",
  since: now,
  from: 0,
  halted: false,
  loops: { approach: false, under: false },
  quietSince: now,
  passed: false,
  openings: 0,
  passages: 0,
  against: 0,
  fromInside: false,
  ails: { stuck: false, jammed: false, dark: false, fire: false },
});

function nextChange(barrier: Barrier): number {
  const { arm, since, from, travel_ms, loops, ails } = barrier;
  if (barrier.halted || ails.dark || (ails.stuck && arm === "open")) return Number.POSITIVE_INFINITY;
  if (arm === "opening") return since + (1 - from) * travel_ms;
  if (arm === "closing") return since + from * travel_ms;
  if (arm === "closed" || loops.under || (loops.approach && !barrier.passed)) return Number.POSITIVE_INFINITY;
  return barrier.quietSince + (barrier.passed ? closesAfterCarMs : closesUnusedMs);
}

function become(barrier: Barrier, arm: Arm, at: { now: number; from: number }): void {
  barrier.arm = arm;
  barrier.since = at.now;
  barrier.from = at.from;
}

/** Where the arm is: 0 down, 1 up. */
export function armPosition({ arm, since, from, travel_ms, halted, ails }: Barrier, now: number): number {
  const moved = halted || ails.dark ? 0 : (now - since) / travel_ms;
  if (arm === "opening") return Math.min(1, from + moved);
  if (arm === "closing") return Math.max(0, from - moved);
  return from;
}

/** Lets the time pass up to `now`. */
export function advanceBarrier(barrier: Barrier, now: number): void {
  for (let at = nextChange(barrier); at <= now; at = nextChange(barrier)) {
    if (barrier.arm === "opening") {
      become(barrier, "open", { now: at, from: 1 });
      barrier.openings += 1;
      barrier.passed = false;
      barrier.quietSince = at;
    } else if (barrier.arm === "open") become(barrier, "closing", { now: at, from: 1 });
    else become(barrier, "closed", { now: at, from: 0 });
  }
}

function move(barrier: Barrier, arm: "opening" | "closing", now: number): void {
  const from = armPosition(barrier, now);
  barrier.halted = false;
  become(barrier, arm, { now, from });
}

/** Without power the arm stands where it is; with it the board counts its quiet time anew. */
export function setPower(barrier: Barrier, has: boolean, now: number): void {
  advanceBarrier(barrier, now);
  if (barrier.ails.dark !== has) return;
  become(barrier, barrier.arm, { now, from: armPosition(barrier, now) });
  barrier.ails.dark = !has;
  barrier.quietSince = now;
}

export function pulse(barrier: Barrier, which: Pulse, now: number): void {
  const { dark, stuck, jammed } = barrier.ails;
  if (dark || (which === "close" && stuck) || (which === "open" && jammed)) return;
  advanceBarrier(barrier, now);
  const from = armPosition(barrier, now);
  const moving = barrier.arm === "opening" || barrier.arm === "closing";
  if (which === "stop" && moving) {
    become(barrier, barrier.arm, { now, from });
    barrier.halted = true;
  } else if (which === "open" && barrier.arm === "open") {
    barrier.passed = false;
    barrier.quietSince = now;
  } else if (which === "open" && (barrier.arm !== "opening" || barrier.halted)) move(barrier, "opening", now);
  // The board refuses to close onto an occupied loop under the arm.
  else if (which === "close" && barrier.arm !== "closed" && (barrier.arm !== "closing" || barrier.halted) && !barrier.loops.under)
    move(barrier, "closing", now);
}

export function setLoop(barrier: Barrier, loop: Loop, to: { occupied: boolean; now: number }): void {
  advanceBarrier(barrier, to.now);
  if (barrier.loops[loop] === to.occupied) return;
  barrier.loops[loop] = to.occupied;
  if (barrier.arm === "open") barrier.quietSince = to.now;
  if (loop !== "under") return;
  if (to.occupied) {
    barrier.fromInside = !barrier.loops.approach;
    // A car under a falling arm sends it up again.
    if (barrier.arm === "closing") move(barrier, "opening", to.now);
  } else if (barrier.arm !== "closed" && !barrier.ails.dark) {
    barrier.passages += 1;
    barrier.passed = true;
  }
}

/** A car leaves the loop under the arm backwards: the board's loop pair tells this from a passage. */
export function leaveUnderBackwards(barrier: Barrier, now: number): void {
  advanceBarrier(barrier, now);
  if (barrier.loops.under && barrier.loops.approach && barrier.fromInside) barrier.against += 1;
  barrier.loops.under = false;
  if (barrier.arm === "open") barrier.quietSince = now;
}
