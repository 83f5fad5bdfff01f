// Elements by hand: text is only ever text.
type Child = Node | string | false | null | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>;

export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  for (const child of children) if (child !== false && child !== null && child !== undefined) made.append(child);
  return made;
}

const shown = new WeakMap<Element, string>();

/** Draws anew only what has changed, and gives the focus back to what had it: polling disturbs nobody. */
export function draw(place: Element, key: unknown, make: () => readonly HTMLElement[]): void {
  const text = JSON.stringify(key);
  if (shown.get(place) === text) return;
  shown.set(place, text);
  const had = place.contains(document.activeElement) ? document.activeElement : null;
  const focused = had === null ? null : had.getAttribute("data-key");
  const caret = had instanceof HTMLInputElement ? had.selectionStart : null;
  const scrolled = place.scrollTop;
  place.replaceChildren(...make());
  place.scrollTop = scrolled;
  if (focused === null) return;
  const again = place.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`);
  if (again === null) return;
  again.focus();
  if (again instanceof HTMLInputElement && caret !== null) again.setSelectionRange(caret, caret);
}
