// What goes out on paper about one hazard: the notice, the opinion of the re-inspection, the closure slip, the letter that presses whoever is late. One content; as a print page or as a Word file.
import { escaped, page } from "#cloud/pub/html.ts";
import type { Row } from "#cloud/store/schema.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { dayMs, toCivil, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type Block, type Piece, pieceOf, text } from "#protocols/word/write.ts";
import { clauseWords } from "../clauses.ts";
import { photoKinds, takenWords } from "../photo-words.ts";
import { isSupervised, issuedKinds, type Template } from "./issuers.ts";

/** What somebody issues, and the pictures to it, which issue nothing. */
export const paperKinds = [...issuedKinds, "photos"] as const;
export type PaperKind = (typeof paperKinds)[number];

export const dayWords = (at: number): string => {
  const { year, month, day } = toCivil(wall(at));
  return `${year}年${month}月${day}日`;
};

interface Paper {
  readonly row: Row<"hazard">;
  readonly photos: readonly Row<"evidence">[];
  readonly issuer: string;
  /** The issuer's own; without one, as the ledger calls it. */
  readonly template?: Template;
  /** Of the issuer: so many working days to look at the work again. */
  readonly reinspection_days?: number;
  readonly now: number;
}

const minute = (at: number): string => toRfc3339(wall(at)).slice(0, 16).replace("T", " ");

/** What is not so yet cannot be printed: a slip about a hazard that is not closed would be a lie. */
export function paperOf(kind: PaperKind, { row, photos, issuer, template, reinspection_days, now }: Paper): readonly Block[] | undefined {
  const where = `${row.compound}${row.place}`;
  const grade = `${row.grade}隐患${row.clause === null ? "" : `（依据：${clauseWords(row.clause)}）`}`;
  const own = template?.closing === undefined ? [] : [text("paragraph", template.closing)];
  const ending = [...own, text("right", issuer), text("right", dayWords(now))];
  const title = (usual: string): Block => text("title", template?.title ?? usual);
  const pictures = photos.map(
    (one) =>
      `${photoKinds[one.kind] ?? "其他"}照片 ${one.sha256.slice(0, 16)}（${dayWords(one.taken_at ?? one.uploaded_at)}${one.taken === "unproven" ? "，拍摄时间未证实" : ""}）`,
  );
  switch (kind) {
    case "notice":
      if (row.dispatched_at === null || row.responsible === null) return undefined;
      return [
        title("隐患整改通知书"),
        text("paragraph", `编号：${row.id}`),
        text("paragraph", `${row.responsible}：`),
        text("paragraph", `${dayWords(row.found_at)}，经${row.source}，发现${where}存在以下问题：${row.zh}。该问题为${grade}。`),
        text(
          "paragraph",
          `请于${row.deadline === null ? "限期内" : `${dayWords(row.deadline)}前${row.deadline_provisional === 1 ? "（暂定，以公布的节假日安排为准）" : ""}`}完成整改${row.measure === null ? "" : `（${row.measure}）`}，整改完成前落实临时管控${row.interim_control === null ? "" : `：${row.interim_control}`}，并申请复查${reinspection_days === undefined ? "" : `（自收到申请之日起 ${reinspection_days} 个工作日内复查）`}。`,
        ),
        text("paragraph", "逾期未整改的，将按规定升级督办。对本通知有异议的，可向发出机关提出。"),
        ...ending,
      ];
    case "supervision": {
      if (row.deadline === null || row.responsible === null || !isSupervised(row, now)) return undefined;
      const late = Math.floor((now - row.deadline) / dayMs) + 1;
      const first =
        row.postponements > 0 && row.original_deadline !== null
          ? `（原定${dayWords(row.original_deadline)}，已延期 ${row.postponements} 次）`
          : "";
      return [
        title("督办单"),
        text("paragraph", `编号：${row.id}`),
        text("paragraph", `${row.responsible}：`),
        text("paragraph", `${dayWords(row.found_at)}，经${row.source}，发现${where}存在以下问题：${row.zh}。该问题为${grade}。`),
        text(
          "paragraph",
          `整改时限为${dayWords(row.deadline)}${first}，截至${dayWords(now)}已逾期 ${late} 天，仍未销号，现予督办${row.level > 0 ? `（督办第 ${row.level} 级）` : ""}。`,
        ),
        text(
          "paragraph",
          `请立即落实临时管控${row.interim_control === null ? "" : `：${row.interim_control}`}，完成整改并申请复查${reinspection_days === undefined ? "" : `（自收到申请之日起 ${reinspection_days} 个工作日内复查）`}，书面说明逾期原因、整改措施与完成日期。`,
        ),
        text("paragraph", "继续逾期的，将逐级升级督办、挂牌并通报。"),
        ...ending,
      ];
    }
    case "photos":
      if (photos.length === 0) return undefined;
      return [
        text("title", "照片附件"),
        text("paragraph", `编号：${row.id}　${where}：${row.zh}`),
        {
          kind: "table",
          head: ["序号", "类别", "拍摄时间（依据）", "地点", "上传", "SHA-256"],
          rows: photos.map((one, at) => [
            String(at + 1),
            // The same bytes at another hazard are no picture of this one.
            `${photoKinds[one.kind] ?? "其他"}${one.used_before === null ? "" : `（与 ${one.used_before} 相同）`}${one.alike === "[]" ? "" : "（疑似与其他照片相同）"}`,
            `${one.taken_at === null ? "—" : minute(one.taken_at)}（${takenWords[one.taken] ?? one.taken}）`,
            ...[one.place ?? "—", `${minute(one.uploaded_at)} ${one.person_name}`, one.sha256],
          ]),
        },
        text("right", dayWords(now)),
      ];
    case "opinion":
      if (row.reinspected_at === null) return undefined;
      return [
        title("复查意见书"),
        text("paragraph", `编号：${row.id}`),
        text("paragraph", `${row.responsible ?? ""}：`),
        text(
          "paragraph",
          `你单位${row.rectified_at === null ? "" : `于${dayWords(row.rectified_at)}`}申请复查${where}“${row.zh}”的整改情况。经${dayWords(row.reinspected_at)}现场复查，意见：合格。`,
        ),
        ...pictures.map((one) => text("paragraph", one)),
        ...ending,
      ];
    case "closure":
      if (row.closed_at === null) return undefined;
      return [
        title("隐患销号单"),
        {
          kind: "table",
          head: ["项目", "内容"],
          rows: [
            ["编号", row.id],
            ["位置", where],
            ["隐患", row.zh],
            ["等级", grade],
            ["责任单位", row.responsible ?? ""],
            ["发现", dayWords(row.found_at)],
            [
              "整改时限",
              row.deadline === null
                ? ""
                : `${dayWords(row.deadline)}${row.postponements > 0 && row.original_deadline !== null ? `（原定${dayWords(row.original_deadline)}，延期 ${row.postponements} 次）` : ""}`,
            ],
            [
              "资金",
              row.funding_source === null
                ? ""
                : `${row.funding_source}${row.actual_fen === null ? "" : `，实支 ${yuanText(fen(row.actual_fen))} 元`}`,
            ],
            ["复查", row.reinspected_at === null ? "" : dayWords(row.reinspected_at)],
            ["销号", `${dayWords(row.closed_at)}，${row.closed_by ?? ""}${row.false_alarm === 1 ? "（误报归档）" : ""}`],
            ["存证", `${row.head}（第 ${row.version} 步）`],
            ...pictures.map((one, at) => [`照片 ${at + 1}`, one]),
          ],
        },
        ...ending,
      ];
  }
}

/** A4 as GB/T 9704-2012 lays it out: 37 mm above, 35 below, 28 left, 26 right; 16 pt on 29 pt, the title 22 pt; black only. */
export const paperStyle = `@page{size:A4;margin:37mm 26mm 35mm 28mm}body{margin:0 auto;max-width:156mm;color:#000;background:#fff;font:16pt/29pt "FangSong_GB2312","FangSong","仿宋","Noto Serif CJK SC",serif}h1{font:22pt/32pt "FZXiaoBiaoSong-B05S","SimSun","Noto Serif CJK SC",serif;text-align:center;margin:0 0 14.5pt}p{margin:0;text-indent:2em}p.right{text-align:right;text-indent:0}table{border-collapse:collapse;width:100%;font-size:12pt;line-height:18pt}th,td{border:.5pt solid #000;padding:2pt 4pt;text-align:left;vertical-align:top}thead{display:table-header-group}tr{break-inside:avoid}img{max-width:70mm;max-height:70mm}figure{display:inline-block;margin:4pt;width:74mm;break-inside:avoid;font-size:9pt;line-height:12pt;overflow-wrap:anywhere}td{overflow-wrap:anywhere}@media screen{body{padding:12mm 5mm}}`;

/** Thumbnails and where each whole picture is; a document that is no picture has its address only. Read by whoever is signed in and may see the hazard. */
export const photoFigures = (row: Row<"hazard">, photos: readonly Row<"evidence">[]): string =>
  photos
    .map((one, at) => {
      const address = `/api/v1/hazards/${encodeURIComponent(row.id)}/evidence?sha256=${one.sha256}`;
      const shown = one.mime.startsWith("image/") ? `<img src="${address}" alt="照片 ${at + 1}">` : escaped(one.mime);
      return `<figure><a href="${address}">${shown}</a><figcaption>${at + 1}　${one.sha256}</figcaption></figure>`;
    })
    .join("");

const pieceHtml = ({ text: words, note }: Piece): string =>
  `${escaped(words)}${note === undefined ? "" : `<sup title="${escaped(note)}">注</sup>`}`;

/** `after`: markup of ours that follows the blocks. */
export function paperHtml(blocks: readonly Block[], title: string, after = ""): string {
  const body = blocks
    .map((block) => {
      if (block.kind === "table")
        return `<table><thead><tr>${block.head.map((one) => `<th>${escaped(one)}</th>`).join("")}</tr></thead><tbody>${block.rows.map((row) => `<tr>${row.map((one) => `<td>${pieceHtml(pieceOf(one))}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
      const words = block.pieces.map(pieceHtml).join("");
      if (block.kind === "title") return `<h1>${words}</h1>`;
      return `<p${block.kind === "right" ? ' class="right"' : ""}>${words}</p>`;
    })
    .join("");
  return page({ lang: "zh-CN", title, body: `<main>${body}${after}</main>`, style: "/pub/paper.css" });
}
