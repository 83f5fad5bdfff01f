// Passes that end soon: who is to be told, in which words, with the way to renew; each threshold is said once, as an event that whoever sends messages can hear.
import { lastDay, passState } from "#gateway/core/parking/pass-price.ts";
import { hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../../site-context.ts";
import { messagesOf, type Told } from "./messages.ts";

export interface Reminder {
  readonly pass: string;
  readonly room: string;
  readonly contact: string;
  readonly days: number;
  readonly last: string;
  readonly zh: string;
  readonly en: string;
  /** What became of the message; null: none was to be sent. */
  readonly message: Told | null;
}

interface Row {
  readonly pass: string;
  readonly lot: string;
  readonly room: string;
  readonly contact: string;
  readonly link: string;
  readonly from_at: number;
  readonly until_at: number;
  readonly reminded: number | null;
}

const thresholds = [7, 3, 1];
const lookEvery_ms = hourMs;

export interface Reminders {
  due(days: number): Reminder[];
  /** To be called now and then: says what has become due. */
  tick(mono: number): void;
}

export function remindersOf(context: SiteContext): Reminders {
  const { journal, clock, config, log } = context;
  const messages = messagesOf(context);
  let next = 0;
  const rows = (): Row[] =>
    journal.all<Row>(
      "SELECT h.pass, h.lot, h.room, h.contact, h.link, h.reminded, p.from_at, p.until_at FROM pass_holder h JOIN pass p ON p.id = h.pass WHERE p.withdrawn = 0 AND p.until_at > ? AND p.until_at < ? ORDER BY p.until_at, h.pass",
      ...[clock.wall(), clock.wall() + 60 * 86_400_000],
    );
  const left = ({ from_at, until_at }: Row, now: Wall): number => {
    const state = passState({ from: wall(from_at), until: wall(until_at) }, now);
    return state.kind === "valid" ? state.days : 0;
  };
  function reminder(row: Row, days: number): Reminder {
    const address = config.payments?.page?.address;
    const last = lastDay({ from: wall(row.from_at), until: wall(row.until_at) });
    const link = address === undefined ? "" : `${address}/pay/pass/${row.link}`;
    const zh = `您的月卡 ${row.pass} 将于 ${last} 到期，剩余 ${days} 天${link === "" ? "" : `，续费：${link}`}`;
    const en = `Your parking pass ${row.pass} ends on ${last}, ${days} day${days === 1 ? "" : "s"} left${link === "" ? "" : `. Renew: ${link}`}`;
    return { pass: row.pass, room: row.room, contact: row.contact, days, last, zh, en, message: messages.told(row.pass) ?? null };
  }
  const mostDays = thresholds[0] ?? 0;
  /** What this pass is to be told now. */
  function current(pass: string): Reminder | undefined {
    const row = rows().find((one) => one.pass === pass);
    const days = row === undefined ? 0 : left(row, clock.wall());
    return row === undefined || days > mostDays ? undefined : reminder(row, days);
  }

  return {
    due(most) {
      const now = clock.wall();
      return rows()
        .map((row) => reminder(row, left(row, now)))
        .filter(({ days }) => days <= most);
    },
    tick(mono) {
      messages.tick(mono, current);
      if (mono < next) return;
      next = mono + lookEvery_ms;
      const now = clock.wall();
      try {
        for (const row of rows()) {
          const days = left(row, now);
          const threshold = thresholds.findLast((one) => days <= one);
          if (threshold === undefined || (row.reminded !== null && row.reminded <= threshold)) continue;
          journal.commit((tx) => {
            tx.run("UPDATE pass_holder SET reminded = ? WHERE pass = ?", threshold, row.pass);
            tx.event("pass.expires", { pass: row.pass, lot: row.lot, until: row.until_at, days });
            messages.write(tx, { pass: row.pass, until: row.until_at, threshold });
          });
        }
      } catch (error) {
        log.error({ error: String(error) }, "a reminder could not be written; it is tried again");
      }
    },
  };
}
