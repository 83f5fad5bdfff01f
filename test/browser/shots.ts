// One picture of every page in each look, with the demonstration's data, for people to look at, and a scan of each for text that is cut off or runs out of the page. Which pages there are the
// routers say; a page without its picture is as much a fault as a word that is cut.
//   npm run shots [-- OUT [PART…]] [--docs]     (OUT: dist/shots; PART: only names that have it, "ledger", "pay.390"; --docs: writes the documents' pictures too)
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildWeb } from "../../dashboards/build.ts";
import { phoneEnds } from "../parking/on-phone.ts";
import { endEveryProgram, repository } from "../world/program.ts";
import { openCompound } from "./compound.ts";
import { openDemo } from "./demo.ts";
import { shootConsole } from "./shots/console.ts";
import { bareGateway, brokenGateway, firstRun, shootEdge } from "./shots/edge.ts";
import { type Album, type Look, looks, more, openAlbum } from "./shots/looks.ts";
import { shootOpen } from "./shots/open.ts";
import { shootPapers } from "./shots/papers.ts";
import { openPhoneWorld } from "./shots/phone-world.ts";
import { readRoutes } from "./shots/routes.ts";
import { setTheScene } from "./shots/scene.ts";

/** What README and the documents show. */
const documents: Readonly<Record<string, string>> = {
  "duty.1366": "page.webp",
  "ledger.1366": "ledger.webp",
  "pub-code-lang.390": "public.webp",
  "pay-owed.390": "pay.webp",
  "installer-home.390": "gateway.webp",
  "setup-device.390": "first-run.webp",
};

export interface Shots {
  readonly album: Album;
  /** Of the six looks, those in which a page has no picture and nobody said why. */
  readonly missing: readonly string[];
}

export async function takeShots(out: string, parts: readonly string[], pictures: ReadonlyMap<string, string>): Promise<Shots> {
  await mkdir(out, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "cuobian-shots-"));
  await buildWeb(join(folder, "web"));
  const [demo, empty] = await Promise.all([openDemo({ history: true, steady: true }), openCompound(join(folder, "web"))]);
  const album = openAlbum(out, parts, pictures);
  try {
    const receipt = await setTheScene(demo);
    const routes = await readRoutes();
    const phone = await openPhoneWorld();
    const gateways = {
      fresh: await firstRun(join(folder, "fresh"), true),
      untouched: await firstRun(join(folder, "untouched"), false),
      bare: await bareGateway(join(folder, "bare")),
      broken: await brokenGateway(join(folder, "broken")),
    };
    const views = new Map<string, readonly string[]>();
    const { browser } = demo;
    const take = async (one: Look): Promise<void> => {
      const camera = album.camera(one);
      const begun = performance.now();
      await shootConsole(camera, { browser, url: one.world === "empty" ? empty.url : demo.url(), views });
      await shootPapers(camera, { browser, demo, routes });
      if (one.paper !== true) {
        await shootOpen(camera, { browser, demo, empty: empty.url, phone, routes, receipt });
        await shootEdge(camera, { browser, demo, routes, ...gateways });
      }
      process.stdout.write(`  ${one.name}: ${album.pictures} pictures so far, ${Math.round((performance.now() - begun) / 1000)} s\n`);
    };
    // The first look finds the views of each page; the others go two by two.
    const [first, ...rest] = [...looks, ...more];
    if (first !== undefined) await take(first);
    const turns = [...rest];
    const worker = async (): Promise<void> => {
      for (let one = turns.shift(); one !== undefined; one = turns.shift()) await take(one);
    };
    await Promise.all([worker(), worker()]);
  } finally {
    await Promise.all([demo.end(), empty.end(), phoneEnds()]);
    await endEveryProgram();
    await rm(folder, { recursive: true, force: true });
  }
  const missing = [...album.taken.keys()].flatMap((name) =>
    looks.flatMap((one) => {
      const [has, why] = [album.taken.get(name)?.has(one.name) === true, album.none.has(`${name}.${one.name}`)];
      const landing = name.startsWith("landing-") && !["1366", "390"].includes(one.name);
      return has || why || landing || parts.length > 0 ? [] : [`${name}.${one.name}`];
    }),
  );
  return { album, missing };
}

if (process.argv[1]?.endsWith("shots.ts")) {
  const words = process.argv.slice(2);
  const images = join(repository, "docs", "images");
  const pictures = new Map(words.includes("--docs") ? Object.entries(documents).map(([from, to]) => [from, join(images, to)]) : []);
  const [out = "dist/shots", ...parts] = words.filter((word) => word !== "--docs");
  const { album, missing } = await takeShots(resolve(out), parts, pictures);
  const { taken, none, wrong } = album;
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const line of wrong) say(`  wrong: ${line}`);
  for (const name of missing) say(`  missing: ${name}`);
  const whys = Map.groupBy(none.entries(), ([, why]) => why);
  for (const [why, all] of whys) say(`  no such page in a look, ${all.length} times: ${why}`);
  const six = [...taken.values()].reduce((sum, has) => sum + looks.filter(({ name }) => has.has(name)).length, 0);
  say(
    `${taken.size} routes and views × ${looks.length} looks: ${six} pictures, ${none.size} not there with a reason, ${missing.length} missing; ${album.pictures} pictures in all in ${resolve(out)}`,
  );
  say(`text cut off or out of the page: ${wrong.length}`);
  process.exitCode = wrong.length + missing.length > 0 ? 1 : 0;
}
