// A YAML text with its places: what it says, and the line and column at which each thing is said.
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { type Complaint, type Path, pathText } from "./complaint.ts";

export interface YamlFile {
  readonly value: unknown;
  /** Complaints of the YAML itself: a broken file has no value worth checking. */
  readonly broken: readonly Complaint[];
  /** Where the value stands; with "key", where its key stands. A path that is not there gives the nearest part that is. */
  place(path: Path, of?: "value" | "key"): { line: number; column: number };
}

/** What the parser calls it, as whoever edits the file would. */
const yamlWords: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "别名（*）后面不能再写属性",
  BAD_ALIAS: "别名（*）写得不对，或没有对应的锚（&）",
  BAD_COLLECTION_TYPE: "这里该是列表还是键值，前后不一致",
  BAD_DIRECTIVE: "% 开头的指令不认识",
  BAD_DQ_ESCAPE: "双引号里的反斜杠转义不对：改用单引号，或写成 \\\\",
  BAD_INDENT: "缩进不对：同一级用同样多的空格，不用制表符；也可能是括号或引号没有收尾",
  BAD_PROP_ORDER: "锚（&）或标签（!）的位置不对",
  BAD_SCALAR_START: "以特殊字符开头的文字要加引号",
  BLOCK_AS_IMPLICIT_KEY: "一行里写了两层键：换行并缩进",
  BLOCK_IN_FLOW: "花括号或方括号里不能再用缩进写法",
  DUPLICATE_KEY: "同一个键写了两次：删去一个",
  IMPOSSIBLE: "内容读不懂",
  KEY_OVER_1024_CHARS: "键太长：多半是上一行的引号没有收尾",
  MISSING_CHAR: "少了一个符号：引号、括号、逗号或冒号没有写全，文件可能被截断",
  MULTILINE_IMPLICIT_KEY: "键不能跨行：多半少了冒号，或引号没有收尾",
  MULTIPLE_ANCHORS: "锚（&）写了两个",
  MULTIPLE_DOCS: "文件里有 --- 分开的第二份：只留一份",
  MULTIPLE_TAGS: "标签（!）写了两个",
  NON_STRING_KEY: "键应为文字",
  RESOURCE_EXHAUSTION: "内容太大或别名太多",
  TAB_AS_INDENT: "缩进用了制表符：改用空格",
  TAG_RESOLVE_FAILED: "标签（!）不认识：删去",
  UNEXPECTED_TOKEN: "这里多了或错了一个符号",
};

export function readYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, merge: false });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    file,
    ...at(error.pos[0]),
    path: "",
    zh: `不是正确的 YAML：${yamlWords[error.code] ?? error.code}`,
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
    const last = path.at(-1);
    const parent = document.getIn(path.slice(0, -1), true);
    const holder = path.length <= 1 ? document.contents : parent;
    if (of === "key" && isMap(holder)) {
      const pair = holder.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last));
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return at(pair.key.range[0]);
    }
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range) return at(node.range[0]);
    return path.length === 0 ? { line: 1, column: 1 } : place(path.slice(0, -1), "key");
  };
  return { value, broken, place };
}

/** Complains at a path of one file. */
export type Complain = (path: Path, words: { zh: string; en: string; example?: string | undefined; of?: "key" | "value" }) => void;

export function complainer(yaml: YamlFile, file: string, into: Complaint[]): Complain {
  return (path, { zh, en, example, of }) => {
    into.push({ file, ...yaml.place(path, of), path: pathText(path), zh, en, ...(example === undefined ? {} : { example }) });
  };
}
