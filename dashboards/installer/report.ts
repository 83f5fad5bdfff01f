// The commissioning report: what the gateway can prove by itself beside what a person has to do, tick and photograph; kept at the gateway, printed, signed.
import type { ReportKept, ReportState, SiteOverview } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { Refused } from "./api.ts";
import { photosOf, small } from "./photos.ts";
import { inWords, state } from "./state.ts";

const record: { kept: ReportState | undefined; busy: boolean; wrong: string } = { kept: undefined, busy: false, wrong: "" };

/** Read when the view is opened. */
export async function lookAtReport(): Promise<void> {
  if (state.api !== undefined && record.kept === undefined) record.kept = await state.api.report();
}
export const reportKey = (): unknown => [record.kept, record.busy, record.wrong];

async function working(show: () => void, work: () => Promise<ReportState>): Promise<void> {
  if (record.busy) return;
  Object.assign(record, { busy: true, wrong: "" });
  show();
  try {
    record.kept = await work();
  } catch (error) {
    record.wrong = error instanceof Refused ? inWords(error.said) : String(error);
  }
  record.busy = false;
  show();
}

function proofs(auto: SiteOverview["proofs"]): HTMLElement {
  const { report: words } = state.words;
  const passed = auto.filter(({ ok }) => ok).length;
  return h(
    "section",
    { class: "panel" },
    h("h3", { "data-proven": passed }, `${words.auto} ${words.done(passed, auto.length)}`),
    h(
      "ol",
      { class: "proofs" },
      ...auto.map((one) =>
        h("li", { class: one.ok ? "" : "wrong" }, h("span", { class: "mark", "aria-hidden": "true" }, one.ok ? "✓" : "▲"), inWords(one)),
      ),
    ),
  );
}

function hands(kept: ReportState, show: () => void): HTMLElement {
  const { report: words } = state.words;
  const { api } = state;
  const save = (more: Partial<ReportKept>): void => {
    if (api !== undefined) void working(show, () => api.saveReport({ person: kept.person, done: [...kept.done], ...more }));
  };
  const tick =
    (id: string) =>
    (event: Event): void => {
      const others = kept.done.filter((one) => one !== id);
      save({ done: (event.target as HTMLInputElement).checked ? [...others, id] : others });
    };
  const all = kept.hands.map((one) => [one.id, inWords(one)] as const);
  const done = all.filter(([id]) => kept.done.includes(id)).length;
  return h(
    "section",
    { class: "panel" },
    h("h3", { "data-done": done }, `${words.manual} ${words.done(done, all.length)}`),
    h(
      "ol",
      { class: "proofs" },
      ...all.map(([id, text]) =>
        h(
          "li",
          { class: "by-hand" },
          h(
            "label",
            { class: "tick" },
            h("input", {
              type: "checkbox",
              "data-key": `tick ${id}`,
              checked: kept.done.includes(id),
              disabled: record.busy,
              change: tick(id),
            }),
            text,
          ),
          photosOf({
            ...{ item: id, what: text, report: kept, busy: record.busy, show },
            add: (file) => {
              if (api !== undefined) void working(show, async () => api.addPhoto(id, await small(file)));
            },
            drop: (sha256) => {
              if (api !== undefined) void working(show, () => api.dropPhoto(sha256));
            },
          }),
        ),
      ),
    ),
    h(
      "label",
      { class: "no-print" },
      words.person,
      h("input", {
        name: "person",
        value: kept.person,
        "data-key": "person",
        autocomplete: "off",
        change: (event: Event) => save({ person: (event.target as HTMLInputElement).value.trim() }),
      }),
    ),
  );
}

export function reportView(view: SiteOverview, show: () => void): HTMLElement[] {
  const { report: words, loading } = state.words;
  const { kept } = record;
  const { api } = state;
  const send = (): void => {
    if (api !== undefined) void working(show, () => api.sendReport());
  };
  const sent = kept === undefined ? null : kept.sent;
  const sentText =
    sent === null ? words.never : `${words.sent(sent.at.slice(0, 19).replace("T", " "))} · ${sent.kept ? words.kept : words.waits}`;
  return [
    h(
      "header",
      { class: "report-title" },
      h("h2", {}, `${words.title} · ${view.site} · ${view.gateway}`),
      h("p", { class: "muted" }, view.now.slice(0, 19).replace("T", " ")),
    ),
    h("div", { class: "report-parts" }, proofs(view.proofs), kept === undefined ? h("p", { class: "muted" }, loading) : hands(kept, show)),
    h("p", { class: "wrong", role: "alert", "data-refused": true }, record.wrong),
    h(
      "p",
      { class: "signature" },
      h("span", {}, `${words.person} ${kept === undefined ? "" : kept.person}`),
      h("span", {}, words.signature),
      h("span", {}, words.date),
    ),
    h("p", { class: "muted" }, words.note),
    h(
      "div",
      { class: "does no-print" },
      h("button", { type: "button", class: "primary", "data-key": "print", click: () => window.print() }, words.print),
      h(
        "button",
        { type: "button", "data-key": "send", disabled: record.busy || kept === undefined, click: send },
        record.busy ? words.sending : words.send,
      ),
    ),
    h("p", { class: "muted", "data-sent": sent === null ? "never" : sent.kept ? "kept" : "waits" }, sentText),
  ];
}
