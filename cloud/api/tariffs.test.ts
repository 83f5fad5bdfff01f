// The tariff tools of the cloud: for who is signed in, in the contract, and refused in words.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { quoteTool } from "#gateway/tariff/tools.ts";

const tariff = (name: string): string => readFileSync(new URL(`../../tariffs/${name}.yaml`, import.meta.url), "utf8");

test("a quote of the cloud is the gateway's: the same tariff and stay, the same bill", () => {
  const stay = { tariff: tariff("residential-free-hour"), enter: "2026-11-25 08:11", exit: "2026-11-25 12:03" };
  expect(quoteTool(stay)).toMatchObject({ total_fen: 600 });
  expect(quoteTool({ ...stay, coupon: ["percent=250"] })).toMatchObject({ kind: "refusal", code: "not-understood" });
  expect(quoteTool({ ...stay, bays: 2, class: "large", entry_lost: true })).toMatchObject({ kind: "refusal", code: "lost-entry-ask" });
});
