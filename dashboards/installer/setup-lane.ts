// One lane of the first run: its questions, its board as it is, and its arm opened once before the eyes of who asks for it.
import type { SetupBarrier, SetupBarrierAsked } from "#protocols/api/setup-lanes.ts";
import { element as h } from "../booth/elements.ts";
import { state, value } from "./setup-state.ts";
import { choice, field, type Show, working } from "./setup-steps.ts";

/** What each board said last; forgotten with the lane. */
const boards = new Map<number, SetupBarrier>();
export const forgetBoards = (): void => boards.clear();

const of = (lane: number, name: string): string => `${lane}.${name}`;

function asked(lane: number, open: boolean): SetupBarrierAsked {
  const said = (name: string): string => value(of(lane, name));
  return {
    ...{ profile: said("profile"), host: said("host").trim(), port: Number(said("port")), unit: Number(said("unit")) },
    ...{ open, at_gate: said("atGate") === "yes", confirm: said("confirm") },
  };
}

const lamp = (on: boolean, word: string): HTMLElement =>
  h("li", { class: on ? "lamp on" : "lamp" }, h("span", { class: "mark", "aria-hidden": "true" }, on ? "●" : "○"), word);

function boardShown({ board, opened }: SetupBarrier, lane: number): HTMLElement {
  const words = state.words.lanes;
  const { lamps } = words;
  const ms = (one: number | null): string => (one === null ? words.notSeen : `${Math.round(one)} ms`);
  return h(
    "div",
    { "data-board": lane, role: "status" },
    h(
      "ul",
      { class: "lamps" },
      ...(["approach", "under", "open", "closed", "moving", "fault"] as const).map((name) => lamp(board[name], lamps[name])),
    ),
    h("p", { class: "muted" }, words.counts(board.opened, board.passed)),
    opened !== null &&
      h(
        "p",
        { class: opened.open_ms === null ? "wrong" : "fine", "data-opened": opened.open_ms === null ? "unseen" : "seen" },
        words.times(ms(opened.echoed_ms), ms(opened.moving_ms), ms(opened.open_ms)),
      ),
  );
}

function arm(lane: number, show: Show): HTMLElement[] {
  const words = state.words.lanes;
  const { api, busy } = state;
  const ask = (open: boolean) => (): void =>
    void working(show, async () => {
      if (api === undefined) return;
      boards.delete(lane);
      const told = await api.barrier(asked(lane, open));
      boards.set(lane, told);
      // Each opening is its own: the next one is confirmed anew.
      if (open) Object.assign(state.typed, { [of(lane, "confirm")]: "", [of(lane, "atGate")]: "" });
    });
  const tick = (event: Event): void => {
    state.typed[of(lane, "atGate")] = (event.target as HTMLInputElement).checked ? "yes" : "";
    show();
  };
  const ready = value(of(lane, "atGate")) === "yes";
  const board = boards.get(lane);
  const button = (key: string, label: string, click: () => void, disabled: boolean): HTMLElement =>
    h("button", { type: "button", "data-key": of(lane, key), disabled: busy || disabled, click }, label);
  return [
    h("p", { class: "does" }, button("look", busy ? words.looking : words.look, ask(false), false)),
    ...(board === undefined ? [] : [boardShown(board, lane)]),
    h(
      "details",
      { open: ready },
      h("summary", {}, words.tryTitle),
      h(
        "label",
        { class: "tick" },
        h("input", { type: "checkbox", "data-key": of(lane, "atGate"), name: of(lane, "atGate"), checked: ready, change: tick }),
        words.atGate,
      ),
      field(of(lane, "confirm"), words.confirm),
      h("p", { class: "does" }, button("open", busy ? words.trying : words.tryOpen, ask(true), !ready)),
    ),
  ];
}

export function laneShown(lane: number, show: Show, drop: () => void): HTMLElement {
  const words = state.words.lanes;
  const { known } = state;
  const models = known === undefined ? [] : known.profiles.filter(({ barrier }) => barrier);
  const paths = state.cameras === undefined ? [] : state.cameras.paths;
  return h(
    "fieldset",
    { class: "group lane", "data-lane": lane },
    h("legend", {}, words.lane(lane + 1)),
    field(of(lane, "name"), words.name),
    choice(of(lane, "direction"), words.direction, { entry: words.entry, exit: words.exit }),
    choice(of(lane, "protocol"), words.protocol, Object.fromEntries(paths.map(({ protocol }) => [protocol, protocol]))),
    field(of(lane, "serialno"), words.serialno),
    field(of(lane, "address"), words.address, { inputmode: "decimal" }),
    choice(of(lane, "profile"), words.profile, Object.fromEntries(models.map(({ id }) => [id, id]))),
    field(of(lane, "host"), words.host, { inputmode: "decimal" }),
    field(of(lane, "port"), words.port, { inputmode: "numeric" }),
    field(of(lane, "unit"), words.unit, { inputmode: "numeric" }),
    ...arm(lane, show),
    h("p", { class: "does" }, h("button", { type: "button", "data-key": of(lane, "drop"), click: drop }, words.drop)),
  );
}
