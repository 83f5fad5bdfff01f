// What is asked and what is believed of an answer: three handwritings, and everything that a stranger on the network may send instead.
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { readXml } from "../xml.ts";
import { answer, hands, question, type Said } from "./answers-for-tests.ts";
import { isNear, longestAnswer, messageId, probe, readMatches } from "./discovery.ts";
import { type Gathered, gather, mostAnswers, mostCameras, nothingYet } from "./gathered.ts";

const asked = new Set([question]);
const from = "192.168.1.64";
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("a Probe says who is asked for, names itself, and is XML that a strict reader takes", () => {
  for (const [kind, type] of [
    ["transmitter", "dn:NetworkVideoTransmitter"],
    ["device", "tds:Device"],
  ] as const) {
    const id = "11111111-2222-4333-8444-555555555555";
    const read = readXml(probe(id, kind), "Envelope");
    if ("kind" in read) throw new Error(read.reason);
    expect(read.xml).toMatchObject({
      Header: {
        MessageID: messageId(id),
        Action: "http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe",
        To: "urn:schemas-xmlsoap-org:ws:2005:04:discovery",
      },
      Body: { Probe: { Types: type } },
    });
  }
});

test.each(Object.keys(hands) as (keyof typeof hands)[])("a camera is read as it says of itself: %s", (hand) => {
  expect(readMatches(answer({}, hand), from, asked)).toEqual({
    kind: "matches",
    cameras: [
      {
        endpoint: "urn:uuid:4d2a0000-1111-4000-8000-0123456789ab",
        services: [{ address: "192.168.1.64", url: "http://192.168.1.64/onvif/device_service" }],
        ...{ name: "HIKVISION DS-2CD7A", hardware: "DS-2CD7A", location: "东门", maker: "hikvision" },
      },
    ],
    others: 0,
    left: undefined,
  });
});

const scope = (category: string, said: string): string => `onvif://www.onvif.org/${category}/${said}`;
const one = (said: Said) => {
  const read = readMatches(answer(said), from, asked);
  if (read.kind === "undecodable" || read.cameras[0] === undefined) throw new Error(JSON.stringify(read));
  return read.cameras[0];
};

test("a maker is named only where the camera's own words name one; what it says is bounded, readable, and turns no line around", () => {
  expect(one({ scopes: scope("name", "IPC-HFW") }).maker).toBeNull();
  expect(one({ scopes: scope("name", "Hikvisionary") }).maker).toBeNull();
  expect(one({ scopes: scope("hardware", "Dahua%2FITC215") }).maker).toBe("dahua");
  expect(one({ scopes: scope("manufacturer", "VZENITH") }).maker).toBe("vzenith");
  expect(one({ scopes: `${scope("name", "%E8%87%BB%E8%AF%86R5")}` }).maker).toBe("vzenith");
  const { name, hardware, location } = one({
    scopes: [
      scope("name", `${"%E9%97%A8".repeat(200)}`),
      scope("hardware", "A%E2%80%AEB%0A%00C"),
      scope("location", "country/china"),
      scope("location", "city/%FF"),
    ].join(" "),
  });
  expect([Array.from(name).length, hardware, location]).toEqual([60, "ABC", "country/china · city/%FF"]);
  expect(one({ scopes: scope("name", "A&amp;B &lt;b&gt;") }).name).toBe("A&B");
});

test("of its addresses those count that are HTTP, in numbers, of a private network, without a password", () => {
  const services = [
    ...["http://192.168.1.64:8080/onvif/device_service", "https://10.0.0.7/x?a=1&amp;b=2", "http://172.16.5.5/", "http://169.254.3.4/"],
    ...[
      "http://8.8.8.8/",
      "http://camera.example/",
      "ftp://192.168.1.65/",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "http://[fe80::1]/",
    ],
    ...["http://root:pass@192.168.1.66/", "http://127.0.0.1:7310/", "http://172.32.0.1/", "http://192.168.1.999/", "nonsense"],
  ];
  const [near, far] = [services.slice(0, 4), services.slice(4)];
  expect(one({ services: near.join(" ") }).services.map(({ address }) => address)).toEqual([
    "192.168.1.64",
    "10.0.0.7",
    "172.16.5.5",
    "169.254.3.4",
  ]);
  for (const service of far)
    expect([service, readMatches(answer({ services: service }), from, asked)]).toMatchObject([
      service,
      { cameras: [], left: "a camera without an address in this network" },
    ]);
  // An octal or a hexadecimal writing is the address that it means.
  expect(one({ services: "http://0xC0A80140/" }).services[0]?.address).toBe("192.168.1.64");
  // This machine's own address is believed of this machine alone.
  const own = readMatches(answer({ services: "http://127.0.0.1/onvif" }), "127.0.0.1", asked);
  expect(own).toMatchObject({ cameras: [{ services: [{ address: "127.0.0.1" }] }] });
  expect(["10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.0.1", "127.0.0.1"].every(isNear)).toBe(true);
  expect(["9.9.9.9", "172.15.0.1", "192.169.0.1", "256.1.1.1", "10.0.0", "::1", "10.0.0.1.2", ""].some(isNear)).toBe(false);
});

const envelope = (inside: string): Uint8Array => new TextEncoder().encode(`<e:Envelope xmlns:e="x">${inside}</e:Envelope>`);
const hostile: readonly (readonly [what: string, Uint8Array, RegExp])[] = [
  ["an answer to somebody else's question", answer({ relates: "urn:uuid:99999999-2222-4333-8444-555555555555" }), /was not asked here/],
  ["no question named", answer({ relates: undefined }), /does not say which question/],
  [
    "two questions named",
    envelope(`<h:Header><a:RelatesTo>${question}</a:RelatesTo><b:RelatesTo>x</b:RelatesTo></h:Header>`),
    /does not say which question/,
  ],
  [
    "an entity of its own",
    new TextEncoder().encode(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${text(answer())}`),
    /document type/,
  ],
  [
    "entities in entities",
    new TextEncoder().encode(text(answer()).replace("?>", '?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>')),
    /document type/,
  ],
  ["too long", new Uint8Array(longestAnswer + 1).fill(32), /longer than/],
  ["too deep", envelope("<a>".repeat(60) + "</a>".repeat(60)), /not XML|Maximum nested/],
  ["a letter of another kind", envelope(`<Header><RelatesTo>${question}</RelatesTo></Header><Body><Hello/></Body>`), /no ProbeMatches/],
  [
    "matches without a match",
    envelope(`<Header><RelatesTo>${question}</RelatesTo></Header><Body><ProbeMatches/></Body>`),
    /no ProbeMatches/,
  ],
  [
    "a thousand matches",
    envelope(
      `<Header><RelatesTo>${question}</RelatesTo></Header><Body><ProbeMatches>${"<ProbeMatch/>".repeat(1_000)}</ProbeMatches></Body>`,
    ),
    /more than 16 matches/,
  ],
  ["nothing", new Uint8Array(), /no element Envelope|not XML/],
  ["JSON", new TextEncoder().encode('{"Envelope":{}}'), /no element Envelope|not XML/],
  ["another root", new TextEncoder().encode("<html><body/></html>"), /no element Envelope/],
];

test("P 11.cameras-refused whatever else comes is refused in words: other questions, entities, size, depth, cut off at every byte, noise; nothing of it becomes a camera", (context) => {
  for (const [what, bytes, why] of hostile) {
    const read = readMatches(bytes, from, asked);
    expect([what, read.kind], what).toEqual([what, "undecodable"]);
    if (read.kind === "undecodable") expect(read.reason, what).toMatch(why);
  }
  expect(readMatches(answer(), "8.8.8.8", asked)).toMatchObject({ kind: "undecodable", reason: expect.stringMatching(/outside/) });
  for (const [said, left] of [
    [{ endpoint: "" }, "a match without an endpoint reference"],
    [{ endpoint: "x".repeat(500) }, "a match without an endpoint reference"],
    [{ services: "" }, "a camera without an address in this network"],
  ] as const)
    expect(readMatches(answer(said), from, asked)).toMatchObject({ cameras: [], left });
  // A printer answers too; it is counted and is no camera.
  expect(readMatches(answer({ types: "wsdp:Device wprt:PrintDeviceType", scopes: "" }), from, asked)).toMatchObject({
    cameras: [],
    others: 1,
  });

  const whole = text(answer()).trimEnd();
  let cut = 0;
  for (let end = 0; end < whole.length; end += 1) {
    const read = readMatches(new TextEncoder().encode(whole.slice(0, end)), from, asked);
    if (read.kind === "undecodable" || read.cameras.length === 0) cut += 1;
  }
  expect(cut).toBe(whole.length);

  // Noise by a seed: ten thousand random bytes at once, short random letters, and sound letters with a few bytes changed.
  let seed = 20_261_127;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random(256));
  let [noises, changed, altered] = [0, 0, 0];
  for (const bytes of [noise(10_000), ...Array.from({ length: 300 }, () => noise(random(400)))]) {
    expect(readMatches(bytes, from, asked).kind).toBe("undecodable");
    noises += 1;
  }
  for (let nth = 0; nth < 600; nth += 1) {
    const bytes = answer();
    for (let times = 1 + random(4); times > 0; times -= 1) bytes[random(bytes.length)] = random(256);
    const read = readMatches(bytes, from, asked);
    // What still reads as a camera is bounded like any other, and of this network.
    if (read.kind === "matches")
      for (const { services } of read.cameras) expect(services.every(({ address }) => isNear(address))).toBe(true);
    if (read.kind === "undecodable") altered += 1;
    changed += 1;
  }
  expect(altered).toBeGreaterThan(50);
  counted(context, { letters: hostile.length + 5, "cut at every byte": cut, noises, "changed letters": changed });
});

test("P 11.cameras-gathered one row a camera: heard twice, on two networks, under two addresses; a replay of another search is none; a flood is bounded", (context) => {
  const hear = (before: Gathered, bytes: Uint8Array, sender = from): Gathered => gather(before, { bytes, from: sender }, asked);
  let all = hear(nothingYet, answer());
  all = hear(all, answer({}, "short"));
  expect(all).toMatchObject({ heard: 2, refused: 0, cameras: [{ heardFrom: [from] }] });
  // The same identity from another address: one row, with both, those that answered first.
  all = hear(all, answer({ services: "http://10.0.0.7/onvif http://192.168.1.64/onvif" }), "10.0.0.7");
  expect(all.cameras.map(({ services, heardFrom }) => [services.map(({ address }) => address), heardFrom])).toEqual([
    [
      ["192.168.1.64", "10.0.0.7"],
      ["192.168.1.64", "10.0.0.7"],
    ],
  ]);
  // Capital letters make no other camera; another identity does.
  all = hear(all, answer({ endpoint: "URN:UUID:4D2A0000-1111-4000-8000-0123456789AB" }));
  all = hear(all, answer({ endpoint: "urn:uuid:4d2a0000-1111-4000-8000-0123456789ac", services: "http://192.168.1.65/" }), "192.168.1.70");
  expect(all.cameras).toHaveLength(2);
  // It names an address that it does not answer from: both stand there.
  expect(all.cameras[1]).toMatchObject({ services: [{ address: "192.168.1.65" }], heardFrom: ["192.168.1.70"] });
  const before = all.cameras;
  all = gather(all, { bytes: answer(), from }, new Set(["urn:uuid:of-the-next-search"]));
  expect([all.cameras, all.refused, all.why]).toEqual([before, 1, "it answers a question that was not asked here"]);

  let flood: Gathered = nothingYet;
  const invented = 80;
  for (let nth = 0; nth < invented; nth += 1) flood = hear(flood, answer({ endpoint: `urn:uuid:${nth}` }));
  expect([flood.cameras.length, flood.refused]).toEqual([mostCameras, invented - mostCameras]);
  for (let nth = invented; nth < mostAnswers + 10; nth += 1) flood = hear(flood, new Uint8Array());
  const late = hear(flood, answer({ endpoint: "urn:uuid:0", services: "http://10.0.0.1/" }));
  expect([late.heard, late.cameras]).toEqual([mostAnswers + 11, flood.cameras]);
  expect(late.why).toMatch(/more than 1500 answers/);
  let many: Gathered = nothingYet;
  for (let nth = 1; nth <= 40; nth += 1) many = hear(many, answer({ services: `http://10.0.0.${nth}/` }), `10.0.0.${nth}`);
  expect(many.cameras.map(({ services, heardFrom }) => [services.length, heardFrom.length])).toEqual([[8, 8]]);
  counted(context, { cameras: all.cameras.length, answers: all.heard, "flood heard": late.heard, "flood kept": late.cameras.length });
});
