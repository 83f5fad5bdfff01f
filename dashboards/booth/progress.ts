// How far a long piece of work is: a bar, its counts in words, and a way to stop it where that is safe. Every page of the gateway shows it by this one element.
import { type Course, courseText, wayOf } from "../../protocols/vocabulary/course.ts";
import { element as h } from "./elements.ts";

export interface Shown {
  /** What is done, for who does not see the bar. */
  readonly label: string;
  readonly english: boolean;
  /** Stands behind the counts. */
  readonly more?: readonly string[];
  readonly stop?: { readonly label: string; readonly click: () => void };
}

export function progress(course: Course, { label, english, more = [], stop }: Shown): HTMLElement {
  const { share } = wayOf(course);
  // Without a known end the bar only moves; its counts are said all the same.
  const value = share === null ? {} : { max: 1_000, value: Math.round(share * 1_000) };
  return h(
    "div",
    { class: "progress", "data-done": course.done, "data-of": course.of === null ? "" : course.of },
    h("progress", { ...value, "aria-label": label }),
    h("span", { role: "status" }, courseText(course, english, more)),
    stop !== undefined && h("button", { type: "button", "data-key": "stop", click: stop.click }, stop.label),
  );
}
