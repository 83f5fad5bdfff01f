// POST /api/v1/emergency: two people with the codes of two sealed envelopes act for an hour when nobody who may can sign in. Every compound is told by an alarm at once.
import Type from "typebox";
import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import { codesNeeded, emergencyActing, emergencyPerson, emergencyWithin_ms, openEmergency } from "#cloud/identity/emergency.ts";
import { openSignInIn } from "#cloud/identity/sign-in.ts";
import { changing } from "#cloud/store/changing.ts";
import { time } from "#cloud/views/words.ts";
import { PersonView } from "#protocols/api/views.ts";
import { anyone, cookieNameOf } from "../access.ts";
import { note, noteRefusal } from "../audited.ts";
import { refused } from "../problem.ts";
import type { Routes } from "../server.ts";

const many = { minItems: codesNeeded, maxItems: codesNeeded };
const Asked = Type.Object(
  {
    codes: Type.Array(Type.String({ minLength: 8, maxLength: 40 }), { ...many, description: "out of two envelopes" }),
    names: Type.Array(Type.String({ minLength: 1, maxLength: 60, pattern: "\\S" }), {
      ...many,
      description: "of the two people who opened them",
    }),
    reason: Type.String({ minLength: 4, maxLength: 200, pattern: "\\S{2}", description: "stands in the audit log and in the alarm" }),
  },
  { additionalProperties: false },
);
const Opened = Type.Object({ ...PersonView.properties, until: Type.String() }, { additionalProperties: false });

const rateLimit = {
  max: 5,
  timeWindow: 60_000,
  keyGenerator: (request: { socket: { remoteAddress?: string | undefined } }) => request.socket.remoteAddress ?? "",
};

export const emergencyRoutes: Routes = (server, surroundings) => {
  const { store, live, now, tree, tls, demonstration, compounds } = surroundings;
  server.post(
    "/api/v1/emergency",
    {
      config: { ...anyone.config, audit: "emergency.open", once: "secret", rateLimit },
      schema: { body: Asked, response: { 200: Opened } },
    },
    async (request, reply) => {
      const { codes, names, reason } = request.body;
      const at = now();
      const acting = emergencyActing();
      if (demonstration)
        throw refused({
          kind: "refusal",
          code: "demonstration",
          zh: "演示模式没有紧急账号",
          en: "a demonstration has no emergency account",
        });
      const until = at + emergencyWithin_ms;
      const before = request.cookies[cookieNameOf({ tls })];
      const done = await changing(
        { store, committed: live.show },
        async (effect) => {
          const opened = await openEmergency(effect.change, { codes, names, now: at });
          if (opened.kind === "refusal") return opened;
          const told = {
            rule: "access.emergency",
            source: emergencyPerson,
            gateway: "cloud",
            at,
            detail: ` ${names.join("、")}：${reason}`,
          };
          for (const { id } of compounds) await raiseOwnAlarm(effect, { ...told, site: id });
          const token = await openSignInIn(effect.change, { person: acting.id, post: acting.post, before, now: at, until });
          const detail = { names, reason, envelopes: opened.labels, until: time(until) };
          await note(effect.change, request, { object: emergencyPerson, site: null, person: acting, detail, at });
          return { kind: "open" as const, token };
        },
        { alone: "emergency" },
      );
      if (done.kind === "refusal") {
        await noteRefusal(surroundings, request, { code: done.code, object: emergencyPerson });
        throw refused(done, done.code === "code" ? 401 : 409);
      }
      request.audited = true;
      surroundings.log.error({ until: time(until) }, "the emergency account was opened");
      const cookie = { path: "/", httpOnly: true, sameSite: "strict", secure: tls, maxAge: emergencyWithin_ms / 1000 } as const;
      reply.setCookie(cookieNameOf({ tls }), done.token, cookie).header("cache-control", "no-store");
      return { ...acting, area_name: tree.nameOf(acting.area), until: time(until) };
    },
  );
};
