// The commissioning report: what the gateway can prove by itself beside what a person has to do and tick; printed, signed, kept on paper.
import type { SiteOverview } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { state } from "./state.ts";

const kept = "cuobian-installer-report";

interface Ticks {
  person: string;
  done: readonly number[];
}

/** Of each gateway its own. */
function ticksOf(gateway: string): Ticks {
  try {
    const all = JSON.parse(localStorage.getItem(kept) || "{}") as Record<string, Ticks | undefined>;
    return all[gateway] || { person: "", done: [] };
  } catch {
    return { person: "", done: [] };
  }
}

const keep = (gateway: string, ticks: Ticks): void => localStorage.setItem(kept, JSON.stringify({ [gateway]: ticks }));

/** What is not known is not passed. */
export function proven(view: SiteOverview): readonly (readonly [string, boolean])[] {
  const { items } = state.words.report;
  const bad = ["latched", "blind", "welded"];
  return [
    [items.checks, view.well],
    [items.clock, view.clock_true],
    [items.uplink, view.uplink.connected === true && view.uplink.waiting === 0],
    ...view.lines.map(
      ({ line, open, late, rotation_ms, promised_ms }) =>
        [items.line(line), open === true && !late && rotation_ms !== null && (promised_ms === null || rotation_ms <= promised_ms)] as const,
    ),
    ...view.stations.map(
      ({ name, sockets }) =>
        [items.station(name), sockets.length > 0 && sockets.every((one) => one.quality === "good" && !bad.includes(one.state))] as const,
    ),
    ...view.lanes.map(({ name, board, camera }) => [items.lane(name), board && camera] as const),
  ];
}

export function reportView(view: SiteOverview, show: () => void): HTMLElement[] {
  const { report: words } = state.words;
  const ticks = ticksOf(view.gateway);
  const auto = proven(view);
  const passed = auto.filter(([, is]) => is).length;
  const tick =
    (index: number) =>
    (event: Event): void => {
      const others = ticksOf(view.gateway).done.filter((one) => one !== index);
      keep(view.gateway, { ...ticksOf(view.gateway), done: (event.target as HTMLInputElement).checked ? [...others, index] : others });
      show();
    };
  const name = (event: Event): void => keep(view.gateway, { ...ticksOf(view.gateway), person: (event.target as HTMLInputElement).value });
  return [
    h("h2", {}, `${words.title} · ${view.site} · ${view.gateway}`),
    h("p", { class: "muted" }, view.now.slice(0, 19).replace("T", " ")),
    h(
      "section",
      {},
      h("h3", { "data-proven": passed }, `${words.auto} ${words.done(passed, auto.length)}`),
      h(
        "ol",
        { class: "proofs" },
        ...auto.map(([text, is]) =>
          h("li", { class: is ? "" : "wrong" }, h("span", { class: "mark", "aria-hidden": "true" }, is ? "✓" : "▲"), text),
        ),
      ),
    ),
    h(
      "section",
      {},
      h("h3", {}, `${words.manual} ${words.done(ticks.done.length, words.hands.length)}`),
      h(
        "ol",
        { class: "proofs" },
        ...words.hands.map((text, index) =>
          h(
            "li",
            {},
            h(
              "label",
              { class: "tick" },
              h("input", { type: "checkbox", "data-key": `tick ${index}`, checked: ticks.done.includes(index), change: tick(index) }),
              text,
            ),
          ),
        ),
      ),
    ),
    h(
      "label",
      { class: "no-print" },
      words.person,
      h("input", { name: "person", value: ticks.person, "data-key": "person", autocomplete: "off", change: name }),
    ),
    h(
      "p",
      { class: "signature" },
      h("span", {}, `${words.person} ${ticks.person}`),
      h("span", {}, words.signature),
      h("span", {}, words.date),
    ),
    h("p", { class: "muted" }, words.note),
    h("button", { type: "button", class: "primary no-print", "data-key": "print", click: () => window.print() }, words.print),
  ];
}
