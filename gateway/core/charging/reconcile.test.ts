// A day's energy: what is lost, what is too much, and what nobody can say.
import { expect, test } from "vitest";
import { judgeDay } from "./reconcile.ts";

const kWh = 1_000_000;
test.each([
  ["in order", { metered_mWh: 100 * kWh, delivered_mWh: 96 * kWh, unseen: 0 }, "within", 40],
  ["at the bound", { metered_mWh: 100 * kWh, delivered_mWh: 95 * kWh, unseen: 0 }, "within", 50],
  ["beyond it", { metered_mWh: 100 * kWh, delivered_mWh: 94 * kWh, unseen: 0 }, "lost", 60],
  ["more than came in", { metered_mWh: 90 * kWh, delivered_mWh: 100 * kWh, unseen: 0 }, "surplus", -100],
  ["nothing came in by the meter", { metered_mWh: 0, delivered_mWh: 10 * kWh, unseen: 0 }, "surplus", -1000],
  ["nothing arrived", { metered_mWh: 10 * kWh, delivered_mWh: 0, unseen: 0 }, "lost", 1000],
  ["a reading is missing", { metered_mWh: 100 * kWh, delivered_mWh: 10 * kWh, unseen: 1 }, "unjudged", null],
  ["hardly anything", { metered_mWh: 900_000, delivered_mWh: 0, unseen: 0 }, "unjudged", null],
] as const)("%s", (_, day, verdict, loss_permille) => {
  expect(judgeDay(day, 50)).toMatchObject({ verdict, loss_permille });
});

test("its words say both amounts, the loss and what was declared", () => {
  expect(judgeDay({ metered_mWh: 100 * kWh, delivered_mWh: 94 * kWh, unseen: 0 }, 50).words).toEqual({
    zh: "总表 100.00 度，插座合计 94.00 度；损耗 6.0%，超过允许的 5.0%",
    en: "100.00 kWh came in, the sockets delivered 94.00 kWh; loss 6.0 %, more than the 5.0 % declared",
  });
});
