// Cars that wait for a person, longest first, worked off by the keyboard: F2 says which car it is, F8 opens by hand.
import { computed, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { compositeId } from "../data/choices.ts";
import { live, serverNow } from "../data/live.ts";
import { longWaitMs, queueOf, type Waiting } from "../data/queue.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { Moment, Panel, Plate } from "../parts/small.tsx";
import { said, spanWords, words } from "../words/language.ts";
import { ChooseCar } from "./choose-car.tsx";
import { mayOrder } from "./commands.tsx";
import { Frame } from "./frame.tsx";
import { OpenGate } from "./open-gate.tsx";

export const queue = computed(() => queueOf({ lanes: live.value?.lanes ?? [], events: live.value?.events ?? [] }, serverNow.value));
/** What lies open on top, for which lane. */
export const opened = signal<{ readonly what: "choose" | "open"; readonly id: string } | null>(null);
/** A car that was being dealt with stays in its dialog, whatever the lane says meanwhile. */
const held = signal<Waiting | null>(null);

function start(what: "choose" | "open", id: string): void {
  held.value = queue.peek().find((one) => one.id === id) ?? null;
  opened.value = { what, id };
}

function Item({ one, first }: { one: Waiting; first: boolean }) {
  const say = words.value.queue;
  const { lane } = one;
  const long = one.waited_ms > longWaitMs;
  return (
    <li
      class={`waiting-car${long ? " long" : ""}`}
      data-waiting={one.id}
      aria-label={`${lane.name} ${lane.last?.plate ?? words.value.lanes.noPlate}`}
      tabIndex={first ? 0 : -1}
    >
      <Frame key={one.frame} frame={one.frame} name={lane.name} />
      <div class="waiting-facts">
        <h3>
          <PriorityGlyph priority={long ? 2 : 3} />
          <span class="waiting-lane" title={lane.name}>
            {lane.name}
          </span>
          <Moment at={lane.last?.at ?? null} />
          <span class="waiting-time">{say.waits(spanWords(one.waited_ms, words.value))}</span>
        </h3>
        <p class="waiting-why">
          <Plate plate={lane.last?.plate ?? null} large />
          <span>
            <b>{say.why}</b> {lane.last === null ? "" : said(lane.last)}
          </span>
        </p>
      </div>
      {mayOrder() && (
        <div class="waiting-acts">
          {one.candidates.length > 0 && (
            <button type="button" class="primary" data-act="choose" onClick={() => start("choose", one.id)}>
              <kbd>F2</kbd> {say.choose(one.candidates.length)}
            </button>
          )}
          <button type="button" data-act="open" onClick={() => start("open", one.id)}>
            <kbd>F8</kbd> {words.value.openGate.title}
          </button>
        </div>
      )}
    </li>
  );
}

/** Function keys that Chrome leaves alone; for the row that has the focus, else for the longest wait. */
function onFunctionKey(event: KeyboardEvent): void {
  if ((event.key !== "F2" && event.key !== "F8") || opened.peek() !== null || !mayOrder()) return;
  if (document.querySelector("dialog[open]") !== null) return;
  const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-waiting]")?.dataset.waiting;
  const rows = queue.peek();
  const one = rows.find(({ id }) => id === focused) ?? rows[0];
  if (one === undefined || (event.key === "F2" && one.candidates.length === 0)) return;
  event.preventDefault();
  start(event.key === "F2" ? "choose" : "open", one.id);
}

function useFocusOfQueue(ids: readonly string[]) {
  const list = useRef<HTMLUListElement>(null);
  const inside = useRef(false);
  // Where a row was and is no more, the next one has its focus: the work goes on without a mouse.
  useLayoutEffect(() => {
    const nowhere = document.activeElement === null || document.activeElement === document.body;
    if (inside.current && nowhere) (list.current?.firstElementChild as HTMLElement | null)?.focus();
  }, [ids.join(" "), opened.value]);
  return {
    list,
    onFocusIn: () => {
      inside.current = true;
    },
    onFocusOut: (event: FocusEvent) => {
      // To another place by somebody's own act; to nowhere when the row itself went.
      if (event.relatedTarget !== null && !list.current?.contains(event.relatedTarget as Node))
        inside.current = (event.relatedTarget as HTMLElement).closest("dialog") !== null;
    },
  };
}

function onArrow(event: KeyboardEvent): void {
  const down = event.key === "ArrowDown" || event.key === "j";
  if (!down && event.key !== "ArrowUp" && event.key !== "k") return;
  const row = (event.target as HTMLElement).closest("[data-waiting]");
  const next = (down ? row?.nextElementSibling : row?.previousElementSibling) as HTMLElement | null | undefined;
  next?.focus();
  event.preventDefault();
}

export function Queue() {
  const say = words.value.queue;
  const rows = queue.value;
  const { list, onFocusIn, onFocusOut } = useFocusOfQueue(rows.map(({ id }) => id));
  useEffect(() => {
    addEventListener("keydown", onFunctionKey);
    return () => removeEventListener("keydown", onFunctionKey);
  }, []);
  const open = opened.value;
  const lane = open === null ? undefined : (live.value?.lanes ?? []).find((one) => compositeId(one) === open.id);
  const close = () => {
    opened.value = null;
  };
  return (
    <>
      {rows.length > 0 && (
        <Panel
          title={`${say.title} ${rows.length}`}
          aside={<span class="muted keys-hint">{say.keys}</span>}
          class="queue-panel live-region"
        >
          <ul ref={list} class="queue scroll" aria-label={say.title} onFocusIn={onFocusIn} onFocusOut={onFocusOut} onKeyDown={onArrow}>
            {rows.map((one, index) => (
              <Item key={one.id} one={one} first={index === 0} />
            ))}
          </ul>
        </Panel>
      )}
      {open?.what === "open" && lane !== undefined && (
        <OpenGate lane={lane} frame={held.value?.id === open.id ? held.value.frame : undefined} close={close} />
      )}
      {open?.what === "choose" && held.value !== null && <ChooseCar waiting={held.value} close={close} />}
    </>
  );
}
