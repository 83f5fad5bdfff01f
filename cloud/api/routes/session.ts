// Signing in and out. In a demonstration one chooses who one is; otherwise a password decides, and guessing is slowed down.
import Type from "typebox";
import type { AuditAction } from "#cloud/audit/actions.ts";
import { hashPassword, verifyPassword } from "#cloud/identity/password.ts";
import {
  type Acting,
  actingAs,
  changePassword,
  everybody,
  type KnownPerson,
  personOf as knownPerson,
  type Post,
} from "#cloud/identity/people.ts";
import { homeOf } from "#cloud/identity/scope.ts";
import { choosePost, closeSignIn, openSignIn, signedIn, signInHours } from "#cloud/identity/sign-in.ts";
import type { Change, Store } from "#cloud/store/store.ts";
import { PersonView } from "#protocols/api/views.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { anyone, cookieNameOf, everyRole, personOf, shownBy } from "../access.ts";
import { note, noteRefusal } from "../audited.ts";
import { ApiProblem, notFound } from "../problem.ts";
import type { Routes } from "../server.ts";

const SignIn = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 64 }),
    as: Type.Optional(Type.String({ maxLength: 100, description: "which of several posts to act as" })),
    password: Type.Optional(Type.String({ maxLength: 200 })),
    new_password: Type.Optional(Type.String({ minLength: 12, maxLength: 200, description: "takes the place of a one-time password" })),
  },
  { additionalProperties: false },
);
const cookie = { path: "/", httpOnly: true, sameSite: "strict", maxAge: signInHours * 3600 } as const;

const ChosenPost = Type.Object({ post: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false });

/** Whoever holds several posts says as whom he acts: nobody begins with rights that he did not choose. */
function postOf(person: KnownPerson, asked: string | undefined): Post {
  const [first, ...others] = person.posts;
  const post = asked === undefined && others.length === 0 ? first : person.posts.find((one) => one.post === asked);
  if (post !== undefined) return post;
  throw new ApiProblem(409, {
    code: "choose-post",
    zh: "您有多个岗位，请选择以谁的身份操作",
    en: "you hold several posts: say as whom you act",
    hint_zh: "同时提交 as，取值见 errors",
    hint_en: "send `as` with it; errors lists what there is",
    errors: person.posts.map((one) => ({ pointer: one.post, detail: `${one.organisation} ${one.role} ${one.area}` })),
  });
}

interface Replacing {
  readonly person: KnownPerson;
  readonly password: string | undefined;
  readonly chosen: string | undefined;
  readonly also: (change: Change) => Promise<void>;
}

/** A one-time password lets nobody in: it is only good for choosing one's own. */
async function replaceOneTime(store: Store, { person, password, chosen, also }: Replacing): Promise<void> {
  if (chosen === undefined && !person.must_change) return;
  if (chosen === undefined || chosen === password)
    throw new ApiProblem(403, {
      code: "choose-password",
      zh: "一次性口令只能用来设置新口令",
      en: "a one-time password is only good for choosing a new one",
      hint_zh: "同时提交 new_password，至少 12 个字符",
      hint_en: "send new_password with it, at least 12 characters",
    });
  await changePassword(store, { person: person.id, password_hash: await hashPassword(chosen), also });
}

const mostAttempts = 5;

/** So often a minute one name is tried, from wherever: the next is not looked at, not even a right one. */
function countAttempts(now: () => number): { check(name: string): void } {
  let since = now();
  const times = new Map<string, number>();
  return {
    check(name) {
      if (now() - since >= minuteMs) {
        since = now();
        times.clear();
      }
      const tried = (times.get(name) ?? 0) + 1;
      times.set(name, tried);
      if (tried > mostAttempts)
        throw new ApiProblem(429, { code: "too-many", zh: "尝试过多，请稍后再试", en: "too many attempts: try again later" });
    },
  };
}

export const sessionRoutes: Routes = (server, surroundings) => {
  const { store, now, demonstration, tree, tls, certificate } = surroundings;
  const cookieName = cookieNameOf({ tls });
  const attempts = countAttempts(now);
  const view = (acting: Acting): PersonView => ({ ...acting, area_name: tree.nameOf(acting.area) });
  // Names to choose from are shown only where choosing is all it takes.
  // The first compound of the configuration comes first: a page that has to begin as somebody begins there, where things happen.
  const placeOf = (area: string): number => {
    const at = surroundings.sites.findIndex(({ id }) => id === area);
    return at < 0 ? surroundings.sites.length : at;
  };
  server.get("/api/v1/people", { ...anyone, schema: { response: { 200: Type.Array(PersonView) } } }, async () =>
    demonstration ? (await everybody(store.read)).map(view).sort((a, b) => placeOf(a.area) - placeOf(b.area)) : [],
  );

  server.get("/api/v1/session", { ...anyone, schema: { response: { 200: Type.Union([PersonView, Type.Null()]) } } }, async (request) => {
    const acting = await signedIn(store, request.cookies[cookieName], now(), shownBy(request));
    return acting === undefined ? null : view(acting);
  });

  const guessing = demonstration
    ? {}
    : {
        rateLimit: {
          // Behind a proxy everybody has its address: there the name alone tells them apart.
          max: tls && certificate === undefined ? 120 : 5,
          timeWindow: 60_000,
          keyGenerator: (request: { socket: { remoteAddress?: string | undefined } }) => request.socket.remoteAddress ?? "",
        },
      };
  server.post(
    "/api/v1/session",
    { config: { ...anyone.config, audit: "session.open", ...guessing }, schema: { body: SignIn, response: { 200: PersonView } } },
    async (request, reply) => {
      const { person: id, password } = request.body;
      if (!demonstration) attempts.check(id);
      const person = await knownPerson(store.read, id);
      // The password is looked at even for nobody, so that the time tells nothing.
      const right = demonstration || (await verifyPassword(password ?? "", person?.password_hash ?? null));
      if (person === undefined || !right) {
        // What was typed as a name may be a password: only a name that is one is written down.
        await noteRefusal(surroundings, request, { code: "wrong-sign-in", object: person?.id ?? null });
        throw new ApiProblem(401, { code: "wrong-sign-in", zh: "账号或口令不对", en: "wrong person or password" });
      }
      const acting = actingAs(person, postOf(person, request.body.as));
      const also = (action: AuditAction) => (change: Change) =>
        note(change, request, { action, object: id, site: homeOf(tree.scopeOf(acting.area)), person: acting, at: now() });
      if (!demonstration)
        await replaceOneTime(store, { person, password, chosen: request.body.new_password, also: also("password.change") });
      const before = request.cookies[cookieName];
      const token = await openSignIn(store, { person: id, post: acting.post, before, now: now(), also: also("session.open") });
      request.audited = true;
      reply.setCookie(cookieName, token, { ...cookie, secure: tls });
      return view(acting);
    },
  );

  server.get("/api/v1/session/posts", { ...everyRole, schema: { response: { 200: Type.Array(PersonView) } } }, async (request) => {
    const person = await knownPerson(store.read, personOf(request).id);
    return person?.posts.map((post) => view(actingAs(person, post))) ?? [];
  });

  // Another post of the same person, for the tab that asks: the others go on as what they show. The sign-in stays, and ends when it would have.
  server.post(
    "/api/v1/session/post",
    { config: { ...everyRole.config, audit: "post.choose", once: "secret" }, schema: { body: ChosenPost, response: { 200: PersonView } } },
    async (request) => {
      const person = await knownPerson(store.read, personOf(request).id);
      const post = person?.posts.find((one) => one.post === request.body.post);
      const token = request.cookies[cookieName];
      if (person === undefined || post === undefined || token === undefined) throw notFound();
      const acting = actingAs(person, post);
      await store.change(async (change) => {
        await choosePost(change, { token, post: post.post });
        await note(change, request, { object: post.post, site: homeOf(tree.scopeOf(acting.area)), person: acting, at: now() });
      });
      request.audited = true;
      return view(acting);
    },
  );

  server.delete("/api/v1/session", { config: { ...anyone.config, audit: "session.close" } }, async (request, reply) => {
    const token = request.cookies[cookieName];
    const person = await signedIn(store, token, now());
    // Whoever was not signed in signs out of nothing.
    if (token !== undefined && person !== undefined)
      await closeSignIn(store, token, (change) =>
        note(change, request, { object: person.id, site: homeOf(tree.scopeOf(person.area)), person, at: now() }),
      );
    request.audited = true;
    reply.clearCookie(cookieName, { path: "/", secure: tls });
    return null;
  });
};
