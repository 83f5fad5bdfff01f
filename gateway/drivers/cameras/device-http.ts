// One question to a camera over HTTP, signed in by digest, answered by its deadline or never; an answer is bounded. A password that was refused is not tried again for a while.
import type { HttpRequest } from "#protocols/cameras/hikvision/gate.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Clock } from "../../ports.ts";
import { type Account, authorization, challengeOf } from "../gates/digest.ts";

export interface DeviceAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly bytes: Uint8Array;
}
export type Ask = (request: HttpRequest, within_ms: number) => Promise<DeviceAnswer | DeviceFault>;

/** After a refused password: some cameras lock the account when it is tried again and again. */
const leftAlone_ms = 300_000;
const longestAnswer = 1024 * 1024;

async function bounded(answer: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body ?? []) {
    size += piece.length;
    if (size > longestAnswer) throw new Error(`an answer longer than ${longestAnswer} bytes`);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

export function deviceHttp({ base, account, clock }: { readonly base: string; readonly account: Account; readonly clock: Clock }): Ask {
  let leftAloneUntil = 0;

  function send({ method, path, body }: HttpRequest, signal: AbortSignal, header?: string): Promise<Response> {
    const type = body.startsWith("{") ? "application/json" : "application/xml";
    return fetch(`${base}${path}`, {
      method,
      redirect: "error",
      signal,
      headers: { ...(body === "" ? {} : { "content-type": type }), ...(header === undefined ? {} : { authorization: header }) },
      ...(body === "" ? {} : { body }),
    });
  }

  async function ask(request: HttpRequest, within_ms: number): Promise<DeviceAnswer | DeviceFault> {
    const signal = AbortSignal.timeout(within_ms);
    let answer = await send(request, signal);
    if (answer.status === 401) {
      const challenge = challengeOf(answer.headers.get("www-authenticate"));
      const header = challenge && authorization(challenge, account, { method: request.method, uri: request.path });
      await bounded(answer);
      if (header === undefined) return deviceFault("exception", "the camera asks for another way to sign in than digest");
      answer = await send(request, signal, header);
    }
    const bytes = await bounded(answer);
    if (answer.status === 401) {
      leftAloneUntil = clock.monotonic() + leftAlone_ms;
      return deviceFault(
        "exception",
        "the camera refuses user or password; left alone for five minutes, so that it does not lock the account",
      );
    }
    return { ok: answer.ok, status: answer.status, bytes };
  }

  return async (request, within_ms) => {
    if (clock.monotonic() < leftAloneUntil) return deviceFault("exception", "left alone after a refused password");
    try {
      return await ask(request, within_ms);
    } catch (error) {
      return deviceFault("timeout", error instanceof Error ? error.message : "no answer");
    }
  };
}
