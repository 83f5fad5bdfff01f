// The lane bench: each lane's board, loops and camera as they are now, its last reads with their times, what would be decided about a plate, and what the register holds of it. It opens nothing.
import type { LaneBench, LaneTried, SiteOverview } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { plateKeyboard } from "../plate-keys/keyboard.ts";
import { Refused } from "./api.ts";
import { laneCard } from "./home.ts";
import { inWords, state } from "./state.ts";
import { waterfall } from "./waterfall.ts";

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
export const searchKey = (): unknown => [search.found, search.wrong, tried.answer];

const benches = new Map<string, LaneBench>();
export const benchesKey = (): unknown => [...benches];

/** Asked while this view is open. */
export async function lookAtLanes(lanes: SiteOverview["lanes"]): Promise<void> {
  const { api } = state;
  if (api === undefined) return;
  await Promise.all(lanes.map(async ({ lane }) => benches.set(lane, await api.laneBench(lane))));
}

const lamp = (on: boolean, word: string): HTMLElement =>
  h("li", { class: on ? "lamp on" : "lamp" }, h("span", { class: "mark", "aria-hidden": "true" }, on ? "●" : "○"), word);

function benchShown({ lane, name }: SiteOverview["lanes"][number]): HTMLElement {
  const { laneBench: words } = state.words;
  const bench = benches.get(lane);
  const board = bench === undefined ? null : bench.board;
  const { lamps } = words;
  return h(
    "section",
    { class: "panel lane-bench", "data-lane-bench": lane },
    h("h3", {}, `${name} · ${words.loops}`),
    board === null
      ? h("p", { class: "wrong" }, state.words.silent)
      : h(
          "ul",
          { class: "lamps", "data-lamps": lane },
          lamp(board.approach, lamps.approach),
          lamp(board.under, lamps.under),
          lamp(board.open, lamps.open),
          lamp(board.closed, lamps.closed),
          lamp(board.moving, lamps.moving),
          lamp(board.fault, lamps.fault),
        ),
    board !== null && h("p", { class: "muted" }, words.counts(board.opened, board.passed)),
    h("h3", {}, words.reads),
    bench === undefined || bench.reads.length === 0
      ? h("p", { class: "muted" }, words.noReads)
      : h("ol", { class: "traces" }, ...bench.reads.map(waterfall)),
  );
}

export const lanesShown = ({ lanes }: SiteOverview): HTMLElement =>
  lanes.length === 0
    ? h("p", { class: "muted" }, state.words.noLanes)
    : h("div", {}, h("ul", { class: "cards" }, ...lanes.map(laneCard)), h("div", { class: "benches" }, ...lanes.map(benchShown)));

const tried: { lane: string; answer: LaneTried | undefined } = { lane: "", answer: undefined };

/** The typed plate as if its car stood there now: the gateway decides as ever, and takes it back. */
async function tryOut(lane: string, show: () => void): Promise<void> {
  const { api } = state;
  if (api === undefined || !search.whole) return;
  Object.assign(search, { wrong: "" });
  Object.assign(tried, { lane, answer: undefined });
  try {
    tried.answer = await api.tryLane(lane, search.plate);
  } catch (error) {
    search.wrong = error instanceof Refused ? inWords(error.said) : String(error);
  }
  show();
}

function triedShown(): HTMLElement | false {
  const { laneBench: words } = state.words;
  const { answer, lane } = tried;
  if (answer === undefined) return false;
  const outcome = words.outcomes[answer.outcome] || answer.outcome;
  return h("p", { "data-tried": answer.outcome }, words.tried(lane, outcome, answer.opens, Math.round(answer.took_ms)));
}

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
      for (const button of [look, ...tries]) button.disabled = !whole;
    },
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    void lookUp(show);
  };
  const found = search.found;
  const { overview } = state;
  const tries = (overview === undefined ? [] : overview.lanes).map(({ lane, name }) => {
    const button = h(
      "button",
      { type: "button", disabled: !search.whole, "data-key": `try ${lane}`, click: () => void tryOut(lane, show) },
      words.tryAt(name),
    );
    return button as HTMLButtonElement;
  });
  return [
    h("h2", {}, words.plate),
    h(
      "form",
      { class: "panel", submit },
      keyboard,
      look,
      h("p", { class: "muted" }, words.tryNote),
      h("p", { class: "does" }, ...tries),
      triedShown(),
    ),
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
