// What leaves for one person: plates whole only for those who let cars in, and of a hazard the actions that this person may take.
import { actionsFor, type Person } from "#cloud/ledger/hazards.ts";
import { seesMediation } from "#cloud/ledger/mediation.ts";
import type { LedgerPolicy } from "#cloud/ledger/policy.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { EventView, HazardView, LaneView, Role } from "#protocols/api/views.ts";

const seesPlates: ReadonlySet<Role> = new Set(["booth", "property-manager"]);
export const maySeePlates = (role: Role): boolean => seesPlates.has(role);

/** 闽CD12345 -> 闽C·D**45: the region, the first and the last two stay. A short or strange text keeps only its first character. */
export function maskPlate(plate: string): string {
  const characters = [...plate];
  if (characters.length < 6) return `${characters[0] ?? ""}***`;
  return `${characters.slice(0, 2).join("")}·${characters[2]}**${characters.slice(-2).join("")}`;
}

export function maskLane(view: LaneView): LaneView {
  if (view.last === null || view.last.plate === null) return view;
  return { ...view, last: { ...view.last, plate: maskPlate(view.last.plate) } };
}

/** Wherever they stand: of a car that was chosen among others the read is a plate too, and so is each of those that it might have been. */
export function maskEvent(view: EventView): EventView {
  const data = masked(view.data, maskedText);
  return data === view.data ? view : { ...view, data: data as EventView["data"] };
}

const plateKeys: ReadonlySet<string> = new Set(["plate", "plates", "read"]);
/** In a row of differing characters `read` is one character. */
const shortest = 5;

/** Nothing of a plate or a card is left: what its days are over of. */
export const withoutPlates = (data: unknown): unknown => masked(data, (key, text) => (hides(key, text) ? null : text));

const hides = (key: string, text: string): boolean => key === "card" || (plateKeys.has(key) && text.length >= shortest);

type Hide = (key: string, text: string) => string | null;

function maskedText(key: string, text: string): string {
  if (key === "card") return `***${text.slice(-2)}`;
  return plateKeys.has(key) && text.length >= shortest ? maskPlate(text) : text;
}

/** The same object where nothing in it is hidden. */
function masked(value: unknown, hide: Hide, key = ""): unknown {
  if (typeof value === "string") return hide(key, value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((one) => masked(one, hide, key));
    return items.every((one, at) => one === value[at]) ? value : items;
  }
  const entries = Object.entries(value).map(([name, one]) => [name, masked(one, hide, name)] as const);
  const same = entries.every(([name, one]) => one === (value as Record<string, unknown>)[name]);
  return same ? value : Object.fromEntries(entries);
}

const seesPhones: ReadonlySet<Role> = new Set([
  ...(["property-manager", "grid-worker", "fire-maintenance", "alliance"] as const),
  ...(["community-officer", "street-officer", "bureau-officer", "auditor"] as const),
]);

/** Whether this role must be able to call. Who may not is given no number, on the page or in a file. */
export const seesPhone = (role: Role): boolean => seesPhones.has(role);

/** Phones for those who must call; what is said in a mediation for those who mediate. */
export function forPerson(view: HazardView, row: Row<"hazard">, person: Person, policy?: LedgerPolicy): HazardView {
  const phone = view.responsible_phone === null || seesPhone(person.role) ? view.responsible_phone : "***";
  const shown = { ...view, responsible_phone: phone, actions: actionsFor(row, person, policy) };
  if (view.matter !== "mediation" || seesMediation.has(person.role)) return shown;
  return { ...shown, zh: "调解事项（保密）", en: "a mediation (confidential)", measure: null, evidence: [], steps: [] };
}
