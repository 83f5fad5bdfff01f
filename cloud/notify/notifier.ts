// The notifier: takes notices out of the store, plans what each channel is told, tries, tries again, and writes down every try. Several processes may run it on one store.
import { randomUUID } from "node:crypto";
import { raiseOwnAlarm, settleOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Escalation } from "#cloud/alarms/escalation.ts";
import { alarmRule } from "#cloud/alarms/rules.ts";
import { openCalendar } from "#cloud/calendar/calendar.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Marks } from "#cloud/store/marks.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Store } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { type Channel, triesAMinute } from "./channel.ts";
import { deliver, type Outcome, type Ways } from "./deliver.ts";
import { isOnDuty, nextDuty } from "./duty.ts";
import type { Message, Told } from "./message.ts";
import { type Notice, nextTry, placeFor, tellWhom, type When } from "./plan.ts";
import { reminderRules } from "./reminders.ts";

export interface NotifierParts {
  readonly store: Store;
  readonly channels: readonly Channel[];
  readonly escalation: Escalation;
  readonly compoundName: (site: string) => string;
  readonly committed: (marks: Marks) => void;
  readonly now: () => number;
  readonly ways: Ways;
}

export interface Notifier {
  readonly channels: readonly Channel[];
  /** Whoever reads it is on duty now. */
  onDuty(channel: Channel): boolean;
  /** Plans what is new, then tries what is due. Never throws for a channel. */
  tick(): Promise<{ readonly planned: number; readonly tried: number }>;
  /** A message that says that it is a test; its delivery is tried at once. */
  test(channel: string): Promise<Row<"delivery"> | undefined>;
}

/** Of one tick. */
const mostNotices = 500;
const mostTries = 50;
/** Whoever takes a delivery has so long; afterwards another may. */
const lease_ms = 60_000;

export function startNotifier(parts: NotifierParts): Notifier {
  const { store, channels, escalation, now, committed } = parts;
  const calendar = openCalendar();
  const onDuty = (channel: Channel): boolean => isOnDuty(channel, now(), calendar);

  const told = (notice: Notice): Told => {
    const rule = reminderRules[notice.rule] ?? alarmRule(notice.rule);
    return {
      ...{ kind: notice.kind as Told["kind"], priority: notice.priority as Told["priority"], compound: parts.compoundName(notice.site) },
      ...{ source: notice.source, rule: notice.rule, zh: notice.zh, en: notice.en, action_zh: rule.action_zh, action_en: rule.action_en },
      ...{ count: notice.count, level: notice.level, at: time(notice.at), alarm: notice.alarm },
    };
  };

  const plan = (): Promise<number> =>
    store.change(
      async (change) => {
        const notices = await change
          .selectFrom("notice")
          .selectAll()
          .where("taken", "=", 0)
          .orderBy("at")
          .orderBy("id")
          .limit(mostNotices)
          .execute();
        const whom = await whomOf(change, notices);
        for (const channel of channels)
          await planFor(
            change,
            channel,
            notices.flatMap((notice, n) => {
              const when = whom[n]?.get(channel.id);
              return when === undefined ? [] : [{ notice, when }];
            }),
          );
        if (notices.length > 0)
          await change
            .updateTable("notice")
            .set({ taken: 1 })
            .where(
              "id",
              "in",
              notices.map(({ id }) => id),
            )
            .execute();
        return notices.length;
      },
      { alone: "notify" },
    );

  async function whomOf(change: Change, notices: readonly Notice[]): Promise<ReadonlyMap<string, When>[]> {
    /** Of this turn, by alarm: channels that hear that it was raised. */
    const fresh = new Map<string, Set<string>>();
    const whom: ReadonlyMap<string, When>[] = [];
    for (const notice of notices) {
      const told = new Set(fresh.get(notice.alarm));
      if (notice.kind === "recovered")
        for (const channel of channels) if (!told.has(channel.id) && (await wasTold(change, channel, notice.alarm))) told.add(channel.id);
      const hears = tellWhom(channels, notice, { escalation, told, isOnDuty: onDuty });
      whom.push(hears);
      if (notice.kind === "raised") fresh.set(notice.alarm, new Set([...(fresh.get(notice.alarm) ?? []), ...hears.keys()]));
    }
    return whom;
  }

  async function planFor(
    change: Change,
    channel: Channel,
    notices: readonly { readonly notice: Notice; readonly when: When }[],
  ): Promise<void> {
    if (notices.length === 0) return;
    const at = now();
    const recent = await change
      .selectFrom("delivery")
      .selectAll()
      .where("channel", "=", channel.id)
      .where("made_at", ">", at - hourMs)
      .where("kind", "!=", "test")
      .execute();
    const sent = recent.filter((row) => row.kind !== "later" || row.made_at <= at).map((row) => ({ at: row.made_at, kind: row.kind }));
    let digest = recent.find((row) => row.kind === "digest" && row.state === "waiting" && row.tries === 0 && row.next_at > at);
    let later = await laterOf(change, channel);
    for (const { notice, when } of notices) {
      const joined = when === "later" ? later : digest;
      if (joined !== undefined) {
        const next = await join(change, joined, notice);
        if (when === "later") later = next;
        else digest = next;
        continue;
      }
      const place =
        when === "later" ? ({ as: "later", at: nextDuty(channel, at, calendar) } as const) : placeFor(channel, notice, { sent, now: at });
      const due = place.as === "single" ? at : place.at;
      const id = randomUUID();
      const message: Message = { id, told: [told(notice)] };
      const row = {
        ...{ id, channel: channel.id, site: notice.site, kind: place.as, priority: notice.priority, state: "waiting" },
        ...{ notices: JSON.stringify([notice.id]), message: JSON.stringify(message), made_at: due, tries: 0, next_at: due },
        ...{ ended_at: null, detail: null },
      };
      await change.insertInto("delivery").values(row).execute();
      sent.push({ at: due, kind: place.as });
      if (place.as === "digest") digest = row;
      if (place.as === "later") later = row;
    }
  }

  /** What waits for whoever reads this channel to come on duty. */
  const laterOf = (change: Change, channel: Channel): Promise<Row<"delivery"> | undefined> =>
    change
      .selectFrom("delivery")
      .selectAll()
      .where("channel", "=", channel.id)
      .where("kind", "=", "later")
      .where("state", "=", "waiting")
      .where("tries", "=", 0)
      .where("next_at", ">", now())
      .executeTakeFirst();

  /** What is urgent does not wait for the minute of a digest. */
  async function join(change: Change, digest: Row<"delivery">, notice: Notice): Promise<Row<"delivery">> {
    const message = JSON.parse(digest.message) as Message;
    const soon = notice.priority === 1 && digest.made_at - now() <= 60_000 ? Math.min(digest.next_at, now() + 10_000) : digest.next_at;
    const next = {
      ...digest,
      ...{ priority: Math.min(digest.priority, notice.priority), next_at: soon, made_at: soon },
      notices: JSON.stringify([...(JSON.parse(digest.notices) as string[]), notice.id]),
      message: JSON.stringify({ ...message, told: [...message.told, told(notice)] }),
    };
    const { id, priority, next_at, made_at, notices, message: text } = next;
    await change.updateTable("delivery").set({ priority, next_at, made_at, notices, message: text }).where("id", "=", id).execute();
    return next;
  }

  async function wasTold(change: Change, channel: Channel, alarm: string): Promise<boolean> {
    const raised = await change.selectFrom("notice").select("id").where("alarm", "=", alarm).where("kind", "=", "raised").execute();
    for (const { id } of raised) {
      const row = await change
        .selectFrom("delivery")
        .select("id")
        .where("channel", "=", channel.id)
        .where("state", "!=", "refused")
        .where("notices", "like", `%"${id}"%`)
        .executeTakeFirst();
      if (row !== undefined) return true;
    }
    return false;
  }

  /** What is due, as much of it as its channel takes in a minute; of a channel that no file names any more everything. */
  async function dueOf(change: Change, channel: Channel | undefined, at: number): Promise<Row<"delivery">[]> {
    const due = await change
      .selectFrom("delivery")
      .selectAll()
      .where("state", "=", "waiting")
      .where("next_at", "<=", at)
      .$if(channel !== undefined, (all) => all.where("channel", "=", channel?.id ?? ""))
      .$if(channel === undefined && channels.length > 0, (all) =>
        all.where(
          "channel",
          "not in",
          channels.map(({ id }) => id),
        ),
      )
      .orderBy("priority")
      .orderBy("next_at")
      .limit(mostTries)
      .execute();
    if (channel === undefined || due.length === 0) return due;
    const { n } = await change
      .selectFrom("delivery_try")
      .innerJoin("delivery", "delivery.id", "delivery_try.delivery")
      .select((eb) => eb.fn.countAll<number | string>().as("n"))
      .where("delivery_try.at", ">", at - minuteMs)
      .where("delivery.channel", "=", channel.id)
      .executeTakeFirstOrThrow();
    return due.slice(0, Math.max(0, triesAMinute[channel.kind] - Number(n)));
  }

  /** Taken by one process alone, for a minute. */
  async function claim(): Promise<Row<"delivery">[]> {
    const at = now();
    return store.change(
      async (change) => {
        const due: Row<"delivery">[] = [];
        for (const channel of [...channels, undefined]) due.push(...(await dueOf(change, channel, at)));
        for (const { id } of due)
          await change
            .updateTable("delivery")
            .set({ next_at: at + lease_ms })
            .where("id", "=", id)
            .execute();
        return due;
      },
      { alone: "notify" },
    );
  }

  async function attempt(row: Row<"delivery">): Promise<Row<"delivery">> {
    const channel = channels.find(({ id }) => id === row.channel);
    const began = now();
    const outcome: Outcome =
      channel === undefined
        ? { outcome: "refused", detail: "there is no such channel any more" }
        : await deliver(channel, JSON.parse(row.message) as Message, { ...parts.ways, now: began }).catch(
            (error: unknown): Outcome => ({ outcome: "failed", detail: (error as Error).name }),
          );
    const tries = row.tries + 1;
    const again = outcome.outcome === "failed" && row.kind !== "test" ? nextTry(tries, now()) : undefined;
    const state = again === undefined ? outcome.outcome : "waiting";
    const ended = {
      ...row,
      tries,
      state,
      next_at: again ?? row.next_at,
      ended_at: again === undefined ? now() : null,
      detail: outcome.detail,
    };
    await changing({ store, committed }, async (effect) => {
      const { change } = effect;
      const { next_at, ended_at, detail } = ended;
      await change.updateTable("delivery").set({ tries, state, next_at, ended_at, detail }).where("id", "=", row.id).execute();
      const what = { delivery: row.id, n: tries, at: began, took_ms: Math.max(0, now() - began), ...outcome };
      await change.insertInto("delivery_try").values(what).execute();
      if (row.kind === "test") return;
      // That a channel does not work is an alarm of its own, told by the others.
      const own = { site: row.site, gateway: "cloud", rule: "notify.failing", source: row.channel, at: now() };
      if (state === "delivered") await settleOwnAlarm(effect, own);
      else if (state !== "waiting") await raiseOwnAlarm(effect, own);
    });
    return ended;
  }

  return {
    channels,
    onDuty,
    async tick() {
      const planned = await plan();
      const due = await claim();
      // One channel's slow receiver does not hold up the others.
      await Promise.all(
        [...new Set(due.map(({ channel }) => channel))].map(async (channel) => {
          for (const row of due.filter((one) => one.channel === channel)) await attempt(row);
        }),
      );
      return { planned, tried: due.length };
    },
    async test(id) {
      const channel = channels.find((one) => one.id === id);
      if (channel === undefined) return undefined;
      const at = now();
      const key = randomUUID();
      const said: Told = {
        ...{
          kind: "test",
          priority: 4,
          compound: channel.name,
          source: channel.id,
          rule: "test",
          zh: "收到即通道可用",
          en: "this channel works",
        },
        ...{ action_zh: "无需处置", action_en: "nothing to do", count: 1, level: 0, at: time(at), alarm: "" },
      };
      const row = {
        ...{ id: key, channel: id, site: "", kind: "test", priority: 4, state: "waiting", notices: "[]" },
        ...{
          message: JSON.stringify({ id: key, told: [said] }),
          made_at: at,
          tries: 0,
          next_at: at + lease_ms,
          ended_at: null,
          detail: null,
        },
      };
      await store.change((change) => change.insertInto("delivery").values(row).execute());
      return attempt(row);
    },
  };
}

/** Ticks once a second until it is stopped. */
export function runNotifier(notifier: Notifier, trouble: (error: unknown) => void): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= notifier
      .tick()
      .catch(trouble)
      .finally(() => {
        running = undefined;
      });
  }, 1_000);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
