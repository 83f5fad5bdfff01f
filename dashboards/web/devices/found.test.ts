// How a device is found to be: what is amiss first, what nobody knows next, proof by its own readings alone.
import { expect, test } from "vitest";
import type { DeviceView } from "#protocols/api/devices.ts";
import type { SocketView } from "#protocols/api/views.ts";
import { inOrder, isWanted, seenOf } from "./found.ts";

const device = (id: string, given: Partial<DeviceView> = {}): DeviceView => ({
  ...{ site: "jinxiu", gateway: "gw-1", kind: "camera", id, name: "东门入口", of: "east-in", model: "vzenith-http" },
  ...{ state: "well", zh: null, en: null, alarm: null, since: null, seen: null, ...given },
});

test.each([
  [{}, true],
  [{ text: "VZENITH" }, true],
  [{ text: "东门" }, true],
  [{ text: "西门" }, false],
  [{ source: "camera", state: "well" }, true],
  [{ source: "barrier" }, false],
  [{ state: "amiss" }, false],
] as const)("looked for by %j: %s", (filters, wanted) => {
  expect(isWanted(device("cam-1"), filters)).toBe(wanted);
});

test("what is amiss stands first, then what nobody knows, else the file's own order", () => {
  const rows = inOrder([
    device("a"),
    device("b", { state: "unheard" }),
    device("c", { state: "amiss" }),
    device("d"),
    device("e", { state: "amiss" }),
  ]);
  expect(rows.map(({ id }) => id)).toEqual(["c", "e", "b", "a", "d"]);
});

test("a station lives by its newest reading; without one it has no proof, whatever other stations have", () => {
  const sockets = [
    { site: "jinxiu", gateway: "gw-1", station: "station-1", seen: "2026-11-25T12:00:00.000+08:00" },
    { site: "jinxiu", gateway: "gw-1", station: "station-1", seen: "2026-11-25T12:00:09.000+08:00" },
    { site: "jinxiu", gateway: "gw-1", station: "station-1", seen: null },
    { site: "jinxiu", gateway: "gw-2", station: "station-2", seen: "2026-11-25T12:00:10.000+08:00" },
  ] as SocketView[];
  expect(seenOf(device("station-1", { kind: "station" }), sockets)).toBe("2026-11-25T12:00:09.000+08:00");
  expect(seenOf(device("station-2", { kind: "station" }), sockets)).toBeNull();
});
