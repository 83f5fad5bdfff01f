// Trip tests as the site keeps them: asked by a named person, written down before protection hears of it, and what became of each. Protection holds a test only
// in memory; when it begins anew the test is over, and that is said here.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { testEnds } from "../core/charging/facts.ts";
import { leastTrial_mA, longestTrial_ms } from "../core/charging/trial.ts";
import type { Journal, Reads, Transaction } from "../journal/journal.ts";
import type { Fact, SiteToSafety } from "../link/messages.ts";
import type { Clock } from "../ports.ts";
import type { TripTest, TripTestAsked, TripTestState } from "../site-context.ts";
import { stampOf } from "./charges.ts";

export const testOf = (reads: Reads, test: string): TripTest | undefined =>
  reads.get<TripTest>("SELECT * FROM trip_test WHERE test = ?", test);

export interface Asking {
  readonly journal: Journal;
  readonly clock: Clock;
  /** undefined: the site file has no such socket. */
  readonly ratedOf: (socket: string) => number | undefined;
  readonly link: { connected(): boolean; send(message: SiteToSafety): boolean };
}

const mA = (value: number): string => `${value} mA`;

function refusalOf({ ratedOf, link }: Asking, { socket, limit_mA, duration_ms }: TripTestAsked): Refusal | undefined {
  const rated = ratedOf(socket);
  if (rated === undefined) return refusal("no-socket", `没有插座 ${socket}`, `no such socket: ${socket}`);
  if (limit_mA >= rated)
    return refusal(
      "not-lower",
      `测试限值 ${mA(limit_mA)} 必须低于该插座的额定电流 ${mA(rated)}`,
      `a test limit of ${mA(limit_mA)} must be lower than the socket's rated ${mA(rated)}`,
    );
  if (limit_mA < leastTrial_mA)
    return refusal("too-low", `测试限值不得低于 ${mA(leastTrial_mA)}`, `a test limit is at least ${mA(leastTrial_mA)}`);
  if (duration_ms > longestTrial_ms) return refusal("too-long", "测试最长 10 分钟", "a test lasts at most 10 minutes");
  return link.connected()
    ? undefined
    : refusal(
        "no-protection",
        "保护进程未连接，未执行；待其恢复后重试",
        "protection is not connected: nothing was asked; try again when it answers",
      );
}

/** Written down, then asked. The same test asked again is the same test, and is not begun anew. */
export function tripTest(asking: Asking, asked: TripTestAsked): TripTest | Refusal {
  const { journal, clock, link } = asking;
  const { test, socket, person, limit_mA, duration_ms } = asked;
  const known = testOf(journal, test);
  if (known !== undefined) {
    if (known.socket === socket && known.limit_mA === limit_mA) return known;
    return refusal("test-differs", "这个试验编号已用于别的试验", "another test has this name already");
  }
  const refused = refusalOf(asking, asked);
  if (refused !== undefined) return refused;
  const row = journal.commit((tx) => {
    tx.run(
      "INSERT INTO trip_test (test, socket, person, limit_mA, duration_ms, asked_at, state) VALUES (?, ?, ?, ?, ?, ?, 'asked')",
      ...[test, socket, person, limit_mA, duration_ms, JSON.stringify(clock.stamp())],
    );
    return testOf(tx, test) as TripTest;
  });
  link.send({ type: "test-limit", test, socket, person, limit_mA, duration_ms });
  return row;
}

const setState = (tx: Transaction, test: string, state: TripTestState, why: string | null = null): void =>
  void tx.run("UPDATE trip_test SET state = ?, why = ? WHERE test = ?", state, why, test);

type TestFact = Extract<Fact, { kind: "test-begun" | "test-refused" | "test-ended" }>;

export function takeTestFact(tx: Transaction, fact: TestFact, at: Stamp): string | undefined {
  const { test, socket } = fact;
  if (fact.kind === "test-begun") {
    const { person, limit_mA, rated_mA, duration_ms } = fact;
    setState(tx, test, "running");
    tx.event("charging.test-begun", { test, socket, person, limit_mA, rated_mA, duration_ms }, at);
    return undefined;
  }
  if (fact.kind === "test-refused") {
    setState(tx, test, "refused", `${fact.zh} / ${fact.en}`);
    tx.event("charging.test-ended", { test, socket, cause: "refused" }, at);
    return undefined;
  }
  const cause = testEnds.find((one) => one === fact.cause);
  if (cause === undefined) return `unknown cause ${fact.cause}`;
  setState(tx, test, cause);
  tx.event("charging.test-ended", { test, socket, cause }, at);
  return undefined;
}

/** The cut that a test made, and later what was read back. */
export function noteTestCut(tx: Transaction, fact: Extract<Fact, { kind: "cut" }>): void {
  if (fact.test === undefined) return;
  tx.run(
    "UPDATE trip_test SET trip = ?, cause = ?, value = ?, pickup = ?, decided_after_ms = ?, off_after_ms = ? WHERE test = ?",
    ...[fact.trip, fact.cause, fact.value, fact.limit, fact.decided_after_ms, fact.off_after_ms, fact.test],
  );
}

export const noteTestOpened = (tx: Transaction, { trip, confirmed_after_ms }: Extract<Fact, { kind: "opened" }>): void =>
  void tx.run("UPDATE trip_test SET confirmed_after_ms = ? WHERE trip = ?", confirmed_after_ms, trip);

/** Protection began anew: what it was asked before, it does not hold. */
export function dropTests(tx: Transaction, at: Stamp): void {
  for (const { test, socket, asked_at } of tx.all<TripTest>("SELECT * FROM trip_test WHERE state IN ('asked', 'running')")) {
    const asked = stampOf(asked_at);
    if (asked.boot === at.boot && asked.mono > at.mono) continue;
    setState(tx, test, "dropped");
    tx.event("charging.test-ended", { test, socket, cause: "dropped" }, at);
  }
}
