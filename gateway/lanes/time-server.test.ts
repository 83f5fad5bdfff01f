// The time server over a real UDP socket: it tells the gateway's own time, says when that is not believed, and lets nobody flood it.
import { createSocket } from "node:dgram";
import { afterEach, expect, test } from "vitest";
import { readTime } from "#protocols/time/sntp.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite;
afterEach(() => site.stop());

/** Answers that came before the last, a well-formed question, was answered. */
function ask(port: number, questions: readonly Uint8Array[]): Promise<Buffer[]> {
  const socket = createSocket("udp4");
  const answers: Buffer[] = [];
  return new Promise((resolve) => {
    const end = (): void => {
      socket.close();
      resolve(answers);
    };
    const timer = setTimeout(end, 1_000);
    socket.on("message", (bytes) => {
      answers.push(bytes);
      if (answers.length < questions.length) return;
      clearTimeout(timer);
      end();
    });
    for (const question of questions) socket.send(question, port, "127.0.0.1");
  });
}
const question = Uint8Array.from({ length: 48 }, (_, i) => (i === 0 ? 0b00_100_011 : i >= 40 ? i : 0));
const answeredOf = (): number =>
  site
    .lanes()
    .measures?.()
    .find(({ name, labels }) => name === "cuobian_time_questions_total" && labels?.outcome === "answered")?.value ?? -1;

test("P 06.sntp: cameras are told the gateway's time, and whether it is believed; a flood is not answered", async () => {
  site = await startParkingSite({ top: { time_server: { host: "127.0.0.1", port: 0 } } });
  const port = site.lanes().timePort();
  const [good] = await ask(port, [question]);
  expect([good?.[0], good?.[1]]).toEqual([0b00_100_100, 4]);
  expect(good?.subarray(24, 32)).toEqual(Buffer.from(question.subarray(40)));
  expect(readTime(good ?? new Uint8Array(48), 40)).toBeCloseTo(site.clock.wall(), 0);
  site.clock.synchronise(false);
  const [unsure] = await ask(port, [question]);
  expect([unsure?.[0], unsure?.[1], unsure?.subarray(12, 16).toString()]).toEqual([0b11_100_100, 0, "INIT"]);
  // The told clock stands still: this is one second.
  site.clock.advance(2_000);
  const before = answeredOf();
  await ask(port, [...Array<Uint8Array>(60).fill(question)]);
  expect(answeredOf() - before).toBeLessThanOrEqual(20);
  site.clock.advance(2_000);
  expect(await ask(port, [question])).toHaveLength(1);
});
