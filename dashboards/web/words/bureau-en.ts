// The bureau's pages, English.
import type { bureauZh } from "./bureau-zh.ts";
import type { Widen } from "./widen.ts";

const plural = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

export const bureauEn = {
  wall: "Wall screen",
  section: "Related pages",
  sentence: (total: number, closed: number, share: string, overdue: number) =>
    `${total} on the ledger, ${closed} closed (${share}), ${overdue} overdue.`,
  week: (n: number) =>
    n === 0 ? "As many overdue as a week ago." : n > 0 ? `${n} more overdue than a week ago.` : `${-n} fewer overdue than a week ago.`,
  ofOpen: (n: number) => `of ${n} open`,
  within3: "within 3 days",
  waits: "waiting for a look on site",
  listedNote: "major hazards",
  byCompound: "By compound",
  openOf: (open: number, total: number) => `${open} open of ${total}`,
  overdueCount: (n: number) => `${n} overdue`,
  burnUp: "Found and closed so far",
  burnUpLabel: (found: number, closed: number) => `Cumulative curves: ${found} found, ${closed} closed`,
  foundShort: "Found",
  closedShort: "Closed",
  ageing: "How long overdue",
  ages: ["1–3 days", "4–7 days", "8–15 days", "over 15 days"] as readonly string[],
  next: "Escalations of the next three days",
  nothingNext: "Nothing is due within three days.",
  town: "Town",
  compound: "Compound",
  filters: {
    site: "All compounds",
    source: "All sources",
    state: "All states",
    grade: "All grades",
    about: "All categories",
    text: "Number, place, words",
    sort: "Order",
  },
  abouts: { charging: "Charging and parking", fire: "Fire facilities" },
  sorts: { deadline: "By deadline", found: "By date found", place: "By place" },
  rows: (from: number, to: number, of: number) => `${from}–${to} of ${of}`,
  earlier: "Previous",
  later: "Next",
  exportAs: "Export",
  exportState: ({
    state,
    ahead,
    done,
    total,
    why,
  }: {
    state: string;
    ahead: number;
    done: number;
    total: number | null;
    why: string | null;
  }) =>
    state === "queued"
      ? `Queued, ${ahead} before it`
      : state === "running"
        ? `Writing ${done} of ${total ?? "…"}`
        : state === "ready"
          ? `Ready: ${plural(done, "row")}`
          : `It could not be made: ${why ?? ""}`,
  print: "Print",
  printing: (n: number) => `Fetching ${n}…`,
  printedBy: (who: string, at: string) => `printed by ${who} · ${at}`,
  printedRows: (n: number, of: number) => (n < of ? `the first ${n} of ${of}` : `${n} in all`),
  importOpen: "Import",
  import: {
    title: "Import into the ledger",
    about: "Looked through first: every cell that cannot be read is named, and nothing is written before. Headings may be anybody's.",
    template: "Download an export as a template",
    file: "Excel file (xlsx)",
    reading: "Reading…",
    errors: (n: number) => `${plural(n, "cell")} cannot be read`,
    sheet: "Sheet",
    row: "Row",
    column: "Column",
    why: "Why",
    found: (added: number, changed: number, same: number) => `${added} to add, ${changed} to change, ${same} as they are.`,
    applied: (added: number, changed: number) => `${added} added, ${changed} changed.`,
    refused: (n: number) => `${plural(n, "row")} with a fault: not written.`,
    good: (n: number) => `Import the ${n} that are right`,
    all: (n: number) => `Import ${n}`,
  },
  original: (day: string, days: number, times: number) => `first ${day}, postponed ${plural(times, "time")}, +${plural(days, "day")}`,
  rankingAbout: "Frozen every Monday at 08:00 with a number and a seal; corrections stand beside it, the numbers stay.",
  noWeeks: "No frozen week yet: the first comes next Monday at 08:00.",
  weekName: "Week",
  frozen: (n: number) => `No. ${n}, frozen`,
  kinds: { town: "Town", compound: "Compound" },
  rank: "Rank",
  numbers: { due: "Due", on_time: "In time", closed: "Closed", found: "Found", automatic: "By devices", overdue: "Overdue" } as Readonly<
    Record<string, string>
  >,
  averageDays: "Mean days",
  score: "Score",
  silent: "nothing reported",
  zeroFinds: "no finds this week",
  small: "small sample",
  rowsBehind: (what: string, n: number) => `${what}: ${plural(n, "row")}`,
  dots: "Score, this week and the last",
  dotsLabel: "Dot plot of scores; the table has the numbers",
  dotsLegend: "● this week   ○ last week",
  formulas: "How it is counted",
  corrections: (n: number) => plural(n, "correction"),
  quarter: "Quarter",
  total: "Total",
  incomeAbout: "As metered and booked, in whole fen; every total is the sum of its lines.",
  incomeSentence: (gross: string, costs: string, base: string, fund: string) =>
    `Income ${gross}, costs ${costs}, to divide ${base}; the fund stands at ${fund}.`,
  quarterStates: { draft: "Draft", submitted: "Submitted", checked: "Checked by owners", published: "Published (locked)" },
  missingMonths: (months: string) => `not settled yet: ${months}`,
  noIncome: "No month of this quarter is settled yet.",
  waterfall: "From income to what is divided",
  waterfallLabel: "Waterfall; each line says its amount",
  divided: "To divide",
  accounts: "Accounts",
  incomeTitle: "Income",
  costsTitle: "Costs",
  partsTitle: "Parts",
  fund: "Maintenance fund",
  opening: "Opening",
  came: "In",
  went: "Out",
  closing: "Closing",
  settlements: "Months settled",
  objections: (n: number) => `${plural(n, "question")} of owners`,
  noObjections: "None.",
  unanswered: "not answered yet",
  starCount: (n: number) => plural(n, "star"),
  weight: (a: number, b: number) => `weight ${a}/${b}`,
  notAssessed: "Not assessed in this quarter yet.",
  ifToday: (score: string, n: number) => `If settled today: ${score} points, ${n === 0 ? "no star" : plural(n, "star")}`,
  bonus: (n: string) => `Bonus +${n}`,
  missing: (n: string) => `${n} points short of five stars; fastest:`,
  unreachable: "These alone are not enough, or a veto stands.",
  sources: { town: "town", department: "department", ledger: "ledger" },
} satisfies Widen<typeof bureauZh>;
