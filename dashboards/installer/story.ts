// "What happened to socket 7 last night": its charges, what protection did, the bill, and four curves; around a cut ten minutes reading by reading.
import { element as h } from "../booth/elements.ts";
import { type Curve, drawn, type Line } from "./curve.ts";
import { inWords, state } from "./state.ts";
import { type Bill, type Quantity, quantities, type Story } from "./told.ts";
import { drawsTrip, type TripShown, tripShown, tripWords } from "./trip.ts";

const around_ms = 10 * 60_000;
/** A charge's curve has a point every half minute; around an event one a second. */
const [sparse_ms, close_ms] = [95_000, 12_000];
const cuts = ["cut", "welded", "load-shed"];

const units: Readonly<Record<Quantity, string>> = { power_mW: "W", current_mA: "A", temperature_mC: "°C", voltage_mV: "V" };
const textOf =
  (quantity: Quantity) =>
  (value: number): string =>
    `${(value / 1_000).toFixed(quantity === "current_mA" ? 2 : 0)} ${units[quantity]}`;
export const clock = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(5, 19).replace("T", " ");
const yuan = (fen: number): string => (fen / 100).toFixed(2);

function linesOf({ limits }: Story, quantity: Quantity): Line[] {
  const { limit, warn } = state.words.charging;
  if (limits === null) return [];
  const all: readonly (readonly [number | null, string])[] =
    quantity === "voltage_mV"
      ? [
          [limits.high_mV, limit],
          [limits.low_mV, limit],
        ]
      : quantity === "temperature_mC"
        ? [
            [limits.temperature_mC, limit],
            [limits.warn_mC, warn],
          ]
        : [[limits[quantity], limit]];
  return all.flatMap(([value, word]) => (value === null ? [] : [{ value, word }]));
}

/** Of the whole span the charges' own curves; of ten minutes what was read then, one by one. */
function curveOf(story: Story, quantity: Quantity, zoom: number | undefined): Curve | undefined {
  const span = zoom === undefined ? { from: story.from, until: story.until } : { from: zoom - around_ms, until: zoom + around_ms };
  const source = zoom === undefined ? story.charges.flatMap(({ curve }) => curve) : story.moments;
  const points = source
    .filter(({ at }) => at >= span.from && at <= span.until)
    .map((point) => ({ at: point.at, value: point[quantity] }))
    .sort((a, b) => a.at - b.at);
  const values = points.map(({ value }) => value).filter((value): value is number => value !== null);
  if (values.length === 0) return undefined;
  const name = state.words.charging.quantities[quantity];
  const text = textOf(quantity);
  return {
    ...{ name, key: quantity, points, ...span, text, fromZero: quantity !== "voltage_mV" && quantity !== "temperature_mC" },
    ...{ longest_ms: zoom === undefined ? sparse_ms : close_ms, lines: linesOf(story, quantity) },
    marks: story.facts.filter(({ fact }) => cuts.includes(fact.kind)).map(({ at }) => at),
    about: state.words.charging.about(name, text(Math.min(...values)), text(Math.max(...values))),
  };
}

function figure(story: Story, quantity: Quantity, zoom: number | undefined): HTMLElement {
  const { words } = state;
  const curve = curveOf(story, quantity, zoom);
  const name = words.charging.quantities[quantity];
  if (curve === undefined) return h("p", { class: "muted" }, `${name}: ${words.charging.none}`);
  const made = h("figure", { class: "curve" }, h("figcaption", {}, `${name} · ${words.charging.points(curve.points.length)}`));
  made.append(drawn(curve));
  return made;
}

function billOf(bill: Bill | null): HTMLElement {
  const { charging: words } = state.words;
  if (bill === null) return h("p", { class: "muted" }, words.noBill);
  const { total_fen, energy_mWh, refund_fen, lines } = bill;
  return h(
    "div",
    { "data-bill": total_fen },
    h("b", {}, words.bill(yuan(total_fen), (energy_mWh / 1_000_000).toFixed(3), yuan(refund_fen))),
    h("ul", { class: "lines" }, ...lines.map((line) => h("li", {}, h("span", {}, inWords(line)), h("span", {}, yuan(line.amount_fen))))),
  );
}

export interface StoryLook {
  readonly zoom: number | undefined;
  readonly onZoom: (at: number | undefined) => void;
  readonly trip: TripShown | undefined;
  readonly onTrip: (trip: string | undefined) => void;
}

export function storyView(story: Story, { zoom, onZoom, trip, onTrip }: StoryLook): HTMLElement[] {
  const { charging: words } = state.words;
  const items = [
    ...story.facts.map((one) => ({
      at: one.at,
      row: [
        h("span", {}, inWords(one)),
        cuts.includes(one.fact.kind) &&
          h("button", { type: "button", "data-zoom": one.at, "data-key": `zoom ${one.at}`, click: () => onZoom(one.at) }, words.zoom),
        drawsTrip(one.fact) &&
          h(
            "button",
            { type: "button", "data-trip": one.fact.trip, "data-key": `trip ${one.at}`, click: () => onTrip(one.fact.trip) },
            tripWords().show,
          ),
      ],
      kind: one.fact.kind,
    })),
    ...story.charges.map(({ begun, by, state: is, why, seconds, bill }) => ({
      at: begun,
      row: [
        h(
          "span",
          {},
          `${words.charge(words.by[by] ?? by)} · ${is === "open" ? words.running : words.endedFor(why ?? "—")} · ${words.minutes(Math.round(seconds / 60))}`,
        ),
        billOf(bill),
      ],
      kind: "charge",
    })),
  ].sort((a, b) => a.at - b.at);
  if (items.length === 0) return [h("p", { class: "muted", "data-story": story.socket }, words.nothing)];
  return [
    h("h3", { "data-story": story.socket }, `${story.socket} · ${clock(story.from)} – ${clock(story.until)}`),
    ...(trip === undefined ? [] : [tripShown(trip, () => onTrip(undefined))]),
    ...(zoom === undefined
      ? []
      : [
          h("h4", {}, words.around(clock(zoom))),
          h("button", { type: "button", "data-key": "whole", click: () => onZoom(undefined) }, words.whole),
        ]),
    ...quantities.map((quantity) => figure(story, quantity, zoom)),
    h(
      "ol",
      { class: "story" },
      ...items.map(({ at, row, kind }) => h("li", { "data-fact": kind }, h("span", { class: "muted" }, clock(at)), ...row)),
    ),
  ];
}
