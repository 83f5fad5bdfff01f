// Every device model that we ship, and its transcript: sound, understood, and decoding what is encoded. The counts are asserted, so that no loop runs over nothing.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { describe, expect, test } from "vitest";
import { profileComplaints } from "#protocols/modbus/check.ts";
import { decode, decodePoint, registersOf } from "#protocols/modbus/decode.ts";
import { encodePoint, imageOf, type PointValue, saysMinus, valueLimits } from "#protocols/modbus/encode.ts";
import { rtuAnswerLength, rtuFrame } from "#protocols/modbus/frame.ts";
import { requestInWords } from "#protocols/modbus/orders-in-words.ts";
import { addressesOf, pointAt, widthOf, wordsPer } from "#protocols/modbus/placement.ts";
import { type Block, blockRequest, mostOf, planReads } from "#protocols/modbus/plan.ts";
import { type Point, Profile } from "#protocols/modbus/profile.ts";
import { type Quirk, quirkNames } from "#protocols/modbus/quirks.ts";
import { shapeNames, shapes } from "#protocols/modbus/shapes.ts";
import { coveredBy } from "#protocols/modbus/sheet.ts";
import { parseTranscript, renderTranscript, type Transcript, transcriptComplaints } from "#protocols/modbus/transcript.ts";
import { unitOf } from "#protocols/modbus/units.ts";
import { counted } from "#test/promise.ts";

const folder = fileURLToPath(new URL("./", import.meta.url));
const validator = Compile(Profile);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase().replace(/../g, "$& ").trim();

interface Model {
  readonly profile: Profile;
  readonly transcript: Transcript;
}

function load(id: string): Model {
  const profile: unknown = JSON.parse(readFileSync(`${folder}${id}.json`, "utf8"));
  if (!validator.Check(profile))
    throw new Error(
      `${id}: ${validator
        .Errors(profile)
        .map((e) => `${e.instancePath} ${e.message}`)
        .join("; ")}`,
    );
  const transcript = parseTranscript(readFileSync(`${folder}${id}.golden`, "utf8"));
  if ("kind" in transcript) throw new Error(`${id}.golden: ${transcript.reason}`);
  return { profile, transcript };
}

const ids = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json"))
  .map((path) => path.slice(0, -".json".length))
  .sort();
const models = ids.map(load);
const everyPoint = models.flatMap(({ profile }) => profile.points.map((point) => [`${profile.id} ${point.name}`, point] as const));

/** What must at least be here; a list is easier to read than a number when one is missing. */
const promised = [
  "barriers/direction-board",
  "barriers/loop-board",
  "meters/dds238-2",
  "meters/dtsd422",
  "meters/dtsu666",
  "meters/jsy-mk-163t",
  "meters/jsy-mk-193",
  "meters/jsy-mk-194",
  "meters/jsy-mk-333",
  "meters/power-room",
  "meters/pzem-004t",
  "meters/pzem-016",
  "meters/sdm120",
  "meters/sdm230",
  "meters/sdm630",
  "pumps/secondary-supply",
  "relays/relay-4-in-4",
  "relays/waveshare-8",
  "stations/ten-socket",
  "stations/two-socket",
];

test("P 03.catalogue: every model is sound and every frame of its transcript is understood as written", (context) => {
  expect(ids).toEqual(expect.arrayContaining(promised));
  const counts = { profiles: 0, points: 0, exchanges: 0, frames: 0, values: 0, orders: 0, outside: 0, captured: 0 };
  for (const { profile, transcript } of models) {
    expect(profileComplaints(profile), profile.id).toEqual([]);
    expect(transcript.profile).toBe(profile.id);
    const outside = transcript.exchanges.filter(({ origin }) => origin !== "made");
    expect(transcript.outsideNone, `${profile.id}: says “outside none” exactly when it is so`).toBe(outside.length === 0);
    expect(transcript.captured, `${profile.id}: says “captured yes” exactly when it is so`).toBe(
      transcript.exchanges.some(({ origin }) => origin === "capture"),
    );
    expect(transcript.captureNote.length, `${profile.id}: says where its frames come from`).toBeGreaterThan(10);
    expect(transcriptComplaints(profile, transcript), profile.id).toEqual([]);
    counts.values += transcript.together.length;
    for (const exchange of transcript.exchanges) {
      expect(exchange.source.length, `${profile.id}: ${exchange.asked}: from where?`).toBeGreaterThan(10);
      counts.exchanges += 1;
      counts.frames += exchange.heard === undefined ? 1 : 2;
      counts.values += exchange.understood.length;
      if (exchange.does !== undefined) {
        const request = requestInWords({ profile, unit: 1 }, exchange.does);
        expect("pdu" in request ? hex(rtuFrame(request)) : request.en, `${profile.id}: ${exchange.does}`).toBe(exchange.asked);
        counts.orders += 1;
      }
    }
    expect(parseTranscript(renderTranscript(transcript))).toEqual(transcript);
    counts.profiles += 1;
    counts.points += profile.points.length;
    counts.outside += outside.length;
    counts.captured += transcript.captured ? 1 : 0;
  }
  expect(counts.profiles).toBe(ids.length);
  counted(context, counts);
});

test("every transcript has its model, and every point of a model that is polled stands in its transcript", () => {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".golden")))
    expect(existsSync(`${folder}${path.replace(".golden", ".json")}`), path).toBe(true);
  for (const { profile, transcript } of models) {
    const lines = [...transcript.exchanges.flatMap(({ understood }) => understood), ...transcript.together];
    const told = new Set(lines.map((line) => line.split(/[ @]/)[0]));
    expect(
      profile.points.filter(({ name, polled }) => polled !== false && !told.has(name)).map(({ name }) => name),
      profile.id,
    ).toEqual([]);
  }
});

test("the language is used: every type and quirk occurs in some model, or is tested by itself in language.test.ts and repeating.test.ts", () => {
  const used = new Set(everyPoint.map(([, { type }]) => type));
  const byThemselves = ["u48", "i48", "bcd16", "bcd48"];
  expect(shapeNames.filter((name) => !used.has(name) && !byThemselves.includes(name))).toEqual([]);
  const ofNoModel = ["coils-from-zero", "one-point-a-question"];
  const met = (name: Quirk): boolean => models.some(({ profile }) => profile.quirks?.includes(name));
  expect(quirkNames.filter((name) => !met(name) && !ofNoModel.includes(name))).toEqual([]);
});

describe("properties of every model", () => {
  test("no question is longer than the device or the protocol allows, none begins or ends in a hole, each polled value lies in exactly one", () => {
    let questions = 0;
    for (const { profile } of models)
      for (const asked of [false, true]) {
        const blocks = planReads(profile, { asked });
        for (const block of blocks) {
          questions += 1;
          const request = blockRequest(1, block);
          expect(block.count).toBeLessThanOrEqual(mostOf(profile, block.table));
          expect(rtuAnswerLength(request.pdu, request.registerBytes ?? 2)).toBeLessThanOrEqual(256);
          if (profile.functions !== undefined) expect(profile.functions).toContain(request.pdu[0]);
        }
        const covered = blocks.flatMap((block) => coveredBy(profile, block));
        const wanted = profile.points
          .filter(({ polled }) => asked || polled !== false)
          .flatMap((point) =>
            addressesOf(profile, point).map((_, index) => (point.per === "device" ? point.name : `${point.name}@${index + 1}`)),
          );
        for (const name of wanted)
          expect(
            covered.filter((one) => one === name),
            `${profile.id} ${name}`,
          ).toHaveLength(1);
      }
    expect(questions).toBeGreaterThan(2 * ids.length);
  });

  test("no two points claim a bit of a register, counted bit by bit", () => {
    let bits = 0;
    for (const { profile } of models) {
      const taken = new Map<string, string>();
      for (const point of profile.points)
        for (const [socket, address] of addressesOf(profile, point).entries())
          for (let at = 0; at < widthOf(point, wordsPer(profile, point)); at += 1)
            for (let bit = 0; bit < 16; bit += 1) {
              // Fields of one register are counted here; wider ones are the check's own matter.
              const { field, type } = pointAt(point, socket);
              const narrow = field !== undefined && shapes[type].bytes === 2;
              if (narrow && (bit < field.low || bit >= field.low + field.width)) continue;
              const place = `${point.table} ${address + at}.${bit}`;
              expect(taken.get(place), `${profile.id} ${point.name} at ${place}`).toBeUndefined();
              taken.set(place, point.name);
              bits += 1;
            }
    }
    expect(bits).toBeGreaterThan(5_000);
  });

  test("a scaled value says its unit, and nothing is scaled that has none", () => {
    const plain = everyPoint.filter(([, { name }]) => unitOf(name) === undefined);
    const quantity =
      /^(voltage|current|power|energy|temperature|frequency|pressure|level|flow|leakage)(_|$)|_(voltage|current|power|energy)$/;
    for (const [label, point] of plain) {
      expect(point.multiply ?? point.divide ?? point.offset, label).toBeUndefined();
      // A quantity says in what it is counted; what has no unit is a set of flags, a number with meanings, a ratio, a code.
      const isQuantity = quantity.test(point.name) && !/_(ratio|count|code|alarms?|state)$/.test(point.name);
      if (point.bits === undefined && point.states === undefined) expect(isQuantity, `${label}: in which unit?`).toBe(false);
    }
    expect(plain.length).toBeGreaterThan(20);
    expect(everyPoint.length - plain.length).toBeGreaterThan(150);
  });

  test.each(everyPoint)("%s decodes what the encoder wrote", (_, point: Point) => {
    const [least, most] = valueLimits(point);
    const anyValue = fc.oneof(
      fc.integer({ min: least, max: most }),
      fc.constantFrom(least, most, 0).filter((value) => value >= least && value <= most),
    );
    fc.assert(
      fc.property(anyValue, (value) => {
        const words = encodePoint(point, value);
        expect(words).toHaveLength(shapes[point.type].bytes / 2);
        const told = (asked: number): number | undefined => {
          const sign = typeof point.sign === "object" ? (saysMinus(point, asked) ? 1 << point.sign.bit : 0) : undefined;
          return decodePoint(point, encodePoint(point, asked), sign)?.value;
        };
        const understood = told(value);
        if (understood === undefined) return; // the value happens to be the word for "absent"
        // One step of the device's own counting is the most that may be lost; what was once understood stays as it is.
        const { multiply = 1, divide = 1 } = point;
        const step =
          shapes[point.type].form === "float"
            ? Math.max(1, Math.abs(value) * (point.type === "f32" ? 2 ** -23 : 2 ** -52))
            : Math.ceil(multiply / divide);
        expect(Math.abs(understood - value)).toBeLessThanOrEqual(step);
        if (shapes[point.type].form !== "float") expect(told(understood)).toBe(understood);
      }),
      { numRuns: 60 },
    );
    if (point.absent !== undefined) expect(decodePoint(point, encodePoint(point, undefined), 0)).toBeUndefined();
  });

  test("a whole device, encoded and decoded: every value comes back, sockets and signs in their places", () => {
    let values = 0;
    for (const { profile } of models) {
      const told = new Map<string, PointValue>();
      const image = imageOf(profile, (name, socket) => {
        const point = profile.points.find((one) => one.name === name);
        if (point === undefined) throw new Error(name);
        const [least, most] = valueLimits(point);
        const step = Math.ceil((point.multiply ?? 1) / (point.divide ?? 1));
        // Numbers that differ from socket to socket, on a step of the device's own counting, negative where that is possible.
        const wanted = (least < 0 && point.minimum === undefined ? -1 : 1) * step * (3 + (socket ?? 0));
        const value =
          point.bits !== undefined
            ? Object.fromEntries(Object.keys(point.bits).map((bit, at) => [bit, at % 2 === 0]))
            : Math.min(most, Math.max(least, wanted));
        told.set(`${name}@${socket ?? "-"}`, value);
        return value;
      });
      const blocks: { block: Block; words: number[] }[] = planReads(profile, { asked: true }).map((block) => ({
        block,
        words: Array.from({ length: block.count }, (_, at) => image.get(block.table)?.get(block.address + at) ?? 0),
      }));
      const { device, sockets } = decode(profile, registersOf(blocks));
      for (const [key, value] of told) {
        const [name = "", socket = ""] = key.split("@");
        const decoded = (socket === "-" ? device : sockets[Number(socket)])?.[name];
        if (typeof value === "object") expect(decoded?.bits, `${profile.id} ${key}`).toEqual(value);
        else expect(Math.abs((decoded?.value ?? Number.NaN) - (value ?? 0)), `${profile.id} ${key}`).toBeLessThanOrEqual(1);
        values += 1;
      }
    }
    expect(values).toBeGreaterThan(400);
  });
});
