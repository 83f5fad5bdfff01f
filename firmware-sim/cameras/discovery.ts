// A camera that says where it is when it is asked (WS-Discovery, as ONVIF cameras speak it): it hears Probes sent to 239.255.255.250:3702, or to one address alone, and answers whoever
// asked. Its letter is written as firmware built with gSOAP writes it, which is most of them.
import { createSocket, type Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { isMembers } from "#protocols/cameras/json.ts";
import { readXml } from "#protocols/cameras/xml.ts";

const group = "239.255.255.250";
const groupPort = 3702;

export interface SayingCamera {
  /** A UUID: the camera's own, whatever its addresses. */
  readonly endpoint: string;
  readonly name: string;
  readonly hardware: string;
  readonly location: string;
  /** Where it says that it can be spoken to. */
  readonly services: readonly string[];
}

export interface AnsweringOptions {
  readonly cameras: readonly SayingCamera[];
  /** One address that is listened at; else everybody on every network of this machine is heard. */
  readonly at?: { readonly host: string; readonly port: number } | undefined;
  readonly newId: () => string;
  readonly onAsked?: (from: string) => void;
}

export interface Answering {
  readonly port: number;
  asked(): number;
  close(): void;
}

export async function answerProbes({ cameras, at, newId, onAsked }: AnsweringOptions): Promise<Answering> {
  const socket = createSocket({ type: "udp4", reuseAddr: at === undefined });
  let asked = 0;
  socket.on("message", (bytes, from) => {
    const question = questionIn(bytes);
    if (question === undefined) return;
    asked += 1;
    onAsked?.(from.address);
    for (const camera of cameras) socket.send(letter(camera, question, newId()), from.port, from.address, () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(at?.port ?? groupPort, at?.host, () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve();
    });
  });
  if (at === undefined) joinEverywhere(socket);
  return { port: socket.address().port, asked: () => asked, close: () => socket.close() };
}

function joinEverywhere(socket: Socket): void {
  for (const { family, address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    if (family !== "IPv4") continue;
    try {
      socket.addMembership(group, address);
    } catch {
      // a network without groups
    }
  }
}

const types = ["NetworkVideoTransmitter", "Device"];
/** The message that is answered; undefined: no Probe, or one for somebody else. */
function questionIn(bytes: Uint8Array): string | undefined {
  const read = readXml(bytes, "Envelope");
  if ("kind" in read) return undefined;
  const { Header: header, Body: body } = read.xml;
  const id = isMembers(header) ? header.MessageID : undefined;
  if (typeof id !== "string" || !isMembers(body) || body.Probe === undefined) return undefined;
  const wanted =
    isMembers(body.Probe) && typeof body.Probe.Types === "string" ? body.Probe.Types.split(/\s+/).filter((one) => one !== "") : [];
  const ours = wanted.every((one) => types.includes(one.replace(/^.*:/, "")));
  return ours ? id.trim() : undefined;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
function letter({ endpoint, name, hardware, location, services }: SayingCamera, question: string, id: string): Uint8Array {
  const scope = (category: string, said: string): string[] =>
    said === "" ? [] : [`onvif://www.onvif.org/${category}/${encodeURIComponent(said)}`];
  const scopes = [
    "onvif://www.onvif.org/type/video_encoder",
    "onvif://www.onvif.org/Profile/Streaming",
    ...scope("hardware", hardware),
    ...scope("name", name),
    ...scope("location", location),
  ];
  return new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:wsdd="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<SOAP-ENV:Header><wsa:MessageID>urn:uuid:${id}</wsa:MessageID><wsa:RelatesTo>${escaped(question)}</wsa:RelatesTo>
<wsa:To SOAP-ENV:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>
<wsa:Action SOAP-ENV:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action>
<wsdd:AppSequence MessageNumber="7" InstanceId="1764043200"></wsdd:AppSequence></SOAP-ENV:Header>
<SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:${endpoint}</wsa:Address></wsa:EndpointReference>
<wsdd:Types>dn:NetworkVideoTransmitter tds:Device</wsdd:Types>
<wsdd:Scopes>${escaped(scopes.join(" "))}</wsdd:Scopes>
<wsdd:XAddrs>${escaped(services.join(" "))}</wsdd:XAddrs>
<wsdd:MetadataVersion>10</wsdd:MetadataVersion></wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>
`);
}

/** As a camera says it: each of this machine's addresses, for who does not name one. */
export function servicesHere(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).filter(({ family }) => family === "IPv4"));
  return own.map(({ address }) => `http://${address}/onvif/device_service`);
}
