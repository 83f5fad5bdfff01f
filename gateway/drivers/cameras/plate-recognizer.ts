// Plate Recognizer Stream's webhook: JSON, or a form with the picture. It cannot open by its reply.
import { longestPush } from "#protocols/cameras/json.ts";
import { decodePlateRecognizer } from "#protocols/cameras/plate-recognizer/push.ts";
import { type CameraProtocol, json } from "./protocol.ts";

export const plateRecognizer: CameraProtocol = {
  id: "plate-recognizer",
  opensBy: "board",
  paths: [
    {
      path: "/plate-recognizer",
      longest: longestPush,
      types: /^(multipart\/form-data|application\/json|text\/plain)\b/i,
      expected: "application/json or multipart/form-data",
    },
  ],
  decode({ contentType }, bytes) {
    const push = decodePlateRecognizer(contentType, bytes);
    return push.kind === "other" ? { kind: "other", serialno: "" } : push;
  },
  reply: () => ({ type: json, body: "{}" }),
};
