// Rekor Scout's agent: JSON, answered by any 200; its queue on disk may bring reads of hours ago, which are stale and open nothing.
import { longestPush } from "#protocols/cameras/json.ts";
import { decodeRekor } from "#protocols/cameras/rekor/push.ts";
import { type CameraProtocol, json, jsonTypes } from "./protocol.ts";

export const rekorScout: CameraProtocol = {
  id: "rekor-scout",
  opensBy: "board",
  paths: [{ path: "/rekor", longest: longestPush, types: jsonTypes, expected: "application/json" }],
  decode(_from, bytes) {
    const push = decodeRekor(bytes);
    if (push.kind === "undecodable" || push.kind === "plates") return push;
    return push.kind === "heartbeat" ? { kind: "watching", serialnos: push.serialnos } : { kind: "other", serialno: "" };
  },
  reply: () => ({ type: json, body: "{}" }),
};
