// Which notices a channel is told, and whether each alone or together as a digest. Pure. Nothing is dropped: what is beyond the cap waits in one digest.
import { type Escalation, levelsOf, rolesAt } from "#cloud/alarms/escalation.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Role } from "#protocols/api/views.ts";
import { hourMs, minuteMs, secondMs } from "#protocols/vocabulary/time.ts";
import type { Channel } from "./channel.ts";
import { reminderRules } from "./reminders.ts";

export type Notice = Row<"notice">;

/** More than so many of one channel in a minute come together. */
const singlesAMinute = 5;
const digestAfter_ms = minuteMs;
const urgentDigestAfter_ms = 10 * secondMs;
/** Slots of the hour that only priority 1, and only digests, may take. */
const keptForUrgent = 0.3;

export interface Sent {
  readonly at: number;
  readonly kind: string;
}

/** `told`: whether this channel was told that it was raised. */
export function wants(
  channel: Channel,
  notice: Notice,
  { escalation, told }: { readonly escalation: Escalation; readonly told: boolean },
): boolean {
  if (notice.priority > channel.up_to || channel.mute?.includes(notice.rule) === true) return false;
  if (channel.sites !== undefined && !channel.sites.includes(notice.site)) return false;
  // A channel that does not work is not told about itself.
  if (notice.rule === "notify.failing" && notice.source === channel.id) return false;
  if (notice.kind === "recovered") return channel.recovery && told;
  if (channel.roles === undefined) return true;
  const roles = ownRoles(notice) ?? reminderRules[notice.rule]?.roles ?? rolesAt(escalation, notice.priority, notice.level);
  return roles.some((role) => channel.roles?.includes(role));
}

const ownRoles = ({ roles }: Notice): readonly Role[] | undefined => (roles === null ? undefined : (JSON.parse(roles) as Role[]));

export type When = "now" | "later";

/** Who is told of this notice, and whether at once. Whoever is off duty reads it when he comes, but for life and fire. Where all of a level are off duty the next level that is not stands in;
 * what is dangerous (priorities 1 and 2) is told to somebody in any case. `told`: channels that were told that it was raised. */
export function tellWhom(
  channels: readonly Channel[],
  notice: Notice,
  given: { readonly escalation: Escalation; readonly told: ReadonlySet<string>; readonly isOnDuty: (channel: Channel) => boolean },
): ReadonlyMap<string, When> {
  const { escalation, told, isOnDuty } = given;
  const hearing = (level: number): Channel[] =>
    channels.filter((one) => wants(one, { ...notice, level }, { escalation, told: told.has(one.id) }));
  const own = hearing(notice.level);
  const whom = new Map<string, When>(own.map((one) => [one.id, notice.priority === 1 || isOnDuty(one) ? "now" : "later"]));
  if (own.length === 0 || own.some(isOnDuty) || notice.kind === "recovered" || notice.kind === "reminder") return whom;
  for (let level = notice.level + 1; level < levelsOf(escalation, notice.priority); level += 1) {
    const standing = hearing(level).filter((one) => !whom.has(one.id) && isOnDuty(one));
    for (const { id } of standing) whom.set(id, "now");
    if (standing.length > 0) return whom;
  }
  if (notice.priority <= 2) for (const { id } of own) whom.set(id, "now");
  return whom;
}

export type Place = { readonly as: "single" } | { readonly as: "digest"; readonly at: number };

/** `sent`: this channel's messages of the last hour and those that wait, by the time at which they go; at most one of them is an open digest. */
export function placeFor(
  channel: Pick<Channel, "hourly">,
  notice: Pick<Notice, "priority">,
  { sent, now }: { readonly sent: readonly Sent[]; readonly now: number },
): Place {
  const recent = sent.filter(({ at }) => at > now - hourMs);
  const lastMinute = recent.filter(({ at, kind }) => kind === "single" && at > now - minuteMs && at <= now).length;
  const urgent = notice.priority === 1;
  // One slot is always left for the digest that takes what comes afterwards.
  const forSingles = urgent ? channel.hourly - 1 : Math.max(1, Math.floor(channel.hourly * (1 - keptForUrgent)) - 1);
  if (recent.length < forSingles && lastMinute < singlesAMinute * (urgent ? 2 : 1)) return { as: "single" };
  const wait = urgent ? urgentDigestAfter_ms : digestAfter_ms;
  if (recent.length < channel.hourly) return { as: "digest", at: now + wait };
  // The hour is full: the digest goes when the oldest has left it.
  const ordered = recent.map(({ at }) => at).sort((a, b) => a - b);
  const frees = ordered[recent.length - channel.hourly] ?? now;
  return { as: "digest", at: Math.max(now + wait, frees + hourMs) };
}

/** Tried again after 5 s, 30 s, 2 min, 10 min, 30 min; then it has failed. */
export const backoff_ms: readonly number[] = [5 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs];
export const nextTry = (tries: number, at: number): number | undefined => {
  const wait = backoff_ms[tries - 1];
  return wait === undefined ? undefined : at + wait;
};
