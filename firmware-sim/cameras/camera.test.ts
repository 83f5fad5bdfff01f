// The camera against a real small HTTP server that behaves badly on purpose.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { chance } from "../chance.ts";
import { realWorld } from "../ports.ts";
import { type Camera, startCamera } from "./camera.ts";
import { plateBody } from "./plate-push.ts";
import { understandReply } from "./reply.ts";

interface Heard {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}
interface PlatePush {
  AlarmInfoPlate: { serialno: string; result: { PlateResult: { license: string; plateid: number; isoffline: number } } };
}
/** What the server does with a plate push: answers this text, or ends the connection without an answer, or waits. */
type Deed = { say: string; status?: number } | "hang-up" | Promise<{ say: string }>;

const open: (() => void)[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end();
});

async function stage(deed: (push: PlatePush, count: number) => Deed, heartbeatMs = 3_600_000) {
  const heard: Heard[] = [];
  const outputs: number[] = [];
  let base: string | undefined;
  let pushes = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    heard.push({ path: request.url ?? "", type: request.headers["content-type"] ?? "", body });
    if (!request.url?.endsWith("plateresult.php")) return void response.end("ok");
    pushes += 1;
    const todo = await deed(JSON.parse(body) as PlatePush, pushes);
    if (todo === "hang-up") request.socket.destroy();
    else response.writeHead("status" in todo ? (todo.status ?? 200) : 200, { "content-type": "application/json" }).end(todo.say);
  };
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const camera: Camera = startCamera({
    world: realWorld,
    chance: chance(4),
    identity: { serialno: "7c1f04aa-00000001", deviceName: "R5-V1.0", ipaddr: "192.168.55.131" },
    base: () => base,
    output: (io) => outputs.push(io),
    heartbeatMs,
  });
  open.push(() => {
    camera.stop();
    server.closeAllConnections();
    server.close();
  });
  const plates = (): PlatePush[] =>
    heard.filter(({ path }) => path.endsWith("plateresult.php")).map(({ body }) => JSON.parse(body) as PlatePush);
  const short = (): string[] =>
    plates().map(
      ({ AlarmInfoPlate: { result } }) => `${result.PlateResult.license}${result.PlateResult.isoffline === 1 ? " offline" : ""}`,
    );
  return { camera, heard, outputs, plates, short, setBase: (to: string | undefined) => (base = to) };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const ok = { say: JSON.stringify({ Response_AlarmInfoPlate: { info: "ok" } }) };
const no = { say: JSON.stringify({ Response_AlarmInfoPlate: { info: "no", content: "retransfer_stop", is_pay: "false" } }) };
const goOn = (push: PlatePush, value = 1) => ({
  say: JSON.stringify({
    Response_AlarmInfoPlate: {
      info: "no",
      ContinuePushOffline: { plateid: push.AlarmInfoPlate.result.PlateResult.plateid, continue: value },
    },
  }),
});

describe("a live read", () => {
  it("is pushed once when it is answered, and info ok pulses output 0", async () => {
    const { camera, outputs, heard, plates } = await stage(() => ok);
    camera.read("闽C11111");
    await until("the gate", () => outputs.length > 0);
    expect(outputs).toEqual([0]);
    expect(heard.filter(({ path }) => path.endsWith(".php")).map(({ path }) => path)).toContain("/devicemanagement/php/plateresult.php");
    expect(plates()).toHaveLength(1);
  });

  it("rises in plateid, read by read", async () => {
    const { camera, plates } = await stage(() => no);
    for (const plate of ["闽C11111", "闽C22222", "闽C33333"]) camera.read(plate);
    await until("three pushes", () => plates().length === 3);
    const ids = plates().map(({ AlarmInfoPlate: { result } }) => result.PlateResult.plateid);
    expect(ids).toEqual([ids[0], ids[0]! + 1, ids[0]! + 2]);
  });

  it("is sent again at once, the same bytes, at most four times, then kept", async () => {
    const { camera, heard, short } = await stage(() => "hang-up");
    camera.read("闽C11111");
    await until("the store", () => camera.stored() === 1);
    expect(short()).toEqual(Array(5).fill("闽C11111"));
    expect(new Set(heard.filter(({ path }) => path.endsWith("plateresult.php")).map(({ body }) => body)).size).toBe(1);
  });

  it("stops sending again at the first answer", async () => {
    const { camera, short, outputs } = await stage((_push, count) => (count < 3 ? "hang-up" : ok));
    camera.read("闽C11111");
    await until("the gate", () => outputs.length > 0);
    expect([short().length, camera.stored()]).toEqual([3, 0]);
  });

  it.each([
    ["no JSON", "<html>"],
    ["another shape", '{"Response_AlarmInfoPlate":[]}'],
    ["info no", no.say],
    ["an empty body", ""],
  ])("%s opens nothing and is no transport failure", async (_what, say) => {
    const { camera, outputs, short } = await stage(() => ({ say }));
    camera.read("闽C11111");
    camera.read("闽C22222");
    await until("two pushes", () => short().length === 2);
    expect([outputs, camera.stored()]).toEqual([[], 0]);
  });

  it("without a server to push to nothing is read", async () => {
    const { camera, setBase } = await stage(() => ok);
    setBase(undefined);
    expect([camera.read("闽C11111"), camera.stored()]).toEqual([false, 0]);
  });
});

describe("the offline store, replayed with isoffline 1 once a push succeeds", () => {
  it.each([
    { what: "continue 1: all", reply: (push: PlatePush) => goOn(push), sent: 3, left: 0 },
    { what: "continue 0: one, then it waits", reply: (push: PlatePush) => goOn(push, 0), sent: 1, left: 2 },
    {
      what: "another plateid: the record is kept",
      reply: () => goOn({ AlarmInfoPlate: { serialno: "", result: { PlateResult: { license: "", plateid: 1, isoffline: 1 } } } }),
      sent: 1,
      left: 3,
    },
    { what: "no word of it: the record is kept", reply: () => no, sent: 1, left: 3 },
  ])("$what", async ({ reply, sent, left }) => {
    let broken = true;
    const { camera, short } = await stage((push) =>
      broken ? "hang-up" : push.AlarmInfoPlate.result.PlateResult.isoffline === 1 ? reply(push) : no,
    );
    for (const plate of ["闽C11111", "闽C22222", "闽C33333"]) camera.read(plate);
    await until("the store", () => camera.stored() === 3);
    const before = short().length;
    broken = false;
    camera.read("闽C44444");
    await until("the replay", () => camera.stored() === left && short().length >= before + 1 + sent);
    const after = short().slice(before);
    expect(after).toEqual(["闽C44444", "闽C11111 offline", "闽C22222 offline", "闽C33333 offline"].slice(0, 1 + sent));
  });

  it("gives way to a live read, so that the record comes twice", async () => {
    let broken = true;
    let release: (answer: { say: string }) => void = () => {};
    let held = false;
    const { camera, short } = await stage((push) => {
      if (broken) return "hang-up";
      if (push.AlarmInfoPlate.result.PlateResult.isoffline === 0) return no;
      if (held) return goOn(push);
      held = true;
      return new Promise<{ say: string }>((resolve) => {
        release = resolve;
      });
    });
    camera.read("闽C11111");
    await until("the store", () => camera.stored() === 1);
    const before = short().length;
    broken = false;
    camera.read("闽C22222");
    await until("the held replay", () => held);
    camera.read("闽C33333");
    await until("the end", () => camera.stored() === 0);
    release(no);
    expect(short().slice(before)).toEqual(["闽C22222", "闽C11111 offline", "闽C33333", "闽C11111 offline"]);
  });

  it("a heartbeat that arrives starts the replay too", async () => {
    let broken = true;
    const { camera, short } = await stage((push) => (broken ? "hang-up" : goOn(push)), 20);
    camera.read("闽C11111");
    await until("the store", () => camera.stored() === 1 && short().length === 5);
    broken = false;
    await until("the replay", () => camera.stored() === 0);
    expect(short().at(-1)).toBe("闽C11111 offline");
  });

  it("camera-replay: the last read comes again, live and then as an offline record", async () => {
    const { camera, plates, short } = await stage((push) => (push.AlarmInfoPlate.result.PlateResult.isoffline === 1 ? goOn(push) : no));
    expect(camera.replayLast()).toBe(false);
    camera.read("闽C11111");
    await until("the read", () => short().length === 1);
    expect(camera.replayLast()).toBe(true);
    await until("the replay", () => short().length === 3);
    expect(short()).toEqual(["闽C11111", "闽C11111", "闽C11111 offline"]);
    expect(new Set(plates().map(({ AlarmInfoPlate: { result } }) => result.PlateResult.plateid)).size).toBe(1);
  });
});

describe("the heartbeat", () => {
  it("is a multipart form with the vendor's seven fields", async () => {
    const { heard } = await stage(() => ok);
    await until("a heartbeat", () => heard.length > 0);
    const beat = heard[0]!;
    expect(beat.path).toBe("/devicemanagement/php/receivedeviceinfo.php");
    const form = await new Response(beat.body, { headers: { "content-type": beat.type } }).formData();
    expect([...form.keys()]).toEqual(["device_name", "ipaddr", "port", "user_name", "pass_wd", "serialno", "channel_num"]);
    expect(form.get("serialno")).toBe("7c1f04aa-00000001");
  });
});

describe("the bytes", () => {
  it("are the vendor's members, in the vendor's order", () => {
    const at = wall(1_686_299_994_687);
    const body = plateBody(
      { serialno: "fe71e106-57263272", deviceName: "R5-V1.0", ipaddr: "192.168.55.131" },
      { plate: "粤Z9065澳", plateid: 21_085, at, micros: 772, confidence: 96, triggerType: 4 },
      false,
    );
    const { AlarmInfoPlate: info } = JSON.parse(body);
    expect(Object.keys(info)).toEqual(["channel", "deviceName", "ipaddr", "serialno", "rule_id", "user_data", "result"]);
    const result = info.result.PlateResult;
    expect(Object.keys(result).join(" ")).toBe(
      "license colorType type confidence direction triggerType plateid isoffline is_fake_plate license_ext_type carColor bright carBright colorValue feature_code car_brand plate_distance plate_true_width timeUsed clean_time gioouts location carlocation plates timeStamp imagePath imageFile imageFileLen imageFragmentFile imageFragmentFileLen",
    );
    expect(result.timeStamp.Timeval).toEqual({
      decyear: 2023,
      decmon: 6,
      decday: 9,
      dechour: 16,
      decmin: 39,
      decsec: 54,
      sec: 1_686_299_994,
      usec: 687_772,
    });
    expect(toCivil(at).hour).toBe(16);
    expect([...Buffer.from(result.imageFile, "base64").subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(Buffer.from(result.imageFile, "base64")).toHaveLength(result.imageFileLen);
  });
});

describe("a reply", () => {
  it.each([
    ['{"Response_AlarmInfoPlate":{"info":"ok"}}', [0]],
    ['{"Response_AlarmInfoPlate":{"info":"ok","channelNum":1}}', [1]],
    ['{"Response_AlarmInfoPlate":{"ivs_ioctrl":{"delay":500,"io":0,"value":2}}}', [0]],
    ['{"Response_AlarmInfoPlate":{"ivs_ioctrl":{"delay":500,"io":1,"value":1}}}', [1]],
    ['{"Response_AlarmInfoPlate":{"ivs_ioctrl":{"delay":500,"io":0,"value":0}}}', []],
    ['{"Response_AlarmInfoPlate":{"info":"OK"}}', []],
    ['{"info":"ok"}', []],
  ])("%s pulses %j", (body, outputs) => {
    expect(understandReply(body).outputs).toEqual(outputs);
  });
});
