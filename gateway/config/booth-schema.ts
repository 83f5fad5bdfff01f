// The booth terminal: its token, the people who have tokens of their own, and how long the picture of a read is kept for them.
import Type from "typebox";
import { said, strict, text, whole } from "./schema-words.ts";

export const Booth = strict("岗亭", "booth terminal", {
  token_file: text("口令文件", "file with the booth terminal's token, readable by the gateway only", "./booth.token", 400),
  people: Type.Optional(
    Type.Array(
      strict("岗亭人员", "a person with a token of his own: acts under his own name, within his post", {
        name: text("姓名", "as it stands in every record", "门岗甲", 64),
        role: Type.Enum(
          ["guard", "manager", "installer"],
          said(
            "岗位",
            "guard: a shift at the gate; manager: also refunds, passes, lists, approvals; installer: what is wired and tried",
            "guard",
          ),
        ),
        token_file: text("口令文件", "file with this person's token, readable by the gateway only", "./guard-a.token", 400),
      }),
      said("岗亭人员", "not written: one token, and people say their names; the site's own token stays the owner's"),
    ),
  ),
  frame_days: Type.Optional(
    whole(
      said("识别帧保留（天）", "how long the picture of a read that needed a person is kept; 7 if not written, 0 keeps none", 7),
      0,
      90,
    ),
  ),
  frames_to_cloud: Type.Optional(
    Type.Boolean(
      said(
        "识别帧上云",
        "such pictures are also sent to the cloud, for the duty desk: seen there for 7 days by those who see plates; true if not written",
        false,
      ),
    ),
  ),
});
