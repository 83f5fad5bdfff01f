// Pictures as cameras make them, by their segments: one application segment (where a thumbnail lies), no tables, and a scan of so many bytes with an escaped FF and a restart in it.
export function jpeg(scan: number, thumbnail: Uint8Array = new Uint8Array()): Uint8Array {
  const length = thumbnail.length + 2;
  const app = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), thumbnail]);
  const data = Buffer.alloc(scan, 0x5a);
  data.set([0xff, 0x00, 0xff, 0xd3], 4);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), app, Buffer.from([0xff, 0xda, 0x00, 0x02]), data, Buffer.from([0xff, 0xd9])]);
}
