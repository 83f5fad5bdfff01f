// Orders to gateways: those that wait for a second person first, then all of them with the steps that were told.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CommandView } from "#protocols/api/commands.ts";
import type { Problem } from "#protocols/api/views.ts";
import { Section } from "../bureau/section.tsx";
import { live, serverNow } from "../data/live.ts";
import { readOrders } from "../data/orders-api.ts";
import { sinceMs } from "../format/moments.ts";
import { placeName } from "../parts/place.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { More, TableHead } from "../parts/table.tsx";
import { narrow, route, show } from "../shell/route.ts";
import { devicePages } from "../shell/sections.ts";
import { personName } from "../shell/session.ts";
import { words as page, spanWords } from "../words/language.ts";
import { OrderApproval } from "./approval.tsx";
import { newestOrderEvent } from "./follow.ts";
import { actionName, targetName } from "./order-detail.tsx";
import { mayOrder, OrderForm } from "./order-form.tsx";
import { say } from "./say.ts";
import { awaiting, isAmiss, isOver, leftToApprove_ms, standingOf } from "./standing.ts";
import { StandingWord, Steps } from "./steps.tsx";
import { type OrderAction, orderActions, targetsOf } from "./targets.ts";

const again_ms = 5_000;
const views = ["all", "waiting", "running", "amiss", "done"] as const;
type View = (typeof views)[number];
const columns = ["order", "steps", "who", "reason", "asked"] as const;

function isIn(view: View, order: CommandView): boolean {
  const standing = standingOf(order, serverNow.peek());
  if (view === "all") return true;
  if (view === "waiting" || view === "done") return standing === view;
  return view === "running" ? !isOver(standing) && standing !== "waiting" : isAmiss(standing);
}

function Queue({ orders, again }: { orders: readonly CommandView[]; again: () => void }) {
  const words = say.value.queue;
  if (orders.length === 0) return null;
  return (
    <section class="panel second-person" aria-label={words.title} data-second-person={orders.length}>
      <header class="panel-head">
        <h2>
          {words.title} {orders.length}
        </h2>
      </header>
      <p class="muted about">{words.about}</p>
      <ul>
        {orders.map((view) => (
          <li key={view.id} data-awaiting={view.id}>
            <div>
              <button type="button" class="text order-title" onClick={() => show("order", view.id)}>
                <b>{actionName(view)}</b> {targetName(view)}
              </button>
              <p>{view.reason}</p>
              <p class="muted">
                {words.by(personName(view.person), spanWords(sinceMs(view.asked, serverNow.value) ?? 0, page.value))} ·{" "}
                {words.left(spanWords(leftToApprove_ms(view, serverNow.value), page.value))}
              </p>
            </div>
            <OrderApproval view={view} done={again} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Give({ done }: { done: () => void }) {
  const words = say.value;
  const [action, setAction] = useState<OrderAction | "">("");
  const [key, setKey] = useState("");
  const [turn, setTurn] = useState(0);
  const { gateways = [], lanes = [], sockets = [] } = live.value ?? {};
  const targets = action === "" ? [] : targetsOf(action, { gateways, lanes, sockets, nameOf: ({ id }) => placeName(id) });
  const target = targets.find((one) => one.key === key);
  return (
    <details class="care-open" data-give>
      <summary>{words.give}</summary>
      <div class="give-form">
        <div class="form-pair form">
          <label>
            {words.action}
            <select
              name="action"
              value={action}
              onChange={(event) => {
                setAction(event.currentTarget.value as OrderAction);
                setKey("");
              }}
            >
              <option value="">{words.choose}</option>
              {orderActions.map((one) => (
                <option key={one} value={one}>
                  {words.actions[one]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words.target}
            <select name="target" value={key} disabled={action === ""} onChange={(event) => setKey(event.currentTarget.value)}>
              <option value="">{action !== "" && targets.length === 0 ? words.noTrip : words.choose}</option>
              {targets.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        </div>
        {action !== "" && target !== undefined && (
          <OrderForm
            key={`${action} ${key} ${turn}`}
            action={action}
            target={target}
            close={() => {
              setTurn(turn + 1);
              done();
            }}
          />
        )}
      </div>
    </details>
  );
}

function Row({ view }: { view: CommandView }) {
  const { columns } = say.value;
  return (
    <tr data-order={view.id} data-standing={standingOf(view, serverNow.value)}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => show("order", view.id)}>
          {actionName(view)}
        </button>
        <small>{targetName(view)}</small>
      </th>
      <td data-column={columns.steps}>
        <StandingWord view={view} />
        <Steps view={view} />
      </td>
      <td data-column={columns.who}>
        {personName(view.person)}
        {view.approver !== null && <small class="muted">{personName(view.approver)}</small>}
      </td>
      <td data-column={columns.reason}>{view.reason}</td>
      <td data-column={columns.asked}>
        <Moment at={view.asked} />
      </td>
    </tr>
  );
}

function useOrders() {
  const [rows, setRows] = useState<readonly CommandView[] | null>(null);
  const [waiting, setWaiting] = useState<readonly CommandView[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const deeper = useRef(false);
  const heard = newestOrderEvent();
  useEffect(() => {
    let current = true;
    const read = async (): Promise<void> => {
      const [all, open] = await Promise.all([readOrders({}), readOrders({ state: "waiting", limit: 200 })]);
      if (!current) return;
      const failed = all.ok ? (open.ok ? null : open.problem) : all.problem;
      setProblem(failed);
      if (open.ok) setWaiting(open.value.items);
      if (!all.ok) return;
      const fresh = all.value.items;
      const known = new Set(fresh.map(({ id }) => id));
      // What was read further down stays below the newest.
      setRows((before) => (deeper.current ? [...fresh, ...(before ?? []).filter(({ id }) => !known.has(id))] : fresh));
      if (!deeper.current) setNext(all.value.next);
    };
    void read();
    const timer = setInterval(() => void read(), again_ms);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [heard, round]);
  const more = () => {
    if (next === null) return;
    deeper.current = true;
    void readOrders({ after: next }).then((answer) => {
      if (!answer.ok) return setProblem(answer.problem);
      setRows([...(rows ?? []), ...answer.value.items]);
      setNext(answer.value.next);
    });
  };
  return { rows, waiting, next, problem, more, again: () => setRound(round + 1) };
}

export function OrdersPage() {
  const words = say.value;
  const { rows, waiting, next, problem, more, again } = useOrders();
  const view = views.find((one) => one === route.value.view) ?? "all";
  const shown = (rows ?? []).filter((order) => isIn(view, order));
  return (
    <>
      <header class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.about}</p>
      </header>
      <Section of={devicePages} page="orders" />
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      <Queue orders={awaiting(waiting, serverNow.value)} again={again} />
      {mayOrder() ? <Give done={again} /> : <p class="muted about">{words.forbidden}</p>}
      <p class="segments orders-views">
        {views.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === view}
            data-view={one}
            onClick={() => narrow({}, one === "all" ? null : one)}
          >
            {words.view[one]}
          </button>
        ))}
      </p>
      {rows === null && problem === null && <p class="muted late">{page.value.loading}</p>}
      {rows !== null && shown.length === 0 && <Empty>{rows.length === 0 ? words.none : words.noneInView}</Empty>}
      {shown.length > 0 && (
        <table class="ledger orders-table live-region">
          <TableHead caption={words.title} heads={columns.map((column) => words.columns[column])} />
          <tbody>
            {shown.map((order) => (
              <Row key={order.id} view={order} />
            ))}
          </tbody>
        </table>
      )}
      <More next={next} word={words.more} further={more} />
    </>
  );
}
