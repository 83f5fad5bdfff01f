// Every camera that pushes over HTTP, at a real lane over a real socket: what opens, what never does, and what each hears.
import { afterEach, expect, test } from "vitest";
import { type Seen, type Source, sources } from "#protocols/cameras/sources-for-tests.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

const pushed = sources.filter((source) => source.http !== undefined);
const secret = "c0ffee-c0ffee-c0ffee-01";
/** What must stand in the answer, or the camera sends for ever. */
const contented: Readonly<Record<string, string>> = {
  "vzenith-http": '"content":"retransfer_stop"',
  "hikvision-isapi": "OK",
  "dahua-itsapi": '"result":"true"',
  "huaxia-form": '"error_num":0',
  "rekor-scout": "{}",
  "plate-recognizer": "{}",
};
const opensInReply: Readonly<Record<string, string>> = { "vzenith-http": '"info":"ok"', "huaxia-form": '"ionum":"io1","action":"on"' };

let site: ParkingSite;
afterEach(() => site?.stop());

interface Answer {
  readonly status: number;
  readonly reason: string | null;
  readonly body: string;
}

async function post(source: Source, body: Uint8Array, prefix = ""): Promise<Answer> {
  const { http } = source;
  if (http === undefined) throw new Error("not over HTTP");
  const sent = fetch(`${site.http()}${prefix}${http.path}`, {
    method: "POST",
    headers: { "content-type": http.type },
    body: Buffer.from(body),
  });
  const answer = await sent;
  return { status: answer.status, reason: answer.headers.get("x-cuobian-reason"), body: await answer.text() };
}

const seen = (change: Partial<Seen> = {}): Seen => ({ plate: "闽C12345", at: site.clock.wall(), number: 1, ...change });
const visits = (): number => site.journal().get<{ n: number }>("SELECT count(*) AS n FROM visit")?.n ?? -1;
const orders = (): number => site.journal().get<{ n: number }>("SELECT count(*) AS n FROM gate_order")?.n ?? -1;

async function begin(source: Source, camera: Readonly<Record<string, string>> = {}): Promise<void> {
  await site?.stop();
  const { protocol = "", serialno = "" } = source.http ?? {};
  site = await startParkingSite({ console: true, camera: { protocol, serialno, ...camera }, files: { "cam.secret": `${secret}\n` } });
}

const cells: Readonly<Record<string, (source: Source) => Promise<void>>> = {
  async fresh(source) {
    await begin(source);
    const { protocol = "" } = source.http ?? {};
    const pulses = site.board("in").pulses;
    const answer = await post(source, source.make(seen()));
    expect([answer.status, answer.reason, visits(), orders()]).toEqual([200, "opened", 1, 1]);
    expect(answer.body).toContain(contented[protocol]);
    const inReply = opensInReply[protocol];
    if (inReply !== undefined) expect(answer.body).toContain(inReply);
    await site.goOn(400);
    // Opened once: by the reply, or by the board, never by both.
    expect(site.board("in").pulses - pulses).toBe(inReply === undefined ? 1 : 0);
  },
  async duplicate(source) {
    await begin(source);
    const body = source.make(seen());
    await post(source, body);
    const again = await post(source, body);
    expect(["repeat-opened", "duplicate-read"]).toContain(again.reason);
    expect([visits(), orders()]).toEqual([1, 1]);
  },
  async offline(source) {
    if (source.neverOffline !== undefined) return;
    await begin(source);
    const answer = await post(source, source.make(seen({ offline: true })));
    expect([answer.reason, orders(), site.board("in").pulses]).toEqual(["offline-read", 0, 0]);
    for (const words of Object.values(opensInReply)) expect(answer.body).not.toContain(words);
  },
  async stale(source) {
    await begin(source);
    const answer = await post(source, source.make(seen({ at: wall(site.clock.wall() - 120_000) })));
    expect([answer.reason, visits(), orders(), site.board("in").pulses]).toEqual(["stale-read", 0, 0, 0]);
  },
  async future(source) {
    await begin(source);
    const answer = await post(source, source.make(seen({ at: wall(site.clock.wall() + 3_600_000) })));
    expect([answer.reason, visits(), orders(), site.board("in").pulses]).toEqual(["future-read", 0, 0, 0]);
  },
  async "no plate"(source) {
    await begin(source);
    const answer = await post(source, source.make(seen({ plate: source.noPlate })));
    expect([answer.reason, visits(), orders()]).toEqual(["no-plate", 0, 0]);
  },
  async "half a body, a bomb, and then a good one"(source) {
    await begin(source);
    const whole = source.make(seen());
    const half = await post(source, whole.subarray(0, Math.floor(whole.length / 2)));
    expect([400, 200]).toContain(half.status);
    expect([visits(), orders()]).toEqual([0, 0]);
    const bomb = await post(source, new TextEncoder().encode("[".repeat(1_000_000)));
    expect(bomb.status).toBe(400);
    expect((await post(source, whole)).reason).toBe("opened");
  },
  async "wrong secret, wrong address"(source) {
    await begin(source, { secret_file: "./cam.secret" });
    const body = source.make(seen());
    for (const prefix of ["", "/push/c0ffee-c0ffee-c0ffee-02"]) expect((await post(source, body, prefix)).reason).toBe("unknown-camera");
    expect([visits(), orders()]).toEqual([0, 0]);
    expect((await post(source, body, `/push/${secret}`)).reason).toBe("opened");
    await begin(source, { address: "192.0.2.7" });
    expect((await post(source, source.make(seen()))).reason).toBe("unknown-camera");
    expect(visits()).toBe(0);
  },
};

test("P 06.cameras: each that pushes over HTTP, at a lane: fresh opens once; duplicate, offline, stale, future, foreign and broken open nothing", async (context) => {
  let run = 0;
  for (const source of pushed)
    for (const cell of Object.values(cells)) {
      await cell(source);
      run += 1;
    }
  counted(context, { sources: pushed.length, cases: Object.keys(cells).length, cells: run });
}, 120_000);
