// The state table of alarms a second time, written by hand: what each input makes of each state, and which are refused.
import { type Condition, conditions, type Hold, holds, type Input, type Kind, kinds, type Life } from "#cloud/alarms/life.ts";

// N normal, P pending, AU/AA active un-/acknowledged, CU cleared unacknowledged, LU/LA latched un-/acknowledged; "-": refused.
const codes: Readonly<Record<string, Condition>> = {
  ...({ N: "normal", P: "pending", AU: "active-unacknowledged", AA: "active-acknowledged" } as const),
  ...({ CU: "cleared-unacknowledged", LU: "latched-unacknowledged", LA: "latched-acknowledged" } as const),
};
// Written by hand from ISA-18.2, beside the code's own table; three kinds where they differ: standing/moment/latched.
const free = `
        raise  raise-delayed  due  clear     acknowledge  reset
  N     AU     P              N    N         -            -
  P     AU     P              AU   N         -            -
  AU    AU     AU             AU   CU/CU/LU  AA/N/AA      -
  AA    AA     AA             AA   N/N/LA    AA           -
  CU    AU     AU             CU   CU        N            -
  LU    AU     AU             LU   LU        LA           -
  LA    AU     AU             LA   LA        LA           N`;
const held = `
                  shelve   unshelve  suppress        unsuppress      remove          return
  none            shelved  -         suppressed      -               out-of-service  -
  shelved         -        none      suppressed      -               out-of-service  -
  suppressed      -        -         suppressed      none            out-of-service  -
  out-of-service  -        -         out-of-service  out-of-service  -               none`;

function rowsOf(table: string): { readonly columns: string[]; readonly rows: Map<string, string[]> } {
  const [head = "", ...lines] = table.split("\n").filter((line) => line.trim() !== "");
  const split = (line: string): string[] => line.trim().split(/\s+/);
  return { columns: split(head), rows: new Map(lines.map((line) => [split(line)[0] ?? "", split(line).slice(1)])) };
}
const [freeTable, heldTable] = [rowsOf(free), rowsOf(held)];
const codeOf = (condition: Condition): string => Object.keys(codes).find((code) => codes[code] === condition) ?? "";

/** What the tables above say; undefined: refused. */
export function wanted(life: Life, input: Input, kind: Kind): Life | undefined {
  const column = heldTable.columns.indexOf(input);
  if (column >= 0) {
    const next = heldTable.rows.get(life.hold)?.[column] ?? "-";
    if (next === "-" || (life.hold === "none" && /^(normal|cleared-unacknowledged)$/.test(life.condition))) return undefined;
    if (life.hold === "none" || next !== "none") return { condition: life.condition, hold: next as Hold };
    // Back in the list: what stands calls again, what is over is over, what is latched waits for its reset.
    const back: Partial<Record<Condition, Condition>> = {
      ...({ "active-acknowledged": "active-unacknowledged", "cleared-unacknowledged": "normal" } as const),
      "latched-acknowledged": "latched-unacknowledged",
    };
    return { condition: back[life.condition] ?? life.condition, hold: "none" };
  }
  const cell = freeTable.rows.get(codeOf(life.condition))?.[freeTable.columns.indexOf(input)] ?? "-";
  const choice = cell.split("/");
  const code = choice.length === 3 ? (choice[kinds.indexOf(kind)] ?? "-") : cell;
  const next = codes[code];
  if (next === undefined || (life.hold !== "none" && (input === "acknowledge" || input === "reset"))) return undefined;
  return { condition: life.hold !== "none" && next === "cleared-unacknowledged" ? "normal" : next, hold: life.hold };
}

const every = { condition: conditions, hold: holds } as const;
export const lives = every.condition.flatMap((condition) => every.hold.map((hold): Life => ({ condition, hold })));
