// libpcap files, as tcpdump and Wireshark write them: frames of a TCP or UDP conversation with true checksums, and back. Source: draft-ietf-opsawg-pcap, RFC 791, RFC 768, RFC 9293.
const magic = 0xa1b2c3d4;
const ethernet = 1;

export interface Segment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** true: from the client. */
  readonly up: boolean;
  readonly bytes: Uint8Array;
  /** A datagram; otherwise a part of the TCP stream. */
  readonly udp?: true;
}

const client = { mac: [2, 0, 0, 0, 0, 1], ip: [192, 0, 2, 10], port: 40_123 } as const;
const server = { mac: [2, 0, 0, 0, 0, 2], ip: [192, 0, 2, 1], port: 5_026 } as const;

/** The one's complement sum of RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

const pseudoHeader = (from: readonly number[], to: readonly number[], { protocol, size }: { protocol: number; size: number }): Buffer =>
  Buffer.from([...from, ...to, 0, protocol, size >> 8, size & 0xff]);

function packet({ up, bytes, udp }: Segment, { seq, ack, id }: { seq: number; ack: number; id: number }): Buffer {
  const [from, to] = up ? [client, server] : [server, client];
  const protocol = udp ? 17 : 6;
  const head = udp ? 8 : 20;
  const inner = Buffer.alloc(head + bytes.length);
  inner.writeUInt16BE(from.port, 0);
  inner.writeUInt16BE(to.port, 2);
  if (udp) inner.writeUInt16BE(inner.length, 4);
  else {
    inner.writeUInt32BE(seq, 4);
    inner.writeUInt32BE(ack, 8);
    inner.writeUInt16BE((5 << 12) | 0x18, 12); // five words; PSH and ACK
    inner.writeUInt16BE(64_240, 14);
  }
  inner.set(bytes, head);
  const sum = checksum(Buffer.concat([pseudoHeader(from.ip, to.ip, { protocol, size: inner.length }), inner]));
  inner.writeUInt16BE(udp && sum === 0 ? 0xffff : sum, udp ? 6 : 16);
  const ip = Buffer.from([0x45, 0, 0, 0, id >> 8, id & 0xff, 0x40, 0, 64, protocol, 0, 0, ...from.ip, ...to.ip]);
  ip.writeUInt16BE(20 + inner.length, 2);
  ip.writeUInt16BE(checksum(ip), 10);
  return Buffer.concat([Buffer.from([...to.mac, ...from.mac, 8, 0]), ip, inner]);
}

export function writePcap(segments: readonly Segment[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(magic, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(ethernet, 20);
  const parts: Buffer[] = [head];
  const next = { up: 1_000, down: 5_000 };
  for (const [id, segment] of segments.entries()) {
    const [seq, ack] = segment.up ? [next.up, next.down] : [next.down, next.up];
    const frame = packet(segment, { seq, ack, id: id + 1 });
    if (!segment.udp) next[segment.up ? "up" : "down"] += segment.bytes.length;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(segment.at / 1_000), 0);
    record.writeUInt32LE((segment.at % 1_000) * 1_000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    parts.push(record, frame);
  }
  return Buffer.concat(parts);
}

/** Throws on what is no such file, and on a checksum that is wrong. */
export function readPcap(file: Buffer): Segment[] {
  if (file.readUInt32LE(0) !== magic || file.readUInt32LE(20) !== ethernet) throw new RangeError("no libpcap file of Ethernet frames");
  const segments: Segment[] = [];
  for (let at = 24; at < file.length; ) {
    const size = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + 16, at + 16 + size);
    const ip = frame.subarray(14, 34);
    const inner = frame.subarray(34);
    const udp = ip[9] === 17;
    const pseudo = pseudoHeader([...ip.subarray(12, 16)], [...ip.subarray(16, 20)], { protocol: udp ? 17 : 6, size: inner.length });
    if (checksum(ip) !== 0 || checksum(Buffer.concat([pseudo, inner])) !== 0)
      throw new RangeError(`a wrong checksum in the record at ${at}`);
    const ms = file.readUInt32LE(at) * 1_000 + Math.floor(file.readUInt32LE(at + 4) / 1_000);
    const bytes = inner.subarray(udp ? 8 : (inner.readUInt16BE(12) >> 12) * 4);
    segments.push({ at: ms, up: inner.readUInt16BE(2) === server.port, bytes, ...(udp && { udp }) });
    at += 16 + size;
  }
  return segments;
}
