// The site file: every wrong file is named with its place and what was meant; the schema and the words agree; the timing table reads down the page.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Complaint } from "./complaint.ts";
import { namedFileComplaints } from "./named-files.ts";
import { loadProfile, profileNames } from "./profiles.ts";
import { parseSiteConfig, readSiteConfig } from "./read.ts";
import { editorSchema, exampleSite } from "./reference.ts";
import { type LineConfig, SiteConfig, siteConfigSchema } from "./schema.ts";
import { checkShape } from "./shape.ts";
import { budgetComplaint, budgetOf, plannedLine } from "./timing.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-config-"));
for (const name of ["booth.token", "uplink.password", "tariff.yaml"]) writeFileSync(join(folder, name), "x\n");
const path = join(folder, "site.yaml");
const example = exampleSite();

const complaintsOf = (text: string): readonly Complaint[] => {
  const read = parseSiteConfig(text, path);
  return read.kind === "complaints" ? read.complaints : [];
};
const station = () => {
  const profile = loadProfile("stations/ten-socket");
  if (profile.kind === "no-profile") throw new Error(profile.en);
  return profile;
};

test("the file to start from is a good one, and is read whole", () => {
  writeFileSync(path, example);
  const read = readSiteConfig(path);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  expect(read.config.stations[0]?.line).toBe("line-1");
  expect(read.data).toBe(join(folder, "gateway"));
  expect([...read.profiles.keys()].sort()).toEqual(["barriers/loop-board", "stations/ten-socket"]);
  expect(read.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("every way to open a gate is read as it is written", () => {
  const ways = [
    "{ kind: gpio, chip: pinctrl-bcm2711, line: 17, active_low: true }",
    "{ kind: lcus, path: /dev/ttyUSB0, channel: 1 }",
    "{ kind: coil, host: 192.168.1.50, port: 502, unit: 1, coil: 0 }",
    "{ kind: hikvision, address: http://192.168.1.64, channel: 1, user: gate, password_file: ./booth.token }",
    "{ kind: comet }",
    // For cameras that keep a link: refused for the one in this file, which keeps none.
    "{ kind: link }",
  ];
  for (const way of ways) {
    const text = example.replace(/^( *)direction: entry.*$/m, `$1direction: entry\n$1opener: ${way}`);
    expect(text).not.toBe(example);
    const refused = way.includes("link") ? [expect.objectContaining({ path: "lanes[0].opener.kind" })] : [];
    expect(complaintsOf(text), way).toEqual(refused);
  }
});

const second = (list: string, of: string) => {
  const lines = example.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`${list}:`)) + 1;
  const end = lines.findIndex((line, i) => i >= start && !line.startsWith(" "));
  const items = lines.slice(start, end).join("\n");
  return [...lines.slice(0, end), of === "" ? items : items.replace(...(of.split("→") as [string, string])), ...lines.slice(end)].join(
    "\n",
  );
};

test.each([
  //  what is wrong               how it came                                                       path                          what is said
  ["a misspelt key", example.replace("max_age_s:", "max_age:"), "lanes[0].camera.max_age", /did you mean "max_age_s"/],
  ["a key too few", example.replace(/ *cutoff_ms:.*\n/, ""), "lines[0].cutoff_ms", /no default/],
  ["a bound passed", example.replace("cutoff_ms: 1000", "cutoff_ms: 5001"), "lines[0].cutoff_ms", /outside 100 to 5000/],
  ["text for a number", example.replace("capacity: 120", "capacity: many"), "lots[0].capacity", /should be a whole number, but is text/],
  ["a number for text", example.replace("fe71e106-57263272", "1234"), "lanes[0].camera.serialno", /should be text.*but is the number 1234/],
  ["not whole", example.replace("capacity: 120", "capacity: 120.5"), "lots[0].capacity", /should be a whole number/],
  ["an unknown baud", example.replace("baud: 19200", "baud: 19201"), "lines[0].baud", /should be one of 1200/],
  ["an unknown kind", example.replace("kind: serial", "kind: seriel"), "lines[0].kind", /serial \| rtu-tcp \| tcp/],
  ["an unknown lot", example.replace("lot: main", "lot: mian"), "lanes[0].lot", /no such lot: mian; did you mean "main"/],
  ["an unknown line", example.replace("line: line-1", "line: line-7"), "stations[0].line", /no such line/],
  ["unknown limits", example.replace("limits: e-bike", "limits: ebike"), "stations[0].limits", /did you mean "e-bike"/],
  [
    "an unknown profile",
    example.replace("stations/ten-socket", "stations/ten-sockets"),
    "stations[0].profile",
    /did you mean: stations\/ten-socket/,
  ],
  ["the wrong profile", example.replace("stations/ten-socket", "barriers/loop-board"), "stations[0].profile", /a station belongs here/],
  ["one id twice", second("lots", ""), "lots[1].id", /id twice: main/],
  ["one unit twice", second("stations", "station-1→station-2"), "stations[1].unit", /unit on one line twice/],
  ["one camera twice", second("lanes", ""), "lanes[1].camera.serialno", /serial number twice/],
  ["a list that is none", example.replace(/^lots:[\s\S]*?(?=^lanes:)/m, "lots: 3\n"), "lots", /should be a list/],
  ["a slow line", example.replace("cutoff_ms: 1000", "cutoff_ms: 200"), "lines[0].cutoff_ms", /need 0\.3 s a round, promised 0\.2 s/],
  ["a lot within itself", example.replace("capacity: 120", "capacity: 120\n    within: main"), "lots[0].within", /lies within itself/],
  ["a lot within none", example.replace("capacity: 120", "capacity: 120\n    within: mian"), "lots[0].within", /no such lot: mian/],
  [
    "a camera that is called and has no address",
    example.replace("protocol: vzenith-http", "protocol: vzenith-tcp"),
    "lanes[0].camera.protocol",
    /vzenith-tcp camera is called by the gateway and has no address/,
  ],
  [
    "a stream without an address",
    example.replace("protocol: vzenith-http", "protocol: hikvision-stream"),
    "lanes[0].camera.protocol",
    /has no address/,
  ],
  [
    "a camera by MQTT without a broker",
    example.replace("protocol: vzenith-http", "protocol: frigate-mqtt"),
    "lanes[0].camera.protocol",
    /names no camera_broker/,
  ],
  [
    "a user without a password",
    example.replace("protocol: vzenith-http", "protocol: vzenith-http\n      user: gate"),
    "lanes[0].camera.user",
    /belong together/,
  ],
  [
    "a secret that no address can carry",
    example.replace("protocol: vzenith-http", "protocol: vzenith-tcp\n      address: 192.168.1.64\n      secret_file: ./s"),
    "lanes[0].camera.secret_file",
    /leave secret_file out/,
  ],
  [
    "a place in a text that nothing fills",
    `${example}texts: { idle: { lines: ["余位 {fre}"] } }\n`,
    "texts.idle.lines[0]",
    /nothing is filled in for \{fre\}; did you mean \{free\}/,
  ],
  [
    "a list that a camera has not",
    example.replace("protocol: vzenith-http", "protocol: vzenith-http\n      list: true"),
    "lanes[0].camera.list",
    /leave list out/,
  ],
  [
    "a list that nobody can read back",
    example.replace("protocol: vzenith-http", "protocol: dahua-itsapi\n      list: true"),
    "lanes[0].camera.list",
    /write address, user and password_file/,
  ],
  [
    "a word for yes or no",
    example.replace("protocol: vzenith-http", "protocol: vzenith-http\n      list: maybe"),
    "lanes[0].camera.list",
    /should be true or false, but is text/,
  ],
  ["a key twice", `${example}site: other\n`, "", /not YAML.*unique/i],
  ["nothing at all", "", "", /should be keys and values, but is nothing/],
])("%s is named with its place", (_what, text, wanted, said) => {
  expect(text).not.toBe(example);
  const found = complaintsOf(text);
  const complaint = found.find((one) => one.path === wanted && said.test(one.en));
  expect(complaint, JSON.stringify(found)).toBeDefined();
  const key = /[a-z_]+[A-Za-z]*$/.exec(wanted)?.[0];
  const line = text.split("\n")[(complaint?.line ?? 0) - 1] ?? "";
  // The line that is named holds the key; of a missing key it is where its parent begins.
  if (key !== undefined && !/no default/.test(complaint?.en ?? "")) expect(line).toContain(key);
  expect(complaint?.zh).toMatch(/[\u4e00-\u9fff]/);
});

test("everything that is wrong is said at once, in the order of the file, whatever its kind", () => {
  const text = example
    .replace("lot: main", "lot: mian")
    .replace("baud: 19200", "baud: 1")
    .replace("file: e-bike-4a", "fil: e-bike-4a")
    .concat("colour: red\n");
  const paths = complaintsOf(text).map((complaint) => complaint.path);
  expect(paths).toEqual(["lanes[0].lot", "limits[0].file", "limits[0].fil", "lines[0].baud", "colour"]);
});

test("the check in words and the schema library agree about every mutation", () => {
  const validator = Compile(SiteConfig);
  const good = parse(example);
  const places: (string | number)[][] = [];
  const walk = (value: unknown, at: (string | number)[]): void => {
    places.push(at);
    if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, [...at, Array.isArray(value) ? Number(key) : key]);
  };
  walk(good, []);
  expect(places.length).toBeGreaterThan(50);
  const junk = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constant([]),
    fc.constant({}),
  );
  let wrong = 0;
  fc.assert(
    fc.property(fc.constantFrom(...places.slice(1)), junk, fc.boolean(), (at, value, addKey) => {
      const mutated = structuredClone(good);
      let holder = mutated;
      for (const part of at.slice(0, -1)) holder = holder[part];
      const last = at[at.length - 1] ?? "";
      if (addKey) holder[`${last}x`] = value ?? 1;
      else if (value === undefined) delete holder[last];
      else holder[last] = value;
      const said: string[] = [];
      checkShape(mutated, siteConfigSchema, (_path, words) => said.push(words.en));
      const right = validator.Check(mutated);
      if (!right) wrong += 1;
      // An array with a hole, or with a named key, cannot stand in a YAML file.
      if (!Array.isArray(holder)) expect(said.length === 0, `${at.join(".")} = ${JSON.stringify(value)}: ${said}`).toBe(right);
    }),
    { numRuns: 1500 },
  );
  expect(wrong).toBeGreaterThan(500);
});

test.each(profileNames())("profile %s is found and right", (name) => expect(loadProfile(name)).toMatchObject({ id: name }));

test("files that it names must be there, and a tariff must be one; the site file itself is not refused for them", () => {
  const text = example.replace("./uplink.password", "./no.password");
  const read = parseSiteConfig(text, path);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  const [token, ...found] = namedFileComplaints(read);
  expect(token).toMatchObject({ path: "booth.token_file", en: expect.stringContaining("too short and lets nobody in") });
  expect(found[0]).toMatchObject({ path: "uplink.password_file", en: expect.stringContaining("no such file: no.password") });
  expect(text.split("\n")[(found[0]?.line ?? 0) - 1]).toContain("no.password");
  expect(found.slice(1).every((one) => one.file === join(folder, "tariff.yaml"))).toBe(true);
  expect(found.length).toBeGreaterThan(1); // "x" is no tariff
});

const serial = (baud: number, cutoff_ms = 1000): LineConfig => ({
  id: "line-1",
  kind: "serial",
  path: "/dev/ttyS0",
  baud: baud as 9600,
  parity: "none",
  stop_bits: 1,
  cutoff_ms,
});

// By hand for 19200: character 0.573 ms; read 229 characters 131.2 + 20 + 4.0 = 155.2; re-arm or OFF 16 characters 9.2 + 20 + 4.0 = 33.2.
test.each([
  //  baud  stations  cutoff   round  remedy
  [19_200, 2, 1000, 410, undefined],
  [19_200, 5, 1000, 976, undefined],
  [19_200, 6, 1000, 1164, "line-1: 6 devices at 19200 baud need 1.2 s a round, promised 1.0 s; use 38400 baud or split into 2 lines"],
  [9600, 8, 1000, 2741, "line-1: 8 devices at 9600 baud need 2.8 s a round, promised 1.0 s; use 38400 baud or split into 4 lines"],
  [1200, 1, 1000, 2645, "line-1: 1 device at 1200 baud need 2.7 s a round, promised 1.0 s; use 4800 baud"],
  [115_200, 30, 1000, 2137, "line-1: 30 devices at 115200 baud need 2.2 s a round, promised 1.0 s; split into 3 lines"],
  [19_200, 12, 5000, 2294, "line-1: 12 devices at 19200 baud need 2.3 s a round, promised 2.0 s; use 38400 baud or split into 2 lines"],
] as const)("%i baud, %i stations, cut-off %i ms: a round takes %i ms", (baud, count, cutoff, round, remedy) => {
  const stations = Array.from({ length: count }, station);
  const planned = plannedLine(serial(baud, cutoff), stations);
  expect(budgetOf(planned).round_ms).toBe(round);
  expect(budgetComplaint(planned)?.en).toBe(remedy);
});

test("the editor's schema knows every key in two languages", () => {
  const text = editorSchema();
  expect(JSON.parse(text).properties.uplink.properties.broker).toMatchObject({ title: "消息服务器" });
  expect(text).toContain('"additionalProperties": false');
});
