// P 07.month: a month of charging in told time, the simulator's count against the gateway's books. `cuobian sim month` is the same, with its own seed and length.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { playMonth } from "#command/month/month.ts";
import { readyLimits } from "#test/limits.ts";
import { counted, full } from "#test/promise.ts";
import { price } from "./kill-price.ts";

test("P 07.month delivered = billed + declared loss, paid = bills + refunds, with meters that are reset and replaced and processes that die", (context) => {
  const months = full ? [7, 8, 9].map((seed) => ({ seed, days: 30, sockets: 16 })) : [{ seed: 7, days: 1, sockets: 5 }];
  let [sessions, told, delivered, billed, paid] = [0, 0, 0, 0, 0];
  for (const asked of months) {
    const done = playMonth({ ...asked, price: price(), limits: readyLimits("e-bike-4a") });
    const { energy, money } = done;
    expect(done, `seed ${asked.seed}`).toMatchObject({ balanced: true, bills: done.sessions });
    expect(Math.abs(energy.difference_mWh)).toBe(0);
    expect([money.difference_fen, money.cards.difference_fen, done.events["relays closed without authority"]]).toEqual([0, 0, 0]);
    // The losses are small, or a balance would prove nothing.
    expect(energy.billed_mWh).toBeGreaterThan(energy.delivered_mWh * 0.98);
    sessions += done.sessions;
    told += done.told_seconds;
    delivered += energy.delivered_mWh;
    billed += energy.billed_mWh;
    paid += money.paid_fen + money.cards.topped_up_fen;
  }
  counted(context, {
    sessions,
    "told seconds": told,
    "delivered mWh": delivered,
    "billed mWh": billed,
    "paid fen": paid,
    "unbalanced, wrong": 0,
  });
}, 1_800_000);

test("the price of the month is a price file of the house", () => {
  expect(readFileSync(new URL("month.yaml", new URL("../../tariffs/charging/", import.meta.url)), "utf8")).toContain("charging: month");
});
