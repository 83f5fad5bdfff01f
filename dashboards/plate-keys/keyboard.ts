// Our own plate keyboard: a field that shows what is typed, and under it only the keys that can follow. A physical keyboard types into the same field.
import { isWhole, nextKeys, rowsFor } from "./grammar.ts";

export interface KeyboardWords {
  readonly plate: string;
  readonly back: string;
  readonly clear: string;
  readonly others: string;
  readonly provinces: string;
}

export interface KeyboardSettings {
  readonly words: KeyboardWords;
  readonly value: string;
  /** The site's own province: it stands first. */
  readonly home?: string;
  readonly onChange: (plate: string, whole: boolean) => void;
}

const longest = 8;
/** As people write it: no separators, upper case, and I and O are the digits that they look like. */
export function tidied(text: string): string {
  const bare = text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s·•.,_-]/g, "");
  const plain = bare.replace(/O/g, "0").replace(/I/g, "1");
  let typed = "";
  for (const one of Array.from(plain)) if (Array.from(typed).length < longest + 1 && nextKeys(typed).has(one)) typed += one;
  return typed;
}

function button(label: string, key: string, does: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.dataset.plateKey = key;
  made.addEventListener("click", does);
  return made;
}

export function plateKeyboard({ words, value, home = "", onChange }: KeyboardSettings): HTMLElement {
  let typed = tidied(value);
  let others = false;
  const whole = document.createElement("div");
  whole.className = "plate-keys";
  const label = document.createElement("label");
  label.append(words.plate);
  const field = document.createElement("input");
  Object.assign(field, { type: "text", name: "plate", autocomplete: "off", maxLength: 12, value: typed, inputMode: "none" });
  field.spellcheck = false;
  label.append(field);
  const keys = document.createElement("div");
  keys.className = "keys";
  keys.setAttribute("role", "group");
  keys.setAttribute("aria-label", words.plate);
  whole.append(label, keys);

  const type = (text: string): void => {
    typed = tidied(text);
    field.value = typed;
    others = false;
    draw();
    onChange(typed, isWhole(typed));
  };
  field.addEventListener("input", (event) => {
    if (!(event as InputEvent).isComposing) type(field.value);
  });
  field.addEventListener("compositionend", () => type(field.value));

  function draw(): void {
    const next = nextKeys(typed);
    const focused = keys.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.plateKey : undefined;
    const made = rowsFor(typed, { home, others }).map((one) => {
      const key = button(one, one, () => type(typed + one));
      key.disabled = !next.has(one);
      return key;
    });
    if (typed === "")
      made.push(
        button(others ? words.provinces : words.others, "others", () => {
          others = !others;
          draw();
        }),
      );
    const back = button(words.back, "back", () => type(Array.from(typed).slice(0, -1).join("")));
    const clear = button(words.clear, "clear", () => type(""));
    back.disabled = typed === "";
    clear.disabled = typed === "";
    keys.replaceChildren(...made, back, clear);
    if (focused !== undefined) (keys.querySelector<HTMLElement>(`[data-plate-key="${focused}"]:not(:disabled)`) || field).focus();
  }
  draw();
  return whole;
}
