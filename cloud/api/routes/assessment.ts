// Frozen weeks and assessment: GET and POST /api/v1/ledger/snapshots, GET /api/v1/ledger/ranking (as it stands now), GET /api/v1/assessment, GET and POST /api/v1/assessment/entries, POST /appeals, /decisions.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { appeal, assess, decideAppeal, frozenAlready, quarterDays, sampled, schemeOn, writeEntry } from "#cloud/assessment/assess.ts";
import { appellants, deciders, entriesFor } from "#cloud/assessment/entries.ts";
import { formulas, numbers, rank } from "#cloud/assessment/ranking.ts";
import type { Scheme } from "#cloud/assessment/scheme.ts";
import { freezeWeek, linksWrong, rankedHazards, type SnapshotBody, unitsOf, verifyWeek } from "#cloud/assessment/snapshots.ts";
import { lastWeek, type Week, weekNamed, weekOf } from "#cloud/assessment/weeks.ts";
import { dayFrom, dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import { sees } from "#cloud/identity/scope.ts";
import { compoundsWithTowns } from "#cloud/ledger/places.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import type { Surroundings } from "../surroundings.ts";

const strict = { additionalProperties: false } as const;
const week = Type.String({ pattern: "^\\d{4}-W\\d{2}$" });
const text = Type.String();
const Weekly = Type.Object({ week: Type.Optional(week) }, strict);
const Opening = Type.Object(
  {
    week: Type.Optional(week),
    unit: Type.Optional(Type.String({ maxLength: 120 })),
    number: Type.Optional(Type.Enum(Object.keys(numbers))),
  },
  strict,
);
const Freezing = Type.Object({ week: Type.Optional(week) }, strict);
const Period = Type.String({ pattern: "^\\d{4}-Q[1-4]$" });
const Assessing = Type.Object(
  {
    scheme: Type.String({ maxLength: 60 }),
    beside: Type.Optional(Type.String({ maxLength: 60 })),
    period: Period,
    site: Type.Optional(text),
  },
  strict,
);
const Listing = Type.Object({ scheme: Type.String({ maxLength: 60 }), period: Period, site: Type.Optional(text) }, strict);
const Entry = Type.Object(
  {
    ...{
      scheme: Type.String({ maxLength: 60 }),
      period: Period,
      site: Type.String({ maxLength: 40 }),
      item: Type.String({ maxLength: 60 }),
    },
    ...{ reason: Type.String({ minLength: 1, maxLength: 500 }), evidence: Type.Optional(Type.String({ maxLength: 120 })) },
  },
  strict,
);
const Appealing = Type.Object({ entry: Type.String({ maxLength: 64 }), words: Type.String({ minLength: 1, maxLength: 500 }) }, strict);
const Deciding = Type.Object({ entry: Type.String({ maxLength: 64 }), says: Type.Enum(["uphold", "void"]) }, strict);

const scorers: readonly Role[] = ["community-officer", "street-officer", "bureau-officer", "assessment-team"];

const townsAt = (surroundings: Surroundings, at: number) => compoundsWithTowns(surroundings.store.read, surroundings, dayText(dayOf(at)));

const namedWeek = (name: string | undefined, usual: Week): Week => {
  const found = name === undefined ? usual : weekNamed(name);
  if (found === undefined) throw new ApiProblem(400, { code: "no-week", zh: "没有这一周", en: "there is no such week" });
  return found;
};

/** Towns and streets that lie within this post; compounds too. */
const mineIn =
  (request: FastifyRequest, towns: ReadonlySet<string>) =>
  (unit: string): boolean =>
    request.scope.all || (unit.startsWith("town:") ? towns.has(unit.slice(5)) : sees(request.scope, unit));

export const assessmentRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  const townsOf = async (request: FastifyRequest): Promise<ReadonlySet<string>> => {
    const all = await townsAt(surroundings, now());
    const whole = new Set(all.map(({ town }) => town));
    // A town's number is the sum of all its compounds: who does not see them all does not see it.
    for (const { id, town } of all) if (!sees(request.scope, id)) whole.delete(town);
    return whole;
  };

  server.get("/api/v1/ledger/ranking", { ...readersOf("hazards"), schema: { querystring: Weekly } }, async (request) => {
    const which = namedWeek(request.query.week, weekOf(now()));
    const units = await unitsOf(store.read, await townsAt(surroundings, now()), which);
    const ranking = rank(await rankedHazards(store.read, which), units, which);
    const mine = mineIn(request, await townsOf(request));
    return { week: which.name, frozen: false, formulas, units: ranking.units.filter(({ unit }) => mine(unit)) };
  });

  server.get("/api/v1/ledger/snapshots", { ...readersOf("hazards"), schema: { querystring: Opening } }, async (request) => {
    const { week: name, unit, number } = request.query;
    const mine = mineIn(request, await townsOf(request));
    if (name === undefined) {
      const all = await store.read
        .selectFrom("snapshot")
        .leftJoin("snapshot_count", "snapshot_count.week", "snapshot.week")
        .select(["snapshot.week", "snapshot.number", "snapshot.frozen_at", "snapshot.hash", "snapshot_count.units", "snapshot_count.rows"])
        .orderBy("snapshot.number", "desc")
        .limit(260)
        .execute();
      // What all compounds together count is for who sees them all.
      const whole = request.scope.all ? {} : { units: null, rows: null };
      return {
        weeks: all.map((one) => ({ ...one, frozen_at: time(one.frozen_at), ...whole })),
        // Of the chain of weeks; a week is counted again when it is opened, all of them by GET /api/v1/ledger/check.
        sound: (await linksWrong(store.read)).length === 0,
      };
    }
    const row = await store.read.selectFrom("snapshot").selectAll().where("week", "=", name).executeTakeFirst();
    if (row === undefined) throw notFound();
    if (unit !== undefined) {
      if (!mine(unit)) throw notFound();
      let rows = store.read.selectFrom("snapshot_row").select(["number", "hazard"]).where("week", "=", name).where("unit", "=", unit);
      if (number !== undefined) rows = rows.where("number", "=", number as string);
      return { week: name, unit, rows: await rows.orderBy("number").orderBy("hazard").limit(100_000).execute() };
    }
    const body = JSON.parse(row.body) as SnapshotBody;
    const corrections = await store.read.selectFrom("snapshot_correction").selectAll().where("week", "=", name).orderBy("seq").execute();
    const corrected = corrections.map(({ body: said }) => (JSON.parse(said) as { hazard: string }).hazard);
    const visible = new Set(
      (
        await store.read
          .selectFrom("hazard")
          .select(["id", "site"])
          .where("id", "in", ["", ...new Set(corrected)])
          .execute()
      )
        .filter(({ site }) => sees(request.scope, site))
        .map(({ id }) => id),
    );
    return {
      ...{ ...body, units: body.units.filter((one) => mine(one.unit)), hash: row.hash, previous: row.previous },
      sound: (await verifyWeek(store.read, name)).wrong.length === 0,
      corrections: corrections
        .map((one) => ({
          seq: one.seq,
          at: time(one.at),
          person_name: one.person_name,
          note: one.note,
          hash: one.hash,
          ...(JSON.parse(one.body) as { hazard: string; action: string }),
        }))
        .filter(({ hazard }) => visible.has(hazard)),
    };
  });

  server.post(
    "/api/v1/ledger/snapshots",
    { config: { access: ["bureau-officer"], audit: "snapshot.freeze" }, schema: { body: Freezing } },
    async (request) => {
      const which = namedWeek(request.body.week, lastWeek(now()));
      const compounds = await townsAt(surroundings, now());
      const frozen = await changed(surroundings, request, {
        work: async ({ change }) => freezeWeek(change, { week: which, units: await unitsOf(change, compounds, which), now: now() }),
        about: (done) => {
          const row = rowOf(done);
          return row && { object: row.week, site: null, detail: { number: row.number, hash: row.hash } };
        },
        alone: "freeze",
      });
      if ("code" in frozen) throw refused(frozen);
      return { week: frozen.week, number: frozen.number, hash: frozen.hash };
    },
  );

  const schemeNamed = async (id: string, period: string): Promise<Scheme> => {
    const to = dayFrom(quarterDays(period)?.to ?? "");
    const scheme = to === undefined ? undefined : await schemeOn(store.read, id, dayText(dayOf(Math.min(now(), startOf(to) - 1))));
    if (scheme === undefined) throw new ApiProblem(400, { code: "no-scheme", zh: "没有这个考评方案", en: "there is no such scheme" });
    return scheme;
  };

  server.get("/api/v1/assessment", { ...readersOf("hazards"), schema: { querystring: Assessing } }, async (request) => {
    const { scheme: id, beside, period, site } = request.query;
    siteWithin(request, site);
    const scheme = await schemeNamed(id, period);
    const all = await townsAt(surroundings, now());
    const mine = all.filter((one) => sees(request.scope, one.id) && (site === undefined || one.id === site));
    const sites = mine.map((one) => one.id);
    const scores = await assess(store.read, { scheme, period, now: now() }, sites);
    const other = beside === undefined ? undefined : await schemeNamed(beside, period);
    // Two schemes of one kind score the same period side by side; two kinds are never mixed.
    if (other !== undefined && other.kind !== scheme.kind)
      throw new ApiProblem(400, { code: "other-kind", zh: "两种考评不能混算", en: "two kinds of assessment are never mixed" });
    const others = other === undefined ? [] : await assess(store.read, { scheme: { ...other, id: scheme.id }, period, now: now() }, sites);
    // A town is counted by who sees all of it; and whom the department will look at is not told to who is looked at.
    const whole = (town: string): boolean => all.every((one) => one.town !== town || mine.includes(one));
    const looks = [...scorers, "auditor", "administrator"].includes(personOf(request).role);
    const names = [...new Set(mine.map(({ town }) => town))].sort().filter(whole);
    const towns = names.map((town) => {
      const inTown = mine.filter((one) => one.town === town).map((one) => one.id);
      const covered = scores.filter((one) => inTown.includes(one.site) && one.town !== null).length;
      const differences = scores
        .filter((one) => inTown.includes(one.site))
        .flatMap(({ combined }) => (combined?.difference_milli === null || combined === null ? [] : [combined.difference_milli]));
      return {
        ...{
          town,
          compounds: inTown.length,
          covered,
          full_coverage: covered === inTown.length,
          to_sample: looks ? sampled(scheme, period, inTown) : null,
        },
        ...{
          sampled: differences.length,
          town_minus_sample_milli:
            differences.length === 0 ? null : Math.round(differences.reduce((a, b) => a + b, 0) / differences.length),
        },
      };
    });
    return {
      ...{ scheme, period, towns },
      compounds: scores.map((score, at) => ({
        ...score,
        name: mine[at]?.name ?? "",
        ...(others[at] === undefined
          ? {}
          : {
              beside: {
                scheme: beside,
                score_milli: others[at].combined?.score_milli ?? null,
                stars: others[at].stars,
                difference_milli: (score.combined?.score_milli ?? 0) - (others[at].combined?.score_milli ?? 0),
              },
            }),
      })),
    };
  });

  server.post(
    "/api/v1/assessment/entries",
    { config: { access: scorers, audit: "assessment.write" }, schema: { body: Entry } },
    async (request, reply) => {
      const { scheme: id, ...said } = request.body;
      siteWithin(request, said.site);
      if (!surroundings.compounds.some((one) => one.id === said.site)) throw notFound();
      const person = personOf(request);
      const source = ["bureau-officer", "assessment-team"].includes(person.role) ? "department" : "town";
      const scheme = await schemeNamed(id, said.period);
      const entry = { ...said, scheme, source, evidence: said.evidence ?? null, person, at: now() } as const;
      const written = await changed(surroundings, request, {
        work: ({ change }) => writeEntry(change, entry),
        about: (done) => {
          const row = rowOf(done);
          return row && { object: row.id, site: said.site, detail: { item: said.item, source } };
        },
      });
      if ("code" in written) throw refused(written, 400);
      return reply.code(201).send({ ...written, source });
    },
  );

  server.get("/api/v1/assessment/entries", { ...readersOf("hazards"), schema: { querystring: Listing } }, async (request) => {
    const { scheme: id, period, site } = request.query;
    siteWithin(request, site);
    const scheme = await schemeNamed(id, period);
    const { scope } = request;
    const nameOf = (one: string): string => surroundings.compounds.find((known) => known.id === one)?.name ?? one;
    const entries = await entriesFor(store.read, { scheme, period, scope, site, person: personOf(request), nameOf });
    return { scheme: id, period, frozen: await frozenAlready(store.read, id, period), entries };
  });

  const siteOfEntry = async (request: FastifyRequest, entry: string): Promise<string> => {
    const row = await store.read.selectFrom("assessment_entry").select("site").where("id", "=", entry).executeTakeFirst();
    if (row === undefined || !sees(request.scope, row.site)) throw notFound();
    return row.site;
  };

  server.post(
    "/api/v1/assessment/appeals",
    { config: { access: appellants, audit: "assessment.appeal" }, schema: { body: Appealing } },
    async (request, reply) => {
      const site = await siteOfEntry(request, request.body.entry);
      const asked = { ...request.body, person: personOf(request).id, at: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => appeal(change, asked),
        about: (done) => rowOf(done) && { object: asked.entry, site },
      });
      if ("code" in row) throw refused(row);
      return reply.code(201).send({ entry: row.entry });
    },
  );

  server.post(
    "/api/v1/assessment/decisions",
    { config: { access: deciders, audit: "assessment.decide" }, schema: { body: Deciding } },
    async (request) => {
      const site = await siteOfEntry(request, request.body.entry);
      const asked = { ...request.body, says: request.body.says as "uphold" | "void", person: personOf(request).id, at: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => decideAppeal(change, asked),
        about: (done) => rowOf(done) && { object: asked.entry, site, detail: { says: asked.says } },
        alone: `appeal ${asked.entry}`,
      });
      if ("code" in row) throw refused(row, row.code === "same-person" ? 403 : 409);
      return { entry: row.entry, decided: row.decided_at !== null };
    },
  );
};
