// Stars as they were frozen: GET (also as CSV) and POST /api/v1/assessment/awards. Ways of steps: GET and POST /api/v1/assessment/replacements and /api/v1/fund/works, POST {id}/steps of each.
import Type from "typebox";
import { quarterDays, schemeOn } from "#cloud/assessment/assess.ts";
import { awardLists, awardsWrong, freezePeriod, listsOf, toFreeze } from "#cloud/assessment/awards.ts";
import { dayFrom, dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import { type Scope, sees } from "#cloud/identity/scope.ts";
import { courseWrong, openCourse, stepsOf, stoodIn, takeStep } from "#cloud/ledger/courses.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { type CourseKind, courseKinds, courseRules } from "#cloud/rulebook/courses.ts";
import type { Row } from "#cloud/store/schema.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { personOf, readersOf, siteWithin, withinScope } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { sendCsv } from "../csv.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const period = Type.String({ pattern: "^\\d{4}-Q[1-4]$" });
const scheme = Type.String({ maxLength: 60 });
const site = Type.String({ maxLength: 40 });
const Asked = Type.Object(
  {
    ...{ scheme, period: Type.Optional(period), site: Type.Optional(site), list: Type.Optional(Type.Enum([...awardLists])) },
    as: Type.Optional(Type.Enum(["json", "csv"])),
  },
  strict,
);
const Freezing = Type.Object({ scheme, period }, strict);
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const words = Type.String({ minLength: 1, maxLength: 300, pattern: "\\S" });
const Opening = Type.Object(
  {
    site,
    title: words,
    note: words,
    hazard: Type.Optional(Type.String({ maxLength: 64 })),
    budget_fen: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
);
const Step = Type.Object(
  {
    step: Type.String({ maxLength: 40 }),
    day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
    note: words,
    reference: Type.Optional(words),
  },
  strict,
);
const freezer: Role = "bureau-officer";
const listNames: Readonly<Record<string, string>> = { model: "示范", "five-star": "五星", "four-star": "四星", failed: "不合格" };

interface Shown {
  readonly period: string;
  readonly name: string;
  readonly company: string | null;
  readonly score_milli: number | null;
  readonly stars: number;
  readonly lists: readonly string[];
  readonly frozen_at: string;
  readonly hash: string;
}
const awardRows = (shown: readonly Shown[]): (string | number | null)[][] => [
  ["考评期", "小区", "物业公司", "得分", "星级", "名单", "冻结时间", "存证"],
  ...shown.map(({ period: of, name, company, score_milli, stars, lists, frozen_at, hash }) => [
    ...[of, name, company, score_milli === null ? null : score_milli / 1000, stars],
    ...[lists.map((one) => listNames[one] ?? one).join("、"), frozen_at, hash],
  ]),
];

const paths: Readonly<Record<CourseKind, string>> = { replacement: "/api/v1/assessment/replacements", "fund-work": "/api/v1/fund/works" };

export const awardRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  const nameOf = new Map(surroundings.compounds.map(({ id, name }) => [id, name]));
  const seesAll = (scope: Scope): boolean => scope.all || surroundings.compounds.every(({ id }) => sees(scope, id));
  server.get("/api/v1/assessment/awards", { ...readersOf("hazards"), schema: { querystring: Asked } }, async (request, reply) => {
    const { scheme: id, period: of, site: one, list, as } = request.query;
    siteWithin(request, one);
    const all = await store.read.selectFrom("award").selectAll().where("scheme", "=", id).orderBy("seq").execute();
    const rows = all.filter(
      (row) => sees(request.scope, row.site) && (of === undefined || row.period === of) && (one === undefined || row.site === one),
    );
    const shown = rows
      .map((row) => ({
        ...{
          period: row.period,
          site: row.site,
          name: nameOf.get(row.site) ?? row.site,
          company: row.company,
          score_milli: row.score_milli,
        },
        ...{
          stars: row.stars,
          failed: row.failed === 1,
          model: row.model === 1,
          lists: listsOf(row),
          frozen_at: time(row.frozen_at),
          hash: row.hash,
        },
      }))
      .filter(({ lists }) => list === undefined || lists.includes(list));
    if (as === "csv") return sendCsv(reply, `考评名单_${of ?? "历期"}.csv`, awardRows(shown));
    return {
      ...{ scheme: id, sound: awardsWrong(all).length === 0, awards: shown },
      to_freeze: personOf(request).role === freezer && seesAll(request.scope) ? await toFreeze(store.read, id, now()) : [],
    };
  });

  server.post(
    "/api/v1/assessment/awards",
    { config: { access: [freezer], audit: "assessment.freeze" }, schema: { body: Freezing } },
    async (request, reply) => {
      const { scheme: id, period: of } = request.body;
      const to = dayFrom(quarterDays(of)?.to ?? "");
      const found = to === undefined ? undefined : await schemeOn(store.read, id, dayText(dayOf(startOf(to) - 1)));
      if (found === undefined) throw new ApiProblem(400, { code: "no-scheme", zh: "没有这个考评方案", en: "there is no such scheme" });
      // A part of the district is no period: what the lists say of all is frozen by who sees all.
      if (!seesAll(request.scope))
        throw refused(
          { kind: "refusal", code: "not-all", zh: "冻结由能看到全部小区的岗位办理", en: "this is for who sees all compounds" },
          403,
        );
      const freezing = { scheme: found, period: of, compounds: surroundings.compounds, person: personOf(request), now: now() };
      const done = await changed(surroundings, request, {
        work: ({ change }) => freezePeriod(change, freezing),
        about: (frozen) => {
          const row = rowOf(frozen);
          return row && { object: `${id}/${of}`, site: null, detail: { awards: row.awards, hash: row.hash } };
        },
        alone: `awards ${id}`,
      });
      if ("code" in done) throw refused(done);
      return reply.code(201).send(done);
    },
  );

  const courseView = async (row: Row<"course">) => {
    const steps = await stepsOf(store.read, row.id);
    const stood = stoodIn(row, steps, now());
    const { opened_at, opened_by: _, ...rest } = row;
    const paid = row.kind === "fund-work" && row.about !== null ? await paidFor(row.about) : null;
    const last = stood.at(-1);
    return {
      ...{
        ...rest,
        name: nameOf.get(row.site) ?? row.site,
        opened_at: time(opened_at),
        steps: stood,
        sound: courseWrong(steps) === undefined,
      },
      ...{
        stands_in: last?.step ?? null,
        days_there: last?.days ?? null,
        days: stood.reduce((sum, { days }) => sum + (days ?? 0), 0),
        paid_fen: paid,
      },
    };
  };
  const paidFor = async (hazard: string): Promise<number> => {
    const found = await store.read
      .selectFrom("fund_entry")
      .select((eb) => eb.fn.sum<number | string | null>("amount_fen").as("sum"))
      .where("hazard", "=", hazard)
      .executeTakeFirst();
    return -Number(found?.sum ?? 0) || 0;
  };

  for (const kind of courseKinds) {
    const rules = courseRules[kind];
    const openers: readonly Role[] = rules[0]?.roles ?? [];
    const takers: readonly Role[] = [...new Set(rules.slice(1).flatMap(({ roles }) => roles))];
    server.get(paths[kind], readersOf("hazards"), async ({ scope }) => {
      const rows = await store.read
        .selectFrom("course")
        .selectAll()
        .where("kind", "=", kind)
        .$if(!scope.all, (mine) => mine.where("site", "in", scope.sites))
        .orderBy("opened_at", "desc")
        .orderBy("id")
        .limit(500)
        .execute();
      return { steps: rules, courses: await Promise.all(rows.map(courseView)) };
    });

    server.post(paths[kind], { config: { access: openers, audit: "course.open" }, schema: { body: Opening } }, async (request, reply) => {
      const { site: where, title, note, hazard, budget_fen } = request.body;
      siteWithin(request, where);
      compoundOf(surroundings, where);
      if (hazard !== undefined) {
        const found = await store.read.selectFrom("hazard").select("site").where("id", "=", hazard).executeTakeFirst();
        if (found?.site !== where) throw notFound();
      }
      const person = personOf(request);
      const opening = { kind, site: where, title, note, about: hazard ?? null, budget_fen: budget_fen ?? null, person, now: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => openCourse(change, opening),
        about: ({ id }) => ({ object: id, site: where, detail: { kind, title } }),
      });
      return reply.code(201).send(await courseView(row));
    });

    server.post(
      `${paths[kind]}/:id/steps`,
      { config: { access: takers, audit: "course.step" }, schema: { params: Id, body: Step } },
      async (request) => {
        const { id } = request.params as { id: string };
        const body = request.body as { step: string; day: string; note: string; reference?: string };
        const found = withinScope(
          request,
          await store.read.selectFrom("course").select("site").where("id", "=", id).where("kind", "=", kind).executeTakeFirst(),
        );
        const { calendar } = await policyOn(store.read, now());
        const taking = { ...body, reference: body.reference ?? null, id, kind, person: personOf(request), calendar, now: now() };
        const done = await changed(surroundings, request, {
          work: ({ change }) => takeStep(change, taking),
          about: (result) => rowOf(result) && { object: id, site: found.site, detail: { kind, step: taking.step } },
          alone: `course ${id}`,
        });
        if (done === undefined) throw notFound();
        if ("code" in done) throw refused(done, done.code === "wrong-role" ? 403 : 409);
        return courseView(done);
      },
    );
  }
};
