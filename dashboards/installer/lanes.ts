// The lane bench: each lane's board and camera as they are now, and what the register holds of a plate, typed on our own keyboard. It opens nothing.
import type { SiteOverview } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { plateKeyboard } from "../plate-keys/keyboard.ts";
import { Refused } from "./api.ts";
import { laneCard } from "./home.ts";
import { inWords, state } from "./state.ts";

const lists = ["passes", "visitors", "vehicles", "cars"] as const;
type Found = readonly (readonly [(typeof lists)[number], readonly Readonly<Record<string, unknown>>[]])[];

const search: { plate: string; whole: boolean; found: Found | undefined; wrong: string } = {
  plate: "",
  whole: false,
  found: undefined,
  wrong: "",
};

async function lookUp(show: () => void): Promise<void> {
  const { api } = state;
  if (api === undefined || !search.whole) return;
  Object.assign(search, { wrong: "", found: undefined });
  try {
    const { plate } = search;
    search.found = await Promise.all(lists.map(async (list) => [list, (await api.listed(list, plate)).rows] as const));
  } catch (error) {
    search.wrong = error instanceof Refused ? inWords(error.said) : String(error);
  }
  show();
}

const rowText = (row: Readonly<Record<string, unknown>>): string =>
  Object.entries(row)
    .filter(([, value]) => value !== null && value !== "" && value !== false)
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(" ") : String(value)}`)
    .join(" · ");

/** The lanes are drawn anew as they change; the search beside them only when it was changed here. */
export const searchKey = (): unknown => [search.found, search.wrong];

export const lanesShown = ({ lanes }: SiteOverview): HTMLElement =>
  lanes.length === 0 ? h("p", { class: "muted" }, state.words.noLanes) : h("ul", { class: "cards" }, ...lanes.map(laneCard));

export function searchView(show: () => void): HTMLElement[] {
  const { laneBench: words } = state.words;
  const look = h(
    "button",
    { type: "submit", class: "primary", disabled: !search.whole, "data-key": "look" },
    words.look,
  ) as HTMLButtonElement;
  const keyboard = plateKeyboard({
    words: words.keys,
    value: search.plate,
    home: "闽",
    onChange: (plate, whole) => {
      Object.assign(search, { plate, whole });
      look.disabled = !whole;
    },
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    void lookUp(show);
  };
  const found = search.found;
  return [
    h("h2", {}, words.plate),
    h("form", { class: "panel", submit }, keyboard, look),
    h("p", { class: "wrong", role: "alert" }, search.wrong),
    ...(found === undefined
      ? []
      : [
          h(
            "ul",
            { class: "cards", "data-found": found.reduce((sum, [, rows]) => sum + rows.length, 0) },
            ...found.map(([list, rows]) =>
              h(
                "li",
                { class: "card" },
                h("h3", {}, words.lists[list]),
                ...(rows.length === 0 ? [h("p", { class: "muted" }, words.nothing)] : rows.map((row) => h("p", {}, rowText(row)))),
              ),
            ),
          ),
        ]),
    h("p", { class: "muted" }, words.note, " ", h("a", { href: "/booth", class: "button" }, words.booth)),
  ];
}
