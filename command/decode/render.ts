// What `decode` prints: for people a table a frame, for programs one JSON document.
import { toHex } from "#protocols/frames/bytes.ts";
import type { Row } from "#protocols/frames/explain.ts";
import type { Item } from "./protocols.ts";

/** Chinese characters take two columns of a terminal. */
const width = (text: string): number =>
  Array.from(text).reduce(
    (sum, character) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character) ? 2 : 1),
    0,
  );
const pad = (text: string, to: number): string => text + " ".repeat(Math.max(0, to - width(text)));

const mostBytes = 12;
const shortHex = (hex: string): string => {
  const pairs = hex.match(/../g) ?? [];
  return pairs.length > mostBytes ? `${pairs.slice(0, mostBytes).join(" ")} …+${pairs.length - mostBytes}` : pairs.join(" ");
};

function shown({ value, unit, meaning }: Row): string {
  const plain = value === null ? "—（无此值 / no such value）" : `${value}${unit === undefined ? "" : ` ${unit}`}`;
  return meaning === undefined ? plain : `${plain}  ${meaning.zh === meaning.en ? meaning.zh : `${meaning.zh} / ${meaning.en}`}`;
}

function table(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    String(row.offset),
    shortHex(row.bytes),
    row.zh === row.en ? row.zh : `${row.zh} / ${row.en}`,
    row.name,
    shown(row),
  ]);
  const columns = [0, 1, 2, 3].map((column) => Math.max(...cells.map((cell) => width(cell[column] ?? ""))));
  return cells.map((cell) => `  ${cell.map((text, column) => pad(text, columns[column] ?? 0)).join("  ")}`.trimEnd());
}

function heading(item: Item): string {
  const place = `${item.at}–${item.at + item.bytes.length - 1}`;
  if (item.kind === "noise") return `${place}  杂讯，不属于任何帧 / noise, part of no frame: ${shortHex(toHex(item.bytes))}`;
  const title = item.explanation?.title;
  const said = title === undefined ? "" : `${title.zh}\n  ${title.en}`;
  return item.kind === "frame" ? `${place}  ${said}` : `${place}  拒收 / refused: ${item.reason}\n  ${said}`;
}

export function asText(items: readonly Item[]): string {
  const parts = items.map((item) => {
    const { explanation } = item;
    const rows = explanation === undefined || explanation.rows.length === 0 ? [] : table(explanation.rows);
    const faults = (explanation?.faults ?? []).map(
      (fault) => `  ✗ ${fault.reason}${fault.at === undefined ? "" : ` (offset ${fault.at})`}`,
    );
    const notes = (explanation?.notes ?? []).map((note) => `  · ${note.zh} / ${note.en}`);
    return [heading(item), ...rows, ...faults, ...notes].join("\n");
  });
  return `${parts.join("\n\n")}\n`;
}

export function asJson(protocol: string, items: readonly Item[]): string {
  const said = items.map(({ bytes, explanation, ...rest }) => ({ ...rest, bytes: toHex(bytes), ...explanation }));
  return `${JSON.stringify({ protocol, items: said })}\n`;
}
