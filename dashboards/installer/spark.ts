// The last hour of a device as a line: a gap where it was not read, and the least and the most in words, so that the line is not the only one who says it.
import type { SiteHistory } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { state } from "./state.ts";

const wide = 120;
const high = 28;
const hour = 60;
const svg = "http://www.w3.org/2000/svg";

type Series = SiteHistory["series"][number];

/** Points of the line, in pieces: a gap is never crossed. The newest stands at the right edge. */
export function pieces(values: readonly (number | null)[]): string[] {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const span = most - least || 1;
  const found: string[][] = [];
  let open: string[] | undefined;
  values.forEach((value, index) => {
    if (value === null) {
      open = undefined;
      return;
    }
    if (open === undefined) {
      open = [];
      found.push(open);
    }
    const x = wide - (values.length - 1 - index) * (wide / (hour - 1));
    const y = most === least ? high / 2 : high - 2 - ((value - least) / span) * (high - 4);
    open.push(`${x.toFixed(1)} ${y.toFixed(1)}`);
  });
  return found.map((points) => (points.length === 1 ? `M${points[0]}h0.1` : `M${points.join("L")}`));
}

export function spark(id: string, kind: Series["kind"]): HTMLElement | false {
  const { words, history } = state;
  const series = history === undefined ? undefined : history.series.find((one) => one.id === id && one.kind === kind);
  if (series === undefined) return false;
  const known = series.values.filter((value) => value !== null);
  const gaps = series.values.length - known.length;
  const range =
    known.length === 0
      ? words.spark.none
      : series.unit === ""
        ? ""
        : words.spark.range(Math.min(...known), Math.max(...known), series.unit);
  const picture = document.createElementNS(svg, "svg");
  picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  picture.setAttribute("class", "spark");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", pieces(series.values).join(""));
  picture.append(path);
  const text = [words.spark.of(series.values.length), range, gaps === 0 ? "" : words.spark.gaps(gaps)]
    .filter((part) => part !== "")
    .join(" · ");
  const made = h("p", { class: "sparkline", "data-spark": id, "data-gaps": gaps }, h("span", { class: "muted" }, text));
  made.prepend(picture);
  return made;
}
