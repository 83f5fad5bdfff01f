// The ledger on paper: every row of the filter, not the page that happens to be open, and above them what they are, who printed them and when.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { HazardView, Problem } from "#protocols/api/views.ts";
import { type HazardQuery, mostPrinted, readEvery } from "../data/ledger-api.ts";
import { serverNow } from "../data/live.ts";
import { fullMoment } from "../format/moments.ts";
import { ProblemNote } from "../parts/small.tsx";
import type { Filters } from "../shell/address.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";

/** While it is printed the list has all of them. */
export const printed = signal<{ readonly items: readonly HazardView[]; readonly total: number } | null>(null);
const drawn_ms = 150;

export function PrintButton({ asked }: { asked: HazardQuery }) {
  const say = words.value.bureau;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    void readEvery(asked).then((answer) => {
      setBusy(false);
      if (!answer.ok) return setProblem(answer.problem);
      printed.value = answer.value;
      const over = (): void => {
        printed.value = null;
      };
      addEventListener("afterprint", over, { once: true });
      setTimeout(() => print(), drawn_ms);
    });
  };
  return (
    <>
      <button type="button" data-act="print" aria-disabled={busy} onClick={start}>
        {busy ? say.printing(mostPrinted) : say.print}
      </button>
      {problem !== null && <ProblemNote problem={problem} />}
    </>
  );
}

export function PrintHead({ filters, shown, total }: { filters: Filters; shown: number; total: number }) {
  const say = words.value.bureau;
  const narrowed = Object.entries(filters).flatMap(([name, value]) =>
    name === "page" || value === undefined || value === "" ? [] : [value],
  );
  const who = say.printedBy(person.value?.name ?? "", fullMoment(serverNow.value));
  return <p class="print-head">{[...narrowed, say.printedRows(shown, total), who].join(" · ")}</p>;
}
