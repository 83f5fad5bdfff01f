// That somebody is to be told: a row beside the alarm's own, in the same transaction. Who is told, how and how often is the notifier's (cloud/notify).
import { randomUUID } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Change } from "#cloud/store/store.ts";

export type NoticeKind = "raised" | "recovered" | "escalated";

export interface Announcement {
  readonly kind: NoticeKind;
  readonly row: Row<"alarm">;
  readonly at: number;
  /** Of an escalation: how many levels above the first. */
  readonly level?: number;
}

export async function announce(change: Change, { kind, row, at, level = 0 }: Announcement): Promise<void> {
  const { id: alarm, site, rule, source, priority, zh, en, count } = row;
  await change
    .insertInto("notice")
    .values({ id: randomUUID(), alarm, site, kind, priority, rule, source, zh, en, count, level, at, taken: 0 })
    .execute();
}
