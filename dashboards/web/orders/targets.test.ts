// Orders that the page gives are the gateways' own actions, each with the arguments that it takes.
import Value from "typebox/value";
import { expect, test } from "vitest";
import type { GatewayView, LaneView, SocketView } from "#protocols/api/views.ts";
import { actions } from "#protocols/uplink/commands.ts";
import { argsOf, chosenOf, holdMinutes, type Known, orderActions, targetsOf } from "./targets.ts";

const at = { site: "jinxiu", gateway: "gw-1" };
const known: Known = {
  gateways: [{ ...at, state: "online" } as GatewayView],
  lanes: [{ ...at, id: "east-in" } as LaneView],
  sockets: [{ ...at, id: "station-1/3", trip: "trip-0001" } as SocketView, { ...at, id: "station-1/4", trip: null } as SocketView],
  nameOf: ({ id }) => id,
};

test("every action that the page gives is one of the gateways', and what it sends is what that one takes", () => {
  for (const action of orderActions) {
    const wanted = Object.keys(actions[action].args.properties).sort();
    const [target] = targetsOf(action, known);
    expect(Object.keys({ ...target?.args, ...chosenOf(action, 10) }).sort(), action).toEqual(wanted);
  }
  const { minutes } = actions["gate.hold"].args.properties;
  for (const one of holdMinutes) expect(Value.Check(minutes, one), String(one)).toBe(true);
});

test("a latch is reset by its trip alone: a socket without one is not offered", () => {
  expect(targetsOf("socket.reset-latch", known).map(({ key, args }) => [key, args])).toEqual([
    ["jinxiu/gw-1/station-1/3", { socket: "station-1/3", trip: "trip-0001" }],
  ]);
  expect(argsOf("socket.reset-latch", { id: "station-1/4", trip: null })).toBeNull();
  expect(targetsOf("socket.stop", known)).toHaveLength(2);
});
