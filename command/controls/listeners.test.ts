// The list of ports is whole: every place in the sources at which one is opened stands in it, and what the kernel says is held against it.
import { createSocket } from "node:dgram";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeOnly } from "#test/house/reading.ts";
import { counted } from "#test/promise.ts";
import { repository } from "#test/world/program.ts";
import { type At, declaredBy, judge, listeners, opensIn } from "./listeners.ts";
import { familyOf, hostOf, listeningOf } from "./sockets.ts";

/** What runs in a product: no tests, and nothing that is made for them. */
const sourcesOf = (room: string): string[] =>
  readdirSync(join(repository, room), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.test\.ts$|-for-tests\.ts$/.test(path))
    .map((path) => `${room}/${path}`)
    .sort();

test("ports: every place in gateway and cloud that opens one is declared, and every declaration is such a place", (context) => {
  const sources = [...sourcesOf("gateway"), ...sourcesOf("cloud")];
  const opening = sources
    .map((path) => ({ path, times: opensIn(codeOnly(readFileSync(join(repository, path), "utf8"))) }))
    .filter(({ times }) => times > 0);
  const declared = new Set(listeners.map(({ source }) => source));
  expect(opening.map(({ path }) => path).sort()).toEqual([...declared].sort());
  // As many as are declared of that file: one more in a file that has one already is found too.
  for (const { path, times } of opening) expect(times, path).toBe(listeners.filter(({ source }) => source === path).length);
  expect([opensIn("this.server.listen(0)"), opensIn("const server = createServer();\nserver.listen(1);\nsocket.bind(2)")]).toEqual([1, 2]);
  expect(opensIn("ring.listen(tell); database.prepare.bind(database)")).toBe(0);
  counted(context, { sources: sources.length, opening: opening.length, declared: listeners.length });
});

test("ports: what the kernel says of a process, and what is not declared", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const tcp: At = { proto: "tcp", host: "127.0.0.1", port: (server.address() as { port: number }).port };
  const udp: At = { proto: "udp", host: "127.0.0.1", port: socket.address().port };
  const found = listeningOf([process.pid]);
  expect(found).toEqual(expect.arrayContaining([tcp, udp]));
  expect(familyOf(process.pid)).toContain(process.pid);
  server.close();
  socket.close();
  expect(judge([{ ...tcp, port: 0 }], [tcp])).toEqual({ undeclared: [], missing: [] });
  expect(judge([tcp], [tcp, udp])).toEqual({ undeclared: [udp], missing: [] });
  expect(judge([tcp, udp], [tcp])).toEqual({ undeclared: [], missing: [udp] });
  expect(judge([tcp], [{ ...tcp, host: "0.0.0.0" }])).toEqual({ undeclared: [{ ...tcp, host: "0.0.0.0" }], missing: [tcp] });
  // One that the system chose does not stand for one that is written.
  expect(judge([{ ...tcp, port: 0 }, tcp], [tcp]).missing).toEqual([{ ...tcp, port: 0 }]);
  expect([hostOf("0100007F"), hostOf("00000000000000000000000001000000"), hostOf("0".repeat(32))]).toEqual(["127.0.0.1", "::1", "::"]);
});

test("ports: what a configuration declares", () => {
  const http = { host: "0.0.0.0", port: 7310 };
  const site = {
    http,
    pile_hosts: [{ kind: "dny", host: "10.0.0.1", port: 8600 }],
    fire: { listen: { host: "10.0.0.1", port: 5026, udp: true } },
    time_server: { host: "10.0.0.1", port: 123 },
  };
  expect(declaredBy("gateway", site).map(({ proto, port }) => `${proto} ${port}`)).toEqual([
    "tcp 7310",
    "tcp 8600",
    "tcp 5026",
    "udp 5026",
    "udp 123",
  ]);
  const broker = { kind: "embedded", host: "::", port: 7320, tls: { port: 8883, names: [] } };
  expect(declaredBy("cloud", { http, broker })).toEqual([
    { proto: "tcp", ...http },
    { proto: "tcp", host: "::", port: 7320 },
    { proto: "tcp", host: "::", port: 8883 },
  ]);
  expect(declaredBy("cloud", { http, broker: { ...broker, kind: "external" } })).toHaveLength(1);
});
