// Commands from afar: judged, written down, carried out once, and answered by an event. What we died in the middle of is called unknown, and never begun again.
import { type Command, type RefusalCode, refusals } from "#protocols/uplink/commands.ts";
import type { Journal, Transaction } from "../journal/journal.ts";
import type { Clock } from "../ports.ts";
import type { Log } from "../site-context.ts";
import { type CloudKey, judge } from "./verify.ts";

export type Result =
  /** `words`: more than that it was done, where there is more to know. */
  | { readonly outcome: "done"; readonly words?: { readonly code: string; readonly zh: string; readonly en: string } }
  | { readonly outcome: "refused"; readonly code: RefusalCode }
  | { readonly outcome: "failed"; readonly code: string; readonly zh: string; readonly en: string };

export interface CommandParts {
  readonly site: string;
  readonly gateway: string;
  readonly keys: readonly CloudKey[];
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Log;
  /** What time it is at the cloud at least. */
  readonly cloudNow?: (() => number | undefined) | undefined;
  /** Called once a command, after it is on the disk. `notAfter`: wall milliseconds; what cannot be done by then is not done. */
  readonly carryOut: (command: Command) => Promise<Result>;
}

export interface Commands {
  /** One message of the command topic. Resolves when all that follows from it is written. */
  take(payload: Uint8Array): Promise<void>;
  counts(): { readonly taken: number; readonly refused: number; readonly strange: number };
}

type EndedState = "done" | "refused" | "failed" | "unknown";
const wordsOf = {
  done: { zh: "已执行", en: "done" },
  unknown: {
    zh: "执行中网关重启，结果未知，不会再次执行",
    en: "the gateway died while it was carried out: nobody knows, and it is not carried out again",
  },
};

export function startCommands(parts: CommandParts): Commands {
  const { journal, clock, log } = parts;
  const counts = { taken: 0, refused: 0, strange: 0 };

  function ended(tx: Transaction, id: string, end: { state: EndedState; code: string; zh: string; en: string }): void {
    tx.run("UPDATE command SET state = ?, code = ? WHERE id = ?", end.state, end.code, id);
    const { state: outcome, ...words } = end;
    tx.event("command.ended", { command: id, outcome, ...words });
  }

  function write(tx: Transaction, command: Command, text: string): void {
    tx.run(
      "INSERT INTO command (id, text, action, at, expires_at, state) VALUES (?, ?, ?, ?, ?, 'taken')",
      command.id,
      text,
      command.action,
      clock.wall(),
      command.expires_at,
    );
    tx.event("command.received", { command: command.id, action: command.action, person: command.person });
  }

  function refuse(command: Command, text: string, code: RefusalCode): void {
    counts.refused += 1;
    journal.commit((tx) => {
      write(tx, command, text);
      ended(tx, command.id, { state: "refused", code, ...refusals[code] });
    });
    log.warn({ command: command.id, action: command.action, code }, "command refused");
  }

  /** A repeat is what the cloud does until it hears from us, and what a listener on the wire may do for ever: both find the id. */
  function known({ id }: Command, text: string): boolean {
    const row = journal.get<{ text: string }>("SELECT text FROM command WHERE id = ?", id);
    if (row === undefined) return false;
    if (row.text !== text) {
      counts.strange += 1;
      log.error({ command: id }, "another command under an id that was used: not carried out");
    }
    return true;
  }

  async function carryOut(command: Command, text: string): Promise<void> {
    journal.commit((tx) => write(tx, command, text));
    counts.taken += 1;
    log.info({ command: command.id, action: command.action }, "command taken");
    let result: Result;
    try {
      result = await parts.carryOut(command);
    } catch (error) {
      log.error({ err: error, command: command.id }, "a command failed");
      result = { outcome: "failed", code: "error", zh: "执行出错，见网关日志", en: "it failed; the gateway's log says why" };
    }
    const { outcome } = result;
    const words =
      outcome === "done"
        ? (result.words ?? { code: "done", ...wordsOf.done })
        : outcome === "refused"
          ? { code: result.code, ...refusals[result.code] }
          : wordsOfFailure(result);
    journal.commit((tx) => ended(tx, command.id, { state: outcome, ...words }));
  }

  // Taken and not ended: we died in between.
  const left = journal.all<{ id: string }>("SELECT id FROM command WHERE state = 'taken'");
  if (left.length > 0)
    journal.commit((tx) => {
      for (const { id } of left) ended(tx, id, { state: "unknown", code: "restarted", ...wordsOf.unknown });
    });

  return {
    async take(payload) {
      const verdict = judge(payload, {
        site: parts.site,
        gateway: parts.gateway,
        keys: parts.keys,
        now: clock.stamp(),
        cloudNow: parts.cloudNow?.(),
      });
      if (verdict.command === undefined) {
        counts.strange += 1;
        log.warn({ code: (verdict as { code: RefusalCode }).code }, "a command that is not the cloud's, or not for us");
        return;
      }
      if (known(verdict.command, verdict.text)) return;
      if (verdict.kind === "refused") return refuse(verdict.command, verdict.text, verdict.code);
      await carryOut(verdict.command, verdict.text);
    },
    counts: () => ({ ...counts }),
  };
}

const wordsOfFailure = ({ code, zh, en }: Extract<Result, { outcome: "failed" }>): { code: string; zh: string; en: string } => ({
  code,
  zh,
  en,
});
