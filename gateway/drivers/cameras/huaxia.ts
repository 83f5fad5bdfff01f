// Huaxia (华夏智信) and Qianyi (芊熠) form post: gpio_data in the reply opens. A heartbeat's reply could open too; ours never does.
import { decodeHuaxia, encodeHuaxiaReply, longestForm } from "#protocols/cameras/huaxia/push.ts";
import { type CameraProtocol, json } from "./protocol.ts";

export const huaxiaForm: CameraProtocol = {
  id: "huaxia-form",
  opensBy: "reply",
  settles: { error_num: 0, error_str: "undecodable" },
  paths: [
    {
      path: "/huaxia",
      longest: longestForm,
      types: /^(application\/x-www-form-urlencoded|text\/plain)\b/i,
      expected: "application/x-www-form-urlencoded",
    },
  ],
  decode(_from, bytes) {
    const push = decodeHuaxia(bytes);
    if (push.kind === "undecodable") return push;
    return push.kind === "plate" ? { kind: "plates", reads: [push.read] } : { kind: "alive", serialno: push.serialno };
  },
  carriesCard: true,
  reply: (_heard, { opens, read, card = [] }) => ({
    type: json,
    body: encodeHuaxiaReply({
      open: opens && read?.offline !== true,
      ...(card.length === 0 ? {} : { serial: card.map(({ data }) => data) }),
    }),
  }),
};
