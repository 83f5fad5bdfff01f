// A visitor of the cloud's API: signs in as one of the demonstration's people, reads, and listens to the live stream as a browser would.
import type { Counts, EventView, Overview } from "#protocols/api/views.ts";

/** The cloud of a demonstration may share its machine with two others. */
const patience_ms = 30_000;

export class Visitor {
  readonly #base: string;
  #cookie = "";

  constructor(base: string) {
    this.#base = base;
  }

  async signIn(person: string): Promise<void> {
    const response = await fetch(`${this.#base}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-cuobian": "1" },
      body: JSON.stringify({ person }),
    });
    if (!response.ok) throw new Error(`sign-in as ${person}: ${response.status} ${await response.text()}`);
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#base}${path}`, { headers: { cookie: this.#cookie }, signal: AbortSignal.timeout(patience_ms) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.#base}${path}`, {
      method: "POST",
      headers: { cookie: this.#cookie, "content-type": "application/json", "x-cuobian": "1", ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patience_ms),
    });
  }

  overview = (): Promise<Overview> => this.get<Overview>("/api/v1/overview");
  counts = (): Promise<Counts> => this.get<Counts>("/api/v1/counts");

  /** Events as the browser gets them; ends when the connection does. */
  async listen(onEvent: (event: EventView) => void, signal: AbortSignal): Promise<void> {
    const { stream_id } = await this.overview();
    const response = await fetch(`${this.#base}/api/v1/stream?after=${stream_id}`, {
      headers: { cookie: this.#cookie, accept: "text/event-stream" },
      signal,
    });
    if (!response.ok || response.body === null) throw new Error(`stream: ${response.status}`);
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const kind = /^event: ?(.*)$/m.exec(block)?.[1];
        const data = /^data: ?(.*)$/m.exec(block)?.[1];
        if (kind === "event" && data !== undefined) onEvent(JSON.parse(data) as EventView);
      }
    }
  }
}
