// The same curves as an SVG that stands alone: black text on white, lines told apart by colour, dash and a label at their end.
import { outlineOf, type Plot, pointsOf, ruleWords, share, ticks, timeTicks } from "./plot.ts";

const size = { width: 960, height: 640, left: 84, right: 236, top: 48, bottom: 60 };
const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
const dashes: Readonly<Record<string, string>> = { "thermal-hot": "7 4", power: "2 4", instantaneous: "12 3" };

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const one = (value: number): number => Math.round(value * 10) / 10;

export function svgPlot(plot: Plot): string {
  const x = (A: number): number => one(size.left + share(A, plot.A) * inner.width);
  const y = (s: number): number => one(size.top + (1 - share(s, plot.s)) * inner.height);
  const path = (points: readonly { A: number; s: number }[]): string =>
    points.map(({ A, s }, index) => `${index === 0 ? "M" : "L"}${x(A)} ${y(s)}`).join("");
  const grid = [
    ...ticks(plot.A).map(
      ({ value, whole }) =>
        `<line x1="${x(value)}" x2="${x(value)}" y1="${size.top}" y2="${size.top + inner.height}" stroke="${whole ? "#c8c8c8" : "#ececec"}"/><text x="${x(value)}" y="${size.top + inner.height + 18}" text-anchor="middle">${value}</text>`,
    ),
    ...timeTicks(plot.s).map(
      ({ value, label }) =>
        `<line x1="${size.left}" x2="${size.left + inner.width}" y1="${y(value)}" y2="${y(value)}" stroke="${label === "" ? "#ececec" : "#c8c8c8"}"/>${label === "" ? "" : `<text x="${size.left - 8}" y="${y(value) + 4}" text-anchor="end">${label}</text>`}`,
    ),
  ];
  const window =
    plot.breaker === undefined
      ? ""
      : `<path d="${path(outlineOf(plot.breaker.window, plot))}Z" fill="#7a7a7a" fill-opacity="0.22" stroke="#7a7a7a" stroke-width="1"/>`;
  const from_mA = Math.min(...plot.curves.filter(({ rule }) => rule !== "thermal-hot").map((curve) => curve.from_mA));
  const sure = `<path d="${path(pointsOf({ from_mA, seconds: plot.within }, plot))}" fill="none" stroke="#111111" stroke-opacity="0.25" stroke-width="7" stroke-linejoin="round"/>`;
  const lines = plot.curves.map((curve) => {
    const { colour } = ruleWords[curve.rule];
    const dash = dashes[curve.rule];
    return `<path d="${path(pointsOf(curve, plot))}" fill="none" stroke="${colour}" stroke-width="2.2"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/>`;
  });
  const title = escaped(plot.title);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif" font-size="12" role="img" aria-label="${title}">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${size.left}" y="28" font-size="15" fill="#1a1a1a">${title}</text>
<g fill="#444444" stroke-width="1">${grid.join("").replaceAll("<text", '<text stroke="none"')}</g>
<clipPath id="inside"><rect x="${size.left}" y="${size.top}" width="${inner.width}" height="${inner.height}"/></clipPath>
<g clip-path="url(#inside)">${window}${sure}${lines.join("")}</g>
<rect x="${size.left}" y="${size.top}" width="${inner.width}" height="${inner.height}" fill="none" stroke="#444444"/>
<text x="${size.left + inner.width / 2}" y="${size.height - 16}" text-anchor="middle" font-size="13" fill="#1a1a1a">电流 / current, A</text>
<text x="20" y="${size.top + inner.height / 2}" text-anchor="middle" font-size="13" fill="#1a1a1a" transform="rotate(-90 20 ${size.top + inner.height / 2})">时间 / time to trip</text>
<g fill="#1a1a1a">${legend(plot)}</g>
</svg>
`;
}

function legend({ curves, breaker }: Plot): string {
  const left = size.left + inner.width + 14;
  const rows = curves.map(({ rule, from_mA }, index) => {
    const { zh, en, colour } = ruleWords[rule];
    const top = size.top + 8 + index * 46;
    const dash = dashes[rule];
    return `<line x1="${left}" x2="${left + 30}" y1="${top + 6}" y2="${top + 6}" stroke="${colour}" stroke-width="2.2"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/><text x="${left + 38}" y="${top + 4}">${zh}</text><text x="${left + 38}" y="${top + 20}" fill="#555555">${en}, ≥ ${Number((from_mA / 1000).toPrecision(4))} A</text>`;
  });
  const below = size.top + 8 + curves.length * 46;
  rows.push(
    `<line x1="${left}" x2="${left + 30}" y1="${below + 6}" y2="${below + 6}" stroke="#111111" stroke-opacity="0.25" stroke-width="7"/><text x="${left + 38}" y="${below + 4}">最迟断开（冷态）</text><text x="${left + 38}" y="${below + 20}" fill="#555555">off within, from cold</text>`,
  );
  if (breaker !== undefined) {
    const top = below + 46;
    rows.push(
      `<rect x="${left}" y="${top - 2}" width="30" height="16" fill="#7a7a7a" fill-opacity="0.22" stroke="#7a7a7a"/><text x="${left + 38}" y="${top + 4}">断路器 ${escaped(breaker.name)}</text><text x="${left + 38}" y="${top + 20}" fill="#555555">IEC 60898-1 window</text>`,
    );
  }
  return rows.join("");
}
