// What tables of the page have in common: the heading with its unseen caption, the way to more rows, names beside their values.
import type { ComponentChildren } from "preact";

export function TableHead({ caption, heads }: { caption: string; heads: readonly string[] }) {
  return (
    <>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
    </>
  );
}

/** Nothing where there is no more. */
export function More({ next, word, further }: { next: string | null; word: string; further: () => void }) {
  if (next === null) return null;
  return (
    <p class="more">
      <button type="button" onClick={further}>
        {word}
      </button>
    </p>
  );
}

type Field = readonly [name: string, value: ComponentChildren];
export function Fields({ rows, class: name = "" }: { rows: readonly Field[]; class?: string }) {
  return (
    <table class={`fields ${name}`.trim()}>
      <tbody>
        {rows.map(([head, value]) => (
          <tr key={head}>
            <th scope="row">{head}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
