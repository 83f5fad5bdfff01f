// A page's ear without a page: signs in, follows /api/v1/stream, and notes when each alarm's row came for the first time.

interface Row {
  readonly gateway: string;
  readonly source: string;
}

export interface AlarmReader {
  /** `gateway source`, and when its row was first here, by the machine's monotonic clock. */
  readonly rows: ReadonlyMap<string, bigint>;
  until(holds: (rows: ReadonlyMap<string, bigint>) => boolean, within_ms: number): Promise<void>;
  end(): void;
}

/** `person`: one of a demonstration's, who needs no password. */
export async function followAlarms(http: string, person: string): Promise<AlarmReader> {
  const signedIn = await fetch(`${http}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-cuobian": "1" },
    body: JSON.stringify({ person }),
  });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0];
  if (!signedIn.ok || cookie === undefined) throw new Error(`sign-in: ${signedIn.status} ${await signedIn.text()}`);
  const ending = new AbortController();
  const stream = await fetch(`${http}/api/v1/stream`, { headers: { cookie }, signal: ending.signal });
  if (!stream.ok || stream.body === null) throw new Error(`stream: ${stream.status}`);
  const rows = new Map<string, bigint>();
  let changed = (): void => undefined;
  let failed: Error | undefined;
  const heard = (async () => {
    const utf8 = new TextDecoder();
    let text = "";
    for await (const bytes of stream.body ?? []) {
      const now = process.hrtime.bigint();
      text += utf8.decode(bytes, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        if (!/^event: alarm$/m.test(part)) continue;
        const { gateway, source } = JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? "{}") as Row;
        const key = `${gateway} ${source}`;
        if (!rows.has(key)) rows.set(key, now);
      }
      changed();
    }
    throw new Error("the event stream has ended");
  })();
  heard.catch((error: Error) => {
    if (!ending.signal.aborted) failed = error;
    changed();
  });
  return {
    rows,
    async until(holds, within_ms) {
      const deadline = performance.now() + within_ms;
      while (!holds(rows)) {
        if (failed !== undefined) throw failed;
        if (performance.now() > deadline) throw new Error(`${rows.size} alarms were shown, not all, after ${within_ms / 1_000} s`);
        await new Promise<void>((done) => {
          const timer = setTimeout(done, 1_000);
          changed = () => {
            clearTimeout(timer);
            done();
          };
        });
      }
    },
    end: () => ending.abort(),
  };
}
