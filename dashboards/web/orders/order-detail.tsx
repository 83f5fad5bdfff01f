// One order in the drawer: who asked and who approved, why, each step with its time, and what came of it.
import { serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { placeName } from "../parts/place.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { Fields } from "../parts/table.tsx";
import { personName } from "../shell/session.ts";
import { words as page, said, spanWords } from "../words/language.ts";
import { OrderApproval } from "./approval.tsx";
import { Diagnosis } from "./diagnosis.tsx";
import { useOrder } from "./follow.ts";
import { say } from "./say.ts";
import { standingOf } from "./standing.ts";
import { StandingWord, Steps } from "./steps.tsx";

export const targetName = ({ args, gateway }: { readonly args: Readonly<Record<string, unknown>>; readonly gateway: string }): string => {
  const of = args.lane ?? args.socket;
  return typeof of === "string" ? placeName(of) : gateway;
};

/** Short, where the page gives it itself; otherwise as the contract calls it. */
export const actionName = ({
  action,
  action_zh,
  action_en,
}: {
  readonly action: string;
  readonly action_zh: string;
  readonly action_en: string;
}): string => (say.value.actions as Readonly<Record<string, string>>)[action] ?? said({ zh: action_zh, en: action_en });

export function OrderDetail({ id }: { id: string }) {
  const words = say.value;
  const { view, problem } = useOrder(id);
  if (view === null) return problem === null ? <p class="muted late">{page.value.loading}</p> : <ProblemNote problem={problem} />;
  const [from, to] = [parseMoment(view.issued), parseMoment(view.ended)];
  const rows: readonly (readonly [string, preact.ComponentChildren])[] = [
    [words.target, `${targetName(view)} · ${view.gateway}`],
    [words.reasonTitle, view.reason],
    [words.person, personName(view.person)],
    ...(view.approver === null ? [] : [[words.approver, personName(view.approver)] as const]),
    [words.columns.asked, <Moment key="asked" at={view.asked} />],
    ...(view.expires === null ? [] : [[words.expires, <Moment key="expires" at={view.expires} />] as const]),
    [words.number, <code key="id">{view.id}</code>],
  ];
  return (
    <div class="order-detail" data-order-detail={view.id} data-standing={standingOf(view, serverNow.value)}>
      <p class="order-title">
        <b>{actionName(view)}</b> {targetName(view)}
      </p>
      <p>
        <StandingWord view={view} />
        {from !== undefined && to !== undefined && to >= from && to - from >= 1_000 && (
          <span class="muted"> {words.late(spanWords(to - from, page.value))}</span>
        )}
      </p>
      <Steps view={view} />
      <OrderApproval view={view} done={() => undefined} />
      <Fields rows={rows} />
      {view.action === "gateway.diagnose" && <Diagnosis view={view} />}
    </div>
  );
}
