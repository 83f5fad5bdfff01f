// What a stranger's socket may send to the camera's door: each is answered in words within a second, nothing grows, and the next good event is unharmed.
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ParkingSite, serials, startParkingSite } from "#test/world/parking-site.ts";
import { opens, stays, vendorPush } from "#test/world/vendor-push.ts";

let site: ParkingSite;
beforeAll(async () => {
  site = await startParkingSite({ console: true });
});
afterAll(() => site?.stop());

const platePath = "/devicemanagement/php/plateresult.php";
const beatPath = "/devicemanagement/php/receivedeviceinfo.php";
const MB = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  readonly took_ms: number;
}

interface Sent {
  readonly path?: string;
  readonly type?: string | undefined;
  /** Whole; or pieces, sent as chunks until the server answers. */
  readonly body?: string | Uint8Array | (() => Uint8Array);
  /** Whether an endless body ends after all, by a connection that falls. */
  readonly until?: () => boolean;
  /** Instead of a request. */
  readonly raw?: string;
  readonly headers?: readonly string[];
}

/** One request over a bare socket; the answer as it came. */
function send(sent: Sent): Promise<Answer> {
  const { path = platePath, body = "", headers = [], raw } = sent;
  const type = "type" in sent ? sent.type : "application/json";
  const { hostname, port } = new URL(site.http());
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let heard = "";
    let done = false;
    const finish = (): void => {
      done = true;
      const [head = "", ...rest] = heard.split("\r\n\r\n");
      socket.destroy();
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
        head,
        body: rest.join("\r\n\r\n"),
        took_ms: performance.now() - begun,
      });
    };
    const patience = setTimeout(() => reject(new Error(`no answer; heard ${heard.length} bytes`)), 8_000);
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
      const [head = "", rest] = heard.split("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN);
      if (rest !== undefined && (Number.isNaN(length) || rest.length >= length)) finish();
    });
    socket.on("close", () => {
      clearTimeout(patience);
      if (!done) finish();
    });
    // A server that has answered may close while we still talk.
    socket.on("error", () => undefined);
    const head = [`POST ${path} HTTP/1.1`, "host: gateway", ...(type === undefined ? [] : [`content-type: ${type}`]), ...headers];
    if (raw !== undefined) return void socket.write(raw);
    if (typeof body === "function") {
      socket.write(`${[...head, "transfer-encoding: chunked"].join("\r\n")}\r\n\r\n`);
      const more = (): void => {
        while (!done && !socket.destroyed) {
          if (sent.until?.() === true) return void socket.destroy();
          const piece = body();
          socket.write(`${piece.length.toString(16)}\r\n`);
          socket.write(piece);
          if (!socket.write("\r\n")) return void socket.once("drain", more);
        }
      };
      more();
      return;
    }
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    socket.write(`${[...head, `content-length: ${bytes.length}`].join("\r\n")}\r\n\r\n`);
    socket.write(bytes);
  });
}

let plateid = 1_000;
const good = (license = "闽CD12345"): string => vendorPush({ at: site.clock.wall(), serialno: serials.in, license, plateid: plateid++ });
const text = (json: string): Uint8Array => Buffer.from(json);
/** The good event with one piece of its text replaced. */
const twisted = (piece: string | RegExp, by: string): string => good().replace(piece, by);
const form = (inner: string, end = "--b--\r\n"): string =>
  `--b\r\ncontent-disposition: form-data; name="serialno"\r\n\r\n${inner}\r\n${end}`;

const pushes: readonly [string, () => Sent, number][] = [
  ["empty", () => ({ body: "" }), 400],
  ["empty, without a type", () => ({ body: "", type: undefined }), 400],
  ["no JSON", () => ({ body: "plate=1" }), 400],
  ["half of a good event", () => ({ body: good().slice(0, 500) }), 400],
  ["an array", () => ({ body: "[]" }), 400],
  ["a number", () => ({ body: "1e400" }), 400],
  ["null", () => ({ body: "null" }), 400],
  ["nothing that we know", () => ({ body: '{"Hello":{}}' }), 400],
  ["nested 100,000 deep, unclosed", () => ({ body: "[".repeat(100_000) }), 400],
  ["nested 100,000 deep, closed", () => ({ body: `{"AlarmInfoPlate":${"[".repeat(100_000)}${"]".repeat(100_000)}}` }), 400],
  [
    "nested deep inside a member nobody reads",
    () => ({ body: twisted('"bright":0', `"bright":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`) }),
    400,
  ],
  ["10 MB, announced", () => ({ body: Buffer.alloc(10 * MB, 0x20) }), 413],
  ["endless chunks of spaces", () => ({ body: () => Buffer.alloc(64 * 1024, 0x20) }), 413],
  ["a length that is no number", () => ({ body: "{}", headers: ["content-length: many"] }), 400],
  ["two lengths", () => ({ body: "{}", headers: ["content-length: 7"] }), 400],
  ["a picture", () => ({ body: good(), type: "image/jpeg" }), 415],
  ["a form", () => ({ body: form("x"), type: "multipart/form-data; boundary=b" }), 415],
  ["not UTF-8", () => ({ body: Buffer.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d) }), 400],
  [
    "a plate in GBK",
    () => ({ body: Buffer.concat([text(good().split("闽")[0] ?? ""), Buffer.of(0xc3, 0xf6), text(good().split("闽")[1] ?? "")]) }),
    400,
  ],
  ["a lone surrogate as plate", () => ({ body: twisted('"license":"闽CD12345"', '"license":"\\ud800"') }), 400],
  ["a lone surrogate as serial number", () => ({ body: twisted(`"serialno":"${serials.in}"`, '"serialno":"\\udc00"') }), 400],
  ["a plate of 65 letters", () => ({ body: twisted("闽CD12345", "A".repeat(65)) }), 400],
  ["plateid 1e400", () => ({ body: twisted(/"plateid":\d+/, '"plateid":1e400') }), 400],
  ["plateid 1.5", () => ({ body: twisted(/"plateid":\d+/, '"plateid":1.5') }), 400],
  ["confidence 1e400", () => ({ body: twisted('"confidence":96', '"confidence":1e400') }), 400],
  ["confidence -1", () => ({ body: twisted('"confidence":96', '"confidence":-1') }), 400],
  ["sec 1e400", () => ({ body: twisted(/"sec":\d+/, '"sec":1e400') }), 400],
  ["sec beyond this century", () => ({ body: twisted(/"sec":\d+/, '"sec":9999999999') }), 400],
  ["the 31st of February", () => ({ body: twisted(/"decmon":\d+,"decday":\d+/, '"decmon":2,"decday":31') }), 400],
  ["isoffline as text", () => ({ body: twisted('"isoffline":0', '"isoffline":"perhaps"') }), 400],
  ["result of the wrong kind", () => ({ body: `{"AlarmInfoPlate":{"serialno":"${serials.in}","result":[]}}` }), 400],
  ["everything inherited", () => ({ body: `{"__proto__":${good()}}` }), 400],
  ["serial bytes that are no base64", () => ({ body: '{"SerialData":{"serialno":"x","data":"!!"}}' }), 400],
];

test.each(pushes)("a push: %s", async (_, sent, status) => {
  const answer = await send(sent());
  expect(answer.status, answer.head).toBe(status);
  expect(answer.took_ms).toBeLessThan(1_000);
  {
    expect(answer.head).toMatch(/^content-type: application\/problem\+json/im);
    const problem = JSON.parse(Buffer.from(answer.body, "latin1").toString()) as Record<string, unknown>;
    expect(problem).toMatchObject({
      status,
      code: expect.any(String),
      detail: expect.any(String),
      detail_zh: expect.stringMatching(/[一-龥]/),
    });
  }
  const before = site.events("visit.opened").length;
  const license = `闽CD${10_000 + before}`;
  const next = await send({ body: good(license) });
  expect([next.status, next.body]).toEqual([200, opens]);
  expect(site.events("visit.opened")).toHaveLength(before + 1);
});

test("with __proto__ beside a good event it is a good event, and nobody's prototype has changed", async () => {
  for (const member of ['"__proto__":{"isoffline":1,"polluted":1}', '"constructor":{"prototype":{"polluted":1}}']) {
    const license = member.includes("constructor") ? "闽CF00002" : "闽CF00001";
    const answer = await send({ body: good(license).replace('"bright":0', `"bright":0,${member}`) });
    expect([answer.status, answer.body]).toEqual([200, opens]);
  }
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test("a trailing NUL, and the JSON types that firmware uses", async () => {
  for (const [index, type] of [
    "application/json;charset=utf-8",
    "text/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    undefined,
  ].entries()) {
    const answer = await send({ body: `${good(`闽CG0000${index}`)}\0`, type });
    expect([type, answer.status, answer.body]).toEqual([type, 200, opens]);
  }
});

const beats: readonly [string, string, string | undefined, number][] = [
  ["half", form("x", ""), "multipart/form-data; boundary=b", 400],
  ["no boundary", form("x"), "multipart/form-data", 400],
  ["another boundary", form("x"), "multipart/form-data; boundary=c", 400],
  ["33 parts", `${form("x", "").repeat(33)}--b--\r\n`, "multipart/form-data; boundary=b", 400],
  ["no serial number", '--b\r\ncontent-disposition: form-data; name="port"\r\n\r\n80\r\n--b--\r\n', "multipart/form-data; boundary=b", 400],
  ["JSON", "{}", "application/json", 415],
  ["no type", "x", undefined, 415],
  ["empty", "", "multipart/form-data; boundary=b", 400],
  ["17 kB", form("x".repeat(17_000)), "multipart/form-data; boundary=b", 413],
];
test.each(beats)("a heartbeat: %s", async (_, body, type, status) => {
  const answer = await send({ path: beatPath, body, type });
  expect([answer.status, answer.took_ms < 1_000]).toEqual([status, true]);
  const known = await send({ path: beatPath, body: form(serials.in), type: "multipart/form-data; boundary=b" });
  expect([known.status, known.body, /^x-cuobian-reason: heard/im.test(known.head)]).toEqual([200, "{}", true]);
});

test.each([
  ["no HTTP at all", "你好\r\n\r\n", 400],
  ["a head of 20 kB", `POST / HTTP/1.1\r\nx: ${"x".repeat(20_000)}\r\n\r\n`, 431],
])("%s is answered in words too", async (_, raw, status) => {
  const answer = await send({ raw });
  expect([answer.status, answer.took_ms < 1_000]).toEqual([status, true]);
  expect(JSON.parse(Buffer.from(answer.body, "latin1").toString())).toMatchObject({ status, detail_zh: expect.stringMatching(/[一-龥]/) });
});

test("whoever sends byte by byte for ever holds up nobody else", async () => {
  let over = false;
  const dripping = send({ body: () => Buffer.of(0x5b), until: () => over });
  for (let n = 0; n < 5; n += 1) {
    const answer = await send({ body: good(`闽CK0000${n}`) });
    expect([answer.body, answer.took_ms < 1_000]).toEqual([opens, true]);
  }
  over = true;
  await dripping;
});

test("a stranger's camera is answered as the protocol asks, and opens nothing", async () => {
  const body = vendorPush({ at: site.clock.wall(), serialno: "nobody", license: "闽CH00001", plateid: 1 });
  const answer = await send({ body, headers: ["x-forwarded-for: 10.0.0.7", "forwarded: for=10.0.0.7"] });
  expect([answer.status, answer.body, /^x-cuobian-reason: unknown-camera/im.test(answer.head)]).toEqual([200, stays, true]);
});

test("floods of the largest bodies: the memory comes back", async () => {
  const flood = (): Promise<Answer>[] => Array.from({ length: 8 }, () => send({ body: () => Buffer.alloc(256 * 1024, 0x20) }));
  await Promise.all(flood());
  const before = process.memoryUsage().rss;
  // Whoever is cut off while he still talks may lose the answer with the connection.
  for (let n = 0; n < 4; n += 1) for (const answer of await Promise.all(flood())) expect([0, 413]).toContain(answer.status);
  expect(process.memoryUsage().rss - before).toBeLessThan(160 * MB);
  expect((await send({ body: good("闽CJ00001") })).body).toBe(opens);
}, 30_000);
