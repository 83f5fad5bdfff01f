// A barrier that hangs on its camera: Hikvision's barrierGate and Dahua's openStrobe, over HTTP with digest. One order, one answer, by its deadline or never.
import { gateRequest, type HttpRequest, isGranted } from "#protocols/cameras/hikvision/gate.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Clock } from "../../ports.ts";
import { deviceHttp } from "../cameras/device-http.ts";
import type { Account } from "./digest.ts";
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

export function cameraGate({ make, base, channel, account, clock }: CameraGate): Opener {
  const maker = makers[make];
  const ask = deviceHttp({ base, account, clock });
  let stopped = false;

  async function give(left_ms: number): Promise<"done" | DeviceFault> {
    const answer = await ask(maker.open(channel), left_ms);
    if ("kind" in answer) return answer;
    if (!answer.ok || !maker.granted(answer.bytes))
      return deviceFault("exception", `the camera answered ${answer.status} and did not grant it`);
    return "done";
  }

  return {
    open(notAfter, done) {
      const left_ms = notAfter - clock.monotonic();
      if (stopped || left_ms <= 0) return done(deviceFault("timeout", "too late; nothing was sent"));
      void give(left_ms).then(done);
    },
    stuck: () => false,
    stop: () => {
      stopped = true;
    },
  };
}
