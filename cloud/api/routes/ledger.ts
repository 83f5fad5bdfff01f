// The ledger as a whole: GET and POST /api/v1/ledger/escalations (the rehearsal, and the walk by hand), GET /api/v1/ledger/check (is it what was written?).
import Type from "typebox";
import { verifySnapshots } from "#cloud/assessment/snapshots.ts";
import { verifyChain } from "#cloud/ledger/chain.ts";
import { escalate, rehearse } from "#cloud/ledger/escalate.ts";
import { mediationsWrong } from "#cloud/ledger/mediation.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { sealed } from "#cloud/ledger/sealed.ts";
import { differencesOf } from "#cloud/ledger/steps.ts";
import { time } from "#cloud/views/words.ts";
import { roles } from "#protocols/api/views.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { changed } from "../change.ts";
import type { Routes } from "../server.ts";

const text = Type.String();
const Days = Type.Object({ days: Type.Optional(Type.String({ pattern: "^([1-9]|[1-5][0-9]|60)$" })) }, { additionalProperties: false });
const Rehearsal = Type.Array(
  Type.Object({
    ...{ hazard: text, site: text, compound: text, rung: text, zh: text, en: text, at: text, provisional: Type.Boolean() },
    tells: Type.Array(Type.Enum([...roles])),
  }),
);
const Check = Type.Object({
  sound: Type.Boolean(),
  steps: Type.Integer(),
  why: Type.Union([text, Type.Null()]),
  differences: Type.Array(Type.Object({ hazard: text, column: text })),
  /** Frozen weeks, every number counted again; what is wrong is said to who sees all compounds. */
  weeks: Type.Object({ weeks: Type.Integer(), numbers: Type.Integer(), wrong: Type.Array(text) }),
  mediations: Type.Array(text),
  /** Papers, awards, ways. */
  beside: Type.Array(text),
});

export const ledgerRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get(
    "/api/v1/ledger/escalations",
    {
      config: { access: ["property-manager", "community-officer", "street-officer", "bureau-officer", "auditor", "administrator"] },
      schema: { querystring: Days, response: { 200: Rehearsal } },
    },
    async ({ scope, query }) => {
      const policy = await policyOn(store.read, now());
      const planned = await rehearse(store.read, policy, { now: now(), until: now() + Number(query.days ?? 1) * dayMs, scope });
      return planned.map(({ hazard: { id, site, compound }, next: { rung, at, provisional } }) => ({
        ...{ hazard: id, site, compound, rung: rung.id, zh: rung.zh, en: rung.en, at: time(at), provisional, tells: [...rung.tells] },
      }));
    },
  );

  server.post(
    "/api/v1/ledger/escalations",
    {
      config: { access: ["bureau-officer"], audit: "ledger.escalate" },
      schema: { response: { 200: Type.Object({ rungs: Type.Integer() }) } },
    },
    async (request) => {
      const policy = await policyOn(store.read, now());
      const rungs = await changed(surroundings, request, {
        work: (effect) => escalate(effect, policy, now()),
        about: (stood) => ({ object: null, site: null, detail: { rungs: stood } }),
        alone: "escalate",
      });
      return { rungs };
    },
  );

  server.get(
    "/api/v1/ledger/check",
    {
      config: { access: ["community-officer", "street-officer", "bureau-officer", "auditor", "administrator"] },
      schema: { response: { 200: Check } },
    },
    async ({ scope }) => {
      const verdict = await verifyChain(store.read);
      const sites = new Set(scope.sites);
      const mine = await store.read.selectFrom("hazard").select(["id", "site"]).execute();
      const seen = new Set(mine.filter(({ site }) => scope.all || sites.has(site)).map(({ id }) => id));
      const differences = (await differencesOf(store.read)).filter(({ hazard }) => seen.has(hazard));
      const weeks = await verifySnapshots(store.read);
      const mediations = await mediationsWrong(store.read);
      const { wrong: beside } = await sealed(store.read);
      const wrong = weeks.wrong.length + mediations.length + beside.length;
      const sound = "sound" in verdict && differences.length === 0 && wrong === 0;
      return {
        ...{ sound, steps: "sound" in verdict ? verdict.sound : verdict.broken - 1 },
        why: "sound" in verdict ? null : scope.all ? verdict.why : "台账链条有破损 / the chain is broken",
        differences: differences.map(({ hazard, column }) => ({ hazard, column })),
        weeks: {
          ...weeks,
          wrong: scope.all ? [...weeks.wrong] : weeks.wrong.length === 0 ? [] : ["有周快照不符 / a frozen week is not sound"],
        },
        beside: scope.all
          ? [...beside]
          : beside.length === 0
            ? []
            : ["有文书、考评或程序记录不符 / a paper, an award or a way is not sound"],
        mediations: scope.all ? mediations : mediations.length === 0 ? [] : ["有调解记录不符 / a mediation is not sound"],
      };
    },
  );
};
