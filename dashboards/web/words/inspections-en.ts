// The same in English.
import type { inspectionsZh } from "./inspections-zh.ts";
import type { Widen } from "./widen.ts";

export const inspectionsEn: Widen<typeof inspectionsZh> = {
  about:
    "A seed draws the compounds and, for each, two people of different organisations: nobody chooses. Every item is answered, and what is not in order becomes a hazard at once.",
  views: { planned: "To be held", held: "Held", draws: "Draws" },
  draw: "Draw an inspection",
  export: "Export csv",
  columns: {
    ...{ compound: "Compound", list: "Check list", pair: "Inspectors", day: "Drawn", result: "Result" },
    ...{ by: "Drawn by", note: "Occasion", seed: "Seed" },
  },
  planned: "to be held",
  mine: "mine to hand in",
  allRight: "all in order",
  wrong: (n) => (n === 1 ? "1 item not in order" : `${n} items not in order`),
  handed: (n, of) => `${n} of ${of} handed in`,
  none: {
    planned: "No compound waits for an inspection.",
    held: "No inspection was handed in yet. None is told of before it is held; afterwards it stands here.",
    draws: "Nothing was drawn yet.",
  },
  drawn: (n, seed) => `${n === 1 ? "1 compound was" : `${n} compounds were`} drawn, seed ${seed}.`,
  drawForm: {
    title: "Draw an inspection",
    about: "The system takes a seed by chance. A draw holds at once and is not drawn again; its seed and its pool are kept.",
    list: "Check list",
    items: (n) => `${n} items`,
    compounds: "How many compounds",
    note: "Occasion",
    notePlaceholder: "e.g. fire safety, fourth quarter",
    send: "Draw",
    sending: "Drawing…",
    cancel: "Cancel",
  },
  detail: {
    pair: "Inspectors (two, of different organisations)",
    drawnOn: "Drawn on",
    drawnBy: "Drawn by",
    note: "Occasion",
    handed: "Handed in",
    notYet: "not yet",
    items: "Items",
    hazard: (id) => `hazard ${id}`,
    lot: "How it was drawn, and how to draw it again",
    seed: "Seed",
    seedLater: "told once every compound of this draw was inspected",
    pool: (sites, people) => `pool: ${sites} compounds, ${people} inspectors`,
    poolElsewhere: "the pool is read by posts that see all compounds",
    formula:
      "Compounds in the order of SHA-256 of “seed site COMPOUND”: the first ones. For each, inspectors in the order of SHA-256 of “seed COMPOUND PERSON”: the first, and the next of another organisation.",
    sound: "drawn again just now from seed and pool: the same",
    unsound: "▲ drawn again it is not what was written: the record may have been changed",
  },
  hand: {
    title: "Hand in what you saw",
    about: "Every item must have been looked at; what nobody looked at is not in order. It cannot be changed afterwards.",
    ok: "in order",
    wrong: "not in order",
    place: "Where",
    placePlaceholder: "e.g. building 3, staircase 1",
    words: "What",
    wordsPlaceholder: "e.g. two e-bikes in the staircase",
    progress: (n, of) => `${n} of ${of} looked at`,
    send: (wrong) =>
      wrong === 0 ? "Hand in: all in order" : wrong === 1 ? "Hand in: 1 becomes a hazard" : `Hand in: ${wrong} become hazards`,
    sending: "Handing in…",
    done: (n) => (n === 0 ? "Handed in, all in order." : `Handed in, ${n === 1 ? "1 hazard" : `${n} hazards`} registered.`),
  },
};
