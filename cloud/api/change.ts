// A change asked for by a person: one durable transaction with its row of the audit log, then the live stream shows what it touched.
import type { FastifyRequest } from "fastify";
import { changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { type About, note } from "./audited.ts";
import type { Surroundings } from "./surroundings.ts";
import { stillAsRead, tagOf, type Versioned } from "./versions.ts";

export interface AskedChange<Result> {
  readonly work: (effect: Effect) => Promise<Result>;
  /** What the audit log says of it; undefined: nothing was changed. */
  readonly about: (result: Result) => About | undefined;
  /** What If-Match is held against. */
  readonly over?: readonly [Versioned, string];
  /** Changes of one name stand in line. */
  readonly alone?: string;
}

export async function changed<Result>(
  { store, live, now }: Surroundings,
  request: FastifyRequest,
  { work, about, alone, over }: AskedChange<Result>,
): Promise<Result> {
  let noted = false;
  const withItsRow = async (effect: Effect): Promise<Result> => {
    if (over !== undefined) await stillAsRead(request, effect.change, over);
    const done = await work(effect);
    const said = about(done);
    noted = said !== undefined;
    if (said !== undefined) await note(effect.change, request, { ...said, at: now() });
    return done;
  };
  const result = await changing({ store, committed: live.show }, withItsRow, { alone });
  request.audited = noted;
  if (over !== undefined) request.etag = await tagOf(store.read, over);
  return result;
}

/** Of what was refused, or was not there, nothing was changed. */
export const rowOf = <Done extends object>(done: Done | undefined): Exclude<Done, Refusal> | undefined =>
  done === undefined || ("kind" in done && done.kind === "refusal") ? undefined : (done as Exclude<Done, Refusal>);
