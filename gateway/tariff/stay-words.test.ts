// Everything that a rule may ask of a stay can be said in words, on the command line and to the API: each dimension with its own fee, worked by hand.
import { expect, test } from "vitest";
import { parseTariff } from "./file.ts";
import { type StayValues, stayOf } from "./stay-words.ts";
import { quoteTold } from "./tools.ts";

const hourly = `
    pricing:
      free: { time: 30 min, boundary: included, when_exceeded: counted, again: once }
      rate: { part_unit: up, steps: [{ per: 1 h, price: 2 }] }
      windows: { kind: rolling, length: 24 h, rate: restarts, cap: 20 }`;
const whole = (more: string): string => `
tariff: trial
name: { zh: 试验, en: trial }
versions:
  - version: "1"
    from: 2025-01-01${hourly}
${more}`;
const rules = `
    classes:
      - { id: large, name: { zh: 大型车, en: large }, when: { class: [large] }, factor: 2 }
      - { id: bays, name: { zh: 占位车, en: by bays }, when: { class: [bus] }, by_bays: true }
      - { id: police, name: { zh: 警车, en: police }, when: { kinds: [police] }, free: true }
    concessions:
      - { id: charged, name: { zh: 充电优惠, en: charged }, when: { charged_at_least_kWh: 5 }, charging_time: { most: 1 h } }
      - id: new-energy
        name: { zh: 新能源首停, en: first stop }
        when: { colours: [green], operating: false, first_entry_in: 24 h }
        free: { time: 2 h, boundary: included, when_exceeded: deducted, again: once }
    coupons: { accepted: [free, percent, minutes, cash, valid-for, time-window], stacking: one-of-each-kind, after_partial_payment: false, with_concession: false }
    passes: { when_space_falls_free: covered, tolerance: 15 min, rest_has_free_time: true }
    inner_lots: excluded
    lost_entry: { assume: 3 h }
    entries_cap: { kind: rolling, length: 24 h, cap: 15 }
    payment: { grace: 15 min, after_grace: whole-stay }
    round: { to: 1, way: half-up }
`;
const day = "2026-11-25";
const nine: StayValues = { enter: `${day} 09:00`, exit: `${day} 12:30` };
const month = "2026-11-01/2026-11-30";

test.each<[string, StayValues, number]>([
  ["1 within the free time, boundary included", { enter: `${day} 09:00`, exit: `${day} 09:30` }, 0],
  ["2 a second more, counted from the entry", { enter: `${day} 09:00`, exit: `${day} 09:30:01` }, 200],
  ["3 a part of an hour is an hour", nine, 800],
  ["7 the cap of 24 h and a new day", { enter: `${day} 00:00`, exit: "2026-11-26 01:00:01" }, 2400],
  ["8 several entries in 24 h together", { ...nine, history: [`${day} 06:00/${day} 08:00=10`] }, 500],
  ["9 twice for a large vehicle", { ...nine, class: "large" }, 1500],
  ["9 by bays, capped by the entries' cap", { ...nine, class: "bus", bays: "1" }, 800],
  ["9 a police car", { ...nine, plate: "闽C1234警" }, 0],
  ["11 a pass for the whole stay", { ...nine, pass: [month] }, 0],
  ["11 a pass that ends in the stay", { ...nine, pass: [`2026-11-01/${day} 11:00`] }, 400],
  ["11 a pass that begins in the stay", { ...nine, pass: [`${day} 10:00/2026-12-01`] }, 200],
  ["11 two cards, one after the other", { ...nine, pass: [`2026-11-01/${day} 10:00`, `${day} 11:30/2026-12-01`] }, 400],
  ["11 suspended", { ...nine, pass: [`${month};suspended=${day}/${day}`] }, 800],
  ["11 suspended for a part", { ...nine, pass: [`${month};suspended=${day} 11:00/${day} 12:00`] }, 200],
  ["11 one space, the other car inside", { ...nine, pass: [`${month};spaces=1;with=${day} 08:00/`] }, 800],
  ["11 two spaces, one other car", { ...nine, pass: [`${month};spaces=2;with=${day} 08:00/`] }, 0],
  ["11 the space falls free after an hour", { ...nine, pass: [`${month};spaces=1;with=${day} 08:00/${day} 10:00`] }, 200],
  ["11 … within the tolerance", { ...nine, pass: [`${month};spaces=1;with=${day} 08:00/${day} 09:15`] }, 0],
  ["11 the other car came later", { ...nine, pass: [`${month};spaces=1;with=${day} 09:30/`] }, 0],
  ["11 an inner lot", { ...nine, inner: [`${day} 10:00/${day} 11:30`] }, 400],
  ["12 free", { ...nine, coupon: ["free"] }, 0],
  ["12 percent", { ...nine, coupon: ["percent=50"] }, 400],
  ["12 minutes", { ...nine, coupon: ["minutes=90"] }, 400],
  ["12 cash, never below nothing", { ...nine, coupon: ["cash=100"] }, 0],
  ["12 valid for some hours", { ...nine, coupon: [`valid-for=${day} 10:00/1`] }, 600],
  ["12 a window of every day", { ...nine, coupon: ["time-window=12:00-14:00"] }, 600],
  [
    "12 one of each kind: minutes, then percent, then cash; the second of a kind is left",
    { ...nine, coupon: ["cash=1", "percent=50", "minutes=60", "minutes=120"] },
    200,
  ],
  ["12 shown before the payment", { ...nine, paid: [`${day} 11:00=4`], coupon: [`minutes=60@${day} 10:00`] }, 200],
  ["12 not after a partial payment", { ...nine, paid: [`${day} 11:00=2`], coupon: [`minutes=60@${day} 11:30`] }, 600],
  ["13 the charging hour is not parking", { ...nine, charging: [`${day} 09:00/${day} 11:00=8`] }, 600],
  ["13 too little was charged", { ...nine, charging: [`${day} 09:00/${day} 11:00=4.9`] }, 800],
  [
    "12 of two advantages the better one: the first stop, not the charging",
    { ...nine, plate: "闽CD12345", charging: [`${day} 09:00/${day} 11:00=8`] },
    400,
  ],
  ["8 no first stop any more", { ...nine, plate: "闽CD12345", history: [`${day} 06:00/${day} 07:00=0`] }, 800],
  ["8 an operating car has none", { ...nine, plate: "闽CD12345", operating: true }, 800],
  ["14 paid, and left within the grace", { ...nine, paid: [`${day} 12:15=8`] }, 0],
  ["14 the grace is over", { enter: nine.enter ?? "", exit: `${day} 13:00:01`, paid: [`${day} 12:15=8`] }, 200],
  ["15 no entry record: three hours", { exit: `${day} 12:30`, "entry-lost": true }, 600],
  ["16 to the yuan, half up", { ...nine, coupon: ["percent=45"] }, 400],
])("%s", (_, words, fen) => {
  const read = parseTariff(whole(rules), "trial");
  if ("complaints" in read) expect.fail(JSON.stringify(read.complaints));
  const found = quoteTold(read.tariff, stayOf(words));
  if ("kind" in found) expect.fail(found.zh);
  expect([found.total_fen, found.lines.reduce((sum, line) => sum + line.amount_fen, 0)]).toEqual([fen, fen]);
});

test.each<[string, StayValues]>([
  ["a card's other cars without its spaces", { ...nine, pass: [`${month};with=${day} 08:00/`] }],
  ["no space at all", { ...nine, pass: [`${month};spaces=0`] }],
  ["a word that is none", { ...nine, pass: [`${month};plates=2`] }],
  ["a car that left before it came", { ...nine, pass: [`${month};spaces=1;with=${day} 10:00/${day} 09:00`] }],
  ["a coupon that was shown at no time", { ...nine, coupon: ["minutes=60@noon"] }],
  ["more than all", { ...nine, coupon: ["percent=101"] }],
  ["charging that ends before it begins", { ...nine, charging: [`${day} 11:00/${day} 10:00=8`] }],
  ["half a fen", { ...nine, paid: [`${day} 12:00=1.005`] }],
])("%s is refused in words", (_, words) => {
  expect(() => stayOf(words)).toThrow(/应写成 \/ write/);
});
