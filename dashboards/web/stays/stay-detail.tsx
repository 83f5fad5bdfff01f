// One stay with every bill of it: its lines as they were told to the driver, their sum, what was paid, what is owed, and the events behind it.
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { readStays, type StayView } from "../data/api.ts";
import { yuan } from "../format/quantities.ts";
import { Moment, Plate, ProblemNote } from "../parts/small.tsx";
import { said, words } from "../words/language.ts";
import { laneName, Stayed } from "./stays-page.tsx";

function BillTable({ bill }: { bill: StayView["bills"][number] }) {
  const say = words.value.stays;
  const rows = [
    [say.total, bill.total_fen],
    [say.columns.paid, bill.paid_fen],
    [say.due, bill.due_fen],
  ] as const;
  return (
    <table class="bill" data-bill={bill.bill}>
      <caption>
        {say.bill} <code>{bill.tariff}</code>
      </caption>
      <tbody>
        {bill.lines.map((line, index) => (
          <tr key={`${index} ${line.rule}`} data-bill-line>
            <td>
              {said(line)} <small class="muted">{line.rule}</small>
            </td>
            <td class="number">{yuan(line.amount_fen)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {rows.map(([word, amount]) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            <td class="number">{yuan(amount)}</td>
          </tr>
        ))}
      </tfoot>
    </table>
  );
}

export function StayDetail({ visit }: { visit: string }) {
  const say = words.value.stays;
  const [stay, setStay] = useState<StayView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    void readStays({ visit }).then((answer) => {
      if (!current) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setStay(answer.value.items[0] ?? null);
    });
    return () => {
      current = false;
    };
  }, [visit, round]);
  if (problem !== null) return <ProblemNote problem={problem} retry={() => setRound(round + 1)} />;
  if (stay === null) return <p class="muted late">{words.value.loading}</p>;
  const facts = [
    [say.columns.entered, <Moment key="in" at={stay.entered_at} />, laneName(stay.lane_in)],
    [say.columns.left, <Moment key="out" at={stay.left_at} />, laneName(stay.lane_out)],
    [say.columns.span, <Stayed key="span" stay={stay} />, ""],
  ] as const;
  return (
    <>
      <p class="stay-head">
        <Plate plate={stay.plate} large /> <span class="tag">{say.state[stay.state as keyof typeof say.state] ?? stay.state}</span>
      </p>
      <dl class="facts">
        {facts.map(([word, value, lane]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>
              {value} <span class="muted">{lane === "—" ? "" : lane}</span>
            </dd>
          </div>
        ))}
      </dl>
      {stay.offline && <p class="notice">{say.offlineAbout}</p>}
      {stay.bills.length === 0 ? <p class="muted">{say.noBill}</p> : stay.bills.map((bill) => <BillTable key={bill.bill} bill={bill} />)}
      <p class="muted">
        <code>{stay.visit}</code>
      </p>
    </>
  );
}
