// The pages that this gateway hands out: the booth's, and the installer's, which shares the booth's elements and tokens.
import type { FastifyInstance } from "fastify";
import { handOut, handOutPage, sharedWords } from "./hand-out.ts";

const own = (folder: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${folder}/${name}`]));

export async function pageRoutes(server: FastifyInstance): Promise<void> {
  handOutPage(server, "/booth", {
    ...{ title: "岗亭", styles: ["/booth/booth.css"], script: "/booth/main.ts" },
    body: `<main id="desk" hidden>
      <section id="exceptions" aria-labelledby="exceptions-title"></section>
      <section id="frame" hidden></section>
      <section id="lane" aria-labelledby="lane-title"></section>
    </main>
    <main id="door" hidden></main>
    <dialog id="ask"></dialog>`,
  });
  handOut(server, "/booth", {
    "tokens.css": "web/styles/tokens.css",
    "icon.svg": "web/icon.svg",
    ...own("booth", [
      "base.css",
      "booth.css",
      "main.ts",
      "api.ts",
      "ask.ts",
      "desk.ts",
      "elements.ts",
      "frame.ts",
      "progress.ts",
      "show.ts",
      "state.ts",
      "words.ts",
    ]),
  });
  handOutPage(server, "/installer", {
    ...{
      title: "现场网关",
      styles: ["/plate-keys/plate-keys.css", "/trip-curve/trip.css", "/installer/installer.css"],
      script: "/installer/main.ts",
    },
    body: `<main id="view"></main>
    <nav id="tabs"></nav>`,
  });
  handOut(server, "/installer", {
    ...own("installer", [
      ...["installer.css", "main.ts", "api.ts", "state.ts", "words.ts", "words-en.ts"],
      ...["home.ts", "spark.ts", "charging.ts", "charging-words.ts", "told.ts", "story.ts", "curve.ts", "trip.ts"],
      ...["bench.ts", "write.ts", "lanes.ts", "find.ts", "found.ts", "found-words.ts", "waterfall.ts", "log.ts", "report.ts", "photos.ts"],
    ]),
  });
  handOut(server, "/protocols/vocabulary", sharedWords);
  // Laid out once, for this page and the cloud's.
  handOut(server, "/trip-curve", own("trip-curve", ["layout.ts", "words.ts", "trip.css"]));
  // The plate keyboard is anybody's who asks for a plate.
  handOut(server, "/plate-keys", own("plate-keys", ["grammar.ts", "keyboard.ts", "plate-keys.css"]));
}
