// Opening a gate by hand: one digit is the reason and sends; what needs more words asks for them. One dialog is one order, however often it is pressed.
import { useEffect, useRef, useState } from "preact/hooks";
import type { LaneView, Problem } from "#protocols/api/views.ts";
import { newName } from "../data/order-name.ts";
import { Drawer } from "../parts/drawer.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { order } from "./commands.tsx";
import { Frame } from "./frame.tsx";

/** 1–9 and 0: the digit that a guard presses; `note`: the reason alone would not do. */
export const openReasons = [
  { key: "1", code: "misread", note: false },
  { key: "2", code: "paid-elsewhere", note: true },
  { key: "3", code: "emergency", note: false },
  { key: "4", code: "visitor", note: false },
  { key: "5", code: "equipment", note: false },
  { key: "6", code: "other", note: true },
  { key: "7", code: "rush-hour", note: false },
  { key: "8", code: "ceremony", note: false },
  { key: "9", code: "moving", note: false },
] as const;
type Reason = (typeof openReasons)[number];

/** The name of an order: made once for a dialog, so that a second press and a retry are the same order. */
export function useOrderName(): string {
  const name = useRef("");
  if (name.current === "") name.current = newName();
  return name.current;
}

/** `frame`: of the read that it is opened for; undefined: it is opened for nobody's. */
export function OpenGate({ lane, frame, close }: { lane: LaneView; frame?: string | null | undefined; close: () => void }) {
  const say = words.value.openGate;
  const name = useOrderName();
  const [asks, setAsks] = useState<Reason | null>(null);
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const sending = useRef(false);
  const first = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  useEffect(() => {
    if (asks !== null) field.current?.focus();
  }, [asks]);

  const send = (reason: string) => {
    // A ref, not a state: two presses within one frame see it.
    if (sending.current) return;
    sending.current = true;
    setProblem(null);
    const asked = { site: lane.site, gateway: lane.gateway, action: "gate.open" as const, args: { lane: lane.id }, reason };
    void order(asked, name).then((answer) => {
      sending.current = false;
      if (answer.ok) close();
      else setProblem(answer.problem);
    });
  };
  const choose = (reason: Reason) => (reason.note ? setAsks(reason) : send(say.reasons[reason.code]));
  const onKeyDown = (event: KeyboardEvent) => {
    if (asks !== null || event.ctrlKey || event.altKey || event.metaKey) return;
    const reason = openReasons.find(({ key }) => key === event.key);
    // Enter on nothing chosen sends nothing: the first reason is no default.
    if (event.key === "Enter" && event.target === first.current && !event.repeat) return void event.preventDefault();
    if (reason === undefined) return;
    event.preventDefault();
    choose(reason);
  };
  return (
    <Drawer title={`${say.title} · ${lane.name}`} kind="middle" onClose={close}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the digits are short for the buttons inside */}
      <div class="open-gate" data-open-gate={lane.id} onKeyDown={onKeyDown}>
        {frame !== undefined && <Frame key={frame} frame={frame} name={lane.name} large />}
        <p class="muted">{say.about}</p>
        {problem !== null && <ProblemNote problem={problem} />}
        {asks === null ? (
          <ul class="reasons">
            {openReasons.map((reason, index) => (
              <li key={reason.code}>
                <button type="button" ref={index === 0 ? first : null} data-reason={reason.code} onClick={() => choose(reason)}>
                  <kbd>{reason.key}</kbd> {say.reasons[reason.code]}
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              send(`${say.reasons[asks.code]}：${note.trim()}`);
            }}
          >
            <label>
              {say.reasons[asks.code]}
              <input
                ref={field}
                name="note"
                required
                minLength={2}
                maxLength={150}
                placeholder={say.notePlaceholder[asks.code as keyof typeof say.notePlaceholder]}
                value={note}
                onInput={(event) => setNote(event.currentTarget.value)}
              />
            </label>
            {asks.code === "paid-elsewhere" && <p class="muted">{say.cash}</p>}
            <p class="form-acts">
              <button type="submit" class="primary">
                {say.send}
              </button>
              <button type="button" onClick={() => setAsks(null)}>
                {say.back}
              </button>
            </p>
          </form>
        )}
      </div>
    </Drawer>
  );
}
