// What a holder is to be told goes to the address that the property has for its messages (an SMS service, or what stands before one): signed, once for each pass and threshold, tried again for a day.
// The words are made when it is sent: a pass that was renewed meanwhile is told nothing, and nobody reads "3 days left" on the day after.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Transaction } from "../../journal/journal.ts";
import type { SiteContext } from "../../site-context.ts";
import { httpExchange } from "../providers/accounts.ts";
import type { Exchange } from "../providers/provider.ts";
import type { Reminder } from "./reminders.ts";

/** After the first, second … attempt that failed; then it is given up. */
const again_min = [1, 5, 15, 60, 120, 240, 240, 240, 480];
const minute_ms = 60_000;

interface Row {
  readonly id: string;
  readonly pass: string;
  readonly attempts: number;
}

export interface Told {
  readonly state: "waiting" | "sent" | "dropped" | "failed";
  readonly attempts: number;
  readonly why: string | null;
}

export interface Messages {
  /** In the transaction that says that somebody is to be told; does nothing where the site has no address for messages. */
  write(tx: Transaction, message: { pass: string; until: number; threshold: number }): void;
  /** What became of the newest message about this pass. */
  told(pass: string): Told | undefined;
  /** To be called now and then; one is on its way at a time. `current`: what this pass is to be told now, if anything. */
  tick(mono: number, current: (pass: string) => Reminder | undefined): void;
}

export function messagesOf({ journal, clock, config, folder, log }: SiteContext, exchange: Exchange = httpExchange): Messages {
  const address = config.payments?.messages;
  const next = new Map<string, number>();
  let busy = false;

  const ends = (id: string, state: Told["state"], why: string | null): unknown =>
    journal.commit((tx) => tx.run("UPDATE pass_message SET state = ?, why = ? WHERE id = ?", state, why, id));

  async function send({ id, pass, attempts }: Row, current: Reminder | undefined, mono: number): Promise<void> {
    if (address === undefined) return;
    if (current === undefined || current.contact === "") return void ends(id, "dropped", "nobody-to-tell");
    const { contact, days, last, zh, en } = current;
    const body = JSON.stringify({ id, kind: "pass.ends", to: contact, pass, days, last, zh, en });
    const at = String(Math.floor(clock.wall() / 1000));
    // Read at each message: a key that was changed holds from then on, and one that is missing is said.
    const secret = readFileSync(resolve(folder, address.secret_file), "utf8").trim();
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "idempotency-key": id,
      "x-cuobian-timestamp": at,
      "x-cuobian-signature": `sha256=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`,
    };
    const answer = await exchange({ method: "POST", url: address.address, headers, body });
    const why = "kind" in answer ? answer.detail : answer.status >= 200 && answer.status < 300 ? undefined : `HTTP ${answer.status}`;
    if (why === undefined) return void ends(id, "sent", null);
    const wait_min = again_min[attempts];
    next.set(id, mono + (wait_min ?? 0) * minute_ms);
    log.warn({ pass, attempts: attempts + 1, why }, "a message to a holder was not taken");
    journal.commit((tx) =>
      tx.run(
        "UPDATE pass_message SET attempts = attempts + 1, why = ?, state = ? WHERE id = ?",
        ...[why.slice(0, 200), wait_min === undefined ? "failed" : "waiting", id],
      ),
    );
  }

  return {
    write(tx, { pass, until, threshold }) {
      if (address === undefined) return;
      tx.run(
        "INSERT OR IGNORE INTO pass_message (id, pass, at, state, attempts) VALUES (?, ?, ?, 'waiting', 0)",
        ...[`${pass}.${until}.${threshold}`, pass, clock.wall()],
      );
    },
    told: (pass) =>
      journal.get<Told & object>("SELECT state, attempts, why FROM pass_message WHERE pass = ? ORDER BY at DESC LIMIT 1", pass),
    tick(mono, current) {
      if (address === undefined || busy) return;
      const row = journal
        .all<Row>("SELECT id, pass, attempts FROM pass_message WHERE state = 'waiting' ORDER BY at LIMIT 500")
        .find(({ id }) => (next.get(id) ?? 0) <= mono);
      if (row === undefined) return;
      busy = true;
      next.set(row.id, mono + minute_ms);
      send(row, current(row.pass), mono)
        .catch((error: unknown) =>
          log.error({ pass: row.pass, error: String(error) }, "a message to a holder could not be made or written"),
        )
        .finally(() => {
          busy = false;
        });
    },
  };
}
