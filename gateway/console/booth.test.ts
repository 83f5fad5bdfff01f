// The booth terminal's door: who may speak, what is refused in words, and an opening by hand that is carried out once and says why. Real HTTP, told time.
import { afterAll, afterEach, expect, test } from "vitest";
import { booth } from "#test/world/booth.ts";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite;
/** Whatever is refused leaves a site as it was: one serves them all. */
let untouched: ParkingSite | undefined;
afterEach(() => (site === untouched ? undefined : site?.stop()));
afterAll(() => untouched?.stop());
const beginUntouched = async (): Promise<void> => {
  untouched ??= await startParkingSite({ console: true });
  site = untouched;
};
const begin = async (options = {}): Promise<void> => {
  site = await startParkingSite({ console: true, ...options });
};

const order = { command: "command-0001", person: "门岗甲", reason: "救护车" };
const paths = ["/api/v1/lanes/in/due", "/api/v1/lanes/out/payments", "/api/v1/lanes/in/open", "/api/v1/sockets/station-1/3/latch-reset"];

test.each([
  ["missing", null],
  ["wrong", "0123456789abcdef0123456789abcdee"],
  ["a beginning of it", boothToken.slice(0, -1)],
  ["too long", `${boothToken}0`],
  ["empty", ""],
])("a token that is %s: 401 at every address, and nothing happens", async (_, token) => {
  await beginUntouched();
  for (const path of paths) {
    const method = path.endsWith("due") ? {} : { method: "POST", body: JSON.stringify(order) };
    const answer = await booth(site, token).ask(path, method);
    expect([path, answer.status, answer.body?.code]).toEqual([path, 401, "token"]);
    expect(answer.type).toMatch(/^application\/problem\+json/);
  }
  await site.goOn(1_000);
  expect([site.board("in").pulses, site.board("out").pulses]).toEqual([0, 0]);
});

test("other schemes, and whoever says to come from this machine, are nobody", async () => {
  await beginUntouched();
  for (const headers of [
    { authorization: `Basic ${Buffer.from(`booth:${boothToken}`).toString("base64")}` },
    { authorization: `bearer ${boothToken}` },
    { "x-booth-token": boothToken },
    { "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1", "x-real-ip": "127.0.0.1" },
  ]) {
    const answer = await booth(site, null).ask("/api/v1/lanes/in/due", { headers: headers as Record<string, string> });
    expect(answer.status).toBe(401);
  }
});

test("a forwarded address changes nothing for the one who has the token either", async () => {
  await beginUntouched();
  const answer = await booth(site).ask("/api/v1/lanes/out/due", { headers: { "x-forwarded-for": "203.0.113.7, 10.0.0.1" } });
  expect([answer.status, answer.body]).toEqual([200, null]);
});

test("without a usable token file nobody is let in, and it is said", async () => {
  await begin({ noBoothToken: true });
  for (const token of [boothToken, "", null])
    expect((await booth(site, token).due("out")).body).toMatchObject({ status: 503, code: "no-token-file" });
});

test("an opening by hand: one pulse with its person and reason; the same command again opens nothing; an unknown lane is told", async () => {
  await begin();
  await site.goOn(1_000);
  expect(await booth(site).open("in", order)).toMatchObject({ status: 200, body: { gate: "opening" } });
  expect(site.board("in").pulses).toBe(1);
  Object.assign(site.board("in"), { open: true, closed: false, opened: 40_001 });
  await site.goOn(400);
  expect(site.events("gate.opened")).toMatchObject([{ lane: "in", cause: "manual", count: 40_001 }]);
  expect(site.journal().all("SELECT command, person, reason, seen FROM gate_order")).toEqual([{ ...order, seen: "open" }]);
  expect(await booth(site).open("in", order)).toMatchObject({ status: 200, body: { gate: "already-open", reason: expect.any(String) } });
  await site.restart(60_000);
  expect(await booth(site).open("in", order)).toMatchObject({ status: 200, body: { gate: "already-open" } });
  expect(site.board("in").pulses).toBe(1);
  expect(await booth(site).open("north", { ...order, command: "command-0002" })).toMatchObject({ status: 404, body: { code: "no-lane" } });
});

test("twice at once is carried out once", async () => {
  await begin();
  await site.goOn(1_000);
  const answers = await Promise.all([1, 2, 3, 4].map(() => booth(site).open("in", order)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect([site.board("in").pulses, site.journal().all("SELECT id FROM gate_order").length]).toEqual([1, 1]);
});

test("one command for two gates: the second is no repeat, and is refused", async () => {
  await begin();
  await site.goOn(1_000);
  await booth(site).open("in", order);
  expect(await booth(site).open("out", order)).toMatchObject({ status: 409, body: { code: "command-differs" } });
  expect([site.board("in").pulses, site.board("out").pulses]).toEqual([1, 0]);
});

test("a board that does not answer: the order is written, and the booth is told that the gate did not open", async () => {
  await begin();
  await site.goOn(1_000);
  await site.boards.down();
  const answer = booth(site).open("in", order);
  // The request is on its way over a real socket; time goes on when it has arrived.
  while (site.journal().all("SELECT id FROM gate_order").length === 0) await new Promise((resolve) => setImmediate(resolve));
  await site.goOn(6_000);
  expect(await answer).toMatchObject({ status: 200, body: { gate: "not-opened", reason: expect.any(String) } });
  expect(site.events("gate.unanswered")).toHaveLength(1);
});

test.each<[string, string, string, Record<string, string>?]>([
  ["no body", "/api/v1/lanes/in/open", ""],
  ["no JSON", "/api/v1/lanes/in/open", "{"],
  ["no reason", "/api/v1/lanes/in/open", JSON.stringify({ command: order.command, person: order.person })],
  ["a reason of one letter", "/api/v1/lanes/in/open", JSON.stringify({ ...order, reason: "x" })],
  ["a person who is nobody", "/api/v1/lanes/in/open", JSON.stringify({ ...order, person: "" })],
  ["a short command", "/api/v1/lanes/in/open", JSON.stringify({ ...order, command: "1" })],
  ["one member too many", "/api/v1/lanes/in/open", JSON.stringify({ ...order, lane: "out" })],
  [
    "a number as text",
    "/api/v1/lanes/out/payments",
    '{"payment":"payment-1","bill":"bill-0001","method":"cash","amount_fen":"200","collector":"x"}',
  ],
  [
    "half a fen",
    "/api/v1/lanes/out/payments",
    '{"payment":"payment-1","bill":"bill-0001","method":"cash","amount_fen":0.5,"collector":"x"}',
  ],
  [
    "1e400 fen",
    "/api/v1/lanes/out/payments",
    '{"payment":"payment-1","bill":"bill-0001","method":"cash","amount_fen":1e400,"collector":"x"}',
  ],
  [
    "nothing paid",
    "/api/v1/lanes/out/payments",
    '{"payment":"payment-1","bill":"bill-0001","method":"cash","amount_fen":0,"collector":"x"}',
  ],
  [
    "a negative payment",
    "/api/v1/lanes/out/payments",
    '{"payment":"payment-1","bill":"bill-0001","method":"cash","amount_fen":-5,"collector":"x"}',
  ],
  [
    "a method nobody has",
    "/api/v1/lanes/out/payments",
    '{"payment":"payment-1","bill":"bill-0001","method":"card","amount_fen":5,"collector":"x"}',
  ],
  ["__proto__", "/api/v1/lanes/in/open", `{"__proto__":{"x":1},"command":"command-0001","person":"门岗甲","reason":"救护车"}`],
  ["nested 100,000 deep", "/api/v1/lanes/in/open", `{"command":${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
  ["a lane that cannot be", "/api/v1/lanes/..%2f..%2fetc/open", JSON.stringify(order)],
  ["XML", "/api/v1/lanes/in/open", "<open/>", { "content-type": "text/xml" }],
  ["20 kB", "/api/v1/lanes/in/open", JSON.stringify({ ...order, reason: "x".repeat(20_000) })],
])("refused in words: %s", async (_, path, body, headers = {}) => {
  await beginUntouched();
  const answer = await booth(site).ask(path, { method: "POST", body, headers });
  expect([400, 404, 413, 415]).toContain(answer.status);
  expect(answer.type).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status: answer.status, detail: expect.any(String), detail_zh: expect.stringMatching(/[一-龥]/) });
  await site.goOn(400);
  expect([site.board("in").pulses, site.board("out").pulses, site.journal().all("SELECT id FROM gate_order")]).toEqual([0, 0, []]);
});

test("locked sockets: which, and the re-arm of one; another trip, no such socket, nobody's name and no reason are refused", async () => {
  await begin();
  const { ask } = booth(site);
  expect((await ask("/api/v1/latches")).body).toEqual({
    latches: [
      { socket: "station-1/3", state: "latched", trip: "trip-00001", cause: "over-current" },
      { socket: "station-1/4", state: "latched", trip: "trip-00002", cause: "smoke" },
    ],
  });
  const reset = async (socket: string, body: object) => {
    const answer = await ask(`/api/v1/sockets/${socket}/latch-reset`, { method: "POST", body: JSON.stringify(body) });
    return [answer.status, answer.body?.code];
  };
  const whole = { trip: "trip-00001", person: "电工", reason: "已换充电器" };
  expect(await reset("station-1/3", whole)).toEqual([202, undefined]);
  expect(await reset("station-1/4", { ...whole, trip: "trip-00002" })).toEqual([202, undefined]); // smoke: on site it may be
  expect(await reset("station-1/3", { ...whole, trip: "trip-00002" })).toEqual([409, "no-such-trip"]);
  expect(await reset("station-9/3", whole)).toEqual([404, "no-socket"]);
  for (const body of [
    { ...whole, person: "  " },
    { ...whole, reason: "" },
    { trip: whole.trip, person: "电工" },
    { ...whole, at: 1 },
  ])
    expect((await reset("station-1/3", body))[0]).toBe(400);
});

test("no such address, another method, and the probes", async () => {
  await begin();
  expect(await booth(site).ask("/api/v2/nothing")).toMatchObject({ status: 404, body: { code: "no-such-address" } });
  expect(await booth(site).ask("/api/v1/lanes/in/open")).toMatchObject({ status: 404 });
  expect((await fetch(`${site.http()}/healthz`)).status).toBe(200);
});
