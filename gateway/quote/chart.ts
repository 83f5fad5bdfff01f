// The fee over three days, drawn: in the terminal with half blocks, and as an SVG that stands alone.
import type { Point } from "#gateway/core/parking/tariff/survey.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";

const columns = 72;
const rows = 12;

/** One column an hour. */
export function terminalChart(points: readonly Point[]): string {
  const highest = Math.max(1, ...points.map((point) => point.fee));
  const heights = Array.from({ length: columns }, (_, hour) => {
    const upTo = points.filter((point) => point.seconds <= (hour + 1) * 3600);
    return Math.round(((upTo.at(-1)?.fee ?? 0) / highest) * rows * 2);
  });
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row -= 1) {
    const label = row === rows - 1 ? yuanText(fen(highest)) : row === 0 ? "0.00" : "";
    const blocks = heights.map((height) => (height >= row * 2 + 2 ? "█" : height === row * 2 + 1 ? "▄" : " ")).join("");
    lines.push(`${label.padStart(9)} │${blocks}`);
  }
  lines.push(`${" ".repeat(9)} └${"─".repeat(columns)}`);
  lines.push(`${" ".repeat(11)}0 h${"24 h".padStart(23)}${"48 h".padStart(24)}${"72 h".padStart(23)}`);
  return lines.join("\n");
}

const size = { width: 900, height: 360, left: 64, right: 16, top: 34, bottom: 36 };

export function svgChart(points: readonly Point[], title: string): string {
  const highest = Math.max(1, ...points.map((point) => point.fee));
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const x = (seconds: number): number => Math.round((size.left + (seconds / (72 * 3600)) * inner.width) * 10) / 10;
  const y = (fee: number): number => Math.round((size.top + inner.height * (1 - fee / highest)) * 10) / 10;
  let path = `M${x(0)} ${y(0)}`;
  for (const point of points) path += `H${x(point.seconds)}V${y(point.fee)}`;
  const hours = [0, 12, 24, 36, 48, 60, 72].map(
    (hour) =>
      `<line x1="${x(hour * 3600)}" x2="${x(hour * 3600)}" y1="${size.top}" y2="${size.top + inner.height}"/><text x="${x(hour * 3600)}" y="${size.height - 14}" text-anchor="middle">${hour} h</text>`,
  );
  const fees = [0, 0.25, 0.5, 0.75, 1].map(
    (part) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(highest * part)}" y2="${y(highest * part)}"/><text x="${size.left - 8}" y="${y(highest * part) + 4}" text-anchor="end">¥${yuanText(fen(Math.round(highest * part)))}</text>`,
  );
  const escaped = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped.replaceAll('"', "&quot;")}">
<rect width="100%" height="100%" fill="#ffffff"/><text x="${size.left}" y="20" font-size="14" fill="#1a1a1a">${escaped}</text>
<g stroke="#dddddd" fill="#555555" stroke-width="1">${[...hours, ...fees].join("").replaceAll("<text", '<text stroke="none"')}</g>
<path d="${path}" fill="none" stroke="#0a5fb4" stroke-width="2"/>
</svg>
`;
}
