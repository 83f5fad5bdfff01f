// What a gateway made of a day, from its journal: without names and moments, so that two runs can be held against each other.
import type { Reads } from "#gateway/journal/journal.ts";

export interface Made {
  readonly visits: readonly string[];
  readonly bills: readonly string[];
  readonly payments: readonly string[];
  readonly openings: readonly string[];
  /** Orders to open beyond one for each recognition. */
  readonly orderedTwice: number;
}

export function madeOf(journal: Reads): Made {
  const lines = (sql: string): string[] => journal.all<{ line: string }>(sql).map(({ line }) => line);
  return {
    visits: lines(
      "SELECT concat_ws(' ', plate, entry_lane, state, coalesce(exit_lane, '-'), total_fen, paid_fen, offline) AS line FROM visit ORDER BY line",
    ),
    bills: lines(
      "SELECT concat_ws(' ', v.plate, b.total_fen, b.due_fen, b.paid IS NOT NULL) AS line FROM bill b JOIN visit v ON v.id = b.visit ORDER BY line",
    ),
    payments: lines("SELECT concat_ws(' ', v.plate, p.amount_fen) AS line FROM payment p JOIN visit v ON v.id = p.visit ORDER BY line"),
    openings: lines(
      "SELECT concat_ws(' ', json_extract(e.data, '$.lane'), coalesce(o.plate, 'nobody')) AS line FROM event e LEFT JOIN gate_order o ON o.id = json_extract(e.data, '$.command') WHERE e.type = 'gate.opened' ORDER BY line",
    ),
    orderedTwice: Number(
      lines(
        "SELECT (SELECT count(*) FROM gate_order WHERE cause = 'read') - count(*) AS line FROM camera_read WHERE gate_order IS NOT NULL",
      )[0],
    ),
  };
}
