// The TCP face against bytes as networks deliver them: cut anywhere, several questions in one piece, and what is no Modbus.
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { serveRtuTcp } from "./rtu-face.ts";
import { serveTcp, type TcpFace } from "./tcp-face.ts";

let face: TcpFace | undefined;
afterEach(() => face?.close());
const memory = (unit: number) => (unit === 3 ? { word: (address: number) => (address < 100 ? address * 3 : undefined) } : undefined);

/** Sends the pieces one after the other and hears until the connection ends or so many bytes have come. */
function speak(port: number, pieces: readonly string[], bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    let heard = Buffer.alloc(0);
    const end = (): void => {
      socket.destroy();
      resolve(heard.toString("hex"));
    };
    socket.on("data", (piece: Buffer) => {
      heard = Buffer.concat([heard, piece]);
      if (heard.length >= bytes) end();
    });
    socket.on("close", end);
    socket.on("error", reject);
    const send = (at: number): void => {
      const piece = pieces[at];
      if (piece !== undefined) socket.write(Buffer.from(piece, "hex"), () => setImmediate(send, at + 1));
    };
    socket.on("connect", () => send(0));
  });
}
const question = "000700000006030300050002";
const answer = "0007000000070303040" + "00f0012";

test("cut at every byte, and two in one piece", async () => {
  face = await serveTcp({ host: "127.0.0.1", port: 0, memory });
  let cuts = 0;
  for (let at = 2; at < question.length; at += 2) {
    expect(await speak(face.port, [question.slice(0, at), question.slice(at)], answer.length / 2)).toBe(answer);
    cuts += 1;
  }
  expect(cuts).toBe(11);
  const second = "0008000000060303004f0001";
  expect(await speak(face.port, [question + second], answer.length / 2 + 11)).toBe(
    `${answer}000800000005030302${(79 * 3).toString(16).padStart(4, "0")}`,
  );
});
test("an exception has its header too, and a unit that is not there is silent while the next answers", async () => {
  face = await serveTcp({ host: "127.0.0.1", port: 0, memory });
  expect(await speak(face.port, ["00010000000609030000000100020000000603030064" + "0001"], 9)).toBe("000200000003038302");
});
test("what is no Modbus TCP ends the connection", async () => {
  face = await serveTcp({ host: "127.0.0.1", port: 0, memory });
  expect(await speak(face.port, [Buffer.from("GET / HTTP/1.1\r\n\r\n").toString("hex")], 1)).toBe("");
});
test("RTU frames over TCP: the answer has a checksum and no header", async () => {
  face = await serveRtuTcp({ host: "127.0.0.1", port: 0, memory });
  expect(await speak(face.port, ["030300050002d5e8"], 9)).toMatch(/^030304000f0012[0-9a-f]{4}$/);
});
