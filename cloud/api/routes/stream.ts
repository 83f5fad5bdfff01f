// GET /api/v1/stream: what changes, as server-sent events. Goes on after Last-Event-ID (or ?after=); whoever does not keep up is cut off and comes back.
import type { ServerResponse } from "node:http";
import Type from "typebox";
import { signedIn } from "#cloud/identity/sign-in.ts";
import type { LiveMessage, Numbered, Ring } from "#cloud/live/ring.ts";
import { forPerson, maskEvent, maskLane, maySeePlates } from "#cloud/views/present.ts";
import type { PersonView } from "#protocols/api/views.ts";
import { cookieName, everyRole, personOf } from "../access.ts";
import type { Routes } from "../server.ts";

const pingEvery_ms = 15_000;
const mostWaiting_bytes = 1024 * 1024;
const Asked = Type.Object({ after: Type.Optional(Type.String({ pattern: "^[0-9]{1,19}$" })) }, { additionalProperties: false });

function viewFor(message: LiveMessage, person: PersonView): unknown {
  if (message.kind === "hazard" && message.hazard !== undefined) return forPerson(message.view, message.hazard, person);
  if (maySeePlates(person.role)) return message.view;
  if (message.kind === "lane") return maskLane(message.view);
  if (message.kind === "event") return maskEvent(message.view);
  return message.view;
}

const textOf = (id: number, kind: string, view: unknown): string => `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(view)}\n\n`;

interface Following {
  readonly ring: Ring;
  readonly person: PersonView;
  readonly after: number | undefined;
  /** Whether this person is still signed in: a stream does not outlive its sign-in. */
  readonly still: () => Promise<boolean>;
}

function follow(response: ServerResponse, { ring, person, after, still }: Following): void {
  const send = (text: string): void => {
    if (response.writableLength > mostWaiting_bytes) response.destroy();
    else response.write(text);
  };
  const tell = (messages: readonly Numbered[]): void =>
    send(messages.map(({ id, message }) => textOf(id, message.kind, viewFor(message, person))).join(""));
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    connection: "keep-alive",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  send("retry: 2000\n\n");
  const missed = after === undefined ? [] : ring.after(after);
  if (missed === undefined) send(textOf(ring.position, "reset", {}));
  else if (missed.length > 0) tell(missed);
  const stop = ring.listen(tell);
  // As an event, not a comment: a page cannot hear comments, and silence must not look like a living line.
  const ping = setInterval(async () => {
    if (await still().catch(() => false)) send("event: ping\ndata: {}\n\n");
    else response.end();
  }, pingEvery_ms);
  response.on("close", () => {
    stop();
    clearInterval(ping);
  });
}

export const streamRoutes: Routes = (server, { live, store, now }) => {
  // No HEAD: it would be a stream that never ends, with nobody to read it.
  server.get("/api/v1/stream", { ...everyRole, exposeHeadRoute: false, schema: { querystring: Asked } }, (request, reply) => {
    const last = request.headers["last-event-id"];
    const asked = typeof last === "string" && /^[0-9]{1,19}$/.test(last) ? last : request.query.after;
    const person = personOf(request);
    reply.hijack();
    const token = request.cookies[cookieName];
    const still = async (): Promise<boolean> => (await signedIn(store, token, now()))?.role === person.role;
    follow(reply.raw, { ring: live.ring, person, after: asked === undefined ? undefined : Number(asked), still });
  });
};
