// Hikvision ISAPI: the camera's own list of plates, written, taken off and read back. Written in JSON, read in XML: the interface has it so.
// Source: ISAPI Traffic/channels/<n>/licensePlateAuditData/record, DelLicensePlateAuditData and searchLPListAudit, as integrators publish them for DS-TCG406-E V5.4/V5.5; older cameras
// (ITC/Entrance/VCL) cannot be read back and are refused by their own answer.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isMembers, type Members, member, readJson, textMember, wholeMember } from "../json.ts";
import { civilText, type Listed, type ListRow, listed } from "../listed.ts";
import { plainText, readXml } from "../xml.ts";
import { type HttpRequest, isGranted } from "./gate.ts";

const at = (channel: number, what: string): string => `/ISAPI/Traffic/channels/${channel}/${what}`;

/** Newer firmware takes the first word, older the second; both are read. */
export const listWords = ["allowList", "whiteList"] as const;
export type ListWord = (typeof listWords)[number];

export const putRequest = (rows: readonly ListRow[], word: ListWord, channel = 1): HttpRequest => ({
  method: "PUT",
  path: at(channel, "licensePlateAuditData/record?format=json"),
  body: JSON.stringify({
    LicensePlateInfoList: rows.map(({ plate, from_at, until_at }) => ({
      LicensePlate: plate,
      listType: word,
      // The beginning has two names; firmware reads one of them.
      createTime: civilText(from_at, "T"),
      effectiveStartDate: civilText(from_at, "T"),
      effectiveTime: civilText(until_at, "T"),
      id: "",
    })),
  }),
});

/** By the text that stands there; firmware that wants its own id says no to the first, and is asked by the second. */
export const takeRequests = ({ text, key }: Listed, channel = 1): readonly HttpRequest[] =>
  [{ CompoundCond: { plateColor: "", licensePlate: text } }, { id: [key] }].map((condition) => ({
    method: "PUT",
    path: at(channel, "DelLicensePlateAuditData?format=json"),
    body: JSON.stringify({ deleteAllEnabled: false, ...condition }),
  }));

const prolog = '<?xml version="1.0" encoding="UTF-8"?>';
export const searchRequest = (from: number, most: number, channel = 1): HttpRequest => ({
  method: "POST",
  path: at(channel, "searchLPListAudit"),
  body: `${prolog}<LPListAuditSearchDescription><searchID>1</searchID><searchResultPosition>${from}</searchResultPosition><maxResults>${most}</maxResults></LPListAuditSearchDescription>`,
});

/** JSON or XML, only statusCode 1 is a yes. */
export function isWritten(bytes: Uint8Array): boolean {
  const read = readJson(bytes);
  return "json" in read ? wholeMember(read.json, "statusCode") === 1 : isGranted(bytes);
}

export interface Page {
  readonly entries: readonly Listed[];
  /** How many records it held, also those of other lists. */
  readonly count: number;
  readonly total: number;
}

const text = (of: Members, name: string): string => plainText(textMember(of, name, 128) ?? "");

export function decodePage(bytes: Uint8Array): Page | Undecodable {
  const read = readXml(bytes, "LPListAuditSearchResult");
  if ("kind" in read) return read;
  const status = text(read.xml, "responseStatusStrg").toUpperCase();
  if (!["OK", "MORE", "NO MATCHES"].includes(status)) return undecodable(`the search ended with ${status || "no status"}`);
  const list = member(read.xml, "LicensePlateInfoList");
  const within = isMembers(list) ? list : {};
  const given = member(within, "LicensePlateInfo") ?? [];
  const records = (Array.isArray(given) ? given : [given]).filter(isMembers);
  const total = wholeMember(read.xml, "totalMatches") ?? wholeMember(within, "totalMatches") ?? records.length;
  const entries = records
    .filter((record) => (listWords as readonly string[]).includes(text(record, "type") || text(record, "listType")))
    .map((record) =>
      listed({
        key: text(record, "id"),
        text: text(record, "LicensePlate"),
        from: text(record, "createTime"),
        until: text(record, "effectiveTime"),
      }),
    );
  return { entries, count: records.length, total };
}
