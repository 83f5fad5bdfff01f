// The duty desk's queue and orders to gates, in English.
import type { deskZh } from "./desk-zh.ts";
import type { Widen } from "./widen.ts";

export const deskEn: Widen<typeof deskZh> = {
  queue: {
    title: "Waiting",
    keys: "F2 which car · F8 open by hand · ↑↓ move",
    waits: (span) => `waiting ${span}`,
    why: "Why",
    noFrame: "Read frame not kept",
    noFrameWhy: "The picture of this read has not come (its camera sent none, or it is on its way); no other picture stands in for it",
    frameOf: (lane) => `Read frame of ${lane}`,
    choose: (n) => `Which car (${n})`,
  },
  orders: {
    title: "Gate orders",
    issued: "issued",
    received: "received",
    inPlace: "in place",
    noFeedback: "no word of the arm",
    refused: "not done:",
  },
  openGate: {
    title: "Open by hand",
    about: "A digit sends at once; who, why and when are kept for audit.",
    reasons: {
      misread: "Misread",
      "paid-elsewhere": "Paid elsewhere",
      emergency: "Emergency vehicle",
      visitor: "Visitor registered",
      equipment: "Equipment fault",
      other: "Other",
      "rush-hour": "Rush hour",
      ceremony: "Wedding or funeral",
      moving: "Delivery or move",
    },
    notePlaceholder: { "paid-elsewhere": "amount and how, e.g. ¥5 cash", other: "say why" },
    cash: "Only the reason is kept here; money for the shift is booked on the booth's page.",
    send: "Send",
    back: "Back",
  },
  chooseCar: {
    title: "Which car",
    readAs: "Read as",
    legend: "Which one it may be",
    read: (letter) => `read as ${letter === "" ? "nothing" : letter}`,
    entered: "entered",
    none: "No car inside looks like it.",
    send: "This one",
    reason: "plate checked by the desk",
    about: "Where money is due the gate waits for it; where none is, the gateway opens at once.",
  },
  keptLane: {
    "held-open": "Held open",
    closed: "Locked",
    fire: "Open for a fire",
    until: (at, left) => `Held open until ${at}, ${left} left`,
    over: (at) => `The hold ended at ${at}; its gateway has not said so yet`,
  },
  laneEvents: {
    title: "Lane events",
    about:
      "Openings, passages, exceptions and fees, newest first. A row opens its evidence, and how long each step of that car took.",
    view: { all: "All", exceptions: "Exceptions", gates: "Openings", passages: "Passed", money: "Fees" },
    more: "100 more",
  },
  passage: {
    title: "The last car, step by step",
    own: "This car, step by step",
    step: { trigger: "trigger", read: "read", decided: "decided", ordered: "ordered", opened: "in place", passed: "passed" },
    ms: (n) => (n < 1000 ? `${n} ms` : `${(n / 1000).toFixed(2)} s`),
    missing: "not recorded",
    about: "Counted from the first step that is known. What is not recorded did not happen, or no device told it; it is never zero.",
  },
};
