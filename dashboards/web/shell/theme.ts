// Light or dark: the machine's own wish until somebody says otherwise in this browser.
import { effect, signal } from "@preact/signals";
import { recall, remember } from "../words/language.ts";

export type Theme = "light" | "dark";

const wished = matchMedia("(prefers-color-scheme: dark)");
const chosen = recall("cuobian.theme");
export const theme = signal<Theme>(chosen === "dark" || chosen === "light" ? chosen : wished.matches ? "dark" : "light");

export function switchTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  remember("cuobian.theme", theme.value);
}

export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
  wished.addEventListener("change", () => {
    if (recall("cuobian.theme") === null) theme.value = wished.matches ? "dark" : "light";
  });
}
