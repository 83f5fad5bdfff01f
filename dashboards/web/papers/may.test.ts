// What the page offers of a paper, person by person: no button that the cloud refuses.
import { expect, test } from "vitest";
import { mayStep } from "./may.ts";

const at = "2026-11-20T09:00:00.000+08:00";
const paper = (more: object = {}) => ({
  organisation: "甲街道",
  addressee: "某物业",
  served_at: null,
  received_at: null,
  withdrawn_at: null,
  ...more,
});

test.each([
  ["its issuer", paper(), "street-officer", "甲街道", ["serve", "withdraw"]],
  ["its issuer, once it was served", paper({ served_at: at }), "street-officer", "甲街道", ["withdraw"]],
  ["another town", paper(), "street-officer", "乙镇", []],
  ["another town, of what is for it", paper({ addressee: "乙镇" }), "street-officer", "乙镇", ["receive"]],
  ["the property", paper(), "property-manager", "某物业", ["receive"]],
  ["the property, once it has signed", paper({ received_at: at }), "property-manager", "某物业", []],
  ["a property of the issuer's name", paper(), "property-manager", "甲街道", []],
  ["the booth", paper(), "booth", "某物业", []],
  ["an auditor", paper(), "auditor", "甲街道", []],
  ["of one that was taken back", paper({ withdrawn_at: at }), "street-officer", "甲街道", []],
] as const)("%s", (_, one, role, organisation, steps) => {
  expect(mayStep(one, { role, organisation })).toEqual(steps);
});

test("nobody is offered anything", () => {
  expect(mayStep(paper(), null)).toEqual([]);
});
