// What detectors said by way of their platform, become alarm rows: told once, however often it is delivered, and in whatever order.
import { raiseOwnAlarm, settleOwnAlarm } from "#cloud/alarms/alarms.ts";
import { alarmRules } from "#cloud/alarms/rules.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { type DetectorCause, detectorPoint, endedBy, labelAhead_ms, raisedBy, wordTexts } from "#protocols/fire/detectors/meaning.ts";
import type { DetectorReport } from "#protocols/fire/detectors/report.ts";
import type { DetectorSource, KnownDetector } from "./sources.ts";

/** Alarms of what no gateway of ours hears. */
export const ownGateway = "cloud";
export const lostRule = "fire.device-lost";

/** The same alarm that a gateway's own detector raises. */
export function ruleOf(cause: DetectorCause): string {
  const found = alarmRules.find(({ on, causes }) => on === "fire.raised" && causes?.includes(cause) === true);
  if (found === undefined) throw new Error(`no alarm rule is about ${cause}`);
  return found.rule;
}

export interface Taken {
  readonly taken: number;
  /** Detectors that the cloud's file does not name under this source. */
  readonly unknown: readonly string[];
  /** What changed nothing: said before, older than what was said of the same thing, or a heartbeat. */
  readonly unchanged: number;
}

interface One {
  readonly site: string;
  readonly detector: KnownDetector;
  readonly report: DetectorReport;
  readonly now: number;
}

/** In the caller's transaction, in the order of the push. */
export async function takeReports(
  effect: Effect,
  { source, reports, now }: { readonly source: DetectorSource; readonly reports: readonly DetectorReport[]; readonly now: number },
): Promise<Taken> {
  const byImei = new Map(source.detectors.map((one) => [one.imei, one]));
  const unknown: string[] = [];
  let unchanged = 0;
  for (const [n, report] of reports.entries()) {
    const detector = byImei.get(report.imei);
    if (detector === undefined) unknown.push(report.imei);
    // Two words of one push are not of one moment: what is over must be later than what began.
    else if (!(await take(effect, { site: source.site, detector, report, now: now + n }))) unchanged += 1;
  }
  return { taken: reports.length - unknown.length, unknown, unchanged };
}

/** False: nothing is otherwise than before, but that it was heard. */
async function take(effect: Effect, { site, detector, report, now }: One): Promise<boolean> {
  const { change } = effect;
  const { id, name, zone = null } = detector;
  const row = await change.selectFrom("detector").selectAll().where("site", "=", site).where("detector", "=", id).executeTakeFirst();
  const causes = await change.selectFrom("detector_cause").selectAll().where("site", "=", site).where("detector", "=", id).execute();
  const known = new Map(causes.map((one) => [one.cause, one]));
  const label = report.at !== undefined && report.at <= now + labelAhead_ms ? report.at : undefined;
  const own = { site, gateway: ownGateway, source: `${id}/${detectorPoint}`, at: now };
  const begun = raisedBy[report.says];
  let moved = false;
  for (const cause of begun === undefined ? endedBy[report.says] : [begun]) {
    const before = known.get(cause);
    // Platforms deliver again, and out of order: neither a fire that was over, nor a restoration before the fire. A heartbeat says nothing of a fire.
    if (label !== undefined && before?.said_at != null && label < before.said_at) continue;
    const standing = begun === undefined ? 0 : 1;
    const turns = (before?.standing ?? 0) !== standing;
    const set = { standing, since_at: turns ? now : (before?.since_at ?? now), said_at: label ?? before?.said_at ?? null };
    await change
      .insertInto("detector_cause")
      .values({ site, detector: id, cause, ...set })
      .onConflict((conflict) => conflict.columns(["site", "detector", "cause"]).doUpdateSet(set))
      .execute();
    if (!turns) continue;
    moved = true;
    const rule = ruleOf(cause as DetectorCause);
    if (standing === 1) await raiseOwnAlarm(effect, { ...own, rule, detail: ` ${wordTexts[report.says] ?? name}`, zone });
    else await settleOwnAlarm(effect, { ...own, rule });
  }
  // Whatever it said: it is there.
  if (row?.silent === 1) await settleOwnAlarm(effect, { ...own, source: id, rule: lostRule });
  const old = label !== undefined && row?.said_at != null && label < row.said_at;
  await keep(effect, { site, id, row, report: { ...report, at: old ? undefined : label }, now, old });
  return moved;
}

interface Kept {
  readonly site: string;
  readonly id: string;
  readonly row: Row<"detector"> | undefined;
  readonly report: DetectorReport;
  readonly now: number;
  readonly old: boolean;
}

async function keep({ change }: Effect, { site, id, row, report, now, old }: Kept): Promise<void> {
  const said = Object.entries({ battery: report.battery, signal: report.signal, temperature: report.temperature });
  const before = JSON.parse(row?.numbers ?? "{}") as object;
  const numbers = JSON.stringify(old ? before : { ...before, ...Object.fromEntries(said.filter(([, value]) => value !== undefined)) });
  const set = {
    ...{ heard_at: now, said_at: report.at ?? row?.said_at ?? null, silent: 0, numbers },
    word: old ? (row?.word ?? null) : report.says,
  };
  await change
    .insertInto("detector")
    .values({ site, detector: id, known_at: now, ...set })
    .onConflict((conflict) => conflict.columns(["site", "detector"]).doUpdateSet(set))
    .execute();
}
