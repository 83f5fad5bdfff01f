// Pictures on a sheet: where each hangs and how large, in the parts that stand around them. Source: ECMA-376 part 1 §20.5 (SpreadsheetDrawing), §20.1 (DrawingML), part 2 (packages).
import { escaped } from "./write.ts";

export interface Hung {
  /** From 0. */
  readonly row: number;
  readonly column: number;
  /** `image<n>.<ending>` under xl/media. */
  readonly image: number;
  /** In points of a screen. */
  readonly width: number;
  readonly height: number;
  readonly words: string;
}

export interface Image {
  readonly n: number;
  readonly ending: "png" | "jpeg";
}

const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006/relationships";
const drawings = "http://schemas.openxmlformats.org/drawingml/2006";
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** English Metric Units to a point of a screen. */
const emu = 9_525;

export const drawingPath = "xl/drawings/drawing1.xml";
export const imagePath = ({ n, ending }: Image): string => `xl/media/image${n}.${ending}`;
export const drawingTypes = `<Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override PartName="/${drawingPath}" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>`;

/** What ties the sheet of this path to its drawing. */
export const drawingOf = (sheet: string): readonly [path: string, xml: string] => [
  sheet.replace(/([^/]+)$/, "_rels/$1.rels"),
  `${head}<Relationships xmlns="${packages}"><Relationship Id="rId1" Type="${relations}/drawing" Target="../drawings/drawing1.xml"/></Relationships>`,
];

function hungXml({ row, column, image, width, height, words }: Hung, at: number): string {
  const size = `cx="${Math.round(width * emu)}" cy="${Math.round(height * emu)}"`;
  return `<xdr:oneCellAnchor><xdr:from><xdr:col>${column}</xdr:col><xdr:colOff>${4 * emu}</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>${4 * emu}</xdr:rowOff></xdr:from><xdr:ext ${size}/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="${at + 2}" name="照片 ${at + 1}" descr="${escaped(words)}"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId${image}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>`;
}

export function drawingParts(hung: readonly Hung[], images: readonly Image[]): readonly (readonly [path: string, xml: string])[] {
  return [
    [
      drawingPath,
      `${head}<xdr:wsDr xmlns:xdr="${drawings}/spreadsheetDrawing" xmlns:a="${drawings}/main" xmlns:r="${relations}">${hung.map(hungXml).join("")}</xdr:wsDr>`,
    ],
    [
      "xl/drawings/_rels/drawing1.xml.rels",
      `${head}<Relationships xmlns="${packages}">${images.map((one) => `<Relationship Id="rId${one.n}" Type="${relations}/image" Target="../media/image${one.n}.${one.ending}"/>`).join("")}</Relationships>`,
    ],
  ];
}
