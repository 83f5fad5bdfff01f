// The ledger's table, walked whole: every role, state and action, and who may not judge his own work.
import { expect, test } from "vitest";
import { type HazardAction, hazardActions, hazardStates, type Role, roles } from "#protocols/api/views.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { mayDo, overdueDays, step } from "./workflow.ts";

const nobody = {
  ...{ rectifier: null, reinspector: null, rectifier_organisation: null, reinspector_organisation: null, grade: "一般" },
  ...{ inspector: null, inspector_organisation: null, pending: null, listed: 0, published: 0 },
};
const asked = JSON.stringify({ kind: "postponement", by: "other", organisation: "other" });
const proposed = JSON.stringify({ kind: "major", by: "other", organisation: "other" });

/** C community, S street, B bureau officers; P property manager, G grid worker, F fire maintenance, A alliance; O owners' committee, $ finance. */
const letters: Readonly<Record<string, Role>> = {
  ...{ C: "community-officer", S: "street-officer", B: "bureau-officer", P: "property-manager", G: "grid-worker", F: "fire-maintenance" },
  ...{ A: "alliance", O: "owners-committee", $: "finance" },
};
const everyOpen = ["待派单", "待签收", "整改中", "待复查"];
/** What is allowed, and where it leads ("=" stays); everything that is not written here is refused. The last says how the hazard must stand, beside its state. */
const allowed: readonly (readonly [states: readonly string[], action: HazardAction, to: string, roles: string, stands?: object])[] = [
  [["待派单"], "dispatch", "待签收", "CSB"],
  [["待签收"], "receive", "整改中", "PGFA"],
  [["待签收"], "return", "待派单", "PGFA"],
  [["整改中"], "request-reinspection", "待复查", "PGFA"],
  [["待复查"], "reinspect", "=", "CSBG"],
  [["待复查"], "return", "整改中", "CSB"],
  [["待复查"], "close", "已销号", "CSB", { inspector: "other", inspector_organisation: "other" }],
  [everyOpen, "archive-false-alarm", "已销号", "CSB"],
  [["待派单", "待签收"], "merge", "已销号", "CSB"],
  [["待派单", "待签收", "整改中"], "transfer", "待签收", "CSB"],
  [["整改中"], "ask-postponement", "=", "PGFA"],
  [["整改中"], "grant-postponement", "=", "CSB", { pending: asked }],
  [["整改中"], "refuse-postponement", "=", "CSB", { pending: asked }],
  [everyOpen, "propose-major", "=", "CSB"],
  [everyOpen, "confirm-major", "=", "SB", { pending: proposed }],
  [everyOpen, "set-ordinary", "=", "SB", { grade: "重大" }],
  [everyOpen, "control", "=", "PGFACSB"],
  [everyOpen, "fund", "=", "POCSB"],
  [[...everyOpen, "已销号"], "spend", "=", "P$OCSB"],
  [[...everyOpen, "已销号"], "record", "=", "CSBA"],
  [everyOpen, "list", "=", "SB"],
  [[...everyOpen, "已销号"], "unlist", "=", "SB", { listed: 1 }],
  [everyOpen, "pause", "=", "SB"],
  [["已销号"], "look-back", "=", "CSBG"],
  [["已销号"], "reopen", "待派单", "CSB"],
  [[...everyOpen, "已销号"], "correct", "=", "CSB"],
  [[...everyOpen, "已销号"], "publish", "=", "CSB"],
  [[...everyOpen, "已销号"], "comment", "=", "PGFAOCSB"],
];

test("every role × state × action: allowed only as written, and the buttons are what the steps allow", (context) => {
  let checked = 0;
  let open = 0;
  let standing = 0;
  for (const state of hazardStates)
    for (const role of roles) {
      const asker = { id: "somebody", role, organisation: "somewhere" };
      const buttons: HazardAction[] = [];
      for (const action of hazardActions) {
        const rows = allowed.filter(([states, name]) => states.includes(state) && name === action);
        const mine = rows.find(([, , , who]) => [...who].some((letter) => letters[letter] === role));
        const stands = mine?.[4];
        const hazard = { state, ...nobody };
        const to = step({ ...hazard, ...stands }, action, asker);
        if (mine !== undefined) {
          expect(to, `${state} ${action} ${role}`).toBe(mine[2] === "=" ? state : mine[2]);
          open += 1;
          if (stands === undefined) buttons.push(action);
          else {
            expect(step(hazard, action, asker), `${state} ${action} ${role}`).toMatchObject({ code: "not-now" });
            expect(mayDo({ ...hazard, ...stands }, asker)).toContain(action);
            standing += 1;
          }
        } else
          expect(to, `${state} ${action} ${role}`).toMatchObject({ kind: "refusal", code: rows.length > 0 ? "wrong-role" : "wrong-state" });
        checked += 1;
      }
      expect(new Set(mayDo({ state, ...nobody }, asker)), `${state} ${role}`).toEqual(new Set(buttons));
    }
  expect(new Set(allowed.map(([, action]) => action))).toEqual(new Set(hazardActions));
  counted(context, { combinations: checked, allowed: open, "only as it stands": standing });
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
  for (const action of ["return", "reinspect", "close", "archive-false-alarm"] as const)
    for (const role of ["street-officer", "bureau-officer"] as const) {
      const inspector = action === "close" ? "zhao" : null;
      const hazard = {
        ...nobody,
        state: "待复查" as const,
        rectifier,
        reinspector,
        rectifier_organisation,
        reinspector_organisation,
        inspector,
      };
      const to = step(hazard, action, { id, role, organisation });
      if (may) expect(typeof to).toBe("string");
      else expect(to).toMatchObject({ code: "same-person" });
      expect(mayDo(hazard, { id, role, organisation }).includes(action)).toBe(may);
    }
});

test.each([
  ["一般", "zhao of 街道", "zhao of 街道", false],
  ["一般", "zhao of 街道", "chen of 街道", true],
  ["重大", "zhao of 街道", "chen of 街道", false],
  ["重大", "zhao of 街道", "chen of 住建局", true],
] as const)("%s, inspected by %s: %s may close: %s", (grade, inspected, asks, may) => {
  const [inspector, inspector_organisation] = of(inspected);
  const [id, organisation] = of(asks);
  const to = step({ ...nobody, state: "待复查", grade, inspector, inspector_organisation }, "close", {
    id,
    role: "bureau-officer",
    organisation,
  });
  if (may) expect(to).toBe("已销号");
  else expect(to).toMatchObject({ code: "same-person" });
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
