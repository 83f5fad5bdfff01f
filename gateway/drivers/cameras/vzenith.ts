// Vzenith (臻识) HTTP push: the reply opens the gate, ends resending, and asks for the next offline record.
import { longestPush } from "#protocols/cameras/json.ts";
import { decodeHeartbeat, longestHeartbeat } from "#protocols/cameras/vzenith/heartbeat.ts";
import { decodePush } from "#protocols/cameras/vzenith/push.ts";
import { encodeReply, offlineReply, openReply, stayReply } from "#protocols/cameras/vzenith/reply.ts";
import { type CameraProtocol, formTypes, type Heard, json, jsonTypes } from "./protocol.ts";

/** Set on the camera as its comet address: the same form as the heartbeat, and its answer is carried out. */
const cometPath = "/devicemanagement/php/cometpolling.php";
const heartbeatPath = "/devicemanagement/php/receivedeviceinfo.php";

export const vzenithHttp: CameraProtocol = {
  id: "vzenith-http",
  opensBy: "reply",
  settles: JSON.parse(encodeReply(stayReply)) as Record<string, unknown>,
  paths: [
    { path: "/devicemanagement/php/plateresult.php", longest: longestPush, types: jsonTypes, expected: "application/json" },
    { path: heartbeatPath, longest: longestHeartbeat, types: formTypes, expected: "multipart/form-data" },
    { path: cometPath, longest: longestHeartbeat, types: formTypes, expected: "multipart/form-data" },
  ],
  carriesCard: true,
  polls: (path) => path === cometPath,
  decode({ path, contentType }, bytes) {
    if (path === heartbeatPath || path === cometPath) {
      const beat = decodeHeartbeat(contentType, bytes);
      return "kind" in beat ? beat : { kind: "alive", serialno: beat.serialno };
    }
    const push = decodePush(bytes);
    if (push.kind === "undecodable") return push;
    if (push.kind === "plate") return { kind: "plates", reads: [push.read] };
    return { kind: "other", serialno: push.kind === "snapshot" ? "" : push.serialno };
  },
  reply: (heard: Heard, { opens, read, card = [], own = {} }) => {
    if (heard.kind === "alive") return { type: json, body: "{}" };
    const reply = read?.offline === true ? offlineReply(read.id) : opens ? openReply : stayReply;
    return { type: json, body: encodeReply({ ...reply, ...(card.length === 0 ? {} : { serial: card }), ...own }) };
  },
};
