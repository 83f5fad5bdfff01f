// One live stream for all tabs of a browser that are one post: whoever joins is told what he missed; whoever is too far behind reads the overview anew.
// Pure but for its listeners: where the lines come from is handed in, so that a shared worker and a test are the same to it.

export type StreamLine =
  | { readonly kind: "opened" }
  | { readonly kind: "errored" }
  | { readonly kind: "ping" }
  | { readonly kind: "message"; readonly type: string; readonly id: number; readonly data: string };

export interface Source {
  close(): void;
}
/** Opens the server's stream behind a position. */
export type OpenSource = (after: number, hear: (line: StreamLine) => void) => Source;

export interface Joining {
  /** Everything up to here has had its effect in the tab that joins. */
  readonly after: number;
  /** As whom: the stream of another person is never shared. */
  readonly who: string;
}

export interface Hub {
  join(joining: Joining, hear: (line: StreamLine) => void): () => void;
}

/** Messages that are kept for tabs that open later; a page reads its overview at most seconds before it joins. */
const kept = 1000;

export function createHub(open: OpenSource): Hub {
  const listeners = new Set<(line: StreamLine) => void>();
  let source: Source | null = null;
  /** Which stream is ours: one that was closed may still have something to say, and nobody listens to it any more. */
  let turn = 0;
  let opened = false;
  /** Behind this position every message is in `memory`. */
  let from = 0;
  let memory: Extract<StreamLine, { kind: "message" }>[] = [];

  const tell = (line: StreamLine): void => {
    for (const listener of [...listeners]) listener(line);
  };
  const close = (): void => {
    turn += 1;
    source?.close();
    source = null;
    opened = false;
    memory = [];
  };

  function hear(line: StreamLine): void {
    if (line.kind === "opened") opened = true;
    if (line.kind === "message") remember(line);
    if (line.kind !== "errored") {
      tell(line);
      return;
    }
    // Each tab comes back in its own time, and the first that does opens the stream again.
    const left = [...listeners];
    listeners.clear();
    close();
    for (const listener of left) listener(line);
  }

  function remember(line: Extract<StreamLine, { kind: "message" }>): void {
    if (line.type === "reset") {
      from = line.id;
      memory = [];
      return;
    }
    memory.push(line);
    if (memory.length > kept) from = memory.splice(0, memory.length - kept).at(-1)?.id ?? from;
  }

  function begin(after: number): void {
    from = after;
    const mine = turn;
    source = open(after, (line) => {
      if (mine === turn) hear(line);
    });
  }

  return {
    join(joining, listener) {
      if (source === null) begin(joining.after);
      else {
        if (opened) listener({ kind: "opened" });
        if (joining.after < from) listener({ kind: "message", type: "reset", id: memory.at(-1)?.id ?? from, data: "{}" });
        else for (const line of memory) if (line.id > joining.after) listener(line);
      }
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) close();
      };
    },
  };
}

/** A tab is the post that it shows: each post has its stream, and none hears another's. The last of its tabs to leave closes it. */
export function createHubs(openAs: (who: string) => OpenSource): Hub {
  const hubs = new Map<string, Hub>();
  return {
    join(joining, listener) {
      const hub = hubs.get(joining.who) ?? createHub(openAs(joining.who));
      hubs.set(joining.who, hub);
      return hub.join(joining, listener);
    },
  };
}
