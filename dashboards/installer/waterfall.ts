// One read as a waterfall: trigger, read, decision, gate, in place, each as long as it took, and the same in words.
import type { LaneBench } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { state } from "./state.ts";

const svg = "http://www.w3.org/2000/svg";
const wide = 300;
const high = 14;
type Read = LaneBench["reads"][number];
const parts = ["read_ms", "decided_ms", "gate_ms", "in_place_ms"] as const;

/** From the first that is known on; what is not known has no length. */
export function segments(read: Read): { part: (typeof parts)[number]; from: number; width: number }[] {
  const known = parts.map((part) => ({ part, ms: read[part] || 0 }));
  const whole = known.reduce((sum, { ms }) => sum + ms, 0) || 1;
  let from = 0;
  return known.flatMap(({ part, ms }) => {
    const width = (ms / whole) * wide;
    const one = { part, from, width };
    from += width;
    return ms > 0 ? [one] : [];
  });
}

export function waterfall(read: Read): HTMLElement {
  const { laneBench: words } = state.words;
  const picture = document.createElementNS(svg, "svg");
  picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("class", "waterfall");
  picture.setAttribute("aria-hidden", "true");
  for (const { part, from, width } of segments(read)) {
    const bar = document.createElementNS(svg, "rect");
    bar.setAttribute("x", from.toFixed(2));
    bar.setAttribute("width", Math.max(1, width).toFixed(2));
    bar.setAttribute("height", String(high));
    bar.setAttribute("class", part);
    picture.append(bar);
  }
  const text = parts.map((part) => `${words.parts[part]} ${read[part] === null ? "—" : `${Math.round(read[part] || 0)}`}`).join(" · ");
  const made = h(
    "li",
    { class: "traced", "data-traced": read.outcome },
    h("b", {}, `${read.at.slice(11, 19)} ${read.plate === null ? words.noPlate : read.plate}`),
    h(
      "span",
      { class: "muted" },
      `${words.outcomes[read.outcome] || read.outcome}${read.confidence === null ? "" : ` · ${words.confidence} ${read.confidence}`}`,
    ),
    h("span", { class: "muted waterfall-words" }, `${text} ms`),
  );
  made.insertBefore(picture, made.lastChild);
  return made;
}
