// GET /api/v1/stream: what changes, as server-sent events. Goes on after Last-Event-ID (or ?after=); whoever does not keep up is cut off and comes back.
import type { ServerResponse } from "node:http";
import Type from "typebox";
import type { Acting } from "#cloud/identity/people.ts";
import { type Scope, sees } from "#cloud/identity/scope.ts";
import type { LiveMessage, Numbered, Ring } from "#cloud/live/ring.ts";
import { mayHave } from "#cloud/views/exports.ts";
import { forPerson, maskEvent, maskLane, maySeePlates } from "#cloud/views/present.ts";
import { everyRole, personOf, whoAsks } from "../access.ts";
import { mayRead, streamRights } from "../rights.ts";
import type { Routes } from "../server.ts";

const pingEvery_ms = 15_000;
const mostWaiting_bytes = 1024 * 1024;
const Asked = Type.Object({ after: Type.Optional(Type.String({ pattern: "^[0-9]{1,19}$" })) }, { additionalProperties: false });

/** undefined: not for this person, or of a compound that his post does not reach. */
function viewFor(message: LiveMessage, person: Acting, scope: Scope): unknown {
  const right = streamRights[message.kind];
  if (right !== undefined && !mayRead(person.role, right)) return undefined;
  if (message.kind === "export") return message.job !== undefined && mayHave(message.job, person, scope) ? message.view : undefined;
  if (message.kind === "counts") return message.within?.(scope) ?? message.view;
  if ("site" in message.view && !sees(scope, message.view.site)) return undefined;
  if (message.kind === "hazard" && message.hazard !== undefined) return forPerson(message.view, message.hazard, person);
  if (maySeePlates(person.role)) return message.view;
  if (message.kind === "lane") return maskLane(message.view);
  if (message.kind === "event") return maskEvent(message.view);
  return message.view;
}

const textOf = (id: number, kind: string, view: unknown): string => `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(view)}\n\n`;

interface Following {
  readonly ring: Ring;
  readonly person: Acting;
  readonly scope: Scope;
  readonly after: number | undefined;
  /** Whether this person is still signed in: a stream does not outlive its sign-in. */
  readonly still: () => Promise<boolean>;
}

function follow(response: ServerResponse, { ring, person, scope, after, still }: Following): void {
  const send = (text: string): void => {
    if (response.writableLength > mostWaiting_bytes) response.destroy();
    else response.write(text);
  };
  const textFor = ({ id, message }: Numbered): string => {
    const view = viewFor(message, person, scope);
    return view === undefined ? "" : textOf(id, message.kind, view);
  };
  const tell = (messages: readonly Numbered[]): void => {
    const text = messages.map(textFor).join("");
    if (text !== "") send(text);
  };
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

export const streamRoutes: Routes = (server, { live, store, now, tls }) => {
  // No HEAD: it would be a stream that never ends, with nobody to read it.
  server.get("/api/v1/stream", { ...everyRole, exposeHeadRoute: false, schema: { querystring: Asked } }, (request, reply) => {
    const last = request.headers["last-event-id"];
    const asked = typeof last === "string" && /^[0-9]{1,19}$/.test(last) ? last : request.query.after;
    const person = personOf(request);
    reply.hijack();
    const still = async (): Promise<boolean> => (await whoAsks({ store, now, tls }, request))?.person.post === person.post;
    follow(reply.raw, { ring: live.ring, person, scope: request.scope, after: asked === undefined ? undefined : Number(asked), still });
  });
};
