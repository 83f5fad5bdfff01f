// Water supply and power rooms at the cloud: what a gateway says that it watches, the newest value of each point, and nothing where nothing is known of now.
import { afterAll, beforeAll, expect, test } from "vitest";
import { compound, noon, Voice } from "#cloud/ingest/room-for-tests.ts";
import { examples } from "#cloud/ingest/story-for-tests.ts";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { openTestApi, type TestApi } from "./api-for-tests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const voice = new Voice({ epoch: "f".repeat(16) });
const at = (): number => api.cloud.clock.now - noon;
const started = examples["gateway.started"];
const read = async () => (await api.ask("booth", { url: `/api/v1/facilities?site=${compound.id}` })).json();
const measured = async (point: string, value: number, given: { age_ms?: number; historical?: boolean } = {}): Promise<void> => {
  const one: TelemetryPoint = {
    ...{ measurement: "facility", tags: { facility: "pump-room", point }, quality: "good", fields: { value } },
    time_ns: BigInt(api.cloud.clock.now - (given.age_ms ?? 0)) * 1_000_000n,
  };
  const { topic, payload } = voice.measured([one], { historical: given.historical ?? false });
  await api.cloud.take(topic, payload);
};

test("each point of what is watched with its newest value: late ones change nothing, old ones say nothing of now", async () => {
  await voice.tell(api.cloud, [voice.say("gateway.started", started, at())]);
  const unread = { value: null, seen: null };
  expect(await read()).toEqual([
    {
      ...{ site: compound.id, gateway: "gw-1", facility: "pump-room", name: "1号泵房", kind: "water", responsible: "供水维保" },
      points: [
        { point: "level", name: "生活水箱液位", kind: "level", unit: "mm", low: 800, high: 2_500, ...unread },
        { point: "flood", name: "泵房进水", kind: "flood", unit: "", low: null, high: null, ...unread },
      ],
    },
  ]);
  await measured("level", 1_500);
  await measured("flood", 0);
  await measured("level", 700, { age_ms: 60_000, historical: true });
  const values = async () => (await read())[0].points.map(({ value }: { value: number | null }) => value);
  expect(await values()).toEqual([1_500, 0]);
  api.cloud.clock.now += 121_000;
  await measured("flood", 1);
  expect(await values()).toEqual([null, 1]);
  expect((await read())[0].points[0].seen).toMatch(/\+08:00$/);
});

test("the newest start says what is watched; an older one that comes late, and one that says nothing of it, change nothing", async () => {
  const { facilities: _, ...before } = started;
  const other = {
    ...started,
    facilities: [{ id: "power-room", name: "配电房", kind: "power", responsible: "电工班", points: [] as never[] }],
  } as const;
  const watched = [{ id: "l1", name: "A 相电流", kind: "current", unit: "mA", low: null, high: 400_000 }];
  api.cloud.clock.now += 1_000;
  const now = at();
  await voice.tell(api.cloud, [voice.say("gateway.started", { ...other, facilities: [{ ...other.facilities[0], points: watched }] }, now)]);
  await voice.tell(api.cloud, [voice.say("gateway.started", started, now - 500_000), voice.say("gateway.started", before, now)]);
  expect((await read()).map(({ facility, points }: { facility: string; points: object[] }) => [facility, points.length])).toEqual([
    ["power-room", 1],
  ]);
  // Another compound's are not there.
  expect((await api.ask("booth", { url: "/api/v1/facilities?site=yuehu" })).statusCode).toBe(404);
});

test("the curve of a point: its readings as they were, a silence stays a silence, minutes on demand; another compound's is not there", async () => {
  const begin = api.cloud.clock.now;
  for (const [n, value] of [1_200, 1_210, 1_220].entries()) {
    api.cloud.clock.now = begin + n * 10_000;
    await measured("level", value);
  }
  api.cloud.clock.now = begin + 600_000;
  await measured("level", 900);
  api.cloud.clock.now += 1_000;
  const of = (query: string) => api.ask("booth", { url: `/api/v1/facilities/curve?gateway=gw-1&facility=pump-room&${query}` });
  const span = `from=${encodeURIComponent(new Date(begin).toISOString())}`;
  const curve = (await of(`site=${compound.id}&point=level&${span}`)).json();
  expect(curve).toMatchObject({ facility: "pump-room", point: "level", gaps: expect.any(Array) });
  expect(curve.samples.map(({ value }: { value: number }) => value)).toEqual([1_200, 1_210, 1_220, 900]);
  const times = curve.samples.map(({ at: moment }: { at: string }) => Date.parse(moment) - begin);
  expect(times).toEqual([0, 10_000, 20_000, 600_000]);
  const minutes = (await of(`site=${compound.id}&point=level&step=1m&${span}`)).json();
  expect(minutes.buckets.map(({ min, max }: { min: number; max: number }) => [min, max])).toEqual([
    [1_200, 1_220],
    [900, 900],
  ]);
  expect((await of(`site=${compound.id}&point=nobody-s`)).json()).toMatchObject({ samples: [] });
  expect((await of("site=yuehu&point=level")).statusCode).toBe(404);
  expect((await of(`site=${compound.id}&point=level&from=yesterday`)).statusCode).toBe(400);
});
