// Compounds beside their hazards: GET /api/v1/ledger/compounds (facts of today, what is built, what is open), GET /api/v1/ledger/companies (days overdue by the company of the time).
import Type from "typebox";
import { dayFrom, startOf } from "#cloud/calendar/calendar.ts";
import { atGlance, daysByCompany, progressOf } from "#cloud/ledger/compounds.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { readersOf } from "../access.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";

const day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const Span = Type.Object({ from: day, to: day }, { additionalProperties: false });

export const compoundRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get("/api/v1/ledger/compounds", { ...readersOf("hazards") }, async ({ scope }) => {
    const { near_days } = (await policyOn(store.read, now())).clocks;
    const compounds = await atGlance(store.read, surroundings, { scope, now: now(), near_days });
    const towns = [...Map.groupBy(compounds, ({ town }) => town)].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      progress: progressOf(compounds),
      towns: towns.map(([town, mine]) => ({ town, ...progressOf(mine), open: mine.reduce((sum, { open }) => sum + open, 0) })),
      compounds,
    };
  });

  server.get("/api/v1/ledger/companies", { ...readersOf("hazards"), schema: { querystring: Span } }, async ({ scope, query }) => {
    const [from, to] = [dayFrom(query.from), dayFrom(query.to)];
    // Until the end of the last day.
    if (from === undefined || to === undefined || to < from || to - from > 3_700)
      throw new ApiProblem(400, {
        ...{
          code: "no-span",
          zh: "起止日期应为真实日期、先后有序、不超过十年",
          en: "from and to are days, in order, of ten years at most",
        },
      });
    const span = { from: startOf(from), to: startOf(to + 1) };
    return { ...query, rows: await daysByCompany(store.read, { scope, ...span, now: now() }) };
  });
};
