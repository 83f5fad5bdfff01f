// The same in English.
import type { entriesZh } from "./entries-zh.ts";
import type { Widen } from "./widen.ts";

export const entriesEn: Widen<typeof entriesZh> = {
  title: "Self-check list",
  about: "Every protective cut-off enters by itself and the property handles each one; a rule promotes the serious ones to the ledger.",
  none: "The list is empty: protection has not cut anything off yet.",
  noneOpen: "Nothing is open.",
  showAll: "Show all",
  open: "Open",
  handled: "Handled",
  all: "All",
  handledBy: (who) => `Handled by ${who}`,
  handle: "Record handling",
  note: "What was done",
  notePlaceholder: "What was checked, and how it was dealt with",
  hazard: (id) => `Promoted to hazard ${id}`,
  source: "Place",
  rules: {
    title: "Rules of the place",
    about:
      "The site file held against what local rules ask of a place where e-bikes park and charge; what is not written is not met. The gateway checks anew at each start.",
    none: "No charging shed here, or its gateway has not reported yet.",
    found: "found",
    known: "checked by the gateway",
    states: { met: "met", broken: "broken", "not-said": "not written" },
    hazard: (id) => `In the ledger as ${id}`,
    takeOver: (count) => `Take ${count} broken over into the ledger`,
    taken: (count) => `${count} hazards opened; what stood there already was not opened twice.`,
  },
  chain: {
    label: "Times between the steps",
    seen: "Seen",
    decided: "Decided",
    off: "OFF sent",
    confirmed: "Open confirmed",
    received: "Cloud received",
    pending: "waiting",
    unconfirmed: "not confirmed",
  },
};
