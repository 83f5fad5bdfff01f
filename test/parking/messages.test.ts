// What a holder is told before a pass ends: sent to the property's own address for messages, signed, once; refused it is tried again; renewed meanwhile it is not said.
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { until } from "../world/program.ts";
import { minute, quickScene } from "./at-the-lane.ts";

const secret = "messages-secret-for-tests";
const day = 24 * 60 * minute;
let site: ParkingSite | undefined;
let server: Server | undefined;
afterEach(async () => {
  await site?.stop();
  server?.closeAllConnections();
  server?.close();
  site = undefined;
  server = undefined;
});

interface Heard {
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

async function ending(answers: readonly number[]) {
  const heard: Heard[] = [];
  const receiver = createServer((request, reply) => {
    let body = "";
    request.setEncoding("utf8").on("data", (some: string) => {
      body += some;
    });
    request.on("end", () => {
      heard.push({ headers: request.headers, body });
      reply.writeHead(answers[heard.length - 1] ?? 204).end();
    });
  });
  server = receiver;
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const started = await startParkingSite({
    console: true,
    files: { "messages.secret": secret },
    payments: {
      page: { address: "https://pay.example" },
      messages: { address: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/sms`, secret_file: "./messages.secret" },
    },
  });
  site = started;
  const scene = quickScene(started);
  const now = started.clock.wall();
  const date = (days: number): string => new Date(now + days * day + 8 * 60 * minute).toISOString().slice(0, 10);
  const register = (until_days: number) =>
    scene.post("/register", {
      person: "物业甲",
      passes: [{ pass: "A-101", lot: "main", plates: ["闽CD82345"], spaces: 1, from: date(-10), until: date(until_days) }],
    });
  expect((await register(3)).status).toBe(200);
  const holder = { lot: "main", room: "3-1201", contact: "13800000000", plates: ["闽CD82345"], spaces: 1, nth: 1, person: "物业甲" };
  const held = await scene.post("/passes/A-101/holder", holder);
  expect([held.status, held.body]).toEqual([200, expect.anything()]);
  const told = async () => ((await scene.get("/passes/ending?days=60")).body as unknown as { message: unknown }[])[0]?.message;
  return { started, heard, told, register };
}

test("told once, signed, in words with the way to renew; refused it is tried again until it is taken", async () => {
  const { started, heard, told } = await ending([500, 503]);
  await until("the first attempt", () => {
    started.clock.advance(1_000);
    return heard.length > 0 || undefined;
  });
  await until("the third attempt", () => {
    started.clock.advance(10_000);
    return heard.length >= 3 || undefined;
  });
  const { headers, body } = heard[2] as Heard;
  expect(JSON.parse(body)).toMatchObject({
    kind: "pass.ends",
    to: "13800000000",
    pass: "A-101",
    days: expect.any(Number) as unknown,
    zh: expect.stringContaining("续费：https://pay.example/pay/pass/") as unknown,
  });
  expect(headers["x-cuobian-signature"]).toBe(
    `sha256=${createHmac("sha256", secret)
      .update(`${String(headers["x-cuobian-timestamp"])}.${body}`)
      .digest("hex")}`,
  );
  expect(new Set(heard.map((one) => one.headers["idempotency-key"])).size).toBe(1);
  await until("sent", async () => ((await told()) as { state?: string } | null)?.state === "sent" || undefined);
  for (let minutes = 0; minutes < 30; minutes += 1) started.clock.advance(minute);
  expect(heard).toHaveLength(3);
});

test("renewed before it could be sent: nothing is said", async () => {
  const { started, heard, told, register } = await ending([500]);
  await until("the first attempt", () => {
    started.clock.advance(1_000);
    return heard.length > 0 || undefined;
  });
  expect((await register(40)).status).toBe(200);
  await until("dropped", async () => {
    started.clock.advance(10_000);
    return ((await told()) as { state?: string } | null)?.state === "dropped" || undefined;
  });
  expect(heard).toHaveLength(1);
});
