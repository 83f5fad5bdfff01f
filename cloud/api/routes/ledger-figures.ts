// The ledger at a glance: GET /api/v1/ledger/figures. Of the compounds that the asking post reaches.
import Type from "typebox";
import { figuresOf } from "#cloud/ledger/figures.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { hazardStates } from "#protocols/api/hazards.ts";
import { readersOf } from "../access.ts";
import type { Routes } from "../server.ts";

const whole = Type.Integer();
const text = Type.String();
const Figures = Type.Object({
  ...{ total: whole, closed: whole, overdue: whole, overdue_before: whole, near: whole, to_inspect: whole, listed: whole },
  compounds: Type.Array(
    Type.Object({
      ...{ site: text, compound: text, overdue: whole },
      states: Type.Object(Object.fromEntries(hazardStates.map((state) => [state, whole]))),
    }),
  ),
  weeks: Type.Array(Type.Object({ to: text, found: whole, closed: whole })),
  ageing: Type.Array(whole),
});

export const ledgerFigureRoutes: Routes = (server, { store, now }) => {
  server.get("/api/v1/ledger/figures", { ...readersOf("hazards"), schema: { response: { 200: Figures } } }, async ({ scope }) => {
    const rows = await store.read
      .selectFrom("hazard")
      .select(["site", "compound", "state", "found_at", "closed_at", "deadline", "listed", "pending"])
      .where("matter", "=", "hazard")
      .$if(!scope.all, (query) => query.where("site", "in", scope.sites))
      .execute();
    const { clocks } = await policyOn(store.read, now());
    const figures = figuresOf(rows, now(), clocks.near_days);
    return { ...figures, compounds: [...figures.compounds], weeks: [...figures.weeks], ageing: [...figures.ageing] };
  });
};
