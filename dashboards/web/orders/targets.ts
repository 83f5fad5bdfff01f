// What an order can be given to, out of what the page knows. Pure.
import type { CommandAsked } from "#protocols/api/commands.ts";
import type { GatewayView, LaneView, SocketView } from "#protocols/api/views.ts";

export const orderActions = [
  ...(["gate.open", "gate.close", "gate.hold", "gate.release", "gate.lock", "gate.unlock"] as const),
  ...(["socket.start", "socket.stop", "socket.reset-latch", "gateway.diagnose"] as const),
] as const satisfies readonly CommandAsked["action"][];
export type OrderAction = (typeof orderActions)[number];

export interface Target {
  readonly key: string;
  readonly name: string;
  readonly site: string;
  readonly gateway: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface Known {
  readonly gateways: readonly GatewayView[];
  readonly lanes: readonly LaneView[];
  readonly sockets: readonly SocketView[];
  /** How people call a lane or a socket. */
  readonly nameOf: (of: { readonly site: string; readonly id: string }) => string;
}

/** Of which kind a thing is that this action acts upon. */
export const kindOf = (action: OrderAction): "lane" | "socket" | "gateway" =>
  action.startsWith("gate.") ? "lane" : action.startsWith("socket.") ? "socket" : "gateway";

/** How long a hold may be asked for; the gateway takes an hour at most. */
export const holdMinutes = [5, 10, 15, 30, 60] as const;
/** What a person chooses besides the thing itself. */
export const chosenOf = (action: OrderAction, minutes: number): Readonly<Record<string, number>> =>
  action === "gate.hold" ? { minutes } : {};

/** A latch is reset by the trip that a person has seen: what this page shows is what is carried out. */
export function argsOf(
  action: OrderAction,
  of: { readonly id: string; readonly trip?: string | null },
): Readonly<Record<string, string>> | null {
  if (kindOf(action) === "lane") return { lane: of.id };
  if (kindOf(action) === "gateway") return {};
  if (action !== "socket.reset-latch") return { socket: of.id };
  return of.trip === null || of.trip === undefined ? null : { socket: of.id, trip: of.trip };
}

export function targetsOf(action: OrderAction, { gateways, lanes, sockets, nameOf }: Known): readonly Target[] {
  const kind = kindOf(action);
  if (kind === "gateway")
    return gateways.map(({ site, gateway }) => ({ key: `${site}/${gateway}`, name: gateway, site, gateway, args: {} }));
  const things: readonly (LaneView | SocketView)[] = kind === "lane" ? lanes : sockets;
  return things.flatMap((thing) => {
    const { site, gateway, id } = thing;
    const args = argsOf(action, thing as { id: string; trip?: string | null });
    return args === null ? [] : [{ key: `${site}/${gateway}/${id}`, name: nameOf(thing), site, gateway, args }];
  });
}
