// What the page knows, and how one message of the live stream changes it. Pure: the same messages give the same state, however often they are repeated.
import type { ExportView } from "#protocols/api/exports.ts";
import type {
  AlarmView,
  Counts,
  EventView,
  GatewayView,
  HazardView,
  LaneView,
  Overview,
  PropertyEntryView,
  ShedView,
  SocketView,
  StreamMessage,
} from "#protocols/api/views.ts";

/** How many events stay in the page's memory; older ones are asked of the server. */
export const keptEvents = 200;

export interface LiveState {
  /** Position in the stream: messages at or below it have had their effect. */
  readonly position: number;
  readonly demonstration: boolean;
  readonly sites: Overview["sites"];
  readonly gateways: readonly GatewayView[];
  readonly lanes: readonly LaneView[];
  readonly sockets: readonly SocketView[];
  readonly sheds: readonly ShedView[];
  readonly alarms: readonly AlarmView[];
  readonly entries: readonly PropertyEntryView[];
  readonly hazards: readonly HazardView[];
  /** Newest first, in the order in which the cloud heard of them. */
  readonly events: readonly EventView[];
  readonly counts: Counts;
  /** Files that are made for whoever looks, as far as the stream told of them. */
  readonly exports: readonly ExportView[];
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is heard stands before what has no gateway at all: a compound that somebody watches is not looked for below those of which nothing is known. */
const heardFirst = (gateways: readonly GatewayView[]) => {
  const heard = new Set(gateways.map(({ site }) => site));
  return (a: { readonly site: string }, b: { readonly site: string }): number => Number(heard.has(b.site)) - Number(heard.has(a.site));
};

export const socketOrder = (a: SocketView, b: SocketView): number =>
  byText(a.site, b.site) || byText(a.gateway, b.gateway) || byText(a.station, b.station) || a.number - b.number;

export function fromOverview(overview: Overview): LiveState {
  const { stream_id, demonstration, sites, gateways, lanes, sheds, alarms, entries, hazards, counts } = overview;
  const first = heardFirst(gateways);
  const events = [...overview.events].sort((a, b) => byText(b.received, a.received)).slice(0, keptEvents);
  return {
    position: stream_id,
    demonstration,
    sites,
    gateways,
    lanes: [...lanes].sort(first),
    sockets: [...overview.sockets].sort((a, b) => first(a, b) || socketOrder(a, b)),
    sheds,
    alarms,
    entries,
    hazards,
    events,
    counts,
    exports: [],
  };
}

/** Replaces the one that is the same thing, or adds it at the end. */
function put<T>(list: readonly T[], one: T, same: (other: T) => boolean): readonly T[] {
  const at = list.findIndex(same);
  return at < 0 ? [...list, one] : [...list.slice(0, at), one, ...list.slice(at + 1)];
}

const ofGateway =
  (one: { site: string; gateway: string }) =>
  (other: { site: string; gateway: string }): boolean =>
    other.site === one.site && other.gateway === one.gateway;

function effect(state: LiveState, message: StreamMessage): Partial<LiveState> {
  switch (message.kind) {
    case "gateway":
      return { gateways: put(state.gateways, message.view, ofGateway(message.view)) };
    case "lane": {
      const same = ofGateway(message.view);
      return { lanes: put(state.lanes, message.view, (other) => other.id === message.view.id && same(other)) };
    }
    case "socket": {
      const same = ofGateway(message.view);
      const sockets = put(state.sockets, message.view, (other) => other.id === message.view.id && same(other));
      const first = heardFirst(state.gateways);
      return { sockets: sockets.length === state.sockets.length ? sockets : [...sockets].sort((a, b) => first(a, b) || socketOrder(a, b)) };
    }
    case "shed": {
      const same = ofGateway(message.view);
      return { sheds: put(state.sheds, message.view, (other) => other.id === message.view.id && same(other)) };
    }
    case "alarm":
      return { alarms: put(state.alarms, message.view, (other) => other.id === message.view.id) };
    case "entry":
      return { entries: put(state.entries, message.view, (other) => other.id === message.view.id) };
    case "hazard":
      return { hazards: put(state.hazards, message.view, (other) => other.id === message.view.id) };
    case "export":
      return { exports: put(state.exports, message.view, (other) => other.id === message.view.id) };
    case "event":
      // A key that is known is not news: nothing is shown twice.
      if (state.events.some((other) => other.key === message.view.key)) return {};
      return { events: [message.view, ...state.events].slice(0, keptEvents) };
    case "counts":
      return { counts: message.view };
    case "reset":
      return {};
  }
}

export interface Numbered {
  readonly id: number;
  readonly message: StreamMessage;
}

/** A message at or below the position has had its effect already: a repeat after a reconnection changes nothing. */
export function apply(state: LiveState, { id, message }: Numbered): LiveState {
  if (id <= state.position) return state;
  return { ...state, ...effect(state, message), position: id };
}

export const applyAll = (state: LiveState, messages: readonly Numbered[]): LiveState => messages.reduce(apply, state);
