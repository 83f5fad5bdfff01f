// A browser is opened for a person at a screen, and for nobody else.
import { expect, test } from "vitest";
import { openerFor } from "./open-browser.ts";

test.each([
  ["a desktop", "linux", true, { DISPLAY: ":0" }, "xdg-open"],
  ["a desktop of the newer kind", "linux", true, { WAYLAND_DISPLAY: "wayland-0" }, "xdg-open"],
  ["a Mac", "darwin", true, {}, "open"],
  ["a server", "linux", true, {}, undefined],
  ["from afar", "linux", true, { DISPLAY: ":10", SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" }, undefined],
  ["in a pipe", "linux", false, { DISPLAY: ":0" }, undefined],
  ["in continuous integration", "linux", true, { DISPLAY: ":99", CI: "1" }, undefined],
] as const)("%s", (_, platform, terminal, env, wanted) => {
  expect(openerFor(platform, { terminal, env })).toBe(wanted);
});
