// A camera that keeps a list of plates and a clock, as Hikvision's ISAPI and Dahua's CGI have them: digest before anything, the maker's own words back, and the faults that cameras have.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type ListMaker = "hikvision" | "dahua";

export interface KeptPlate {
  key: string;
  plate: string;
  from: string;
  until: string;
  kind: string;
}

/** Faults that a test may wish for. */
export interface Faults {
  /** Says yes and keeps nothing. */
  forgetful: boolean;
  /** Says no to every write. */
  readOnly: boolean;
  /** Hikvision: the only word that its list takes. */
  word: "allowList" | "whiteList";
  /** Hikvision: takes entries off only by its own id. */
  byIdOnly: boolean;
  /** A colour character stands before Chinese plates. */
  coloured: boolean;
  /** Entries told at once, where the question does not say fewer. */
  pageOf: number;
}

export interface ListCamera {
  readonly port: number;
  readonly plates: KeptPlate[];
  readonly faults: Faults;
  /** What was asked after signing in: method and path. */
  readonly asked: string[];
  /** Requests of any kind, also those that were not signed in. */
  heard(): number;
  /** Milliseconds that its clock is ahead. */
  ahead_ms: number;
  stop(): Promise<void>;
}

interface Options {
  readonly maker: ListMaker;
  readonly user: string;
  readonly password: string;
  now(): number;
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

function isSignedIn({ method = "", url = "", headers }: IncomingMessage, { user, password }: Options): boolean {
  const said = Object.fromEntries(
    [...(headers.authorization ?? "").matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name = "", quoted, bare]) => [
      name,
      quoted ?? bare,
    ]),
  );
  const right = md5(`${md5(`${user}:cam:${password}`)}:n1:${said.nc}:${said.cnonce}:auth:${md5(`${method}:${url}`)}`);
  return said.username === user && said.uri === url && said.response === right;
}

const eightHours = 8 * 3_600_000;
const civil = (at: number, between: string): string => new Date(at + eightHours).toISOString().slice(0, 19).replace("T", between);
const atOf = (text: string): number => Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`) - eightHours;
const inXml = (name: string, body: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? "";

type Answer = readonly [status: number, body: string];

function hikvision(camera: ListCamera, options: Options, { method, url, body }: { method: string; url: string; body: string }): Answer {
  const { plates, faults } = camera;
  const json = (statusCode: number): Answer => [
    statusCode === 1 ? 200 : 400,
    JSON.stringify({ statusCode, statusString: statusCode === 1 ? "OK" : "Invalid Content" }),
  ];
  switch (`${method} ${url}`) {
    case "PUT /ISAPI/Traffic/channels/1/licensePlateAuditData/record?format=json": {
      const { LicensePlateInfoList: rows } = JSON.parse(body) as { LicensePlateInfoList: Record<string, string>[] };
      if (faults.readOnly || rows.some(({ listType }) => listType !== faults.word)) return json(6);
      if (faults.forgetful) return json(1);
      for (const { LicensePlate = "", createTime = "", effectiveTime = "" } of rows) {
        const plate = faults.coloured ? `蓝${LicensePlate}` : LicensePlate;
        const at = plates.findIndex((one) => one.plate === plate);
        const kept = {
          key: `id-${plates.length + 1}-${LicensePlate}`,
          plate,
          from: `${createTime}+08:00`,
          until: `${effectiveTime}+08:00`,
          kind: "whiteList",
        };
        if (at < 0) plates.push(kept);
        else plates[at] = { ...kept, key: plates[at]?.key ?? kept.key };
      }
      return json(1);
    }
    case "PUT /ISAPI/Traffic/channels/1/DelLicensePlateAuditData?format=json": {
      const asked = JSON.parse(body) as { id?: string[]; CompoundCond?: { licensePlate: string } };
      if (faults.readOnly || (faults.byIdOnly && asked.id === undefined)) return json(6);
      if (faults.forgetful) return json(1);
      const stays = plates.filter(({ key, plate }) => asked.id?.includes(key) !== true && asked.CompoundCond?.licensePlate !== plate);
      plates.splice(0, plates.length, ...stays);
      return json(1);
    }
    case "POST /ISAPI/Traffic/channels/1/searchLPListAudit": {
      const [from, most] = [Number(inXml("searchResultPosition", body)), Math.min(Number(inXml("maxResults", body)), faults.pageOf)];
      const page = plates.slice(from, from + most);
      const rows = page.map(
        ({ key, plate, from: since, until, kind }) =>
          `<LicensePlateInfo><id>${key}</id><LicensePlate>${plate}</LicensePlate><type>${kind}</type><effectiveTime>${until}</effectiveTime><createTime>${since}</createTime></LicensePlateInfo>`,
      );
      const status = page.length === 0 ? "NO MATCHES" : from + page.length < plates.length ? "MORE" : "OK";
      return [
        200,
        `<?xml version="1.0" encoding="UTF-8"?><LPListAuditSearchResult version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><searchID>1</searchID><responseStatus>true</responseStatus><responseStatusStrg>${status}</responseStatusStrg><LicensePlateInfoList><numOfMatches>${page.length}</numOfMatches><totalMatches>${plates.length}</totalMatches>${rows.join("")}</LicensePlateInfoList></LPListAuditSearchResult>`,
      ];
    }
    case "GET /ISAPI/System/time":
      return [
        200,
        `<?xml version="1.0" encoding="UTF-8"?><Time version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><timeMode>NTP</timeMode><localTime>${civil(options.now() + camera.ahead_ms, "T")}+08:00</localTime><timeZone>CST-8:00:00</timeZone></Time>`,
      ];
    case "PUT /ISAPI/System/time": {
      if (!faults.readOnly) camera.ahead_ms = atOf(inXml("localTime", body)) - options.now();
      return [200, `<ResponseStatus><statusCode>${faults.readOnly ? 4 : 1}</statusCode></ResponseStatus>`];
    }
    default:
      return [404, "<ResponseStatus><statusCode>4</statusCode><subStatusCode>notSupport</subStatusCode></ResponseStatus>"];
  }
}

function dahua(camera: ListCamera, options: Options, url: string): Answer {
  const { plates, faults } = camera;
  const { pathname, searchParams: query } = new URL(url, "http://camera");
  const no: Answer = [400, "Error\r\nBad Request!\r\n"];
  const ok: Answer = [200, "OK\r\n"];
  const action = query.get("action");
  const number = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
  if (pathname === "/cgi-bin/global.cgi" && action === "getCurrentTime")
    return [200, `result=${civil(options.now() + camera.ahead_ms, " ")}\r\n`];
  if (pathname === "/cgi-bin/global.cgi" && action === "setCurrentTime") {
    if (faults.readOnly) return no;
    camera.ahead_ms = atOf(query.get("time") ?? "") - options.now();
    return ok;
  }
  if (query.get("name") !== "TrafficRedList") return no;
  if (pathname === "/cgi-bin/recordFinder.cgi") {
    const from = action === "doSeekFind" ? number("offset", 0) : 0;
    const page = plates.slice(from, from + Math.min(number("count", 100), faults.pageOf));
    const lines = page.flatMap(({ key, plate, from: since, until }, i) =>
      Object.entries({
        RecNo: key,
        PlateNumber: plate,
        BeginTime: since,
        CancelTime: until,
        MasterOfCar: "",
        "AuthorityList.OpenGate": "true",
      }).map(([member, value]) => `records[${i}].${member}=${value}`),
    );
    return [200, [`totalCount=${plates.length}`, `found=${page.length}`, ...lines, ""].join("\r\n")];
  }
  if (pathname !== "/cgi-bin/recordUpdater.cgi" || faults.readOnly) return no;
  const said = {
    plate: query.get("PlateNumber") ?? "",
    from: query.get("BeginTime") ?? "",
    until: query.get("CancelTime") ?? "",
    kind: "red",
  };
  if (action === "insert") {
    const key = String(Math.max(0, ...plates.map((one) => Number(one.key))) + 1);
    if (!faults.forgetful) plates.push({ key, ...said });
    return [200, `RecNo=${key}\r\n`];
  }
  const at = plates.findIndex(({ key }) => key === query.get("recno"));
  if (at < 0) return no;
  if (faults.forgetful) return ok;
  if (action === "update") plates[at] = { key: plates[at]?.key ?? "", ...said };
  else if (action === "remove") plates.splice(at, 1);
  else return no;
  return ok;
}

export async function startListCamera(options: Options): Promise<ListCamera> {
  let heard = 0;
  const server = createServer((request, reply) => {
    heard += 1;
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method = "", url = "" } = request;
      if (!isSignedIn(request, options))
        return reply.writeHead(401, { "www-authenticate": 'Digest realm="cam", nonce="n1", qop="auth"' }).end();
      camera.asked.push(`${method} ${url}`);
      const body = Buffer.concat(pieces).toString("utf8");
      const [status, said] =
        options.maker === "hikvision" ? hikvision(camera, options, { method, url, body }) : dahua(camera, options, url);
      reply.writeHead(status).end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const camera: ListCamera = {
    port: (server.address() as AddressInfo).port,
    plates: [],
    faults: { forgetful: false, readOnly: false, word: "allowList", byIdOnly: false, coloured: false, pageOf: 1024 },
    asked: [],
    heard: () => heard,
    ahead_ms: 0,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return camera;
}
