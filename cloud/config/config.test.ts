// The cloud's file: every wrong file is named with its place and what was meant; the files that the project itself writes are right.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { layOut, writeCloudConfig } from "#command/demo/files.ts";
import { type Complaint, complaintText } from "#gateway/config/complaint.ts";
import { parseCloudConfig, readCloudConfig } from "./read.ts";
import { CloudConfigFile, cloudConfigSchema } from "./schema.ts";
import { readSecret } from "./secret.ts";
import { checkShape } from "./shape.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-cloud-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const secretNames = ["uplink.password", "observer.password", "ingest.password", "postgres.url", "influx.token"];
for (const name of secretNames) writeFileSync(join(folder, name), "a secret\n", { mode: 0o600 });
writeFileSync(join(folder, "empty"), "\n", { mode: 0o600 });
const path = join(folder, "cloud.yaml");

const example = `name: 厝边云
data: ./cloud
http: { host: 127.0.0.1, port: 7300 }
broker: { kind: embedded, host: 127.0.0.1, port: 7320 }
gateways:
  - { site: jinxiu, gateway: gw-1, password_file: ./uplink.password }
observers:
  - { username: observer, password_file: ./observer.password }
sites:
  - { id: jinxiu, name: 锦绣花园, compound_code: JXHY }
store: { kind: sqlite }
telemetry: { kind: sqlite }
people:
  - { id: booth, name: 门岗甲, role: booth, organisation: 锦绣物业, area: jinxiu }
demonstration: false
`;
const external = "broker: { kind: external, url: mqtts://mqtt.example:8883, username: ingest, password_file: ./ingest.password }";
const withBroker = (broker: string): string => example.replace(/^broker:.*$/m, broker);
const withStores = (store: string, telemetry: string): string =>
  example.replace(/^store:.*$/m, `store: ${store}`).replace(/^telemetry:.*$/m, `telemetry: ${telemetry}`);

const configOf = (text: string) => {
  const read = parseCloudConfig(text, path);
  if ("complaints" in read) throw new Error(read.complaints.map(complaintText).join("\n"));
  return read.config;
};
const complaintsOf = (text: string): readonly Complaint[] => {
  const read = parseCloudConfig(text, path);
  return "complaints" in read ? read.complaints : [];
};

test("a right file is read whole, with every path absolute", () => {
  writeFileSync(path, example);
  const read = readCloudConfig(path);
  if ("complaints" in read) throw new Error(JSON.stringify(read.complaints));
  expect(read.config.data).toBe(join(folder, "cloud"));
  expect(read.config.gateways[0]?.password_file).toBe(join(folder, "uplink.password"));
  expect(read.config.observers?.[0]?.password_file).toBe(join(folder, "observer.password"));
  expect(configOf(withBroker(external).replace(/^observers:\n.*\n/m, "")).broker).toMatchObject({
    password_file: join(folder, "ingest.password"),
  });
  const stores = withStores(
    "{ kind: postgres, url_file: ./postgres.url }",
    "{ kind: influx, reads: influxql, url: 'http://influxdb:8086', bucket: b, org: o, token_file: ./influx.token }",
  );
  expect(configOf(stores).store).toMatchObject({ url_file: join(folder, "postgres.url") });
  expect(configOf(stores).telemetry).toMatchObject({ token_file: join(folder, "influx.token") });
  expect(configOf(`${example}web: page\n`).web).toBe(join(folder, "page"));
});

test("the demonstration's file is right", () => {
  const files = layOut(join(folder, "demo"));
  writeCloudConfig(files, { cloud: 7300, mqtt: 7320, gateway: 7310 });
  const read = readCloudConfig(files.cloudConfig);
  expect("config" in read && read.config.people.length, JSON.stringify(read)).toBeGreaterThan(4);
});

test("the file for containers is right, where its secrets are", () => {
  const text = readFileSync(new URL("../../deploy/compose/cloud.yaml", import.meta.url), "utf8");
  const config = configOf(text.replaceAll("/secrets/", `${folder}/`));
  expect([config.broker.kind, config.store.kind, config.telemetry.kind]).toEqual(["external", "postgres", "influx"]);
  expect(config.data).toBe("/data/cloud");
  const elsewhere = text.replaceAll("/secrets/", `${folder}/nowhere/`);
  expect(complaintsOf(elsewhere).map((complaint) => complaint.path)).toEqual([
    "broker.password_file",
    "gateways[0].password_file",
    "store.url_file",
    "telemetry.token_file",
  ]);
});

const again = (list: string, change: (item: string) => string = (item) => item): string =>
  example.replace(new RegExp(`^${list}:\n(.*\n)`, "m"), (all, item: string) => all + change(item));

const tree = `areas:
  - { id: city, name: 市, kind: city }
  - { id: qingyang, name: 青阳街道, kind: street, above: city }
`;
const withTree = (areas: string, area = "qingyang"): string => example.replace("area: jinxiu }", `area: ${area} }`) + areas;
test.each([
  [
    "an area below what it stands above",
    withTree(tree.replace("kind: city }", "kind: city, above: qingyang }")),
    "areas[0].above",
    /order is city/,
  ],
  ["an area above that is not there", withTree(tree.replace("above: city", "above: nowhere")), "areas[1].above", /no such/],
  [
    "an area named like a site",
    withTree(tree.replace("id: city", "id: jinxiu").replace("above: city", "above: jinxiu")),
    "areas[0].id",
    /taken/,
  ],
  ["a person for a place that is not there", withTree(tree, "nowhere"), "people[0].area", /no such/],
  [
    "an auditor with another post",
    withTree(tree, "qingyang, posts: [{ role: auditor, organisation: 审计, area: all }]"),
    "people[0].posts",
    /auditor holds no other/,
  ],
])("the tree: %s", (_, text, place, words) => {
  const [first] = complaintsOf(text);
  expect([first?.path, first?.en]).toEqual([place, expect.stringMatching(words)]);
});
test.each([
  ["no level at once", "escalation: [{ priority: 1, after_min: 5, roles: [booth] }]", /no level at 0 minutes/],
  [
    "a level twice",
    "escalation: [{ priority: 1, after_min: 0, roles: [booth] }, { priority: 1, after_min: 0, roles: [finance] }]",
    /at 0 minutes already/,
  ],
  ["nobody", "escalation: [{ priority: 1, after_min: 0, roles: [] }]", /./],
])("escalation: %s", (_, text, words) => {
  expect(complaintsOf(`${example}${text}\n`)[0]).toMatchObject({
    path: expect.stringContaining("escalation"),
    en: expect.stringMatching(words),
  });
});

const platform = (given = "", token = "platform.token"): string =>
  `${example}detectors:
  - id: operator-1
    site: jinxiu
    form: platform
    token_file: ./${token}
    detectors:
      - { id: smoke-9-1, name: 9栋烟感, imei: "860000000000001", zone: building-9, silent_h: 26 }
${given}`;
test("smoke detectors' platforms: a right one, its token's path made absolute; what is wrong is named with its place", () => {
  for (const [name, token] of [
    ["platform.token", "0123456789abcdef0123456789abcdef"],
    ["short.token", "0123456789"],
  ] as const)
    writeFileSync(join(folder, name), `${token}\n`, { mode: 0o600 });
  expect(configOf(platform()).detectors?.[0]?.token_file).toBe(join(folder, "platform.token"));
  // What the how-to writes is right as it stands there.
  const howTo = readFileSync(new URL("../../docs/how-to/alarms.md", import.meta.url), "utf8");
  const block = /```yaml\n(detectors:[\s\S]*?)```/.exec(howTo)?.[1] ?? "";
  expect(configOf(`${example}${block.replace("operator-1.token", "platform.token")}`).detectors?.[0]?.detectors).toHaveLength(1);
  const another = platform().slice(platform().indexOf("detectors:\n") + "detectors:\n".length);
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [platform().replace("site: jinxiu\n    form", "site: jinxui\n    form"), "detectors[0].site", /did you mean "jinxiu"/],
    [platform("", "short.token"), "detectors[0].token_file", /24 at least/],
    [platform("", "no.token"), "detectors[0].token_file", /no such file/],
    [platform("").replace("form: platform", "form: plan"), "detectors[0].form", /platform/],
    [platform(`      - { id: smoke-9-1, name: x, imei: "860000000000002", silent_h: 26 }\n`), "detectors[0].detectors[1].id", /twice/],
    [platform(`      - { id: smoke-9-2, name: x, imei: "860000000000001", silent_h: 26 }\n`), "detectors[0].detectors[1].imei", /twice/],
    [platform(another), "detectors[1].id", /twice/],
    [platform(another.replace("operator-1", "operator-2")), "detectors[1].token_file", /the same token/],
  ];
  for (const [text, place, words] of wrong)
    expect(complaintsOf(text), place).toContainEqual(expect.objectContaining({ path: place, en: expect.stringMatching(words) }));
});

test("the tree: a person for an area of it is right", () => {
  expect(configOf(withTree(tree)).people[0]?.area).toBe("qingyang");
});

test.each([
  //  what is wrong           how it came                                                    path                          what is said
  [
    "a misspelt key",
    example.replace("password_file: ./uplink", "pasword_file: ./uplink"),
    "gateways[0].pasword_file",
    /did you mean "password_file"/,
  ],
  ["a key of nobody", `${example}colour: red\n`, "colour", /no such key; known here: name, data/],
  ["a key too few", example.replace("demonstration: false\n", ""), "demonstration", /no default/],
  ["a word for yes or no", example.replace("false", "maybe"), "demonstration", /should be true or false, but is text/],
  ["a number for yes or no", example.replace("false", "0"), "demonstration", /should be true or false, but is the number 0/],
  ["a port too high", example.replace("7300", "73000"), "http.port", /outside 0 to 65535/],
  ["text for a port", example.replace("7300", "web"), "http.port", /should be a whole number, but is text/],
  [
    "a path in the public address",
    example.replace("port: 7300", "port: 7300, public_url: 'https://a.cn/x'"),
    "http.public_url",
    /not written/,
  ],
  [
    "a name in the public address",
    example.replace("port: 7300", "port: 7300, public_url: 'https://me@a.cn'"),
    "http.public_url",
    /not written/,
  ],
  ["an unknown kind", example.replace("embedded", "embeded"), "broker.kind", /embedded \| external; did you mean "embedded"/],
  ["no kind", example.replace("{ kind: embedded, ", "{ "), "broker.kind", /should be one of embedded \| external/],
  ["a key of the other kind", withBroker("broker: { kind: embedded, host: a, port: 1, url: 'mqtt://b' }"), "broker.url", /no such key/],
  ["a password in an address", withBroker(external.replace("mqtts://", "mqtts://me:secret@")), "broker.url", /not written as it should be/],
  ["an unknown role", example.replace("role: booth", "role: boot"), "people[0].role", /did you mean "booth"/],
  [
    "a hash that is none",
    example.replace("role: booth", "role: booth, password_hash: hunter2"),
    "people[0].password_hash",
    /not written as/,
  ],
  ["an id with capitals", example.replace("gateway: gw-1", "gateway: GW1"), "gateways[0].gateway", /not written as it should be/],
  ["a small compound code", example.replace("JXHY", "jxhy"), "sites[0].compound_code", /not written as it should be/],
  ["a list that is none", example.replace(/^people:\n.*\n/m, "people: nobody\n"), "people", /should be a list/],
  ["an unknown site", example.replace("site: jinxiu", "site: jinxu"), "gateways[0].site", /no such site: jinxu; did you mean "jinxiu"/],
  ["a site of nobody", example.replace("site: jinxiu", "site: elsewhere"), "gateways[0].site", /there are jinxiu/],
  ["one site twice", again("sites", (item) => item.replace("JXHY", "JX02")), "sites[1].id", /site id twice: jinxiu/],
  ["one code twice", again("sites", (item) => item.replace("jinxiu", "other")), "sites[1].compound_code", /compound code twice: JXHY/],
  ["one gateway twice", again("gateways"), "gateways[1].gateway", /user at the broker twice: gw-1/],
  ["an observer named as a gateway", example.replace("username: observer", "username: gw-1"), "observers[0].username", /twice: gw-1/],
  [
    "an observer named as the cloud",
    example.replace("username: observer", "username: ingest"),
    "observers[0].username",
    /the cloud's own name/,
  ],
  ["one person twice", again("people"), "people[1].id", /person id twice: booth/],
  ["one port for both", example.replace("7320", "7300"), "broker.port", /the same as http\.port: 7300/],
  ["observers elsewhere", withBroker(external), "observers", /keeps its own accounts/],
  ["no such secret", example.replace("./uplink.password", "./no.password"), "gateways[0].password_file", /no such file: .*no\.password/],
  ["an empty secret", example.replace("./observer.password", "./empty"), "observers[0].password_file", /is empty/],
  ["a folder for a secret", example.replace("./uplink.password", "."), "gateways[0].password_file", /cannot read .*EISDIR/],
  ["no secret of the store", withStores("{ kind: postgres, url_file: no }", "{ kind: sqlite }"), "store.url_file", /no such file/],
  [
    "shared work on one machine's stores",
    withBroker(external.replace(" }", ", share: ingest }")),
    "broker.share",
    /on one PostgreSQL only/,
  ],
  [
    "shared work on telemetry of one's own",
    withBroker(external.replace(" }", ", share: ingest }")),
    "broker.share",
    /share one telemetry engine/,
  ],
  ["a key twice", `${example}name: other\n`, "", /not YAML.*unique/i],
  ["nothing at all", "", "", /should be keys and values, but is nothing/],
])("%s is named with its place", (_what, text, wanted, said) => {
  expect(text).not.toBe(example);
  const found = complaintsOf(text);
  const complaint = found.find((one) => one.path === wanted && said.test(one.en));
  expect(complaint, JSON.stringify(found)).toBeDefined();
  expect(complaint?.zh).toMatch(/[\u4e00-\u9fff]/);
  // The line that is named holds the key; of a missing key it is where its parent begins.
  const key = /[a-z_]+$/.exec(wanted)?.[0];
  const line = text.split("\n")[(complaint?.line ?? 0) - 1] ?? "";
  if (key !== undefined && !/no default|\bone of\b/.test(complaint?.en ?? "")) expect(line).toContain(key);
});

test("everything that is wrong is said at once, in the order of the file, with an example where one helps", () => {
  const text = example
    .replace("host: 127.0.0.1, port: 7300", "host: 127.0.0.1, port: x")
    .replace("role: booth", "role: 1")
    .concat("colour: red\n");
  const found = complaintsOf(text);
  expect(found.map(({ path: place, line, column, example: right }) => [place, line, column, right])).toEqual([
    ["http.port", 3, 32, "port: 7300"],
    ["people[0].role", 14, 35, "role: property-manager"],
    ["colour", 16, 1, undefined],
  ]);
  expect(complaintText({ ...(found[0] as Complaint), file: "cloud.yaml" })).toBe(
    "cloud.yaml:3:32  http.port  应为整数，却是文字 / should be a whole number, but is text\n    例 / e.g. port: 7300",
  );
});

test("a file that is not there is one complaint, without a place", () => {
  expect(readCloudConfig(join(folder, "none.yaml"))).toMatchObject({ complaints: [{ line: 0, en: expect.stringContaining("ENOENT") }] });
});

test("the check in words and the schema library agree about every mutation", () => {
  const validator = Compile(CloudConfigFile);
  const good = parse(example);
  const places: (string | number)[][] = [];
  const walk = (value: unknown, at: (string | number)[]): void => {
    places.push(at);
    if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, [...at, Array.isArray(value) ? Number(key) : key]);
  };
  walk(good, []);
  expect(places.length).toBeGreaterThan(30);
  const junk = fc.oneof(
    fc.constantFrom(undefined, null, [], {}, "embedded", "external", "sqlite"),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.boolean(),
  );
  let wrong = 0;
  fc.assert(
    fc.property(fc.constantFrom(...places.slice(1)), junk, fc.boolean(), (at, value, addKey) => {
      const mutated = structuredClone(good);
      let holder = mutated;
      for (const part of at.slice(0, -1)) holder = holder[part];
      const last = at[at.length - 1] ?? "";
      // An array with a hole, or with a named key, cannot stand in a YAML file.
      if (Array.isArray(holder) && (addKey || value === undefined)) return;
      if (addKey) holder[`${last}x`] = value ?? 1;
      else if (value === undefined) delete holder[last];
      else holder[last] = value;
      const said: string[] = [];
      checkShape(mutated, cloudConfigSchema, (_path, words) => said.push(words.en));
      const right = validator.Check(mutated);
      if (!right) wrong += 1;
      expect(said.length === 0, `${at.join(".")} = ${JSON.stringify(value)}: ${said}`).toBe(right);
    }),
    { numRuns: 1000, seed: 20_261_125 },
  );
  expect(wrong).toBeGreaterThan(300);
});

test.each([
  //  what                    text                     mode    read
  ["one line", "a secret\n", 0o600, { kind: "secret", secret: "a secret" }],
  ["no line end", "a secret", 0o600, { kind: "secret", secret: "a secret" }],
  ["a line end of Windows", "a secret\r\n", 0o600, { kind: "secret", secret: "a secret" }],
  ["readable by others", "a secret\n", 0o644, { kind: "secret", warning: { en: expect.stringContaining("chmod 600") } }],
  ["readable by the group", "a secret\n", 0o640, { kind: "secret", warning: { en: expect.stringContaining("chmod 600") } }],
  ["empty", "", 0o600, { kind: "refusal", code: "secret-empty" }],
  ["blank", " \n", 0o600, { kind: "refusal", code: "secret-empty" }],
  ["two lines", "a\nb\n", 0o600, { kind: "refusal", code: "secret-not-a-line" }],
  ["a whole file", "x".repeat(5000), 0o600, { kind: "refusal", code: "secret-too-large" }],
])("a secret file: %s", (_what, text, mode, wanted) => {
  const file = join(folder, "secret");
  writeFileSync(file, text);
  chmodSync(file, mode);
  const read = readSecret(file);
  expect(read).toMatchObject(wanted);
  expect("warning" in read).toBe("warning" in wanted);
  if (read.kind === "refusal") expect(`${read.zh}${read.en}`).not.toContain(text.trim() || "\n");
});
