// The ledger's table, walked whole: every role, state and action, and who may not judge his own work.
import { expect, test } from "vitest";
import { type HazardAction, type HazardState, hazardActions, hazardStates, type Role, roles } from "#protocols/api/views.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { mayDo, overdueDays, step } from "./workflow.ts";

/** What is allowed, and where it leads; everything that is not written here is refused. */
const allowed: Readonly<Record<string, HazardState>> = {
  "待派单 dispatch street-officer": "待签收",
  "待派单 dispatch bureau-officer": "待签收",
  "待派单 archive-false-alarm street-officer": "已销号",
  "待派单 archive-false-alarm bureau-officer": "已销号",
  "待签收 receive property-manager": "整改中",
  "待签收 receive grid-worker": "整改中",
  "待签收 return property-manager": "待派单",
  "待签收 return grid-worker": "待派单",
  "待签收 archive-false-alarm street-officer": "已销号",
  "待签收 archive-false-alarm bureau-officer": "已销号",
  "整改中 request-reinspection property-manager": "待复查",
  "整改中 request-reinspection grid-worker": "待复查",
  "整改中 archive-false-alarm street-officer": "已销号",
  "整改中 archive-false-alarm bureau-officer": "已销号",
  "待复查 return street-officer": "整改中",
  "待复查 return bureau-officer": "整改中",
  "待复查 close street-officer": "已销号",
  "待复查 close bureau-officer": "已销号",
  "待复查 archive-false-alarm street-officer": "已销号",
  "待复查 archive-false-alarm bureau-officer": "已销号",
};

test("every role × state × action: allowed only as written, and the buttons are what the steps allow", (context) => {
  let checked = 0;
  let open = 0;
  for (const state of hazardStates)
    for (const role of roles) {
      const hazard = { state, rectifier: null, reinspector: null };
      const asker = { id: "somebody", role };
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
  ["li", "wang", "chen", true],
  ["li", "wang", "li", false],
  ["li", "wang", "wang", false],
  ["li", "li", "li", false],
  ["li", "li", "chen", true],
];
test.each(judges)("rectified by %s, re-inspection asked by %s: %s may judge: %s", (rectifier, reinspector, id, may) => {
  for (const action of ["return", "close", "archive-false-alarm"] as const)
    for (const role of ["street-officer", "bureau-officer"] as const) {
      const hazard = { state: "待复查" as const, rectifier, reinspector };
      const to = step(hazard, action, { id, role });
      if (may) expect(typeof to).toBe("string");
      else expect(to).toMatchObject({ code: "same-person" });
      expect(mayDo(hazard, { id, role }).includes(action)).toBe(may);
    }
});

test("a refusal names the roles that may, in both languages", () => {
  expect(step({ state: "待派单", rectifier: null, reinspector: null }, "dispatch", { id: "a", role: "booth" as Role })).toMatchObject({
    zh: expect.stringContaining("街道专干、住建专员"),
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
