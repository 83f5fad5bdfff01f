// Answers to a Probe as cameras write them, in the three handwritings of firmware: gSOAP's prefixes, short ones, and none at all. Made here from the specifications; none was captured from a device.
export interface Said {
  readonly relates?: string | undefined;
  readonly endpoint?: string;
  readonly types?: string;
  readonly scopes?: string;
  readonly services?: string;
}

export const question = "urn:uuid:11111111-2222-4333-8444-555555555555";
const usual = {
  relates: question,
  endpoint: "urn:uuid:4d2a0000-1111-4000-8000-0123456789ab",
  types: "dn:NetworkVideoTransmitter tds:Device",
  scopes:
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/DS-2CD7A onvif://www.onvif.org/name/HIKVISION%20DS-2CD7A onvif://www.onvif.org/location/%E4%B8%9C%E9%97%A8",
  services: "http://192.168.1.64/onvif/device_service",
} as const;

type Hand = (said: Required<Omit<Said, "relates">> & { readonly relates: string | undefined }) => string;
const spaces =
  'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"';

const gsoap: Hand = ({ relates, endpoint, types, scopes, services }) => `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsadis="http://schemas.xmlsoap.org/ws/2004/08/addressing" ${spaces}>
<SOAP-ENV:Header><wsadis:MessageID>urn:uuid:9d1b0000-aaaa-4000-8000-000000000001</wsadis:MessageID>${relates === undefined ? "" : `<wsadis:RelatesTo>${relates}</wsadis:RelatesTo>`}
<wsadis:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsadis:To>
<wsadis:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsadis:Action>
<d:AppSequence InstanceId="1764043200" MessageNumber="7"></d:AppSequence></SOAP-ENV:Header>
<SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch><wsadis:EndpointReference><wsadis:Address>${endpoint}</wsadis:Address></wsadis:EndpointReference>
<d:Types>${types}</d:Types><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${services}</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion>
</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const short: Hand = ({ relates, endpoint, types, scopes, services }) =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ${spaces}><s:Header>` +
  `<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>${relates === undefined ? "" : `<a:RelatesTo RelationshipType="d:Suggestion">\n  ${relates}\n</a:RelatesTo>`}</s:Header>` +
  `<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference><d:Types>${types}</d:Types>` +
  `<d:Scopes MatchBy="http://schemas.xmlsoap.org/ws/2005/04/discovery/rfc3986">${scopes}</d:Scopes><d:XAddrs>${services}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`;

/** OASIS WS-Discovery 1.1, default namespaces, NUL bytes behind its end. */
const bare: Hand = ({ relates, endpoint, types, scopes, services }) =>
  `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Header>${relates === undefined ? "" : `<RelatesTo xmlns="http://www.w3.org/2005/08/addressing">${relates}</RelatesTo>`}</Header>` +
  `<Body><ProbeMatches xmlns="http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"><ProbeMatch><EndpointReference xmlns="http://www.w3.org/2005/08/addressing"><Address>${endpoint}</Address></EndpointReference>` +
  `<Types>${types}</Types><Scopes>${scopes}</Scopes><XAddrs>${services}</XAddrs><MetadataVersion>1</MetadataVersion></ProbeMatch></ProbeMatches></Body></Envelope>\0\0`;

export const hands = { gsoap, short, bare } as const;

export function answer(said: Said = {}, hand: keyof typeof hands = "gsoap"): Uint8Array {
  return new TextEncoder().encode(hands[hand]({ ...usual, ...said, relates: "relates" in said ? said.relates : usual.relates }));
}
