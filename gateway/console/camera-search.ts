// The search for cameras over HTTP, one at a time: of the first run and of the gateway's own page alike. Whoever may ask is judged before.
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { CameraSearch, CameraSearchAsked } from "#protocols/api/camera-search.ts";
import { discoveryPort, isNear } from "#protocols/cameras/onvif/discovery.ts";
import { type CameraSearcher, type SearchState, startCameraSearch } from "../drivers/cameras/search.ts";
import { searchAdvice } from "../drivers/cameras/search-words.ts";
import { cameraProtocols } from "../drivers/cameras/table.ts";
import { machineCasts } from "../world/casts.ts";
import { machineClock } from "../world/clock.ts";
import { type Problem, sendProblem } from "./problem.ts";

/** Lanes that have a camera at this address already. */
type LanesAt = (address: string) => readonly string[];

const nobody: CameraSearch = {
  ...{ running: false, done: 0, of: 0, ran_ms: 0, ways: [], sent: 0, heard: 0, refused: 0, why: null, others: 0 },
  ...{ cameras: [], advice: [] },
};
const elsewhere: Problem = {
  ...{ status: 422, code: "not-on-site", where: "/also" },
  zh: "只能询问本地网络里的地址：写数字，如 192.168.1.64",
  en: "only an address of the local network: in numbers, like 192.168.1.64",
};

export function cameraSearchRoutes(server: FastifyInstance, lanesAt: LanesAt = () => []): void {
  let search: CameraSearcher | undefined;
  const shown = (): CameraSearch => (search === undefined ? nobody : searchShown(search.now(), lanesAt));
  const response = { 200: CameraSearch };
  const stop = async (): Promise<void> => {
    search?.stop();
    await search?.ended;
  };
  server.get("/camera-search", { schema: { response } }, async () => shown());
  server.delete("/camera-search", { schema: { response } }, async () => {
    await stop();
    return shown();
  });
  server.post<{ Body: CameraSearchAsked }>("/camera-search", { schema: { body: CameraSearchAsked, response } }, async (request, reply) => {
    const also = placeOf(request.body.also);
    if (also === "elsewhere") return sendProblem(reply, elsewhere);
    await stop();
    search = startCameraSearch({ clock: machineClock(), casts: machineCasts(), newId: randomUUID, also });
    return shown();
  });
  server.addHook("onClose", stop);
}

function placeOf(text: string | undefined): { readonly host: string; readonly port: number } | undefined | "elsewhere" {
  if (text === undefined) return undefined;
  const [host = "", port = String(discoveryPort)] = text.split(":");
  const number = Number(port);
  return isNear(host) && number >= 1 && number <= 65_535 ? { host, port: number } : "elsewhere";
}

/** Of a maker that pushes over HTTP: which of our protocols it is. */
const protocolOf = (maker: string | null): string | null =>
  maker === null ? null : (cameraProtocols.find(({ id }) => id.startsWith(`${maker}-`))?.id ?? null);

export function searchShown(now: SearchState, lanesAt: LanesAt): CameraSearch {
  const { running, done, of, ran_ms, sent, heard, refused, why, others } = now;
  return {
    ...{ running, done, of, ran_ms, sent, heard, refused, why, others, ways: [...now.ways] },
    cameras: now.cameras.map(({ endpoint, services, heardFrom, name, hardware, location, maker }) => {
      const addresses = services.map(({ address }) => address);
      return {
        ...{ endpoint, addresses, heard_from: [...heardFrom], name, hardware, location, maker, protocol: protocolOf(maker) },
        lanes: [...new Set(addresses.flatMap((address) => lanesAt(address)))],
      };
    }),
    advice: searchAdvice(now),
  };
}
