// XML from devices, without its dangers: no document type, no entities, bounded size and depth; every text stays text ("00123" is no number).
import { XMLParser } from "fast-xml-parser";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isMembers, type Members } from "./json.ts";

/** An event without its pictures is some kilobytes. */
export const longestXml = 256 * 1024;
const deepest = 32;

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  htmlEntities: false,
  trimValues: true,
  maxNestedTags: deepest,
});

const utf8 = new TextDecoder("utf-8", { fatal: true });
const gb = new TextDecoder("gb18030", { fatal: true });

/** As the prolog says, UTF-8 where it says nothing; firmware that claims UTF-8 and writes GBK is read as GBK. */
function textOf(bytes: Uint8Array): string | undefined {
  const prolog = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const claimed = /^[^<]*<\?xml[^>]*encoding=["']([A-Za-z0-9_-]{1,20})["']/.exec(prolog)?.[1]?.toLowerCase();
  for (const decoder of claimed !== undefined && /^gb/.test(claimed) ? [gb] : [utf8, gb]) {
    try {
      return decoder.decode(bytes);
    } catch {
      // the next encoding
    }
  }
  return undefined;
}

/** The five predefined entities are all that may stand in a text. */
const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
export const plainText = (text: string): string => text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (one) => entities[one] ?? one);

/** The members of the root element named `root`, whatever its namespace prefix. */
export function readXml(bytes: Uint8Array, root: string): { readonly xml: Members } | Undecodable {
  if (bytes.length > longestXml) return undecodable(`longer than ${longestXml} bytes`, longestXml);
  const text = textOf(bytes)
    ?.replace(/^\uFEFF/, "")
    .replace(/\0+$/, "");
  if (text === undefined) return undecodable("neither UTF-8 nor GB 18030");
  const forbidden = text.search(/<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)/i);
  if (forbidden >= 0) return undecodable("a document type is not accepted", forbidden);
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch (error) {
    return undecodable(error instanceof Error ? `not XML: ${error.message.slice(0, 80)}` : "not XML");
  }
  const element = isMembers(parsed) && Object.hasOwn(parsed, root) ? parsed[root] : undefined;
  return isMembers(element) ? { xml: element } : undecodable(`no element ${root}`);
}
