// Charging as whoever answers for it sees it: what shared supplies carry, who waits or was reduced, why and until when; and one socket's past.
import type { SiteOverview } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { Refused } from "./api.ts";
import { inWords, state } from "./state.ts";
import { clock, storyView } from "./story.ts";
import type { Loads, Story } from "./told.ts";
import { askTrip, type TripShown } from "./trip.ts";

const charging: {
  loads: Loads | undefined;
  socket: string;
  hours: string;
  story: Story | undefined;
  zoom: number | undefined;
  trip: TripShown | undefined;
  busy: boolean;
  wrong: string;
} = { loads: undefined, socket: "", hours: "12", story: undefined, zoom: undefined, trip: undefined, busy: false, wrong: "" };

/** Whatever moves by itself is the loads; a story stands until another is asked for. */
export const chargingKey = (): unknown => [
  ...[charging.loads, charging.socket, charging.hours, charging.zoom, charging.trip, charging.busy, charging.wrong],
  charging.story === undefined ? "" : `${charging.story.socket} ${charging.story.until}`,
];

export async function lookAtLoads(): Promise<void> {
  if (state.api !== undefined) charging.loads = await state.api.loads();
}

const amount = (value: number, unit: "mA" | "mW"): string =>
  unit === "mA" ? `${(value / 1_000).toFixed(1)} A` : `${(value / 1_000_000).toFixed(2)} kW`;

function supplies({ planned, supplies: all }: Loads): HTMLElement[] {
  const { charging: words } = state.words;
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, all.length === 0 ? words.noSupplies : planned ? words.planned : words.unplanned),
    h(
      "ul",
      { class: "supplies" },
      ...all.map(({ id, zh, en, unit, used, limit }) =>
        h(
          "li",
          { "data-supply": id },
          h("span", {}, inWords({ zh, en })),
          h("b", {}, used === null ? words.unknown : `${amount(used, unit)} / ${amount(limit, unit)}`),
        ),
      ),
    ),
  ];
}

function waiting({ waits, reduced }: Loads): HTMLElement[] {
  const { charging: words } = state.words;
  return [
    h("h3", {}, words.waits),
    waits.length === 0
      ? h("p", { class: "muted" }, words.nobodyWaits)
      : h(
          "ol",
          { class: "waits" },
          ...waits.map((one) =>
            h(
              "li",
              { "data-wait": one.socket },
              h("b", {}, one.socket),
              h("span", {}, inWords(one)),
              h(
                "span",
                { class: "muted" },
                [
                  words.since(clock(one.asked)),
                  words.latest(one.latest === null ? null : clock(one.latest)),
                  ...(one.ready_by === null ? [] : [words.readyBy(clock(one.ready_by))]),
                ].join(" · "),
              ),
            ),
          ),
        ),
    h("h3", {}, words.reduced),
    reduced.length === 0
      ? h("p", { class: "muted" }, words.nobodyReduced)
      : h(
          "ol",
          { class: "waits" },
          ...reduced.map((one) =>
            h(
              "li",
              { "data-reduced": one.socket },
              h("b", {}, one.socket),
              h("span", {}, inWords(one)),
              h("span", { class: "muted" }, `${clock(one.at)} · ${words.ended}`),
            ),
          ),
        ),
  ];
}

async function tell(show: () => void): Promise<void> {
  if (state.api === undefined || charging.busy || charging.socket === "") return;
  Object.assign(charging, { busy: true, wrong: "" });
  show();
  try {
    const until = Date.parse(state.overview === undefined ? "" : state.overview.now) || Date.now();
    const story = await state.api.story(charging.socket, { from: until - Number(charging.hours) * 3_600_000, until });
    Object.assign(charging, { story, zoom: undefined, trip: undefined });
  } catch (error) {
    Object.assign(charging, { story: undefined, wrong: error instanceof Refused ? inWords(error.said) : String(error) });
  }
  charging.busy = false;
  show();
}

export function chargingView(view: SiteOverview, show: () => void): HTMLElement[] {
  const { charging: words } = state.words;
  const sockets = view.stations.flatMap((station) => station.sockets.map(({ socket }) => socket));
  if (charging.socket === "") charging.socket = sockets[0] ?? "";
  const choose =
    (key: "socket" | "hours") =>
    (event: Event): void => {
      charging[key] = (event.target as HTMLSelectElement).value;
    };
  const option = (value: string, text: string, selected: boolean): HTMLElement => h("option", { value, selected }, text);
  return [
    h("section", {}, ...(charging.loads === undefined ? [] : [...supplies(charging.loads), ...waiting(charging.loads)])),
    h(
      "section",
      {},
      h("h2", {}, words.story),
      h(
        "form",
        {
          class: "does story-form",
          submit: (event) => {
            event.preventDefault();
            void tell(show);
          },
        },
        h(
          "label",
          { class: "inline" },
          words.socket,
          h(
            "select",
            { name: "socket", "data-key": "socket", change: choose("socket") },
            ...sockets.map((socket) => option(socket, socket, socket === charging.socket)),
          ),
        ),
        h(
          "label",
          { class: "inline" },
          words.hours,
          h(
            "select",
            { name: "hours", "data-key": "hours", change: choose("hours") },
            ...Object.keys(words.spans).map((hours) => option(hours, words.spans[hours] ?? hours, hours === charging.hours)),
          ),
        ),
        h("button", { type: "submit", class: "primary", "data-key": "story" }, charging.busy ? words.looking : words.look),
      ),
      charging.wrong !== "" && h("p", { class: "wrong", role: "alert" }, charging.wrong),
      ...(charging.story === undefined
        ? []
        : storyView(charging.story, {
            zoom: charging.zoom,
            onZoom: (at) => {
              charging.zoom = at;
              show();
            },
            trip: charging.trip,
            onTrip: (trip) =>
              askTrip(charging.story === undefined ? "" : charging.story.socket, trip, (shown) => {
                charging.trip = shown;
                show();
              }),
          })),
    ),
  ];
}
