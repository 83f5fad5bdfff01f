// Whom a rung of the ladder told, and how far each message came: under the step that it tells of.
import { useEffect } from "preact/hooks";
import type { HazardNotice } from "#protocols/api/hazards.ts";
import type { HazardView, Role } from "#protocols/api/views.ts";
import { readNotices } from "../data/ledger-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Moment } from "../parts/small.tsx";
import { language, words, wordsOf } from "../words/language.ts";
import { toldEn } from "../words/told-en.ts";
import { toldZh } from "../words/told-zh.ts";

const say = wordsOf(toldZh, toldEn);
/** A message goes within seconds: what has not come yet is looked at again. */
const lookAgain_ms = 3_000;

const isOver = ({ planned, deliveries }: HazardNotice): boolean =>
  planned && deliveries.every(({ state, tries }) => state !== "waiting" || tries > 0);

/** Of a hazard that no rung was stood on nothing is asked. */
export function useNotices(hazard: HazardView): readonly HazardNotice[] {
  const escalated = hazard.steps.some(({ action }) => action === "escalate");
  const { value, again } = useAsked<HazardNotice[]>(`notices ${escalated ? `${hazard.id} ${hazard.version}` : "none"}`, () =>
    escalated ? readNotices(hazard.id) : Promise.resolve({ ok: true, value: [] }),
  );
  useEffect(() => {
    if (value === null || value.every(isOver)) return;
    const timer = setTimeout(again, lookAgain_ms);
    return () => clearTimeout(timer);
  }, [value]);
  return value ?? [];
}

export function ToldOf({ notice: { step, roles, planned, deliveries } }: { notice: HazardNotice }) {
  const t = say.value;
  const names = roles.map((role) => words.value.roles[role as Role] ?? role).join(language.value === "zh" ? "、" : ", ");
  return (
    <ul class="step-told" aria-label={t.label} data-told={step}>
      {deliveries.map(({ channel, state, tries, ended }) => (
        <li key={channel} data-delivery={state}>
          {channel} · {t.state[state]} {ended === null ? tries > 0 && t.tries(tries) : <Moment at={ended} />}
        </li>
      ))}
      {deliveries.length === 0 && <li class="muted">{planned ? t.nobody(names) : t.coming}</li>}
    </ul>
  );
}
