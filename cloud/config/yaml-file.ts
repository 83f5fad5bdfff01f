// A YAML text with its places: what it says, and the line and column at which each thing is said.
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { type Complain, type Complaint, type Path, pathText } from "./complaint.ts";

export interface YamlFile {
  readonly value: unknown;
  /** Complaints of the YAML itself: a broken file has no value worth checking. */
  readonly broken: readonly Complaint[];
  /** Where the value stands; with "key", where its key stands. A path that is not there gives the nearest part that is. */
  place(path: Path, of?: "value" | "key"): { line: number; column: number };
}

export function readYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, merge: false });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    ...{ file, ...at(error.pos[0]), path: "" },
    zh: `不是正确的 YAML：${error.code}`,
    en: `not YAML: ${error.message.split("\n")[0]}`,
  }));
  let value: unknown;
  if (broken.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 20 });
    } catch (error) {
      broken.push({ file, line: 1, column: 1, path: "", zh: "别名过多", en: error instanceof Error ? error.message : String(error) });
    }
  }
  const place = (path: Path, of: "value" | "key" = "value"): { line: number; column: number } => {
    const holder = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (of === "key" && isMap(holder)) {
      const pair = holder.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path.at(-1)));
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return at(pair.key.range[0]);
    }
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range) return at(node.range[0]);
    return path.length === 0 ? { line: 1, column: 1 } : place(path.slice(0, -1), "key");
  };
  return { value, broken, place };
}

export function complainer(yaml: YamlFile, file: string, into: Complaint[]): Complain {
  return (path, { zh, en, example, of }) => {
    into.push({ file, ...yaml.place(path, of), path: pathText(path), zh, en, ...(example === undefined ? {} : { example }) });
  };
}
