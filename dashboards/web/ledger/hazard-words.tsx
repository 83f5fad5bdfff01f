// How a hazard's facts are shown wherever it appears: state, grade, deadline. Overdue is said in days, with a shape and a word.
import type { HazardView } from "#protocols/api/views.ts";
import { serverNow } from "../data/live.ts";
import { monthDay, parseMoment } from "../format/moments.ts";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { wordOf, words } from "../words/language.ts";

const dayMs = 86_400_000;

export function StateTag({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  const closed = hazard.state === "已销号";
  return (
    <span class={`state${closed ? " closed" : ""}`}>
      {closed && <Icon name="check" />}
      {hazard.false_alarm ? say.falseAlarm : say.state[hazard.state]}
    </span>
  );
}

export function Grade({ hazard }: { hazard: HazardView }) {
  const major = hazard.grade === "重大";
  return (
    <span class={`grade${major ? " major" : ""}`}>
      {major && <PriorityGlyph priority={1} />}
      {wordOf(words.value.ledger.grade, hazard.grade)}
    </span>
  );
}

export function Deadline({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  const deadline = parseMoment(hazard.deadline);
  if (deadline === undefined) return <span class="muted">{say.noDeadline}</span>;
  const left = Math.ceil((deadline - serverNow.peek()) / dayMs);
  const closed = hazard.state === "已销号";
  const first = parseMoment(hazard.original_deadline);
  return (
    <span class="deadline">
      <time dateTime={hazard.deadline ?? ""}>{monthDay(deadline)}</time>
      {!closed && hazard.overdue_days > 0 && (
        <b class="overdue">
          <PriorityGlyph priority={3} />
          {say.overdue(hazard.overdue_days)}
        </b>
      )}
      {!closed && hazard.overdue_days <= 0 && <span class="muted">{left <= 0 ? say.dueToday : say.daysLeft(left)}</span>}
      {first !== undefined && hazard.postponements > 0 && (
        <small class="muted first-deadline">
          {words.value.bureau.original(monthDay(first), Math.round((deadline - first) / dayMs), hazard.postponements)}
        </small>
      )}
    </span>
  );
}
