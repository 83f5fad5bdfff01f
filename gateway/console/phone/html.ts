// HTML that cannot be broken by what stands in it: every hole is escaped unless it is HTML of ours already.
export interface Html {
  readonly html: string;
}
type Hole = string | number | Html | readonly Html[] | undefined;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? letter);

const hole = (value: Hole): string => {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "html" in value ? value.html : value.map(hole).join("");
};

export const html = (parts: TemplateStringsArray, ...holes: readonly Hole[]): Html => ({
  html: parts.map((part, at) => `${part}${at < holes.length ? hole(holes[at]) : ""}`).join(""),
});
