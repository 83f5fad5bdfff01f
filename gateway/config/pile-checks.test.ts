// Piles in the site file: what is written is read, and each promise that such a pile cannot keep is refused with its remedy.
import { expect, test } from "vitest";
import { parseSiteConfig } from "./read.ts";
import { exampleSite } from "./reference.ts";

const hosts = (over = "", pile = "", more = "") => `
pile_hosts:
  - id: piles-1
    kind: dny
    host: 192.168.1.10
    port: 8600
    cut_by: firmware
${over}    piles:
      - id: pile-1
        name: 2号棚双路桩
        number: 04CEAA40
        ports: 2
        time_most_s: 28800
        overload_W: 500
${pile}${more}`;
const another = (id: string, number: string) =>
  `      - { id: ${id}, name: 桩, number: ${number}, ports: 2, time_most_s: 28800, overload_W: 500 }\n`;
const site = (text: string) => parseSiteConfig(`${exampleSite()}${text}`, "site.yaml");

test("a pile host is read as it is written", () => {
  const read = site(hosts());
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  expect(read.config.pile_hosts?.[0]).toMatchObject({ kind: "dny", cut_by: "firmware", piles: [{ id: "pile-1", number: "04CEAA40" }] });
});

test.each([
  [
    "a one-second promise",
    hosts("    cutoff_ms: 1000\n"),
    "pile_hosts[0].cutoff_ms",
    /every 5 minutes.*cannot be cut within 1000 ms.*Take cutoff_ms away.*stations on a line|Take cutoff_ms away/,
  ],
  ["a minute's promise", hosts("    cutoff_ms: 60000\n"), "pile_hosts[0].cutoff_ms", /sheds\.contactor/],
  ["nobody named who cuts", hosts().replace("    cut_by: firmware\n", ""), "pile_hosts[0].cut_by", /./],
  ["a promise of the gateway", hosts().replace("cut_by: firmware", "cut_by: gateway"), "pile_hosts[0].cut_by", /./],
  ["a station's name", hosts().replace("id: pile-1", "id: station-1"), "pile_hosts[0].piles[0].id", /twice: station-1/],
  ["a number twice", hosts("", "", another("pile-2", "04CEAA40")), "pile_hosts[0].piles[1].number", /twice/],
  ["an id twice", hosts("", "", another("pile-1", "04CEAA41")), "pile_hosts[0].piles[1].id", /twice/],
  ["a number of another kind", hosts().replace("04CEAA40", '"5348240514082652"'), "pile_hosts[0].piles[0].number", /8 hexadecimal digits/],
  ["no such shed", hosts("", "        shed: shed-9\n"), "pile_hosts[0].piles[0].shed", /no such shed/],
  ["labels that do not fit", hosts("", '        labels: ["1"]\n'), "pile_hosts[0].piles[0].labels", /2 sockets, and 1 labels/],
])("%s is refused, with its place and how to mend it", (_, text, path, words) => {
  const read = site(text);
  const found = read.kind === "complaints" ? read.complaints : [];
  expect(found.map((one) => one.path)).toContain(path);
  expect(found.find((one) => one.path === path)?.en).toMatch(words);
});

test("a station that is hung on piles as on a line is refused: no line promises for them", () => {
  const read = parseSiteConfig(`${exampleSite().replace("line: line-1", "line: piles-1")}${hosts()}`, "site.yaml");
  const said = read.kind === "complaints" ? read.complaints.map(({ path, en }) => `${path} ${en}`) : [];
  expect(said.find((one) => one.includes("host of piles"))).toMatch(/stations\[0\]\.line.*write the pile under pile_hosts/);
});

const shed = (contactor: string) => `
devices:
  - { id: io-1, name: 板, line: line-1, unit: 11, profile: relays/waveshare-8-in-8 }
sheds:
  - id: shed-1
    name: 棚
    stations: [station-1]
    blind_ms: 10000
    inputs:
      - { id: smoke-1, name: 烟感, kind: smoke, device: io-1, point: input_closed, channel: 1, active: 0 }
${contactor}    supply: { phases: [{ phase: L1, breaker_mA: 63000, sockets: [station-1] }] }
    provenance: 按图
`;
test("a pile in a shed that opens at once when it burns needs a contactor above", () => {
  const inShed = hosts("", "        shed: shed-1\n");
  const without = site(`${shed("")}${inShed}`);
  const said = without.kind === "complaints" ? without.complaints.filter(({ path }) => path.endsWith(".shed")) : [];
  expect(said.map(({ en }) => en).join()).toMatch(/put a contactor above the shed/);
  const withOne = site(`${shed("    contactor: { device: io-1, relay: 1, held_by: flash }\n")}${inShed}`);
  const left = withOne.kind === "complaints" ? withOne.complaints.filter(({ path }) => path.includes("pile_hosts")) : [];
  expect(left).toEqual([]);
});
