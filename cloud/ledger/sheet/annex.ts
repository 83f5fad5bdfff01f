// The sheet of the pictures: of each its hash, when and where it was taken, who brought it, the address at which whoever may see the hazard reads it whole, and the picture itself, small.
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { drawingOf, drawingParts, type Hung, imagePath } from "#protocols/excel/drawing.ts";
import { type Column, type SheetPen, sheetPath, type Value } from "#protocols/excel/write.ts";
import { photoKinds, takenWords } from "../photo-words.ts";
import { type Drawing, drawPictures, maskedWords } from "./pictures.ts";
import type { Zip } from "./zip.ts";

const texts = (...columns: readonly (readonly [head: string, width: number])[]): Column[] =>
  columns.map(([head, width]) => ({ head, kind: "text", width }));
const annexHeads: readonly Column[] = [
  ...texts(["隐患编号", 20], ["小区", 16], ["类别", 10]),
  { head: "拍摄时间", kind: "date", width: 16 },
  ...texts(["时间依据", 12]),
  { head: "上传时间", kind: "date", width: 16 },
  { head: "地点", kind: "wrapped", width: 20 },
  ...texts(["上传人", 12], ["SHA-256", 66], ["与何处相同", 20]),
  { head: "字节", kind: "number", width: 10 },
  ...texts(["地址", 60], ["附图", 20], ["图片", 24]),
];
const pictureColumn = annexHeads.length - 1;
/** Of a picture on the sheet, in points of a screen; its row is as high. */
const box = { width: 160, height: 120 } as const;
const rowPoints = ((box.height + 8) * 3) / 4;

export interface Annex {
  readonly zip: Zip;
  readonly at: number;
  readonly begin: (
    at: number,
    heading: { readonly title: string; readonly columns: readonly Column[]; readonly drawn: boolean },
  ) => SheetPen;
  /** Hazards with pictures, in the order of the sheets. */
  readonly pictured: readonly string[];
  readonly compounds: ReadonlyMap<string, string>;
  /** There are pictures, and whoever asked may see them: they are in it. Otherwise it says that they are masked. */
  readonly drawn: boolean;
  readonly alive: () => void;
}

async function* rowsOf(read: Queries, pictured: readonly string[]): AsyncGenerator<readonly Row<"evidence">[]> {
  for (let from = 0; from < pictured.length; from += 400) {
    const ids = pictured.slice(from, from + 400);
    const rows = await read
      .selectFrom("evidence")
      .selectAll()
      .where("hazard", "in", ids)
      .orderBy("uploaded_at")
      .orderBy("sha256")
      .execute();
    const byHazard = Map.groupBy(rows, ({ hazard }) => hazard);
    yield ids.flatMap((id) => byHazard.get(id) ?? []);
  }
}

export async function writeAnnex(read: Queries, { zip, at, begin, pictured, compounds, drawn, alive }: Annex): Promise<void> {
  const put = (path: string, part: string | Uint8Array): void => {
    zip.begin(path);
    zip.write(part);
  };
  // A part of the zip is written from its beginning to its end: the pictures before the sheet that they hang on.
  const drawing: Drawing = drawn
    ? await drawPictures(read, { rows: rowsOf(read, pictured), write: (image, bytes) => put(imagePath(image), bytes), alive })
    : { of: () => ({ why: maskedWords }), images: [] };
  const hung: Hung[] = [];
  const pen = begin(at, { title: "整改台账照片附件", columns: annexHeads, drawn });
  let line = 3;
  for await (const rows of rowsOf(read, pictured))
    for (const row of rows) {
      const picture = drawing.of(row.sha256);
      const has = "n" in picture;
      zip.write(pen.line(lineOf(row, compounds.get(row.hazard) ?? "", has ? picture.words : picture.why), has ? rowPoints : undefined));
      if (has) {
        const scale = Math.min(1, box.width / picture.width, box.height / picture.height);
        const words = `${row.hazard} ${photoKinds[row.kind] ?? "其他"} ${row.sha256}`;
        hung.push({
          row: line,
          column: pictureColumn,
          image: picture.n,
          width: picture.width * scale,
          height: picture.height * scale,
          words,
        });
      }
      line += 1;
    }
  zip.write(pen.foot());
  if (!drawn) return;
  for (const [path, xml] of [drawingOf(sheetPath(at)), ...drawingParts(hung, drawing.images)]) put(path, xml);
}

const lineOf = (one: Row<"evidence">, compound: string, words: string): Value[] => [
  ...[one.hazard, compound, photoKinds[one.kind] ?? "其他", one.taken_at, takenWords[one.taken] ?? one.taken, one.uploaded_at],
  ...[one.place, one.person_name, one.sha256, one.used_before, one.bytes],
  ...[`/api/v1/hazards/${one.hazard}/evidence?sha256=${one.sha256}`, words, null],
];
