// What the card behind the camera shows and says: read back from the reply that the camera is given, in both families of frames.
import { afterEach, expect, test } from "vitest";
import { cameraProtocol } from "#gateway/drivers/cameras/table.ts";
import { decode64, textOf64 } from "#protocols/displays/card-64.ts";
import { decodeAa55, textsOfAa55 } from "#protocols/displays/card-aa55.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { type ParkingSite, serials, startParkingSite } from "#test/world/parking-site.ts";
import { vendorPush } from "#test/world/vendor-push.ts";
import { wordsOf } from "./display.ts";
import type { Outcome } from "./reads.ts";

let site: ParkingSite | undefined;
afterEach(() => site?.stop());
const plate = "闽CD82345";

test.each<["entry" | "exit", Outcome, string[] | null]>([
  ["entry", "opened", [plate, "欢迎光临", "余位 7"]],
  ["entry", "repeat-opened", [plate, "欢迎光临", "余位 7"]],
  ["entry", "lot-full", ["车位已满", "仅限月租车"]],
  ["exit", "opened", [plate, "一路平安"]],
  ["exit", "unpaid", [plate, "请缴费 4.00 元"]],
  ["exit", "no-entry", [plate, "请等待工作人员"]],
  ["exit", "no-tariff", [plate, "请等待工作人员"]],
  ["entry", "stale-read", null],
  ["entry", "duplicate-read", null],
  ["entry", "offline-read", null],
])("%s %s shows %j", (direction, outcome, lines) => {
  expect(wordsOf(direction, { outcome, plate, due: fen(400), free: 7 })?.lines ?? null).toEqual(lines);
});

/** What stands in the reply for the camera's RS-485. */
function cardIn(body: string): { port: number; bytes: Buffer }[] {
  const { Response_AlarmInfoPlate: reply } = JSON.parse(body) as {
    Response_AlarmInfoPlate: { serialData?: { serialChannel: number; data: string; dataLen: number }[] };
  };
  return (reply.serialData ?? []).map(({ serialChannel, data, dataLen }) => {
    const bytes = Buffer.from(data, "base64");
    expect(bytes.length).toBe(dataLen);
    return { port: serialChannel, bytes };
  });
}

async function pushed(display: string | undefined, at = 0): Promise<{ port: number; bytes: Buffer }[]> {
  site = await startParkingSite({ camera: display === undefined ? {} : { display, display_port: 1 } });
  const bytes = Buffer.from(vendorPush({ at: site.clock.wall() + at, serialno: serials.in, plateid: 1, license: plate }));
  const post = {
    path: "/devicemanagement/php/plateresult.php",
    contentType: "application/json",
    peer: "127.0.0.1",
    secret: undefined,
    bytes,
  };
  const answer = site.lanes().push(cameraProtocol("vzenith-http"), post);
  if (answer.kind !== "answer") throw new Error(answer.reason);
  return cardIn(answer.body);
}

test("card-64: lines and voice, by the camera's second RS-485; nothing for a read that is too old, and nothing without a card", async () => {
  const frames = await pushed("card-64");
  const texts = frames.map(({ bytes }) => {
    const frame = decode64(bytes);
    return "kind" in frame ? frame.reason : textOf64(frame);
  });
  expect([texts, frames.map(({ port }) => port)]).toEqual([
    [plate, "欢迎光临", "余位 119", `${plate}，欢迎光临`],
    [1, 1, 1, 1],
  ]);
  await site?.stop();
  expect(await pushed("card-64", -120_000)).toEqual([]);
  await site?.stop();
  expect(await pushed(undefined)).toEqual([]);
});

test("card-aa55: the same words", async () => {
  const texts = (await pushed("card-aa55")).flatMap(({ bytes }) => {
    const frame = decodeAa55(bytes);
    return "kind" in frame ? [frame.reason] : textsOfAa55(frame);
  });
  expect(texts).toEqual([plate, "欢迎光临", "余位 119", "", `${plate}，欢迎光临`]);
});
