// The line above a list: choices that stand in the address, and words to look for.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { live } from "../data/live.ts";
import type { Filters } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { words } from "../words/language.ts";

interface ChoiceProps {
  readonly name: keyof Filters;
  readonly all: string;
  readonly options: readonly (readonly [value: string, word: string])[];
}

/** One part of the address; the first option takes it out again. Another question begins at its first page. */
export function Choice({ name, all, options }: ChoiceProps) {
  const { filters } = route.value;
  const { [name]: value, page: _, ...others } = filters;
  return (
    <label>
      <span class="unseen">{all}</span>
      <select
        name={name}
        value={value ?? ""}
        onChange={(event) => narrow(event.currentTarget.value === "" ? others : { ...others, [name]: event.currentTarget.value })}
      >
        <option value="">{all}</option>
        {options.map(([code, word]) => (
          <option key={code} value={code}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SiteProps {
  readonly word: string;
  readonly chosen: string;
  readonly pick: (site: string) => void;
}

/** Which compound, for whoever sees several. */
export function SiteChoice({ word, chosen, pick }: SiteProps) {
  const sites = live.value?.sites ?? [];
  if (sites.length < 2) return null;
  return (
    <label>
      <span class="unseen">{word}</span>
      <select name="site" value={chosen} onChange={(event) => pick(event.currentTarget.value)}>
        {sites.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FindProps {
  readonly filters: Filters;
  /** What may be looked for, and the word on the button. */
  readonly hint: string;
  readonly find: string;
  /** Before the words, between them and the button, and behind it. */
  readonly children?: ComponentChildren;
  readonly beside?: ComponentChildren;
  readonly behind?: ComponentChildren;
}

/** Choices, words to look for, and what may be done with the list; what is typed counts once it is sent. */
export function FindLine({ filters, hint, find, children, beside, behind }: FindProps) {
  const [text, setText] = useState(filters.text ?? "");
  useEffect(() => setText(filters.text ?? ""), [filters.text]);
  const { text: _, page: __, ...others } = filters;
  return (
    <form
      class="filter-line"
      aria-label={words.value.filter}
      onSubmit={(event) => {
        event.preventDefault();
        narrow(text.trim() === "" ? others : { ...others, text: text.trim() });
      }}
    >
      {children}
      <label>
        <span class="unseen">{hint}</span>
        <input
          type="search"
          name="text"
          maxLength={60}
          placeholder={hint}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {beside}
      <button type="submit">{find}</button>
      {behind}
    </form>
  );
}
