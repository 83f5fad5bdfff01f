// The demonstration's receiver takes only what is signed over these very bytes, lately, by who knows the secret.
import { createHmac } from "node:crypto";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { inboxRoutes } from "./inbox.ts";

const now = 1_795_000_000_000;
const secret = "of-this-test-only";
const body = JSON.stringify({ v: 1, id: "m-1", title: "提醒", notices: [] });
const sign = (text: string, at: number, by = secret): string =>
  `t=${at},v1=${createHmac("sha256", by).update(`${at}.${text}`).digest("hex")}`;

test.each([
  ["signed", body, sign(body, now), 200],
  ["by another secret", body, sign(body, now, "another-secret"), 401],
  ["over other bytes", `${body} `, sign(body, now), 401],
  ["an hour old", body, sign(body, now - 3_600_000), 401],
  ["without a signature", body, undefined, 401],
])("%s", async (_, payload, signature, status) => {
  const app = Fastify();
  await app.register(inboxRoutes({ secret, now: () => now }));
  const headers = { "content-type": "application/json", ...(signature === undefined ? {} : { "x-cuobian-signature": signature }) };
  expect((await app.inject({ method: "POST", url: "/inbox", headers, payload })).statusCode).toBe(status);
  const shown = (await app.inject({ method: "GET", url: "/inbox" })).json() as { message: { id: string } }[];
  expect(shown.map(({ message }) => message.id)).toEqual(status === 200 ? ["m-1"] : []);
  await app.close();
});
