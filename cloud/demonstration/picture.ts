// A picture that nobody can take for a photo: stripes and the word DEMO, as an indexed PNG of some hundred bytes. Each number has a picture of its own.
import { crc32, deflateSync } from "node:zlib";

const [width, height] = [240, 160];
/** Five by seven, one row a number. */
const letters: Readonly<Record<string, readonly number[]>> = {
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  M: [17, 27, 21, 21, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
};

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** Base64 of the PNG. `after` is brighter, so that before and after differ at a glance. */
export function demonstrationPicture(number: number, after: boolean): string {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + x + 1] = (x + y + number * 7) % 48 < 4 ? 1 : 0;
  [..."DEMO"].forEach((letter, place) => {
    letters[letter]?.forEach((bits, line) => {
      for (let column = 0; column < 5; column += 1)
        if ((bits >> (4 - column)) & 1)
          for (let dy = 0; dy < 6; dy += 1)
            for (let dx = 0; dx < 6; dx += 1) rows[(58 + line * 6 + dy) * (width + 1) + 1 + 51 + place * 36 + column * 6 + dx] = 2;
    });
  });
  // The number as dots along the foot: no two pictures are the same bytes.
  for (let bit = 0; bit < 16; bit += 1)
    if (((number * 2 + (after ? 1 : 0)) >> bit) & 1)
      for (let dy = 0; dy < 6; dy += 1) for (let dx = 0; dx < 6; dx += 1) rows[(144 + dy) * (width + 1) + 1 + 8 + bit * 12 + dx] = 2;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = after ? [226, 232, 236, 206, 216, 222, 59, 70, 86] : [92, 102, 116, 78, 88, 102, 232, 236, 241];
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(colours)),
    chunk("IDAT", deflateSync(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]).toString("base64");
}
