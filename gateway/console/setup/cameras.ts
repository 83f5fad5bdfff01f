// Cameras that push while the first run goes on: who each is, the plate it read, and its picture, so that a person sees that it is found. Each hears 503, as from a gateway
// that is not there yet: nothing is decided about its car, and it says it again to the gateway that will be.
import type { FastifyInstance } from "fastify";
import { SetupCameraPlace, SetupCameras } from "#protocols/api/setup-lanes.ts";
import { frameIn } from "#protocols/cameras/frame.ts";
import { toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import type { CameraProtocol, Heard } from "../../drivers/cameras/protocol.ts";
import { cameraProtocols } from "../../drivers/cameras/table.ts";
import { sendProblem } from "../problem.ts";

/** A compound has fewer; a stranger who invents more pushes out the oldest. */
const mostCameras = 16;

interface Known {
  readonly camera: number;
  readonly protocol: string;
  readonly serialno: string;
  address: string;
  at: Wall;
  plate: string | null;
  confidence: number | null;
  characters: readonly number[];
  pushes: number;
  frame: number;
  picture: Uint8Array | undefined;
}

export interface HeardCameras {
  take(protocol: CameraProtocol, from: { path: string; contentType: string; peer: string }, bytes: Uint8Array): void;
  shown(): SetupCameras;
  picture(camera: number): Uint8Array | undefined;
}

export function hearCameras(wall: () => Wall): HeardCameras {
  const known = new Map<string, Known>();
  let [numbers, refused] = [0, 0];
  let why: string | null = null;

  function of(protocol: string, serialno: string, peer: string): Known {
    const name = `${protocol} ${serialno}`;
    const found = known.get(name);
    known.delete(name);
    const one = found ?? {
      ...{ camera: numbers, protocol, serialno, address: peer, at: wall(), plate: null, confidence: null },
      ...{ characters: [], pushes: 0, frame: 0, picture: undefined },
    };
    if (found === undefined) numbers += 1;
    known.set(name, one);
    const [oldest] = known.keys();
    if (known.size > mostCameras && oldest !== undefined) known.delete(oldest);
    Object.assign(one, { at: wall(), address: peer, pushes: one.pushes + 1 });
    return one;
  }

  function hear(protocol: string, said: Heard, { peer, bytes }: { peer: string; bytes: Uint8Array }): void {
    if (said.kind === "watching") for (const serialno of said.serialnos) of(protocol, serialno, peer);
    else if (said.kind === "plates")
      for (const read of said.reads) {
        const one = of(protocol, read.serialno, peer);
        const picture = frameIn(said.pushed ?? bytes);
        Object.assign(one, {
          plate: read.plate ?? (read.noPlate ? null : read.text),
          confidence: read.confidence,
          characters: read.characters ?? [],
        });
        Object.assign(one, { picture, frame: picture === undefined ? 0 : one.pushes });
      }
    else if (said.serialno !== "") {
      const one = of(protocol, said.serialno, peer);
      const picture = said.kind === "picture" ? frameIn(said.bytes) : undefined;
      if (picture !== undefined) Object.assign(one, { picture, frame: one.pushes });
    }
  }

  return {
    take(protocol, { path, contentType, peer }, bytes) {
      const said = protocol.decode({ path, contentType }, bytes);
      if (said.kind !== "undecodable") return hear(protocol.id, said, { peer: peer.replace(/^::ffff:/, ""), bytes });
      refused += 1;
      // It names members and types, never their content.
      why = `${protocol.id}: ${said.reason}`;
    },
    shown: () => ({
      paths: cameraProtocols.map(({ id, paths: [first] }) => ({ protocol: id, path: first?.path ?? "" })),
      cameras: [...known.values()]
        .reverse()
        .map(({ picture: _, at, characters, ...one }) => ({ ...one, at: toRfc3339(at), characters: [...characters] })),
      ...{ refused, why },
    }),
    picture: (camera) => [...known.values()].find((one) => one.camera === camera)?.picture,
  };
}

/** Where cameras push, outside of what needs the code. */
export function pushRoutes(heard: HeardCameras, waiting: { readonly zh: string; readonly en: string }) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const protocol of cameraProtocols)
      for (const { path, longest } of protocol.paths)
        for (const prefix of ["", "/push/:secret"])
          server.post(`${prefix}${path}`, { bodyLimit: longest }, async (request, reply) => {
            const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
            heard.take(
              protocol,
              { path, contentType: request.headers["content-type"] ?? "", peer: request.socket.remoteAddress ?? "" },
              bytes,
            );
            return sendProblem(reply, { status: 503, code: "first-run", ...waiting });
          });
  };
}

/** What the page asks about them, behind the code. */
export function heardRoutes(server: FastifyInstance, heard: HeardCameras): void {
  server.get("/cameras", { schema: { response: { 200: SetupCameras } } }, async () => heard.shown());
  server.get<{ Params: { camera: string } }>("/cameras/:camera/frame", { schema: { params: SetupCameraPlace } }, async (request, reply) => {
    const picture = heard.picture(Number(request.params.camera));
    if (picture === undefined)
      return sendProblem(reply, { status: 404, code: "no-frame", zh: "这台相机没有送来画面", en: "this camera has sent no picture" });
    return reply.type("image/jpeg").header("cache-control", "no-store").send(Buffer.from(picture));
  });
}
