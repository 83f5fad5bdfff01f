// /api/v1/first-administrator. GET: is one wanted still? POST: whoever has the code that the cloud printed at its start becomes its administrator, with a password of his own. Once.
import Type from "typebox";
import { becomeFirst, isFirstCode, noCode, wantsFirst } from "#cloud/identity/first-administrator.ts";
import { hashPassword } from "#cloud/identity/password.ts";
import { wholeTree } from "#cloud/identity/tree.ts";
import { FirstAsked } from "#protocols/api/tokens.ts";
import { PersonView } from "#protocols/api/views.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { anyone } from "../access.ts";
import { note, noteRefusal } from "../audited.ts";
import { refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const rateLimit = {
  max: 10,
  timeWindow: 60_000,
  keyGenerator: (request: { socket: { remoteAddress?: string | undefined } }) => request.socket.remoteAddress ?? "",
};

const Wanted = Type.Object({ wanted: Type.Boolean() }, { additionalProperties: false });

export const firstRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  // A page that asks for names and passwords nobody has yet would be of no use: it asks for the code instead.
  server.get("/api/v1/first-administrator", { ...anyone, schema: { response: { 200: Wanted } } }, async () => ({
    wanted: await wantsFirst(store.read, surroundings),
  }));
  server.post(
    "/api/v1/first-administrator",
    {
      config: { ...anyone.config, audit: "administrator.first", rateLimit },
      schema: { body: FirstAsked, response: { 200: PersonView } },
    },
    async (request) => {
      const { code, id, name, organisation, password } = request.body;
      const at = now();
      const post = { role: "administrator", organisation, area: wholeTree, post: `administrator@${wholeTree}` } as const;
      const no = async (why: Refusal): Promise<never> => {
        await noteRefusal(surroundings, request, { code: why.code });
        throw refused(why, why.code === noCode.code ? 401 : 409);
      };
      // A hash costs a third of a second: whoever guesses codes does not get one.
      if (!(await isFirstCode(store.read, { code, now: at }))) return no(noCode);
      const password_hash = await hashPassword(password);
      const done = await store.change(
        async (change) => {
          const made = await becomeFirst(change, { code, id, name, organisation, password_hash, now: at });
          if (made.kind === "done") await note(change, request, { object: id, site: null, person: { id, name, ...post }, at });
          return made;
        },
        { alone: "first administrator" },
      );
      if (done.kind === "refusal") return no(done);
      request.audited = true;
      return { id, name, ...post, area_name: surroundings.tree.nameOf(wholeTree) };
    },
  );
};
