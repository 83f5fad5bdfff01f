// The ledger's table, walked whole: every role, state and action, and who may not judge his own work.
import { expect, test } from "vitest";
import { type HazardAction, type HazardState, hazardActions, hazardStates, type Role, roles } from "#protocols/api/views.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { mayDo, overdueDays, step } from "./workflow.ts";

const nobody = { rectifier: null, reinspector: null, rectifier_organisation: null, reinspector_organisation: null };

/** What is allowed, and where it leads; everything that is not written here is refused. */
const allowed: Readonly<Record<string, HazardState>> = {
  "待派单 dispatch street-officer": "待签收",
  "待派单 dispatch community-officer": "待签收",
  "待派单 dispatch bureau-officer": "待签收",
  "待派单 archive-false-alarm street-officer": "已销号",
  "待派单 archive-false-alarm community-officer": "已销号",
  "待派单 archive-false-alarm bureau-officer": "已销号",
  "待签收 receive property-manager": "整改中",
  "待签收 receive grid-worker": "整改中",
  "待签收 receive fire-maintenance": "整改中",
  "待签收 return property-manager": "待派单",
  "待签收 return grid-worker": "待派单",
  "待签收 return fire-maintenance": "待派单",
  "待签收 archive-false-alarm street-officer": "已销号",
  "待签收 archive-false-alarm community-officer": "已销号",
  "待签收 archive-false-alarm bureau-officer": "已销号",
  "整改中 request-reinspection property-manager": "待复查",
  "整改中 request-reinspection grid-worker": "待复查",
  "整改中 request-reinspection fire-maintenance": "待复查",
  "整改中 archive-false-alarm street-officer": "已销号",
  "整改中 archive-false-alarm community-officer": "已销号",
  "整改中 archive-false-alarm bureau-officer": "已销号",
  "待复查 return street-officer": "整改中",
  "待复查 return community-officer": "整改中",
  "待复查 return bureau-officer": "整改中",
  "待复查 close street-officer": "已销号",
  "待复查 close community-officer": "已销号",
  "待复查 close bureau-officer": "已销号",
  "待复查 archive-false-alarm street-officer": "已销号",
  "待复查 archive-false-alarm community-officer": "已销号",
  "待复查 archive-false-alarm bureau-officer": "已销号",
};

test("every role × state × action: allowed only as written, and the buttons are what the steps allow", (context) => {
  let checked = 0;
  let open = 0;
  for (const state of hazardStates)
    for (const role of roles) {
      const hazard = { state, ...nobody };
      const asker = { id: "somebody", role, organisation: "somewhere" };
      const buttons: HazardAction[] = [];
      for (const action of hazardActions) {
        const to = step(hazard, action, asker);
        const wanted = allowed[`${state} ${action} ${role}`];
        if (wanted !== undefined) {
          expect(to, `${state} ${action} ${role}`).toBe(wanted);
          buttons.push(action);
          open += 1;
        } else {
          const somebodyMay = roles.some((other) => allowed[`${state} ${action} ${other}`] !== undefined);
          expect(to, `${state} ${action} ${role}`).toMatchObject({ kind: "refusal", code: somebodyMay ? "wrong-role" : "wrong-state" });
        }
        checked += 1;
      }
      expect(new Set(mayDo(hazard, asker)), `${state} ${role}`).toEqual(new Set(buttons));
    }
  expect(open).toBe(Object.keys(allowed).length);
  counted(context, { combinations: checked, allowed: open });
});

/** An officer who did the work himself (people change their role), and one who did not. */
const judges: readonly (readonly [rectifier: string, reinspector: string, asker: string, may: boolean])[] = [
  ["li of 物业", "wang of 社区", "chen of 街道", true],
  ["li of 物业", "wang of 社区", "li of 街道", false],
  ["li of 物业", "wang of 社区", "wang of 街道", false],
  ["li of 物业", "li of 物业", "li of 住建局", false],
  ["li of 物业", "li of 物业", "chen of 街道", true],
  ["li of 物业", "wang of 社区", "chen of 物业", false],
  ["li of 物业", "wang of 社区", "chen of 社区", false],
];
const of = (text: string): [id: string, organisation: string] => text.split(" of ") as [string, string];
test.each(judges)("rectified by %s, re-inspection asked by %s: %s may judge: %s", (worked, inspected, asks, may) => {
  const [[rectifier, rectifier_organisation], [reinspector, reinspector_organisation], [id, organisation]] = [
    of(worked),
    of(inspected),
    of(asks),
  ];
  for (const action of ["return", "close", "archive-false-alarm"] as const)
    for (const role of ["street-officer", "bureau-officer"] as const) {
      const hazard = { state: "待复查" as const, rectifier, reinspector, rectifier_organisation, reinspector_organisation };
      const to = step(hazard, action, { id, role, organisation });
      if (may) expect(typeof to).toBe("string");
      else expect(to).toMatchObject({ code: "same-person" });
      expect(mayDo(hazard, { id, role, organisation }).includes(action)).toBe(may);
    }
});

test("a refusal names the roles that may, in both languages", () => {
  expect(step({ state: "待派单", ...nobody }, "dispatch", { id: "a", role: "booth" as Role, organisation: "b" })).toMatchObject({
    zh: expect.stringContaining("街道专员、住建局专员"),
    en: expect.stringContaining("street-officer, bureau-officer"),
  });
});

test.each([
  ["整改中", 0, 0, 0],
  ["整改中", 0, 1, 1],
  ["整改中", 0, minuteMs, 1],
  ["整改中", 0, dayMs - 1, 1],
  ["整改中", 0, dayMs, 2],
  ["待派单", 0, 3 * dayMs - 1, 3],
  ["待复查", 0, 3 * dayMs - 1, 3],
  ["已销号", 0, 30 * dayMs, 0],
  ["整改中", null, 30 * dayMs, 0],
] as const)("%s, deadline %s, now %d: overdue by %d days", (state, deadline, now, days) => {
  expect(overdueDays({ state, deadline }, now)).toBe(days);
});
