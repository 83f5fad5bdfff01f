// A Modbus TCP line whose profile allows several questions at once: the blocks of one poll wait together, never more than allowed, and no reading is made of two polls.
import { expect, test } from "vitest";
import type { Profile } from "#protocols/modbus/profile.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { chance } from "#sim/chance.ts";
import { answerPdu } from "#sim/modbus/answer.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { readyLimits } from "#test/limits.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { loadProfile } from "../config/profiles.ts";
import type { StationSample } from "../core/charging/sample.ts";
import { protectionLine } from "./line.ts";

const loaded = loadProfile("stations/ten-socket");
if (loaded.kind === "no-profile") throw new Error(loaded.en);
/** Read in seven questions, four of them at once. */
const profile: Profile = { ...loaded, read: { ...loaded.read, max_registers: 20, hole: 0, in_flight: 4 } };

async function run({ loses }: { readonly loses: number }) {
  const clock = toldClock();
  const luck = toldChance(3);
  const { memory } = anyDevice(profile, chance(1));
  let listener = (_: Uint8Array): void => undefined;
  let open = 0;
  let most = 0;
  /** The socket currents of one poll are all the same; the next poll's are others. */
  let polls = 0;
  const samples: StationSample[] = [];
  const answer = (adu: Uint8Array): void => {
    const pdu = answerPdu(memory, adu.slice(7));
    if (pdu === undefined || luck.unit() < loses) {
      clock.wake(monotonic(clock.monotonic() + 700), () => {
        open -= 1;
      });
      return;
    }
    const frame = Uint8Array.of(...adu.subarray(0, 4), 0, pdu.length + 1, adu[6] ?? 0, ...pdu);
    clock.wake(monotonic(clock.monotonic() + 5 + luck.unit() * 40), () => {
      open -= 1;
      listener(frame);
    });
  };
  const line = protectionLine({
    wiring: { id: "line-1", kind: "tcp", host: "none", port: 502 },
    stations: [{ id: "station-1", line: "line-1", unit: 1, profile, limits: readyLimits("e-bike-4a") }],
    clock,
    devices: {
      openSerial: () => Promise.reject(new Error("none")),
      openTcp: () =>
        Promise.resolve({
          write: (bytes: Uint8Array) => {
            for (let from = 0; from < bytes.length; from += 12) {
              open += 1;
              most = Math.max(most, open);
              answer(bytes.subarray(from, from + 12));
            }
          },
          onBytes: (one: (bytes: Uint8Array) => void) => {
            listener = one;
          },
          onClose: () => undefined,
          close: () => undefined,
        }),
    },
    events: {
      enter: () => undefined,
      onSample: (_, sample) => {
        polls += 1;
        samples.push(sample);
      },
      onBoard: () => undefined,
      onOffAnswered: () => undefined,
      onOffHanded: () => undefined,
      onOpen: () => undefined,
      onLost: () => undefined,
      onReplanned: () => undefined,
      onServed: () => undefined,
    },
  });
  line.energised("station-1", [0]);
  await new Promise((resolve) => setImmediate(resolve));
  for (let ms = 0; ms < 60_000; ms += 5) {
    line.pump();
    clock.advance(5);
  }
  return { most, polls, samples, rotation: line.health().rotation_ms };
}

test("seven questions a poll, four at once", async () => {
  const { most, polls, samples, rotation } = await run({ loses: 0 });
  expect(most).toBe(4);
  expect(polls).toBeGreaterThan(150); // one after the other they would take 7 × 25 ms and more
  expect(rotation).toBeLessThanOrEqual(350);
  expect(samples.every(({ sockets }) => sockets.every((socket) => typeof socket.current_mA === "number"))).toBe(true);
});

test("questions that are lost spoil their poll and no other", async () => {
  const { polls, samples } = await run({ loses: 0.05 });
  expect(polls).toBeGreaterThan(15);
  expect(samples.every(({ sockets }) => sockets.length === 10 && sockets.every((socket) => typeof socket.current_mA === "number"))).toBe(
    true,
  );
});
