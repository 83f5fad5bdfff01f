// Compounds beside their hazards: GET /api/v1/ledger/compounds (facts of today, what is built, what is open), GET /api/v1/ledger/companies (who managed what, days overdue by the company
// of the time), GET /api/v1/ledger/companies/days (the hazards behind one of its numbers). The first two also as files.
import type { FastifyReply } from "fastify";
import Type from "typebox";
import { dayFrom, dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import { daysByCompany, type LateRow, lateOf, type Managed, managedBy, type Within } from "#cloud/ledger/companies.ts";
import { atGlance, progressOf } from "#cloud/ledger/compounds.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { companyTables, worksTable } from "#cloud/ledger/sheet/compounds.ts";
import { attachment, type Table, type TableKind, tableFile, tableKinds, tableTypes } from "#cloud/ledger/sheet/table.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";

const strict = { additionalProperties: false } as const;
const day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const as = Type.Optional(Type.Enum([...tableKinds], { description: "a file instead of the answer" }));
const span = { from: day, to: day } as const;
const Span = Type.Object({ ...span, as }, strict);
const Behind = Type.Object(
  {
    ...span,
    company: Type.Optional(Type.String({ maxLength: 120, description: "without it: of the time for which nobody wrote a company" })),
    site: Type.Optional(Type.String({ maxLength: 40 })),
    page: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,4}$" })),
  },
  strict,
);
export const lateRows = 100;

export const sendTables = (reply: FastifyReply, name: string, as: TableKind, tables: readonly [Table, ...Table[]]): FastifyReply =>
  reply
    .type(tableTypes[as])
    .header("content-disposition", attachment(`${name}.${as}`))
    .send(tableFile(as, tables));

const dayName = (at: number): string => dayText(dayOf(at));

export const compoundRoutes: Routes = (server, surroundings) => {
  const { store, now, compounds: all } = surroundings;
  const nameOf = (site: string): string => all.find(({ id }) => id === site)?.name ?? site;
  const by = (name: string) => ({ person: name, made: time(now()).slice(0, 16).replace("T", " ") });
  const withinOf = (query: { from: string; to: string }, scope: Within["scope"]): Within => {
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
    return { scope, from: startOf(from), to: startOf(to + 1), now: now() };
  };
  const managedNow = async (scope: Within["scope"]): Promise<Managed[]> => {
    const found = await managedBy(store.read, scope);
    return all
      .filter(({ id }) => scope.all || scope.sites.includes(id))
      .flatMap(({ id }) => found.get(id) ?? [{ site: id, company: null, from: null, until: null, contract_until: null, households: 0 }]);
  };

  server.get(
    "/api/v1/ledger/compounds",
    { ...readersOf("hazards"), schema: { querystring: Type.Object({ as }, strict) } },
    async (request, reply) => {
      const { scope, query } = request;
      const { near_days } = (await policyOn(store.read, now())).clocks;
      const compounds = await atGlance(store.read, surroundings, { scope, now: now(), near_days });
      if (query.as !== undefined)
        return sendTables(reply, `建设进度_${dayName(now())}`, query.as, [worksTable(compounds, by(personOf(request).name))]);
      const towns = [...Map.groupBy(compounds, ({ town }) => town)].sort(([a], [b]) => (a < b ? -1 : 1));
      return { progress: progressOf(compounds), towns: towns.map(([town, mine]) => ({ town, ...progressOf(mine) })), compounds };
    },
  );

  server.get("/api/v1/ledger/companies", { ...readersOf("hazards"), schema: { querystring: Span } }, async (request, reply) => {
    const { scope, query } = request;
    const within = withinOf(query, scope);
    const rows = await daysByCompany(store.read, within);
    const managed = await managedNow(scope);
    if (query.as === undefined)
      return {
        ...{ from: query.from, to: query.to, rows },
        managed: managed.map((one) => ({
          ...{ site: one.site, name: nameOf(one.site), company: one.company, contract_until: one.contract_until },
          ...{ from: maybeTime(one.from), until: maybeTime(one.until), households: one.households },
        })),
      };
    const late: (LateRow & { company: string | null })[] = [];
    for (const company of new Set(rows.map((one) => one.company)))
      late.push(
        ...(await lateOf(store.read, within, { company, skip: 0, take: Number.MAX_SAFE_INTEGER })).items.map((one) => ({
          ...one,
          company,
        })),
      );
    const told = { from: query.from, to: query.to, days: rows, managed, late, nameOf, dayOf: dayName };
    return sendTables(reply, `企业逾期_${query.from}_${query.to}`, query.as, companyTables(told, by(personOf(request).name)));
  });

  server.get("/api/v1/ledger/companies/days", { ...readersOf("hazards"), schema: { querystring: Behind } }, async (request) => {
    const { query, scope } = request;
    siteWithin(request, query.site);
    const skip = (Number(query.page ?? 1) - 1) * lateRows;
    const company = query.company === undefined || query.company === "" ? null : query.company;
    const page = await lateOf(store.read, withinOf(query, scope), { company, site: query.site, skip, take: lateRows });
    return { ...page, items: page.items.map((one) => ({ ...one, deadline: time(one.deadline), closed_at: maybeTime(one.closed_at) })) };
  });
};
