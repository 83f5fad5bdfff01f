// What is wrong in a tariff file: where (line and column), what, and how to mend it. All complaints come at once.
import { type Document, isMap, isNode, isScalar, type LineCounter, type YAMLMap } from "yaml";

export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** versions[0].pricing.rate.steps[1].price */
  readonly path: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly example?: string;
}

export type Path = readonly (string | number)[];

export interface What {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly example?: string;
}

export type Complain = (path: Path, what: What) => void;

export const pathText = (path: Path): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");

/** Nobody mends more than these at once. */
const most = 50;

/** Collects complaints and finds their lines. A path that is absent is shown at its nearest ancestor; an unknown key at the key itself. */
export class Complaints {
  readonly found: Complaint[] = [];
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
  }

  readonly add: Complain = (path, what) => {
    if (this.found.length >= most) return;
    const { line, col } = this.#lines.linePos(this.#offset(path));
    this.found.push({ file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1), path: pathText(path), ...what });
  };

  at(offset: number, what: What): void {
    if (this.found.length >= most) return;
    const { line, col } = this.#lines.linePos(offset);
    this.found.push({ file: this.#file, line, column: col, path: "", ...what });
  }

  #offset(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const parent = this.#document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      if (isMap(parent)) {
        const pair = (parent as YAMLMap).items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
        continue;
      }
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }
}

export function idTwice(id: string, path: Path, complain: Complain): void {
  complain(path, { code: "id-twice", zh: `名称 ${id} 用了两次`, en: `the id ${id} is used twice`, example: "id: another" });
}
