// The search over HTTP: behind the code and the token, of this network alone, one at a time; found while it runs, and what lanes have already is said.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { CameraSearch } from "#protocols/api/camera-search.ts";
import { answer, question } from "#protocols/cameras/onvif/answers-for-tests.ts";
import { gather, nothingYet } from "#protocols/cameras/onvif/gathered.ts";
import { type Answering, answerProbes } from "#sim/cameras/discovery.ts";
import { counted } from "#test/promise.ts";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { type FirstRun, firstRun } from "../site/first-run.ts";
import { searchShown } from "./camera-search.ts";

let run: FirstRun | undefined;
let site: ParkingSite | undefined;
let camera: Answering | undefined;
const folder = mkdtempSync(join(tmpdir(), "cuobian-cameras-"));
afterEach(async () => {
  await run?.stop();
  await site?.stop();
  camera?.close();
  [run, site, camera] = [undefined, undefined, undefined];
  rmSync(folder, { recursive: true, force: true });
});

const endpoint = randomUUID();
const ours = ({ cameras }: CameraSearch) => cameras.find((one) => one.endpoint === `urn:uuid:${endpoint}`);

test("P 11.cameras-asked the first run and the gateway's page find a camera while they look, stop when told, ask no address elsewhere, and nobody without code or token", async (context) => {
  camera = await answerProbes({
    cameras: [
      { endpoint, name: "Dahua ITC215", hardware: "ITC215", location: "东门", services: ["http://127.0.0.1/onvif/device_service"] },
    ],
    ...{ at: { host: "127.0.0.1", port: 0 }, newId: randomUUID },
  });
  run = await firstRun(join(folder, "etc", "site.yaml"), { host: "127.0.0.1", port: 0 });
  site = await startParkingSite({ console: true });
  let [found, refused] = [0, 0];
  for (const [base, secret] of [
    [`${run.http}/api/v1/setup/camera-search`, run.code],
    [`${site.http()}/api/v1/camera-search`, boothToken],
  ] as const) {
    const ask = async (method: string, body?: object): Promise<{ status: number; told: CameraSearch & { code?: string } }> => {
      const headers = { authorization: `Bearer ${secret}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
      const got = await fetch(base, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      return { status: got.status, told: (await got.json()) as CameraSearch & { code?: string } };
    };
    for (const method of ["GET", "POST", "DELETE"]) {
      expect((await fetch(base, { method })).status).toBe(401);
      refused += 1;
    }
    expect((await ask("GET")).told).toMatchObject({ running: false, cameras: [], advice: [] });
    for (const [also, status] of [
      ["8.8.8.8", 422],
      ["192.168.1.64:0", 422],
      ["192.168.1.64:70000", 422],
      ["300.1.1.1", 422],
      ["camera.example", 400],
      ["127.0.0.1:80/x", 400],
    ] as const) {
      expect([also, (await ask("POST", { also })).status]).toEqual([also, status]);
      refused += 1;
    }
    expect((await ask("POST", { also: "127.0.0.1", more: 1 })).status).toBe(400);
    let now = (await ask("POST", { also: `127.0.0.1:${camera.port}` })).told;
    expect(now).toMatchObject({ running: true, of: 3 });
    for (; now.running && ours(now) === undefined; ) now = (await ask("GET")).told;
    expect(ours(now)).toMatchObject({
      ...{ name: "Dahua ITC215", hardware: "ITC215", location: "东门", maker: "dahua", protocol: "dahua-itsapi" },
      ...{ addresses: ["127.0.0.1"], heard_from: ["127.0.0.1"], lanes: [] },
    });
    const stopped = (await ask("DELETE", {})).told;
    expect(stopped).toMatchObject({ running: false, advice: [] });
    found += ours(stopped) === undefined ? 0 : 1;
  }
  expect(found).toBe(2);
  counted(context, { pages: found, refused: refused + 2 });
});

test("a camera that a lane of the site file has already is said to be that lane's, by any of its addresses", () => {
  const said = gather(
    nothingYet,
    { bytes: answer({ services: "http://10.0.0.7/ http://192.168.1.64/" }), from: "192.168.1.64" },
    new Set([question]),
  );
  const state = { ...said, running: false, done: 3, of: 3, ran_ms: 3_000, ways: [], sent: 3 };
  const shown = searchShown(state, (address) => (address === "10.0.0.7" ? ["东门入口"] : []));
  expect(shown.cameras).toMatchObject([
    { addresses: ["192.168.1.64", "10.0.0.7"], lanes: ["东门入口"], maker: "hikvision", protocol: "hikvision-isapi" },
  ]);
});
