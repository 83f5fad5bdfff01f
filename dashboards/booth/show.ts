// The two panels and the bar, drawn from what is known.
import type { BoothView, Candidates, Due } from "#protocols/api/booth.ts";
import { draw, element as h } from "./elements.ts";
import { showFrame } from "./frame.ts";
import { exceptionNow, inWords, laneNow, moment, state, yuan } from "./state.ts";

export interface Does {
  language(): void;
  leave(): void;
  lane(id: string): void;
  exception(id: string): void;
  choose(nth: number): void;
  collect(method: "cash" | "static-code"): void;
  open(): void;
  handOver(): void;
  correct(): void;
  places(): void;
  slip(): void;
  holds(): void;
}

const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const key = (name: string) => h("kbd", {}, name);
/** After it an exception is no longer news. */
const old_ms = 10 * 60_000;

export function show(does: Does): void {
  const { words, view, lost, person } = state;
  const now = Date.parse(view?.now ?? "");
  draw(place("bar"), [words.title, view?.site, lost, person], () => [
    h("h1", {}, `${words.title}${view === undefined ? "" : ` · ${view.site}`}`),
    lost
      ? h("span", { class: "lost", "data-lost": true }, words.lost)
      : h("span", { class: "muted", title: words.keys }, state.api === undefined ? "" : words.keys),
    h("button", { type: "button", click: does.language, "data-key": "language" }, words.other),
    ...(state.api === undefined
      ? []
      : [
          h("span", { "data-person": true }, person),
          ...(
            [
              ["places", words.places, "V"],
              ["slip", words.slip, "P"],
              ["holds", words.holds, "T"],
            ] as const
          ).map(([what, name, letter]) => h("button", { type: "button", click: does[what], "data-key": what }, name, " ", key(letter))),
          h("button", { type: "button", click: does.handOver, "data-key": "hand-over" }, words.handOver, " ", key("H")),
          h("button", { type: "button", click: does.leave, "data-key": "leave" }, words.leave),
        ]),
  ]);
  showFrame();
  if (view === undefined) return;
  const current = laneNow();
  draw(place("exceptions"), [words.title, view.exceptions, view.lanes, exceptionNow()?.exception, Math.floor(now / 60_000)], () =>
    exceptions(view, now, does),
  );
  draw(place("lane"), [words.title, view.lanes, current, state.candidates, state.due, state.dueRefused], () => lane(view, does));
}

function exceptions({ exceptions: all, lanes }: BoothView, now: number, does: Does): HTMLElement[] {
  const { words } = state;
  const nameOf = (id: string) => lanes.find((one) => one.lane === id)?.name ?? id;
  const rows = all.map((one) => {
    const age = now - Date.parse(one.at);
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: `row${age > old_ms ? " old" : ""}`,
          "aria-current": String(one === exceptionNow()),
          "data-exception": one.exception,
          "data-key": one.exception,
          click: () => does.exception(one.exception),
        },
        h("span", { class: one.plate === null ? "muted" : "plate" }, one.plate ?? "—"),
        h("span", { class: "muted" }, `${nameOf(one.lane)} · ${moment(one.at).slice(6)} · ${words.ago(Math.floor(age / 60_000))}`),
        h("span", { class: "words" }, inWords(one)),
      ),
    );
  });
  return [
    h("h2", { id: "exceptions-title" }, words.exceptions),
    rows.length === 0 ? h("p", { class: "work muted" }, words.none) : h("ol", { class: "rows" }, ...rows),
  ];
}

function lane({ lanes }: BoothView, does: Does): HTMLElement[] {
  const { words } = state;
  const current = laneNow();
  const tabs = lanes.map((one) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(one === current),
        "data-lane": one.lane,
        "data-key": `lane ${one.lane}`,
        click: () => does.lane(one.lane),
      },
      `${one.name} `,
      h("span", { class: "muted" }, words[one.direction]),
      one.waits !== null && h("span", { class: "waits" }, words.waits[one.waits]),
    ),
  );
  if (current === undefined) return [h("h2", { id: "lane-title" }, "—")];
  return [
    h("h2", { id: "lane-title" }, `${current.name} · ${words.mode[current.mode]} · ${words.arm[current.arm ?? "silent"]}`),
    h("div", { class: "lanes" }, ...tabs),
    h(
      "div",
      { class: "work" },
      ...(state.candidates === null ? [] : candidates(state.candidates, does)),
      ...(state.due === null ? [] : due(state.due, does)),
      state.candidates === null &&
        state.due === null &&
        h(
          "p",
          { class: state.dueRefused ? "wrong" : "muted" },
          state.dueRefused === undefined ? (current.direction === "exit" ? words.nobody : words.none) : inWords(state.dueRefused),
        ),
      h(
        "p",
        { class: "does" },
        h(
          "button",
          { type: "button", click: does.correct, "data-do": "correct", "data-key": "correct" },
          current.direction === "exit" ? words.correct : words.correctEntry,
          " ",
          key("F2"),
        ),
        h("button", { type: "button", click: does.open, "data-do": "open", "data-key": "open" }, words.open, " ", key("F8")),
      ),
    ),
  ];
}

function candidates({ read, read_at, corrected, candidates: all }: NonNullable<Candidates>, does: Does): HTMLElement[] {
  const { words } = state;
  return [
    h(
      "p",
      { class: "read" },
      h("span", { class: "muted" }, words.read),
      h("span", { class: "plate", "data-read": true }, read),
      h("span", { class: "muted" }, moment(read_at)),
      corrected !== null && h("span", { class: "muted" }, words.correctedTo),
      corrected !== null && h("span", { class: "plate", "data-corrected": true }, corrected),
    ),
    h("p", {}, all.length === 0 ? (corrected === null ? words.gone : words.noneLike) : words.which),
    h(
      "ol",
      {},
      ...all.map((one, index) =>
        h(
          "li",
          { class: "candidate", "data-candidate": one.visit },
          key(String(index + 1)),
          h(
            "span",
            {},
            cells(one),
            " ",
            h("span", { class: "muted" }, `${words.entered(moment(one.entered_at))} · ${words.cost(one.cost)}`),
          ),
          h(
            "button",
            { type: "button", class: "primary", "data-key": `choose ${one.visit}`, click: () => does.choose(index) },
            words.choose,
          ),
          h("span", { class: "why muted" }, inWords(one)),
        ),
      ),
    ),
  ];
}

/** The plate of the car inside, character by character, what was read otherwise marked. */
export function cells({ plate, characters }: NonNullable<Candidates>["candidates"][number]): HTMLElement {
  const letters = [...plate].filter((letter) => letter !== "·");
  return h(
    "span",
    { class: "cells", "aria-label": plate, role: "img" },
    ...letters.map((letter, index) => {
      const different = characters.find(({ at }) => at === index + 1);
      return h(
        "span",
        different === undefined ? {} : { class: different.kind, title: `${different.expected || "∅"} → ${different.read || "∅"}` },
        letter,
      );
    }),
  );
}

function due({ plate, entered_at, total_fen, paid_fen, due_fen, check, lines }: NonNullable<Due>, does: Does): HTMLElement[] {
  const { words } = state;
  const row = (name: string, amount: number, attributes = {}) =>
    h("tr", attributes, h("th", { scope: "row" }, name), h("td", {}, `¥${yuan(amount)}`));
  return [
    h(
      "p",
      { class: "read" },
      h("span", { class: "plate", "data-due-plate": true }, plate ?? "—"),
      h("span", { class: "muted" }, words.entered(moment(entered_at))),
    ),
    ...(check === null ? [] : [h("p", { class: "check", "data-check": true }, inWords(check))]),
    h(
      "table",
      { class: "bill" },
      h(
        "tbody",
        {},
        ...lines.map((line) => row(inWords(line), line.amount_fen)),
        ...(paid_fen > 0 ? [row(words.total, total_fen), row(words.paid, -paid_fen)] : []),
        row(words.due, due_fen, { class: "due", "data-due": due_fen }),
      ),
    ),
    h(
      "p",
      { class: "does" },
      h(
        "button",
        { type: "button", class: "primary", "data-do": "cash", "data-key": "cash", click: () => does.collect("cash") },
        words.cash,
        " ",
        key("C"),
      ),
      h(
        "button",
        { type: "button", "data-do": "code", "data-key": "code", click: () => does.collect("static-code") },
        words.code,
        " ",
        key("S"),
      ),
    ),
  ];
}
