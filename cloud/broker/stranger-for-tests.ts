// A stranger who writes MQTT by hand, for what no client library would send; and a broker for him to knock at.
import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { pino } from "pino";
import type { Account } from "./accounts.ts";
import { type Broker, startBroker } from "./broker.ts";

/** What a test opened; it closes them in the other order. */
export const opened: (() => Promise<unknown>)[] = [];

export const accounts: readonly Account[] = [
  { kind: "gateway", site: "jinxiu", username: "gw-1", password: "gateway's secret" },
  { kind: "gateway", site: "jinxiu", username: "gw-2", password: "another's secret" },
  { kind: "ingest", username: "ingest", password: "cloud's secret" },
  { kind: "observer", username: "observer", password: "observer's secret" },
];
export async function open(): Promise<{ broker: Broker; lines: string[] }> {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const broker = await startBroker({ host: "127.0.0.1", port: 0, accounts, log, now: () => 0 });
  opened.push(() => broker.close());
  return { broker, lines };
}

export const reasons = (lines: readonly string[]): unknown[] =>
  lines.map((line) => JSON.parse(line).reason).filter((one) => one !== undefined);

export async function raw(url: string): Promise<{ socket: Socket; ended: Promise<void>; heard: () => Buffer }> {
  const heard: Buffer[] = [];
  const socket = connectSocket({ host: "127.0.0.1", port: Number(new URL(url).port) });
  socket.on("data", (chunk) => heard.push(chunk));
  socket.on("error", () => undefined);
  // Not once(): a connection that is reset has ended too.
  const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await once(socket, "connect");
  opened.push(async () => socket.destroy());
  return { socket, ended, heard: () => Buffer.concat(heard) };
}

export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};
/** A CONNECT written by hand (MQTT 3.1.1, 3.1), for what no client library would send. */
export function greeting({ clientId = "", clean = true, username = "gw-1", password = "gateway's secret", keepalive = 30 }): Buffer {
  const flags = 0b1100_0000 | (clean ? 0b10 : 0);
  const body = Buffer.concat([
    ...[text("MQTT"), Buffer.from([4, flags, keepalive >> 8, keepalive & 0xff])],
    ...[text(clientId), text(username), text(password)],
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}
export const connackOf = (heard: Buffer): number | undefined => (heard[0] === 0x20 ? heard[3] : undefined);
