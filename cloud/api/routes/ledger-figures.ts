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
    const { clocks } = await policyOn(store.read, now());
    const figures = await figuresOf(store.read, { scope, now: now(), near_days: clocks.near_days });
    return { ...figures, compounds: [...figures.compounds], weeks: [...figures.weeks], ageing: [...figures.ageing] };
  });
};
