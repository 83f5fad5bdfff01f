// A long body on its way to the cloud, told in bytes.
import type { Problem } from "#protocols/api/views.ts";
import { type Answer, isCalled, noAnswer, speaking } from "./api.ts";

/** Stopped by the signal, and without a deadline of its own, for the cloud may have thousands of rows to look through. */
export function upload<T>(
  path: string,
  body: unknown,
  { onBytes, signal }: { onBytes: (done: number, of: number) => void; signal: AbortSignal },
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    const headers = { accept: "application/json", "accept-language": document.documentElement.lang, ...speaking() };
    for (const [name, value] of Object.entries({ ...headers, "x-cuobian": "1", "content-type": "application/json" }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onBytes(loaded, total);
    const end = (type: "unreachable" | "unreadable"): void => resolve({ ok: false, problem: noAnswer(type, request.status) });
    request.onerror = () => end("unreachable");
    request.onabort = () => end("unreachable");
    request.onload = () => {
      try {
        const told = JSON.parse(request.responseText) as T & Problem;
        const good = request.status >= 200 && request.status < 300;
        if (!good && isCalled(told, "other-acting")) dispatchEvent(new Event("cuobian:other-acting"));
        resolve(good ? { ok: true, value: told } : { ok: false, problem: told });
      } catch {
        end("unreadable");
      }
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(JSON.stringify(body));
  });
}
