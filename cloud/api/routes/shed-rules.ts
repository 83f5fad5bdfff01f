// GET /api/v1/shed-rules: local fire rules of a compound's sheds, one by one. POST /api/v1/shed-rules/hazards: what is broken goes over into the ledger.
import Type from "typebox";
import { checkedRules, takeOverRules } from "#cloud/ledger/shed-rules.ts";
import { time } from "#cloud/views/words.ts";
import { RulesTakenOver, ShedRuleView } from "#protocols/api/shed-rules.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { personOf, readersOf, siteWithin } from "../access.ts";
import { changed } from "../change.ts";
import type { Routes } from "../server.ts";
import { compoundOf, reporters } from "./hazards.ts";

const id = Type.String({ pattern: idPattern });
const Site = Type.Object({ site: id }, { additionalProperties: false });
const Asked = Type.Object({ site: id, shed: Type.Optional(id) }, { additionalProperties: false });

export const shedRuleRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get(
    "/api/v1/shed-rules",
    { ...readersOf("operations"), schema: { querystring: Site, response: { 200: Type.Array(ShedRuleView) } } },
    async (request) => {
      const { site } = request.query;
      siteWithin(request, site);
      return (await checkedRules(store.read, site)).map(({ told_at, ...one }) => ({ ...one, told: time(told_at) }));
    },
  );

  server.post(
    "/api/v1/shed-rules/hazards",
    { config: { access: reporters, audit: "shed-rules.take-over" }, schema: { body: Asked, response: { 200: RulesTakenOver } } },
    async (request) => {
      const { site, shed } = request.body;
      siteWithin(request, site);
      const asked = { compound: compoundOf(surroundings, site), shed, person: personOf(request), now: now() };
      const { opened, known } = await changed(surroundings, request, {
        alone: `shed-rules ${site}`,
        work: (effect) => takeOverRules(effect, asked),
        about: (done) => ({ object: shed ?? site, site, detail: { opened: done.opened.length, known: done.known.length } }),
      });
      return { opened: [...opened], known: [...known] };
    },
  );
};
