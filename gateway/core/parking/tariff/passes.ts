// Which part of a stay a monthly card covers: its dates, less its suspensions, and, where n spaces serve m cars, only while a space is this car's.
import { type Interval, localSecond, within, without } from "./days.ts";
import type { Pass, Span } from "./stay.ts";
import type { PassRule } from "./types.ts";

const intervalOf = (span: Span): Interval => ({ from: localSecond(span.from), until: localSecond(span.until) });

export function coveredBy(pass: Pass, stay: Interval, rule: PassRule): Interval[] {
  const valid = without(within([intervalOf(pass)], stay), (pass.suspended ?? []).map(intervalOf));
  const { spaces } = pass;
  return spaces === undefined ? valid : valid.flatMap((part) => within(ownSpace(spaces, stay, rule), part));
}

/** While fewer than `count` cars that came before this one are inside, one of the spaces is this car's. */
function ownSpace(spaces: NonNullable<Pass["spaces"]>, stay: Interval, rule: PassRule): Interval[] {
  const earlier = spaces.others
    .map((other) => ({
      from: localSecond(other.entered),
      until: other.left === undefined ? Number.POSITIVE_INFINITY : localSecond(other.left),
    }))
    .filter((other) => other.from <= stay.from && other.until > stay.from);
  const leaving = earlier.map((other) => other.until).sort((a, b) => a - b);
  // The space falls free when so many of the earlier cars have left that fewer than `count` remain.
  const mustLeave = earlier.length - spaces.count;
  const freeAt = mustLeave < 0 ? stay.from : (leaving[mustLeave] ?? Number.POSITIVE_INFINITY);
  if (freeAt <= stay.from + rule.tolerance && (freeAt <= stay.from || freeAt < stay.until)) return [stay];
  return rule.whenSpaceFallsFree === "covered" && freeAt < stay.until ? [{ from: freeAt, until: stay.until }] : [];
}
