// Scopes of a token as boxes to tick: reading and writing of one noun in one row.
import { expect, test } from "vitest";
import type { HolderView } from "#protocols/api/posts.ts";
import { found, nounsOf, toggled } from "./choices.ts";

test("reading and writing of one noun stand in one row; a noun that is only read has no box to write", () => {
  expect(nounsOf(["visits:read", "alarms:write", "alarms:read"])).toEqual([
    { noun: "alarms", read: true, write: true },
    { noun: "visits", read: true, write: false },
  ]);
});

test("a box ticked twice is as it was", () => {
  const once = toggled(["visits:read"], "alarms:read");
  expect([once, toggled(once, "alarms:read")]).toEqual([["alarms:read", "visits:read"], ["visits:read"]]);
});

const post = (role: HolderView["posts"][number]["role"], area_name: string) => ({
  ...{ post: `${role}@jinxiu`, role, organisation: "锦绣物业", area: "jinxiu", area_name, origin: "config" as const },
});
const holders: readonly HolderView[] = [
  { person: "booth", name: "门岗甲", origin: "config", password: "own", posts: [post("booth", "锦绣花园")] },
  {
    person: "deputy",
    name: "值班长",
    origin: "added",
    password: "none",
    posts: [post("booth", "锦绣花园"), post("property-manager", "锦绣花园")],
  },
];
test.each([
  ["", "", ["booth", "deputy"]],
  ["锦绣 值班", "", ["deputy"]],
  ["DEPUTY", "", ["deputy"]],
  ["", "property-manager", ["deputy"]],
  ["门岗", "property-manager", []],
] as const)("people are found by words and by post: %j %j", (text, role, people) => {
  expect(found(holders, { text, role }).map(({ person }) => person)).toEqual(people);
});
