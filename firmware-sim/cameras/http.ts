// One HTTP exchange as a camera does it: a connection of its own, a deadline, and either an answer with a body or a transport failure.
import http from "node:http";

export interface Exchange {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type Answer = { readonly kind: "answer"; readonly status: number; readonly body: string } | { readonly kind: "transport-failure" };

const longestAnswer = 1_048_576;

export function exchange({ method, url, headers = {}, body, timeoutMs, signal }: Exchange): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (): void => {
      clearTimeout(timer);
      request.destroy();
      resolve({ kind: "transport-failure" });
    };
    const length: Record<string, string> = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const request = http.request(url, { method, agent: false, headers: { ...headers, ...length, connection: "close" } }, (response) => {
      const pieces: Buffer[] = [];
      let size = 0;
      response.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size > longestAnswer) fail();
        else pieces.push(piece);
      });
      response.on("error", fail);
      response.on("aborted", fail);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ kind: "answer", status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString("utf8") });
      });
    });
    const timer = setTimeout(fail, timeoutMs);
    request.on("error", fail);
    if (signal?.aborted === true) fail();
    signal?.addEventListener("abort", fail, { once: true });
    request.end(body);
  });
}
