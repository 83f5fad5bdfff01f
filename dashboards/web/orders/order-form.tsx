// Giving an order: what it does, why it is given, and then how it goes. One form is one order, however often it is sent.
import { useRef, useState } from "preact/hooks";
import type { CommandView } from "#protocols/api/commands.ts";
import type { Problem } from "#protocols/api/views.ts";
import { askCommand } from "../data/api.ts";
import { newName } from "../data/order-name.ts";
import { Drawer } from "../parts/drawer.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { person } from "../shell/session.ts";
import { useOrder } from "./follow.ts";
import { say } from "./say.ts";
import { StandingWord, Steps } from "./steps.tsx";
import { chosenOf, holdMinutes, type OrderAction, type Target } from "./targets.ts";

const dangerous: readonly OrderAction[] = ["gate.lock", "gate.hold", "socket.reset-latch"];
export const mayOrder = (): boolean => person.value?.role === "booth" || person.value?.role === "property-manager";

function Following({ first }: { first: CommandView }) {
  const { view, problem } = useOrder(first.id, first);
  const now = view ?? first;
  return (
    <section class="following" aria-live="polite" data-order={now.id}>
      <Steps view={now} />
      <p>
        <StandingWord view={now} />
      </p>
      {problem !== null && <ProblemNote problem={problem} />}
      <p class="form-acts">
        <button type="button" class="text" onClick={() => show("order", now.id)}>
          {say.value.number} <code>{now.id.slice(0, 8)}</code>
        </button>
      </p>
    </section>
  );
}

export function OrderForm({ action, target, close }: { action: OrderAction; target: Target; close?: () => void }) {
  const words = say.value;
  const name = useRef(newName());
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<number>(10);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [given, setGiven] = useState<CommandView | null>(null);
  const two = dangerous.includes(action);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setProblem(null);
    const { site, gateway, args } = target;
    void askCommand({ site, gateway, action, args: { ...args, ...chosenOf(action, minutes) }, reason: reason.trim() }, name.current).then(
      (answer) => {
        setSending(false);
        if (answer.ok) setGiven(answer.value);
        else setProblem(answer.problem);
      },
    );
  };
  if (given !== null)
    return (
      <>
        <Following first={given} />
        {close !== undefined && (
          <p class="form-acts">
            <button type="button" onClick={close}>
              {words.again}
            </button>
          </p>
        )}
      </>
    );
  return (
    <form class="form order-form" onSubmit={send} data-order-form={action}>
      <p>{words.effect[action]}</p>
      {two && <p class="notice">{words.twoPeople}</p>}
      {action === "gate.hold" && (
        <fieldset class="hold-minutes">
          <legend>{words.holdFor}</legend>
          {holdMinutes.map((one) => (
            <label key={one} class={`chip${one === minutes ? " chosen" : ""}`}>
              <input type="radio" name="minutes" value={one} checked={one === minutes} onChange={() => setMinutes(one)} />
              {words.minutes(one)}
            </label>
          ))}
        </fieldset>
      )}
      <label>
        {words.reason}
        <input
          name="reason"
          required
          minLength={2}
          maxLength={200}
          autocomplete="off"
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <p class="form-acts quick-reasons">
        {words.reasons.map((one) => (
          <button key={one} type="button" class="chip" aria-pressed={reason === one} onClick={() => setReason(one)}>
            {one}
          </button>
        ))}
      </p>
      {problem !== null && <ProblemNote problem={problem} />}
      <p class="form-acts">
        <button type="submit" class="primary" aria-disabled={sending}>
          {sending ? words.sending : two ? words.ask : words.send}
        </button>
        {close !== undefined && (
          <button type="button" onClick={close}>
            {words.cancel}
          </button>
        )}
      </p>
    </form>
  );
}

/** The orders that a thing takes, one open at a time. Nothing for a post that gives none. */
export function OrdersOf({
  actions,
  target,
}: {
  actions: readonly { readonly action: OrderAction; readonly args: Target["args"] | null }[];
  target: Omit<Target, "args">;
}) {
  const [open, setOpen] = useState<OrderAction | null>(null);
  const words = say.value;
  if (!mayOrder()) return null;
  const chosen = actions.find(({ action }) => action === open);
  return (
    <section class="orders-of" aria-label={words.give}>
      <p class="form-acts">
        {actions.map(({ action, args }) => (
          <button
            key={action}
            type="button"
            data-order-action={action}
            aria-expanded={open === action}
            aria-disabled={args === null}
            title={args === null ? words.noTrip : words.effect[action]}
            onClick={() => args !== null && setOpen(open === action ? null : action)}
          >
            {words.actions[action]}
          </button>
        ))}
      </p>
      {chosen !== undefined && chosen.args !== null && (
        <OrderForm key={chosen.action} action={chosen.action} target={{ ...target, args: chosen.args }} close={() => setOpen(null)} />
      )}
    </section>
  );
}

export function OrderDialog({ action, target, close }: { action: OrderAction; target: Target; close: () => void }) {
  return (
    <Drawer title={`${say.value.actions[action]} · ${target.name}`} kind="middle" onClose={close}>
      <OrderForm action={action} target={target} />
    </Drawer>
  );
}
