// Schemes and their versions: GET /api/v1/assessment/schemes; two versions of one kind over the same period: GET /api/v1/assessment/comparison (also as a file).
import Type from "typebox";
import { assess, frozenAlready, quarterDays } from "#cloud/assessment/assess.ts";
import { compareSchemes } from "#cloud/assessment/compare.ts";
import { comparedTables } from "#cloud/assessment/compare-table.ts";
import { type SchemeVersion, schemeVersions, writtenUnder } from "#cloud/assessment/versions.ts";
import { sees } from "#cloud/identity/scope.ts";
import { tableKinds } from "#cloud/ledger/sheet/table.ts";
import { time } from "#cloud/views/words.ts";
import type { Comparison, SchemeVersionView } from "#protocols/api/comparison.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";
import { sendTables } from "./compounds.ts";

const strict = { additionalProperties: false } as const;
const version = Type.String({ pattern: "^.{1,60}@\\d{1,6}$", description: "as GET /api/v1/assessment/schemes names it: stars-third@0" });
const Asked = Type.Object(
  {
    ...{ period: Type.String({ pattern: "^\\d{4}-Q[1-4]$" }), a: version, b: version },
    site: Type.Optional(Type.String({ maxLength: 40 })),
    as: Type.Optional(Type.Enum([...tableKinds], { description: "a file instead of the answer" })),
  },
  strict,
);

const shown = ({ key, scheme, version: n, valid_from }: SchemeVersion): SchemeVersionView => ({
  ...{ key, id: scheme.id, kind: scheme.kind, zh: scheme.zh, version: n, valid_from },
  modules: scheme.modules.map(({ id, zh, en, share }) => ({ id, zh, en, share })),
  ...{ town_share: scheme.town_share, disagreement_milli: scheme.disagreement_milli },
});
const nameOf = ({ scheme: { zh }, version: n, valid_from }: SchemeVersion): string =>
  valid_from === null ? zh : `${zh} 第 ${n} 版（${valid_from} 起）`;

export const schemeRoutes: Routes = (server, surroundings) => {
  const { store, now, compounds: all } = surroundings;
  server.get("/api/v1/assessment/schemes", readersOf("hazards"), async () => ({ versions: (await schemeVersions(store.read)).map(shown) }));

  server.get("/api/v1/assessment/comparison", { ...readersOf("hazards"), schema: { querystring: Asked } }, async (request, reply) => {
    const { period, a: key_a, b: key_b, site, as } = request.query;
    siteWithin(request, site);
    if (quarterDays(period) === undefined)
      throw new ApiProblem(400, { code: "no-period", zh: "考评期应写作 2026-Q4", en: "a period is written 2026-Q4" });
    const versions = await schemeVersions(store.read);
    const named = (key: string): SchemeVersion => {
      const found = versions.find((one) => one.key === key);
      if (found === undefined)
        throw new ApiProblem(400, {
          ...{ code: "no-scheme", zh: `没有这一版考评方案：${key}`, en: `there is no such version of a scheme: ${key}` },
        });
      return found;
    };
    const [a, b] = [named(key_a), named(key_b)];
    if (a.scheme.kind !== b.scheme.kind)
      throw new ApiProblem(400, { code: "other-kind", zh: "两种考评不能混算", en: "two kinds of assessment are never mixed" });
    // The same visits for both: those that were written down under one of the schemes of this kind, the newer version's own first.
    const ofKind = versions.filter(({ scheme }) => scheme.kind === b.scheme.kind).map(({ scheme }) => scheme.id);
    const under = await writtenUnder(store.read, period, [b.scheme.id, a.scheme.id, ...ofKind]);
    const counted = (one: SchemeVersion) => ({ ...one.scheme, id: under ?? one.scheme.id });
    const at = now();
    const sites = all.map(({ id }) => id);
    const [all_a, all_b] = [
      await assess(store.read, { scheme: counted(a), period, now: at }, sites),
      await assess(store.read, { scheme: counted(b), period, now: at }, sites),
    ];
    // Ranks are among all; the lines are those of the compounds that this person sees.
    const compared = compareSchemes({ scheme: a.scheme, all: all_a }, { scheme: b.scheme, all: all_b });
    const mine = compared
      .map((one, nth) => ({ ...one, name: all[nth]?.name ?? one.site }))
      .filter((one) => sees(request.scope, one.site) && (site === undefined || one.site === site));
    const covered = mine.filter((one) => all_a.some((each) => each.site === one.site && each.town !== null)).length;
    if (as !== undefined) {
      const by = { person: personOf(request).name, made: time(at).slice(0, 16).replace("T", " ") };
      const tables = comparedTables({ period, a: nameOf(a), b: nameOf(b), covered, compounds: mine, ...by });
      return sendTables(reply, `两版对照_${period}`, as, tables);
    }
    const answer: Comparison = {
      ...{ period, a: shown(a), b: shown(b), written_under: under ?? null },
      frozen: under !== undefined && (await frozenAlready(store.read, under, period)),
      coverage: { compounds: mine.length, covered, full: covered === mine.length },
      ranked: compared.filter((one) => one.a !== null).length,
      compounds: mine,
    };
    return answer;
  });
};
