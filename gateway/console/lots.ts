// Places and lingering visits at the booth: both counts, a person's own, and what closed a visit that no exit saw.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { Counted, CountOrder, LeftOrder, Lingering, type LotPlaces, Lots } from "#protocols/api/lots.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { canonicalPlate, displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { leftByList, leftBySight } from "../lanes/lingering.ts";
import { placesOf, recount } from "../lanes/places.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const LotParams = Type.Object({ lot: Type.String({ pattern: idPattern }) }, { additionalProperties: false });
const VisitParams = Type.Object({ visit: Type.String({ minLength: 8, maxLength: 64 }) }, { additionalProperties: false });
type AtLot = { Params: { lot: string } };
/** 5,000 plates of a large lot. */
const largestList = 256 * 1024;
const shown = 200;

export function lotRoutes(server: FastifyInstance, { journal, clock, config }: SiteContext): void {
  const lotOf = (id: string) => config.lots.find((lot) => lot.id === id);
  const noLot = (where: string) => ({ status: 404, code: "no-lot", zh: "没有这个停车场", en: "no such lot", where });

  function told(id: string): LotPlaces {
    const { visits, boards, taken, free, capacity, counted } = placesOf(journal, config, id);
    const lot = lotOf(id);
    return {
      ...{ lot: id, name: lot?.name ?? id, within: lot?.within ?? null, capacity, taken, free, visits, boards },
      drift: boards === null ? null : boards - visits,
      counted_at: counted === null ? null : toRfc3339(journal.clocks.label(counted.at)),
      counted_by: counted?.person ?? null,
    };
  }

  server.get("/lots", { schema: { response: { 200: Lots } } }, async () => ({ lots: config.lots.map(({ id }) => told(id)) }));

  server.post<AtLot & { Body: CountOrder }>(
    "/lots/:lot/count",
    { bodyLimit: largestList, schema: { params: LotParams, body: CountOrder, response: { 200: Counted } } },
    async (request, reply) => {
      const { lot } = request.params;
      if (lotOf(lot) === undefined) return sendProblem(reply, noLot(lot));
      const { counted, person, approver, reason, plates: written } = request.body;
      const plates: Plate[] = [];
      for (const [i, text] of (written ?? []).entries()) {
        const plate = canonicalPlate(text);
        if (plate === undefined)
          return sendProblem(reply, {
            status: 400,
            code: "no-plate",
            zh: `不是车牌：${text}`,
            en: `no plate: ${text}`,
            where: `/plates/${i}`,
          });
        plates.push(plate);
      }
      const now = clock.stamp();
      const done = journal.commit((tx) => {
        const list = { person, reason, plates, ...(approver === undefined ? {} : { approver }) };
        const closed = written === undefined ? [] : leftByList(tx, config, { lot, now, list });
        if ("kind" in closed) return closed;
        recount(tx, config, { lot, now, counted, person, reason });
        return { closed: [...closed] };
      });
      return "kind" in done ? sendProblem(reply, refusalProblem(done)) : { places: told(lot), closed: done.closed };
    },
  );

  server.get<AtLot>("/lots/:lot/lingering", { schema: { params: LotParams, response: { 200: Lingering } } }, async (request, reply) => {
    const { lot } = request.params;
    if (lotOf(lot) === undefined) return sendProblem(reply, noLot(lot));
    const now = clock.wall();
    const open = journal.all<{ id: string; plate: Plate; entered_at: number; turned_back: string | null; lingers_told: number }>(
      "SELECT id, plate, entered_at, turned_back, lingers_told FROM visit WHERE lot = ? AND state <> 'gone' ORDER BY entered_at LIMIT ?",
      lot,
      shown,
    );
    const closed = journal.all<{
      id: string;
      plate: Plate;
      rule: string;
      left_from: number;
      left_until: number;
      person: string | null;
      evidence: string;
    }>(
      "SELECT v.id, v.plate, i.rule, i.left_from, i.left_until, i.person, i.evidence FROM visit_inferred i JOIN visit v ON v.id = i.visit WHERE v.lot = ? ORDER BY i.at DESC LIMIT ?",
      lot,
      shown,
    );
    return {
      open: open.map((row) => ({
        visit: row.id,
        plate: displayPlate(row.plate),
        entered_at: toRfc3339(wall(row.entered_at)),
        hours: Math.max(0, Math.floor((now - row.entered_at) / 3_600_000)),
        doubtful: row.turned_back !== null,
        told: row.lingers_told === 1,
      })),
      closed: closed.map((row) => ({
        visit: row.id,
        plate: displayPlate(row.plate),
        rule: row.rule,
        left_from: toRfc3339(wall(row.left_from)),
        left_until: toRfc3339(wall(row.left_until)),
        person: row.person,
        evidence: (JSON.parse(row.evidence) as { kind: string; at: number; ref: string }[]).map(({ kind, at, ref }) => ({
          kind,
          at: toRfc3339(wall(at)),
          ref,
        })),
      })),
    };
  });

  server.post<{ Params: { visit: string }; Body: LeftOrder }>(
    "/visits/:visit/left",
    { schema: { params: VisitParams, body: LeftOrder } },
    async (request, reply) => {
      const refused = journal.commit((tx) => leftBySight(tx, config, { visit: request.params.visit, now: clock.stamp(), ...request.body }));
      return refused === undefined ? { left: true } : sendProblem(reply, refusalProblem(refused));
    },
  );
}
