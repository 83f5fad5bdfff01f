// Dahua ITSAPI push: without "result":"true" the camera sends the same notification for ever. It cannot open by its reply.
import { acceptedBody, decodeDahua, noDevice, paths } from "#protocols/cameras/dahua/event.ts";
import { longestPush } from "#protocols/cameras/json.ts";
import { type CameraProtocol, json, jsonTypes } from "./protocol.ts";

export const dahuaItsapi: CameraProtocol = {
  id: "dahua-itsapi",
  opensBy: "board",
  settles: JSON.parse(acceptedBody) as Record<string, unknown>,
  paths: Object.values(paths).map((path) => ({ path, longest: longestPush, types: jsonTypes, expected: "application/json" })),
  decode({ path }, bytes) {
    const push = decodeDahua(bytes);
    if (push.kind === "undecodable" && push.reason === noDevice && path === paths.device) return { kind: "other", serialno: "" };
    if (push.kind === "undecodable") return push;
    return push.kind === "plate" ? { kind: "plates", reads: [push.read] } : { kind: "alive", serialno: push.serialno };
  },
  reply: () => ({ type: json, body: acceptedBody }),
};
