// Whatever is asked of a schedule and however its members answer: it never spins, never asks what waits for its answer, says every OFF of who answers, and forgets nobody.
import fc from "fast-check";
import { expect, test } from "vitest";
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { type Job, newSchedule } from "./schedule.ts";

const start = monotonic(1_000);
const member = fc.record({
  blocks: fc.integer({ min: 0, max: 4 }),
  urgent: fc.boolean(),
  pause_ms: fc.constantFrom(0, 0, 50),
  energised: fc.boolean(),
  /** Out of eight questions so many are not answered; then the exchange takes the time-out and the quiet. */
  deaf: fc.integer({ min: 0, max: 8 }),
});
const key = (job: Job): string => JSON.stringify(job);

test("in every arrangement, with one question in flight and with several", () => {
  let asked = 0;
  fc.assert(
    fc.property(
      fc.array(member, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(7), { minLength: 40, maxLength: 40 }),
      (members, in_flight, dice) => {
        const schedule = newSchedule(
          members.map((one, at) => ({ id: `m${at}`, blocks: one.blocks, urgent: one.urgent, pause_ms: one.pause_ms })),
          start,
        );
        for (const [at, one] of members.entries()) {
          schedule.energised(`m${at}`, one.energised, start);
          schedule.off(`m${at}`, 0);
        }
        const flying: { job: Job; lands: Monotonic; answered: boolean }[] = [];
        const heard = new Map<string, number>();
        let roll = 0;
        let now = start;
        const end = after(start, 60_000);
        for (let turn = 0; now < end; turn += 1) {
          expect(turn).toBeLessThan(20_000); // a busy loop would never end
          if (turn === 500) schedule.off("m0", 1);
          const job = flying.length < in_flight ? schedule.next(now) : undefined;
          if (job !== undefined) {
            asked += 1;
            expect(flying.map((one) => key(one.job))).not.toContain(key(job));
            roll += 1;
            const one = members[Number(job.station.slice(1))];
            const answered = ((dice[roll % dice.length] ?? 0) + roll) % 8 >= (one?.deaf ?? 0);
            flying.push({ job, lands: after(now, answered ? 20 : 300), answered });
            continue;
          }
          const wake = flying.length < in_flight ? (schedule.wakeAt() ?? end) : end;
          // Nothing to ask, and yet something due at once: that would be a loop without end.
          if (flying.length < in_flight) expect(wake).toBeGreaterThan(now);
          const landing = flying.sort((a, b) => a.lands - b.lands)[0];
          now = monotonic(Math.max(now, Math.min(end, wake, landing?.lands ?? end)));
          if (landing !== undefined && landing.lands <= now) {
            flying.shift();
            schedule.done(landing.job, landing.answered, now);
            if (landing.answered) heard.set(landing.job.station, (heard.get(landing.job.station) ?? 0) + 1);
          }
        }
        for (const [at, one] of members.entries()) {
          // Who always answers has been asked often enough, and told OFF.
          if (one.deaf > 0) continue;
          expect(heard.get(`m${at}`) ?? 0).toBeGreaterThan(one.blocks === 0 && !one.energised ? 0 : 20);
        }
        if (members.every(({ deaf }) => deaf === 0)) expect(schedule.offsWaiting()).toBe(0);
      },
    ),
    { numRuns: 150, seed: 11 },
  );
  expect(asked).toBeGreaterThan(50_000);
});
