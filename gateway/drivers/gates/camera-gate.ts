// A barrier that hangs on its camera: Hikvision's barrierGate and Dahua's openStrobe, over HTTP with digest. One order, one answer, by its deadline or never.
import { gateRequest, type HttpRequest, isGranted } from "#protocols/cameras/hikvision/gate.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Clock } from "../../ports.ts";
import { type Account, authorization, challengeOf } from "./digest.ts";
import type { Opener } from "./pulse.ts";

export interface CameraGate {
  readonly make: "hikvision" | "dahua";
  readonly base: string;
  readonly channel: number;
  readonly account: Account;
  readonly clock: Clock;
}

interface Maker {
  open(channel: number): HttpRequest;
  granted(bytes: Uint8Array): boolean;
}

const makers: Readonly<Record<CameraGate["make"], Maker>> = {
  hikvision: { open: (channel) => gateRequest("open", channel), granted: isGranted },
  dahua: {
    open: (channel) => ({
      method: "GET",
      path: `/cgi-bin/trafficSnap.cgi?action=openStrobe&channel=${channel}&info.openType=Normal`,
      body: "",
    }),
    granted: (bytes) => /^\s*OK\b/i.test(new TextDecoder().decode(bytes)),
  },
};

/** After a refused password: some cameras lock the account when it is tried again and again. */
const leftAlone_ms = 300_000;

export function cameraGate({ make, base, channel, account, clock }: CameraGate): Opener {
  const maker = makers[make];
  let leftAloneUntil = 0;
  let stopped = false;

  async function send(order: HttpRequest, left_ms: number, header?: string): Promise<Response> {
    return fetch(`${base}${order.path}`, {
      method: order.method,
      redirect: "error",
      signal: AbortSignal.timeout(left_ms),
      headers: {
        ...(order.body === "" ? {} : { "content-type": "application/xml" }),
        ...(header === undefined ? {} : { authorization: header }),
      },
      ...(order.body === "" ? {} : { body: order.body }),
    });
  }

  async function give(left_ms: number): Promise<"done" | DeviceFault> {
    const order = maker.open(channel);
    let answer = await send(order, left_ms);
    if (answer.status === 401) {
      const challenge = challengeOf(answer.headers.get("www-authenticate"));
      const header = challenge && authorization(challenge, account, { method: order.method, uri: order.path });
      await answer.arrayBuffer();
      if (header === undefined) return deviceFault("exception", "the camera asks for another way to sign in than digest");
      answer = await send(order, left_ms, header);
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 401) {
      leftAloneUntil = clock.monotonic() + leftAlone_ms;
      return deviceFault(
        "exception",
        "the camera refuses user or password; left alone for five minutes, so that it does not lock the account",
      );
    }
    if (!answer.ok || !maker.granted(bytes)) return deviceFault("exception", `the camera answered ${answer.status} and did not grant it`);
    return "done";
  }

  return {
    open(notAfter, done) {
      const left_ms = notAfter - clock.monotonic();
      if (stopped || left_ms <= 0) return done(deviceFault("timeout", "too late; nothing was sent"));
      if (clock.monotonic() < leftAloneUntil) return done(deviceFault("exception", "left alone after a refused password"));
      give(left_ms).then(done, (error: unknown) => done(deviceFault("timeout", error instanceof Error ? error.message : "no answer")));
    },
    stuck: () => false,
    stop: () => {
      stopped = true;
    },
  };
}
