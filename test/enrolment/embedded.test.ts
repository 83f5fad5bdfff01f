// P 05.enrol at the embedded broker over TLS: only a good certificate comes in, under its own name, to its own topics; a revoked one is cut at once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import pino from "pino";
import { afterAll, expect, test } from "vitest";
import { startBroker } from "#cloud/broker/broker.ts";
import { openAuthority } from "#cloud/enrolment/authority.ts";
import { commandTopic, upTopic } from "#protocols/uplink/topics.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { comes, isRefused, member } from "./certified.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-tls-"));
const elsewhere = mkdtempSync(join(tmpdir(), "cuobian-tls-other-"));
afterAll(() => {
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true });
});

test("P 05.enrol: the embedded broker over TLS", async (context) => {
  const now = Date.now();
  const authority = openAuthority(folder, now);
  const server = authority.issueServer({ names: ["localhost", "127.0.0.1"], now });
  const [one, two] = [member(authority, "gw-1"), member(authority, "gw-2")];
  const good = new Map([one, two].map(({ serial, gateway }) => [serial, gateway]));
  const accounts = [
    { kind: "ingest", username: "ingest", password: "ingest-secret" },
    ...["gw-1", "gw-2"].map((username) => ({ kind: "gateway" as const, site: "jinxiu", username, password: "gateway-secret" })),
  ] as const;
  const broker = await startBroker({
    ...{ host: "127.0.0.1", port: 0, accounts, log: pino({ level: "silent" }), now: () => Date.now() },
    tls: { port: 0, key: server.key, cert: server.pem, ca: authority.pem, gatewayOf: (serial) => good.get(serial) },
  });
  const url = broker.tlsUrl ?? "";
  try {
    const other = openAuthority(elsewhere, now);
    const unknown = member(authority, "gw-1");
    const late = member(authority, "gw-1", now - 200 * dayMs);
    const refusals = {
      "no certificate": await isRefused(url, { ...one, key: "", certificate: "" }, { username: "gw-1", password: "gateway-secret" }),
      "another authority's": await isRefused(url, { ...member(other, "gw-1"), authority: authority.pem }),
      "its time is over": await isRefused(url, late),
      "not on the list": await isRefused(url, unknown),
      "under another's name": await isRefused(url, one, { clientId: "gw-2" }),
      "as another user": await isRefused(url, one, { username: "gw-2", password: "gateway-secret" }),
      "as the cloud": await isRefused(url, one, { username: "ingest", password: "ingest-secret" }),
      "a will on another's topic": await isRefused(url, one, {
        will: { topic: "cuobian/v1/jinxiu/gw-2/status", payload: Buffer.from("x"), qos: 1, retain: true },
      }),
    };
    for (const [what, words] of Object.entries(refusals)) expect(words, what).not.toBe("let in");

    const ingest = await connectAsync(broker.url, {
      clientId: "ingest",
      username: "ingest",
      password: "ingest-secret",
      reconnectPeriod: 0,
    });
    await ingest.subscribeAsync("cuobian/v1/#", { qos: 1 });
    const gateway = await comes(url, one, { username: "gw-1" });
    const heard = new Promise<string>((resolve) => ingest.once("message", (topic) => resolve(topic)));
    await gateway.publishAsync(upTopic({ site: "jinxiu", gateway: "gw-1" }, "state"), "1", { qos: 1 });
    expect(await heard).toBe("cuobian/v1/jinxiu/gw-1/up/state");
    const [granted] = await gateway.subscribeAsync(commandTopic({ site: "jinxiu", gateway: "gw-1" }), { qos: 1 });
    expect(granted?.qos).toBe(1);
    await expect(gateway.subscribeAsync(commandTopic({ site: "jinxiu", gateway: "gw-2" }), { qos: 1 })).rejects.toThrow();
    const neighbour = await comes(url, two);
    // Revoked while it is connected.
    const cut = new Promise<void>((resolve) => gateway.once("close", () => resolve()));
    good.delete(one.serial);
    broker.lookAgain();
    await cut;
    expect(neighbour.connected).toBe(true);
    expect(await isRefused(url, one)).not.toBe("let in");
    await Promise.all([ingest, gateway, neighbour].map((client) => client.endAsync(true)));
    counted(context, { refused: Object.keys(refusals).length + 1, "cut when revoked": 1, "let in wrongly": 0 });
  } finally {
    await broker.close();
  }
});
