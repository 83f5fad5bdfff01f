// What protection says of sheds and of the supply, as events: other names, the same content. Words are cut to what an event may hold.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LoadFact, ShedFact } from "../core/charging/shed/facts.ts";
import type { Transaction } from "../journal/journal.ts";

const most = 300;
const words = ({ zh, en }: { readonly zh: string; readonly en: string }) => ({ zh: zh.slice(0, most), en: en.slice(0, most) });

export function shedEvent(tx: Transaction, fact: ShedFact | LoadFact, at: Stamp): undefined {
  switch (fact.kind) {
    case "shed-tripped": {
      const { kind: _, ...data } = fact;
      return said(tx.event("shed.tripped", data, at));
    }
    case "shed-opened": {
      const { kind: _, ...data } = fact;
      return said(tx.event("shed.opened", data, at));
    }
    case "shed-sighted":
      return said(tx.event("shed.sighted", { trip: fact.trip, shed: fact.shed }, at));
    case "shed-reset": {
      const { trip, shed, person, reason } = fact;
      return said(tx.event("shed.reset", { trip, shed, person: person.slice(0, 64), reason: reason.slice(0, most) }, at));
    }
    case "shed-reset-refused": {
      const { trip, shed, person, code } = fact;
      return said(tx.event("shed.reset-refused", { trip, shed, person: person.slice(0, 64), code, ...words(fact) }, at));
    }
    case "shed-input": {
      const { shed, input, of, active } = fact;
      return said(tx.event("shed.input", { shed, input, of, active }, at));
    }
    case "shed-input-silent": {
      const { shed, input, of, silent_ms } = fact;
      return said(tx.event("shed.input-silent", { shed, input, of, silent_ms }, at));
    }
    case "shed-input-answers": {
      const { shed, input, of, active } = fact;
      return said(tx.event("shed.input-answers", { shed, input, of, active }, at));
    }
    case "shed-leaking":
    case "shed-leakage-over": {
      const { shed, value, limit, unit } = fact;
      const type = fact.kind === "shed-leaking" ? "shed.leaking" : "shed.leakage-over";
      return said(tx.event(type, { shed, value: Math.round(value), limit, unit }, at));
    }
    case "contactor-stuck": {
      const { shed, trip, evidence, waited_ms } = fact;
      return said(tx.event("shed.contactor-stuck", { shed, trip, evidence, waited_ms }, at));
    }
    case "contactor-lost":
      return said(tx.event("shed.contactor-lost", { shed: fact.shed, waited_ms: fact.waited_ms }, at));
    case "contactor-closed":
      return said(tx.event("shed.contactor-closed", { shed: fact.shed }, at));
    case "load-shed": {
      const { budget, of, socket, session, unit, limit, priority, seconds } = fact;
      const [value, reserved, share] = [fact.value, fact.reserved, fact.share].map(Math.round) as [number, number, number];
      const amounts = { value, limit, unit, reserved, share };
      return said(tx.event("load.shed", { budget, of, socket, session, ...amounts, priority, seconds, ...words(fact) }, at));
    }
    case "load-over": {
      const { budget, of, value, limit, unit } = fact;
      return said(tx.event("load.over", { budget, of, value: Math.round(value), limit, unit, ...words(fact) }, at));
    }
  }
}

const said = (_number: unknown): undefined => undefined;
