// The trip curve of one cut, beside the socket's story: the gateway computes it, and the same layout as in the cloud draws it.
import type { TripCurve } from "#protocols/api/trip.ts";
import { element as h } from "../booth/elements.ts";
import { box, layout, legendOf, type Shape } from "../trip-curve/layout.ts";
import { rowsOf, sentencesOf, type TripWords, tripEn, tripZh } from "../trip-curve/words.ts";
import { Refused } from "./api.ts";
import { inWords, state } from "./state.ts";
import { zh } from "./words.ts";

export type TripShown = { readonly trip: TripCurve } | { readonly wrong: string } | "busy";

export const tripWords = (): TripWords => (state.words === zh ? tripZh : tripEn);

/** Only a cut by current is a matter of current and time. */
export const drawsTrip = ({ kind, cause, trip }: { readonly kind: string; readonly cause?: string; readonly trip?: string }): boolean =>
  kind === "cut" && trip !== undefined && cause !== undefined && cause in tripZh.causes;

/** Of a socket that was changed meanwhile nothing is shown: its story is asked anew. */
export function askTrip(socket: string, trip: string | undefined, show: (shown: TripShown | undefined) => void): void {
  const { api } = state;
  if (trip === undefined || api === undefined) {
    show(undefined);
    return;
  }
  show("busy");
  api.tripCurve(socket, trip).then(
    (told) => show({ trip: told }),
    (error: unknown) => show({ wrong: error instanceof Refused ? inWords(error.said) : String(error) }),
  );
}

function drawn({ name, attributes, text }: Shape): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.append(text);
  return made;
}

function picture(viewBox: string, shapes: readonly Shape[], label?: string): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", viewBox);
  if (label === undefined) made.setAttribute("aria-hidden", "true");
  else {
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", label);
  }
  made.append(...shapes.map(drawn));
  return made;
}

function numbers(trip: TripCurve, words: TripWords): HTMLElement {
  const row = (cells: readonly string[], cell: "td" | "th"): HTMLElement =>
    h("tr", cell === "td" ? { "data-held-row": true } : {}, ...cells.map((text) => h(cell, cell === "th" ? { scope: "col" } : {}, text)));
  return h(
    "details",
    { class: "trip-numbers" },
    h("summary", { "data-key": "trip-numbers" }, words.table),
    h(
      "div",
      { class: "trip-scroll" },
      h("table", {}, h("thead", {}, row(words.columns, "th")), h("tbody", {}, ...rowsOf(trip, words).map((cells) => row(cells, "td")))),
    ),
  );
}

export function tripShown(shown: TripShown, close: () => void): HTMLElement {
  const words = tripWords();
  const button = h("button", { type: "button", "data-key": "trip-close", click: close }, words.back);
  const head = h("h4", {}, words.title);
  if (shown === "busy") return h("section", {}, head, h("p", { class: "muted" }, words.loading));
  if ("wrong" in shown) return h("section", {}, head, h("p", { class: "wrong", role: "alert" }, shown.wrong), button);
  const { trip } = shown;
  const sentences = sentencesOf(trip, words);
  const figure = h("figure", { class: "trip-picture" });
  figure.append(picture(`0 0 ${box.width} ${box.height}`, layout(trip, words), `${words.title}: ${sentences[0] || ""}`));
  const legend = legendOf(trip, words).map(({ shape, word }) => {
    const item = h("li", {});
    item.append(picture("0 0 30 12", [shape]), word);
    return item;
  });
  return h(
    "section",
    { "data-trip-curve": trip.trip },
    head,
    ...sentences.map((sentence, at) => h("p", at === 0 ? {} : { class: "muted" }, sentence)),
    figure,
    h("ul", { class: "trip-legend muted" }, ...legend),
    numbers(trip, words),
    button,
  );
}
