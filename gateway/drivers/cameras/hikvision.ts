// Hikvision ISAPI push (httpHosts): any 200 is an answer. It cannot open by its reply.
import { decodeHikvision, longestEvent } from "#protocols/cameras/hikvision/event.ts";
import type { CameraProtocol } from "./protocol.ts";

export const hikvisionIsapi: CameraProtocol = {
  id: "hikvision-isapi",
  opensBy: "board",
  paths: [
    {
      path: "/isapi/anpr",
      longest: longestEvent,
      types: /^(multipart\/(form-data|mixed)|(application|text)\/xml|application\/octet-stream)\b/i,
      expected: "multipart/form-data or application/xml",
    },
  ],
  decode({ contentType }, bytes) {
    const push = decodeHikvision(contentType, bytes);
    if (push.kind === "undecodable") return push;
    if (push.kind === "plate") return { kind: "plates", reads: [push.read] };
    return { kind: "alive", serialno: push.serialno };
  },
  reply: () => ({ type: "text/plain; charset=utf-8", body: "OK" }),
};
