// The agreement of a mediation as it is signed: parties, the matter in dispute, what was agreed, and who signs. It is made of the version that holds, names its hash, and is for those who see all of a mediation.
// What such an agreement says, and what it does: People's Mediation Law (人民调解法) arts. 28 to 33.
import type { Row } from "#cloud/store/schema.ts";
import { type Block, text } from "#protocols/word/write.ts";
import type { Party } from "../mediation.ts";
import { dayWords } from "./papers.ts";

export interface Agreed {
  readonly hazard: Row<"hazard">;
  readonly version: Row<"mediation">;
  /** Whose mediation room. */
  readonly organisation: string;
}

const marks = ["申请人", "被申请人", "第三人"];
const line = "＿＿＿＿＿＿＿＿＿＿";

/** undefined: nothing was agreed, and an agreement of nothing is none. */
export function agreementOf({ hazard, version, organisation }: Agreed): readonly Block[] | undefined {
  if (version.outcome !== "达成协议" || version.agreement === null) return undefined;
  const parties = [...(JSON.parse(version.parties) as Party[])].sort((a, b) => marks.indexOf(a.side) - marks.indexOf(b.side));
  const paragraph = (words: string): Block => text("paragraph", words);
  return [
    text("title", "调解协议书"),
    text("right", `编号：${hazard.id}-${version.seq}`),
    ...parties.map(({ name, side }) => paragraph(`${side}：${name}`)),
    text("heading", "一、纠纷主要事实、争议事项"),
    paragraph(`${hazard.compound}${hazard.place}：${hazard.zh}。`),
    text("heading", "二、协议内容、履行方式和期限"),
    ...version.agreement.split(/\r?\n/).flatMap((words) => (words.trim() === "" ? [] : [paragraph(words.trim())])),
    text("heading", "三、其他"),
    ...(version.confidential === 1
      ? [paragraph("本次调解不公开。协议内容及调解中知悉的个人隐私、商业秘密，除依法需要外，各方及调解人员不得向他人披露。")]
      : []),
    paragraph("本协议自各方当事人签名、盖章或者按指印，调解员签名并加盖调解组织印章之日起生效，各方应当按照约定履行。"),
    paragraph("各方认为有必要的，可以自协议生效之日起三十日内共同向人民法院申请司法确认。"),
    paragraph(`本协议一式${parties.length + 1}份，当事人各执一份，调解组织存一份。`),
    {
      kind: "table",
      head: ["当事人", "签名、盖章或者按指印", "日期"],
      rows: parties.map(({ name, side }) => [`${side}　${name}`, line, "　　年　月　日"]),
    },
    { kind: "table", head: ["调解员", "签名", "日期"], rows: [[version.person_name, line, "　　年　月　日"]] },
    text("right", `${organisation}（印章）`),
    text("right", dayWords(version.at)),
    paragraph(`存证：调解记录第 ${version.seq} 版 SHA-256 ${version.hash}`),
  ];
}
