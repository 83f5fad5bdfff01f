// A simulated barrier: how its arm moves, and what its board counts and tells.
import { describe, expect, it } from "vitest";
import type { Profile } from "#protocols/modbus/profile.ts";
import loopBoard from "#protocols/profiles/barriers/loop-board.json" with { type: "json" };
import { answerPdu } from "../modbus/answer.ts";
import { advanceBarrier, armPosition, type Barrier, leaveUnderBackwards, newBarrier, type Pulse, pulse, setLoop } from "./barrier.ts";
import { boardMemory } from "./board-registers.ts";

/** "100 open, 1800 under+": at 100 ms an OPEN pulse, at 1,800 ms a car comes onto the loop under the arm. */
function play(story: string, until: number): Barrier {
  const barrier = newBarrier(1_000, 0);
  for (const [, at, act = "", edge] of story.matchAll(/(\d+) ([a-z]+)([+-]?)/g)) {
    const now = Number(at);
    if (act === "approach" || act === "under") setLoop(barrier, act, { occupied: edge === "+", now });
    else pulse(barrier, act as Pulse, now);
  }
  advanceBarrier(barrier, until);
  return barrier;
}

const car = "0 approach+, 100 open, 1800 under+, 2400 approach-, 3300 under-";

describe("a barrier", () => {
  it.each([
    // what                                              story                          asked at  arm     openings passages
    ["rises for its travel time", "0 open", 999, "opening", 0, 0],
    ["counts at the open limit", "0 open", 1_000, "open", 1, 0],
    ["closes by itself when nobody uses it", "0 open", 11_000, "closing", 1, 0],
    ["stays open for a car on the loop before it", "0 approach+, 0 open", 60_000, "open", 1, 0],
    ["stays open over a car under it", "0 open, 1200 under+", 60_000, "open", 1, 0],
    ["counts a car that crossed", car, 3_300, "open", 1, 1],
    ["closes 0.8 s behind it", car, 4_100, "closing", 1, 1],
    ["is down after its travel time", car, 5_100, "closed", 1, 1],
    ["rises again from a car that comes under the falling arm", `${car}, 4500 under+`, 4_899, "opening", 1, 1],
    ["and that is an opening too", `${car}, 4500 under+`, 4_900, "open", 2, 1],
    ["opens nothing twice at a second pulse", "0 open, 400 open, 1500 open", 2_000, "open", 1, 0],
    ["never closes onto a car", "0 open, 1200 under+, 1500 close", 9_000, "open", 1, 0],
    ["closes when told and free", "0 open, 1500 close", 2_500, "closed", 1, 0],
    ["stops half way and stays", "0 open, 400 stop", 60_000, "opening", 0, 0],
    ["goes on from there", "0 open, 400 stop, 5000 open", 5_600, "open", 1, 0],
    ["counts no flicker under a closed arm", "0 under+, 100 under-", 200, "closed", 0, 0],
  ])("%s", (_what, story, at, arm, openings, passages) => {
    const barrier = play(story, at);
    expect({ arm: barrier.arm, openings: barrier.openings, passages: barrier.passages }).toEqual({ arm, openings, passages });
  });

  it.each([
    ["in from the outside, and backwards out again", ["approach", "under"], 0],
    ["out from the inside", ["under", "approach"], 1],
    ["from the inside, and back in again", ["under"], 0],
  ] as const)("counts against the lane: %s", (_what, loops, against) => {
    const barrier = newBarrier(1_000, 0);
    pulse(barrier, "open", 0);
    for (const [at, loop] of loops.entries()) setLoop(barrier, loop, { occupied: true, now: 2_000 + at * 500 });
    leaveUnderBackwards(barrier, 4_000);
    expect([barrier.against, barrier.passages]).toEqual([against, 0]);
  });

  it("moves evenly", () => {
    const barrier = newBarrier(1_000, 0);
    pulse(barrier, "open", 0);
    expect([0, 250, 1_000].map((now) => armPosition(barrier, now))).toEqual([0, 0.25, 1]);
  });
});

describe("its board", () => {
  const profile = loopBoard as Profile;
  const lifetime = { openings: 70_000, passages: 70_001, against: 3 };
  const ask = (barrier: Barrier, pdu: string, now: number) =>
    Buffer.from(answerPdu(boardMemory({ barrier, lifetime, profile }, now), Buffer.from(pdu, "hex")) ?? []).toString("hex");

  it("shows limits, loops, motor and counters as the profile says", () => {
    const barrier = newBarrier(1_000, 0);
    expect(ask(barrier, "0400000006", 0)).toBe("040c" + "0002" + "00011170" + "00011171" + "03e8");
    expect(ask(barrier, "050000ff00", 0)).toBe("050000ff00");
    expect(ask(barrier, "0400000001", 500)).toBe("0402" + "0010");
    setLoop(barrier, "under", { occupied: true, now: 1_100 });
    expect(ask(barrier, "0400000003", 1_200)).toBe("0406" + "0009" + "00011171");
  });

  it.each([
    ["a level is no pulse", "0500000000", "0500000000"],
    ["a coil that is not there", "050003ff00", "8502"],
    ["another value", "0500000001", "8503"],
    ["registers cannot be written", "0600010000", "8601"],
    ["beyond the image", "0400060001", "8402"],
  ])("%s", (_what, pdu, answer) => {
    const barrier = newBarrier(1_000, 0);
    expect(ask(barrier, pdu, 0)).toBe(answer);
    expect(barrier.arm).toBe("closed");
  });
});
