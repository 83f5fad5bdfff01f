// Meters above sockets in the site file: read as written, and held against the stations that are there.
import { expect, test } from "vitest";
import { parseSiteConfig } from "./read.ts";
import { exampleSite } from "./reference.ts";

const meter = (over = "", sockets = "[station-1/1]") => `
energy_meters:
  - id: meter-in-1
    name: 1号棚进线总表
    address: "202107072529"
    at: { kind: tcp, host: 192.168.1.60, port: 4001, baud: 2400 }
    sockets: ${sockets}
    loss_percent: 5
${over}`;
const again = (id: string, address: string, socket: string) =>
  `  - { id: ${id}, name: 表, address: "${address}", at: { kind: tcp, host: 192.168.1.60, port: 4001, baud: 2400 }, sockets: [${socket}], loss_percent: 5 }\n`;
const site = (text: string) => parseSiteConfig(`${exampleSite()}${text}`, "site.yaml");

test("a meter is read as it is written", () => {
  const read = site(meter());
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  expect(read.config.energy_meters?.[0]).toMatchObject({
    id: "meter-in-1",
    address: "202107072529",
    sockets: ["station-1/1"],
    loss_percent: 5,
  });
});

test.each([
  ["a station that is not there", meter("", "[station-9]"), "energy_meters[0].sockets[0]", /no such station: station-9/],
  ["a socket that is not there", meter("", "[station-1/99]"), "energy_meters[0].sockets[0]", /station-1 has \d+ sockets/],
  ["an address twice on one place", meter(again("meter-in-2", "202107072529", "station-1/2")), "energy_meters[1].address", /address twice/],
  [
    "a socket below two meters",
    meter(again("meter-in-2", "000000000042", "station-1/1")),
    "energy_meters[1].sockets[0]",
    /below meter-in-1 already/,
  ],
  ["an id twice", meter(again("meter-in-1", "000000000042", "station-1/2")), "energy_meters[1].id", /twice/],
])("%s is refused, with its place", (_, text, path, words) => {
  const read = site(text);
  const found = read.kind === "complaints" ? read.complaints.filter((one) => one.path === path) : [];
  expect(found.map(({ en }) => en).join("\n")).toMatch(words);
});
