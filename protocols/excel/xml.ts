// XML read as it comes, piece by piece: what was read is told and forgotten. Well-formed as far as it goes: every element ends where it began, and a document type is refused, so that no
// entity of another file is ever fetched. Source: XML 1.0 (Fifth Edition) §§2.4, 2.7, 3.1, 4.1.

export class NoWorkbook extends Error {}

export interface Element {
  /** Without its namespace's prefix: some writers say <x:row>. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}
export interface Listener {
  open?(element: Element): void;
  close?(name: string): void;
  text?(text: string): void;
}

export interface XmlReader {
  push(text: string): void;
  end(): void;
}

/** A cell of Excel holds 32,767 characters; a piece that does not end after so many is none. */
const mostHeld = 4 * 1024 * 1024;

const predefined: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
export const decoded = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (_, hex?: string, decimal?: string, name?: string) =>
        name === undefined
          ? String.fromCodePoint(Math.min(0x10_ffff, hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)))
          : (predefined[name.toLowerCase()] ?? ""),
      )
    : text;

const broken = (why: string): never => {
  throw new NoWorkbook(`XML: ${why}`);
};

const bare = (name: string): string => name.slice(name.indexOf(":") + 1);

export function xmlReader(listener: Listener): XmlReader {
  const stack: string[] = [];
  let held = "";
  let roots = 0;

  const tell = (text: string): void => {
    if (text === "") return;
    if (stack.length > 0) listener.text?.(text);
    else if (text.trim() !== "" && text !== "\ufeff") broken(`text outside of every element: ${text.trim().slice(0, 40)}`);
  };
  const open = (inside: string): void => {
    const ends = inside.endsWith("/");
    const body = ends ? inside.slice(0, -1) : inside;
    const name = /^[^\s/<>="']+/.exec(body)?.[0] ?? broken(`no element: <${body.slice(0, 40)}>`);
    if (stack.length === 0) {
      roots += 1;
      if (roots > 1) broken(`a second root: ${name}`);
    }
    listener.open?.({ name: bare(name), attributes: attributesOf(body, name.length) });
    if (ends) listener.close?.(bare(name));
    else stack.push(name);
  };
  const close = (inside: string): void => {
    const name = inside.slice(1).trimEnd();
    const opened = stack.pop();
    if (opened !== name) broken(`</${name}> ends <${opened ?? ""}>`);
    listener.close?.(bare(name));
  };

  /** Where the tag that begins at `from` has its ">"; -1: it has not come yet. */
  const endOf = (from: number): number => {
    let quote = 0;
    for (let at = from + 1; at < held.length; at += 1) {
      const letter = held.charCodeAt(at);
      if (quote !== 0) {
        if (letter === quote) quote = 0;
      } else if (letter === 0x22 || letter === 0x27) quote = letter;
      else if (letter === 0x3e) return at;
    }
    return -1;
  };
  /** What is passed over or taken as it is: how it begins and ends, and whether it is text. */
  const marked = (from: number): number | undefined => {
    for (const [begins, ends, isText] of special) {
      if (!held.startsWith(begins, from)) continue;
      const to = held.indexOf(ends, from + begins.length);
      if (to === -1) return -1;
      if (isText) tell(held.slice(from + begins.length, to));
      return to + ends.length;
    }
    return undefined;
  };
  /** Where the next begins, once the one at `from` was read; -1: it has not come whole. */
  const step = (from: number): number => {
    const second = held[from + 1];
    if (second === "!" || second === "?") {
      const next = marked(from);
      if (next !== undefined) return next;
      // "<![CDA" may still become something.
      if (held.length - from < longest) return -1;
      return broken(held.startsWith("<!DOCTYPE", from) ? "DOCTYPE" : `<${held.slice(from + 1, from + 20)}`);
    }
    const to = endOf(from);
    if (to === -1) return -1;
    const inside = held.slice(from + 1, to);
    if (second === "/") close(inside);
    else open(inside);
    return to + 1;
  };
  const read = (): void => {
    let at = 0;
    for (;;) {
      const from = held.indexOf("<", at);
      if (from === -1) break;
      if (from > at) tell(decoded(held.slice(at, from)));
      at = from;
      const next = step(from);
      if (next === -1) break;
      at = next;
    }
    held = held.slice(at);
    if (held.length > mostHeld) broken("a piece without an end");
  };

  return {
    push(text) {
      held = held === "" ? text : held + text;
      read();
    },
    end() {
      if (held.includes("<")) broken(`it ends within ${held.slice(0, 40)}`);
      tell(decoded(held));
      if (stack.length > 0) broken(`<${stack.at(-1)}> does not end`);
      if (roots === 0) broken("there is no element");
    },
  };
}

const special: readonly (readonly [begins: string, ends: string, isText: boolean])[] = [
  ["<!--", "-->", false],
  ["<![CDATA[", "]]>", true],
  ["<?", "?>", false],
];
const longest = "<![CDATA[".length;

const nothing: Readonly<Record<string, string>> = {};
/** Of "c r='A1' t='s'" behind the name. */
function attributesOf(body: string, from: number): Readonly<Record<string, string>> {
  if (from === body.length) return nothing;
  const found: Record<string, string> = {};
  for (let at = from; at < body.length; ) {
    const equals = body.indexOf("=", at);
    if (equals === -1) {
      if (body.slice(at).trim() !== "") broken(`an attribute without a value: ${body.slice(at).trim().slice(0, 40)}`);
      break;
    }
    const name = body.slice(at, equals).trim();
    let begins = equals + 1;
    while (body[begins] === " " || body[begins] === "\n") begins += 1;
    const quote = body[begins] ?? "";
    const ends = quote === '"' || quote === "'" ? body.indexOf(quote, begins + 1) : -1;
    if (ends === -1 || name === "") broken(`an attribute without a value: ${name.slice(0, 40)}`);
    if (!name.startsWith("xmlns")) found[bare(name)] = decoded(body.slice(begins + 1, ends));
    at = ends + 1;
  }
  return found;
}
