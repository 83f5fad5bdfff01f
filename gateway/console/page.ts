// The pages that this gateway hands out: the booth's, and the installer's, which shares the booth's elements and tokens.
import type { FastifyInstance } from "fastify";
import { handOut, sharedWords } from "./hand-out.ts";

const own = (folder: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${folder}/${name}`]));

export async function pageRoutes(server: FastifyInstance): Promise<void> {
  handOut(server, "/booth", {
    "": "booth/index.html",
    "tokens.css": "web/styles/tokens.css",
    "icon.svg": "web/icon.svg",
    ...own("booth", ["booth.css", "main.ts", "api.ts", "ask.ts", "desk.ts", "elements.ts", "frame.ts", "progress.ts", "show.ts", "state.ts", "words.ts"]),
  });
  handOut(server, "/installer", {
    "": "installer/index.html",
    ...own("installer", [
      ...["installer.css", "main.ts", "api.ts", "state.ts", "words.ts", "words-en.ts"],
      ...["home.ts", "spark.ts", "charging.ts", "charging-words.ts", "told.ts", "story.ts", "curve.ts"],
      ...["bench.ts", "write.ts", "lanes.ts", "waterfall.ts", "log.ts", "report.ts", "photos.ts"],
    ]),
  });
  handOut(server, "/protocols/vocabulary", sharedWords);
  // The plate keyboard is anybody's who asks for a plate.
  handOut(server, "/plate-keys", own("plate-keys", ["grammar.ts", "keyboard.ts", "plate-keys.css"]));
}
