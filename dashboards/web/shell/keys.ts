// Keys that work anywhere but in a field: "?" shows them all, "g" and a letter goes to a page. Whoever speaks to a machine by voice can switch them off (WCAG 2.1.4).
import { signal } from "@preact/signals";
import { recall, remember } from "../words/language.ts";
import { type Page, pageHash, pages } from "./address.ts";
import { choosing, person } from "./session.ts";

export const keysShown = signal(false);
export const keysOn = signal(recall("cuobian.keys") !== "off");

export const letterOf: Readonly<Partial<Record<Page, string>>> = {
  duty: "d",
  lanes: "c",
  stays: "s",
  alarms: "a",
  entries: "e",
  overview: "o",
  ledger: "l",
  ranking: "r",
  papers: "n",
  works: "w",
  compounds: "m",
  inspections: "k",
  income: "i",
  awards: "j",
  reports: "b",
  devices: "v",
  orders: "x",
  people: "u",
};
/** "g" and this: as whom one acts. */
export const personLetter = "p";
const goMs = 1500;
let wentAt = 0;

export function switchKeys(): void {
  keysOn.value = !keysOn.value;
  remember("cuobian.keys", keysOn.value ? "on" : "off");
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);

export function followKeys(): void {
  addEventListener("keydown", (event) => {
    if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") {
      keysShown.value = true;
      event.preventDefault();
      return;
    }
    if (event.key === "g") wentAt = event.timeStamp;
    else if (event.timeStamp - wentAt < goMs) {
      const page = pages.find((one) => letterOf[one] === event.key);
      wentAt = 0;
      if (event.key === personLetter && person.peek() !== null) choosing.value = true;
      if (page !== undefined) location.hash = pageHash(page);
    }
  });
}
