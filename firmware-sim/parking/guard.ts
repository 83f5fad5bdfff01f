// The simulated guard at the exit: when the arm stays down he asks what is due, takes cash, and tells the gateway until it answers.
import { readFileSync } from "node:fs";
import Value from "typebox/value";
import { Due } from "#protocols/api/booth.ts";
import type { Answer } from "../cameras/http.ts";
import { exchange } from "../cameras/http.ts";
import type { World } from "../ports.ts";

export interface Booth {
  readonly url: string | undefined;
  readonly tokenFile: string | undefined;
}

export interface GuardOptions {
  readonly world: World;
  readonly booth: () => Booth;
  readonly lane: string;
  /** Is a car standing before a closed arm for long enough that a guard looks up? */
  readonly carStands: () => boolean;
  /** A payment's name; never repeats. */
  readonly newPaymentId: () => string;
  readonly everyMs?: number;
}

export interface Guard {
  readonly counts: { payments: number; paid_fen: number; waiting: number };
  stop(): void;
}

const timeoutMs = 4_000;

interface Cash {
  readonly payment: string;
  readonly bill: string;
  readonly method: "cash";
  readonly amount_fen: number;
  readonly collector: string;
  readonly plate_checked: boolean;
}

export function startGuard(options: GuardOptions): Guard {
  const { world, lane } = options;
  const counts = { payments: 0, paid_fen: 0, waiting: 0 };
  const paid = new Set<string>();
  let stopped = false;
  let asking = false;
  const everyMs = options.everyMs ?? 500;

  async function ask(method: "GET" | "POST", what: string, body?: unknown): Promise<Answer> {
    const { url, tokenFile } = options.booth();
    const token = tokenFile === undefined ? undefined : readToken(tokenFile);
    if (url === undefined || token === undefined) return { kind: "transport-failure" };
    return exchange({
      method,
      url: `${url.replace(/\/+$/, "")}/api/v1/lanes/${lane}/${what}`,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      timeoutMs,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  // The cash is in the drawer: the same payment is told again until somebody answers. A refusal gives it back, and the guard asks anew.
  async function pay(cash: Cash): Promise<void> {
    counts.waiting += 1;
    while (!stopped) {
      const answer = await ask("POST", "payments", cash);
      if (answer.kind === "answer" && answer.status >= 200 && answer.status < 300) {
        counts.payments += 1;
        counts.paid_fen += cash.amount_fen;
        break;
      }
      if (answer.kind === "answer" && answer.status >= 400 && answer.status < 500 && answer.status !== 401 && answer.status !== 429) {
        paid.delete(cash.bill);
        break;
      }
      await new Promise<void>((resolve) => world.after(everyMs * 2, resolve));
    }
    counts.waiting -= 1;
  }

  async function look(): Promise<void> {
    const answer = await ask("GET", "due");
    if (answer.kind !== "answer" || answer.status !== 200) return;
    const due = parseDue(answer.body);
    if (due === undefined || due === null || due.due_fen < 1 || paid.has(due.bill)) return;
    paid.add(due.bill);
    void pay({
      payment: options.newPaymentId(),
      bill: due.bill,
      method: "cash",
      amount_fen: due.due_fen,
      collector: "门岗（模拟）",
      plate_checked: true,
    });
  }

  const cancel = world.every(everyMs, () => {
    if (asking || stopped || !options.carStands()) return;
    asking = true;
    void look().finally(() => {
      asking = false;
    });
  });
  return {
    counts,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    // The gateway may not have written it yet.
    return undefined;
  }
}

function parseDue(body: string): Due | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return Value.Check(Due, parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
