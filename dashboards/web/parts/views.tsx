// Saved views of a list, with their counts; each is an address.
import type { ComponentChildren } from "preact";
import { type Page, pageHash } from "../shell/address.ts";
import { words } from "../words/language.ts";

interface View {
  readonly name: string;
  readonly word: string;
  readonly count: number;
}

export function Views({
  page,
  current,
  views,
  children,
}: {
  page: Page;
  current: string;
  views: readonly View[];
  children?: ComponentChildren;
}) {
  return (
    <nav class="views" aria-label={words.value.filter}>
      {views.map(({ name, word, count }) => (
        <a key={name} href={pageHash(page, name)} aria-current={name === current ? "true" : undefined} data-view={name}>
          {word} <b>{count}</b>
        </a>
      ))}
      {children}
    </nav>
  );
}
