// Rules as versions: GET /api/v1/ledger/rules?kind=&scope= (every version, and what holds today), POST /api/v1/ledger/rules (the next version).
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { ruleKinds } from "#cloud/rulebook/kinds.ts";
import { historyOf, rulesOn, type WrittenRule, writeRule } from "#cloud/rulebook/rulebook.ts";
import { usualOf } from "#cloud/rulebook/usual.ts";
import { time } from "#cloud/views/words.ts";
import { personOf, readersOf } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import type { Surroundings } from "../surroundings.ts";
import { IfMatch, tagged } from "../versions.ts";

const text = Type.String();
const day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const kind = Type.Enum([...ruleKinds]);
const Asked = Type.Object({ kind, scope: Type.Optional(Type.String({ maxLength: 64 })) }, { additionalProperties: false });
const Rule = Type.Object({
  ...{ kind, scope: text, version: Type.Integer(), valid_from: text, body: Type.Unknown(), note: text, person: text, at: text },
});
const Answer = Type.Object({ usual: Type.Unknown(), now: Type.Array(Rule), versions: Type.Array(Rule) });
const NewRule = Type.Object(
  {
    kind,
    scope: Type.String({ maxLength: 64 }),
    valid_from: day,
    body: Type.Unknown(),
    note: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);
/** Rules of one compound are seen by whoever sees it. */
const ofCompounds: ReadonlySet<string> = new Set(["compound", "households", "split"]);

const shown = (rule: WrittenRule) => ({ ...rule, at: time(rule.at) });

export const ruleRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get(
    "/api/v1/ledger/rules",
    { ...readersOf("hazards"), schema: { querystring: Asked, response: { 200: Answer } } },
    async ({ query: { kind: which, scope: where }, scope }, reply) => {
      const mine = (rule: WrittenRule): boolean => !ofCompounds.has(which) || scope.all || scope.sites.includes(rule.scope);
      const current = (await rulesOn(store.read, which, dayText(dayOf(now())))).filter(mine);
      const versions = where === undefined ? [] : (await historyOf(store.read, which, where)).filter(mine);
      if (where !== undefined) await tagged(reply, store.read, ["rule", `${which}/${where}`]);
      return { usual: usualOf(which), now: current.map(shown), versions: versions.map(shown) };
    },
  );

  server.post(
    "/api/v1/ledger/rules",
    {
      bodyLimit: 2 * 1024 * 1024,
      config: { access: ["bureau-officer"], audit: "rule.write" },
      schema: { headers: IfMatch, body: NewRule, response: { 201: Rule } },
    },
    async (request, reply) => {
      const rule = { ...request.body, person: personOf(request).name, at: now() };
      const written = await changed(surroundings, request, {
        over: ["rule", `${rule.kind}/${rule.scope}`],
        work: ({ change }) => writeRule(change, rule),
        about: (done) => {
          const row = rowOf(done);
          return (
            row && {
              object: `${row.kind}/${row.scope}/${row.version}`,
              site: siteOf(surroundings, row.scope),
              detail: { valid_from: row.valid_from },
            }
          );
        },
        alone: `rule ${rule.kind}`,
      });
      if ("code" in written) throw refused(written, 400);
      return reply.code(201).send(shown(written));
    },
  );
};

const siteOf = ({ sites }: Surroundings, scope: string): string | null => (sites.some(({ id }) => id === scope) ? scope : null);
