// A gateway's MQTT 3.1.1 connection with as little of it as a benchmark needs, so that the load costs less than what it loads: CONNECT, one SUBSCRIBE, PUBLISH at QoS 1.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const length: number[] = [];
  for (let left = size; left > 0 || length.length === 0; left >>= 7) length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([type, ...length]), ...parts]);
}

export interface Wire {
  publish(topic: string, payload: string | Buffer): void;
  /** What was written has left for the kernel. */
  drained(): Promise<void>;
  /** Every publication was acknowledged by the broker. */
  acknowledged(): Promise<void>;
  end(): void;
}

export interface Caller {
  readonly url: string;
  readonly name: string;
  readonly password: string;
  readonly filter: string;
  readonly hear: (payload: Buffer) => void;
}

const keepalive_s = 60;

export async function openWire({ url, name, password, filter, hear }: Caller): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  let held: Buffer = Buffer.alloc(0);
  let granted: () => void = () => undefined;
  let open = 0;
  let settled: () => void = () => undefined;
  const ready = new Promise<void>((done) => {
    granted = done;
  });
  socket.on("data", (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const size = sizeOf(held);
      if (size === undefined || held.length < size.whole) return;
      const body = held.subarray(size.head, size.whole);
      const type = held[0] ?? 0;
      held = held.subarray(size.whole);
      if (type >> 4 === 3) take(type, body);
      else if (type >> 4 === 9) granted();
      else if (type >> 4 === 4) {
        open -= 1;
        if (open === 0) settled();
      } else if (type >> 4 === 2 && body[1] !== 0) socket.destroy(new Error(`${name}: CONNACK ${body[1]}`));
    }
  });
  function take(type: number, body: Buffer): void {
    const at = 2 + body.readUInt16BE(0);
    const acknowledged = (type & 0b110) !== 0;
    if (acknowledged) socket.write(Buffer.from([0x40, 2, body[at] ?? 0, body[at + 1] ?? 0]));
    hear(body.subarray(at + (acknowledged ? 2 : 0)));
  }
  const flags = 0b1100_0010;
  const head = Buffer.concat([text("MQTT"), Buffer.from([4, flags, 0, keepalive_s])]);
  socket.write(packet(0x10, head, text(name), text(name), text(password)));
  socket.write(packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([1])));
  const ping = setInterval(() => socket.write(Buffer.from([0xc0, 0])), (keepalive_s * 1000) / 2);
  let id = 0;
  await Promise.race([ready, once(socket, "close").then(() => Promise.reject(new Error(`${name}: the broker closed the connection`)))]);
  return {
    drained: () => (socket.writableNeedDrain ? once(socket, "drain").then(() => undefined) : Promise.resolve()),
    async acknowledged() {
      if (open > 0)
        await new Promise<void>((done) => {
          settled = done;
        });
    },
    publish(topic, payload) {
      open += 1;
      id = (id % 65_535) + 1;
      socket.write(packet(0x32, text(topic), Buffer.from([id >> 8, id & 0xff]), Buffer.isBuffer(payload) ? payload : Buffer.from(payload)));
    },
    end() {
      clearInterval(ping);
      socket.destroy();
    },
  };
}

function sizeOf(buffer: Buffer): { head: number; whole: number } | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(buffer.length, 5); at += 1) {
    const byte = buffer[at] ?? 0;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 0x80) return { head: at + 1, whole: at + 1 + length };
  }
  return undefined;
}
