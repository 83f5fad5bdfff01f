// Cameras that say where they are: WS-Discovery as ONVIF cameras speak it (WS-Discovery of April 2005, which ONVIF Core Specification 7.3 names; OASIS WS-Discovery 1.1
// says the same in other namespaces, and its replies are read alike). A Probe goes to a group of the network, each camera answers who asked. What it says of itself is
// only ever shown: nobody fetches its addresses.
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { isMembers, type Members, member } from "../json.ts";
import { plainText, readXml } from "../xml.ts";

export const discoveryGroup = "239.255.255.250";
export const discoveryPort = 3702;

/** An honest answer is one to three kilobytes. */
export const longestAnswer = 16 * 1024;
/** Of one answer, of one camera, of one text. */
const most = { matches: 16, services: 8, scopes: 64, endpoint: 200, url: 200, said: 60 } as const;

/** A camera answers to the first, by the older profiles; whatever speaks ONVIF answers to the second. */
const kinds = {
  transmitter: { type: "dn:NetworkVideoTransmitter", space: 'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"' },
  device: { type: "tds:Device", space: 'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"' },
} as const;
export type ProbeKind = keyof typeof kinds;

/** `id`: a UUID that was never used before; answers name it. */
export function probe(id: string, kind: ProbeKind): Uint8Array {
  const { type, space } = kinds[kind];
  return new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ` +
      `xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ${space}><s:Header>` +
      `<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action><a:MessageID>${messageId(id)}</a:MessageID>` +
      `<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>` +
      `<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>` +
      `<s:Body><d:Probe><d:Types>${type}</d:Types></d:Probe></s:Body></s:Envelope>`,
  );
}
export const messageId = (id: string): string => `urn:uuid:${id}`;

/** Where a camera says that it can be spoken to. */
export interface CameraService {
  readonly address: string;
  readonly url: string;
}

/** As it says of itself; nothing of it is proved. */
export interface CameraSaid {
  /** Its own identity, the same on all its addresses. */
  readonly endpoint: string;
  readonly services: readonly CameraService[];
  /** "" where it says nothing. */
  readonly name: string;
  readonly hardware: string;
  readonly location: string;
  /** Only where its own words name one. */
  readonly maker: Maker | null;
}

export const makers = {
  vzenith: /\bvzenith\b|臻识/i,
  hikvision: /\bhikvision\b|海康/i,
  dahua: /\bdahua\b|大华/i,
  huaxia: /\bhuaxia\b|华夏/i,
} as const;
export type Maker = keyof typeof makers;

export interface Matches {
  readonly kind: "matches";
  readonly cameras: readonly CameraSaid[];
  /** Sound answers of what is no camera. */
  readonly others: number;
  /** Why a match of it was not taken. */
  readonly left: string | undefined;
}

/** An answer to one of our probes. `from`: who sent it. */
export function readMatches(bytes: Uint8Array, from: string, asked: ReadonlySet<string>): Matches | Undecodable {
  if (bytes.length > longestAnswer) return undecodable(`longer than ${longestAnswer} bytes`, longestAnswer);
  if (!isNear(from)) return undecodable("from outside of this network");
  const read = readXml(bytes, "Envelope");
  if ("kind" in read) return read;
  const header = part(read.xml, "Header");
  const relates = header === undefined ? undefined : textOf(header, "RelatesTo", most.endpoint);
  if (relates === undefined || relates === "") return undecodable("it does not say which question it answers");
  if (!asked.has(relates)) return undecodable("it answers a question that was not asked here");
  const matches = part(part(read.xml, "Body") ?? {}, "ProbeMatches");
  // Without a single match it is an empty element: nothing there.
  if (matches === undefined) return undecodable("no ProbeMatches");
  const found = listOf(member(matches, "ProbeMatch"));
  if (found.length > most.matches) return undecodable(`more than ${most.matches} matches in one answer`);
  const cameras: CameraSaid[] = [];
  let [others, left] = [0, undefined as string | undefined];
  for (const match of found) {
    const said = isMembers(match) ? cameraIn(match, from) : "a match without members";
    if (said === "no camera") others += 1;
    else if (typeof said === "string") left = said;
    else cameras.push(said);
  }
  return { kind: "matches", cameras, others, left };
}

function cameraIn(match: Members, from: string): CameraSaid | string {
  const endpoint = textOf(part(match, "EndpointReference") ?? {}, "Address", most.endpoint);
  if (endpoint === undefined || endpoint === "") return "a match without an endpoint reference";
  const types = wordsIn(match, "Types");
  const scopes = wordsIn(match, "Scopes").slice(0, most.scopes);
  // Printers and PCs answer the same protocol; a camera says so by its type or by a scope of ONVIF's.
  if (!types.some((type) => /(^|:)NetworkVideoTransmitter$/.test(type)) && !scopes.some((scope) => scopeRoot.test(scope)))
    return "no camera";
  const services = wordsIn(match, "XAddrs")
    .slice(0, most.services)
    .flatMap((url) => serviceAt(url, from) ?? []);
  if (services.length === 0) return "a camera without an address in this network";
  const [name, hardware, location] = [saidIn(scopes, "name"), saidIn(scopes, "hardware"), saidIn(scopes, "location")];
  const words = `${name} ${hardware} ${saidIn(scopes, "manufacturer")}`;
  const maker = (Object.keys(makers) as Maker[]).find((one) => makers[one].test(words)) ?? null;
  return { endpoint: endpoint.toLowerCase(), services, name, hardware, location, maker };
}

/** One address of a list of XAddrs: HTTP, in numbers, of a private network, without a password in it. This machine's own are believed of this machine alone. */
function serviceAt(text: string, from: string): CameraService | undefined {
  if (text.length > most.url || !URL.canParse(text)) return undefined;
  const { protocol, hostname, username, password, href } = new URL(text);
  if ((protocol !== "http:" && protocol !== "https:") || username !== "" || password !== "" || !isNear(hostname)) return undefined;
  return isOwn(hostname) && !isOwn(from) ? undefined : { address: hostname, url: href };
}

const scopeRoot = /^onvif:\/\/www\.onvif\.org\//i;
/** What all scopes of one category say, in their order, as a person reads it: no escapes, nothing invisible, nothing that turns the line around. */
function saidIn(scopes: readonly string[], category: string): string {
  const root = new RegExp(`^onvif://www\\.onvif\\.org/${category}/`, "i");
  const said = scopes.filter((scope) => root.test(scope)).map((scope) => decoded(scope.replace(root, "")));
  return [...[...new Set(said)].filter((one) => one !== "").join(" · ")].slice(0, most.said).join("");
}
function decoded(text: string): string {
  let plain = text;
  try {
    plain = decodeURIComponent(text);
  } catch {
    // as it stands
  }
  return plain.replaceAll(/\p{C}/gu, "").trim();
}

/** Networks that a site is built in: RFC 1918, link-local, this machine. */
export function isNear(address: string): boolean {
  const quads = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number) ?? [];
  const [a = -1, b = -1] = quads;
  if (quads.length !== 4 || quads.some((quad) => quad > 255)) return false;
  return a === 10 || a === 127 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254);
}
const isOwn = (address: string): boolean => address.startsWith("127.");

const part = (of: Members, name: string): Members | undefined => {
  const value = member(of, name);
  return isMembers(value) ? value : undefined;
};
const listOf = (value: unknown): readonly unknown[] => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);
/** Twice the same element is no text. */
const textOf = (of: Members, name: string, longest: number): string | undefined => {
  const value = member(of, name);
  return typeof value === "string" && value.length <= longest ? plainText(value).trim() : undefined;
};
const wordsIn = (of: Members, name: string): string[] => (textOf(of, name, longestAnswer) ?? "").split(/\s+/).filter((word) => word !== "");
