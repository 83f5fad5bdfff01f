// Is this the cloud's own word, for us, now? Everything that is asked of a command before it is believed; nothing here does anything.
import Type from "typebox";
import { Compile } from "typebox/compile";
import {
  type ActionName,
  actionNames,
  actions,
  Command,
  largestCommand,
  type RefusalCode,
  SignedCommand,
} from "#protocols/uplink/commands.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { type CloudKey, isSignedBy } from "../signed/signed.ts";

export { type CloudKey, readCloudKey } from "../signed/signed.ts";

/** Two clocks that are both set differ by no more. */
export const clockSlack_ms = 5_000;

const signed = Compile(SignedCommand);
const shape = Compile(Command);
const args = Object.fromEntries(
  actionNames.map((name) => [name, Compile(Type.Object({ args: actions[name].args }))]),
) as unknown as Readonly<Record<ActionName, { Check(value: unknown): boolean }>>;

export type Verdict =
  | { readonly kind: "command"; readonly command: Command; readonly text: string }
  /** `command` where the word is the cloud's: then it hears why not. Anything else is nobody's, and is answered by silence and a line in the log. */
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly command: Command | undefined; readonly text: string };

export interface Circumstances {
  readonly site: string;
  readonly gateway: string;
  readonly keys: readonly CloudKey[];
  readonly now: Stamp;
  /** What time it is at the cloud at least: our own clock may have been set back. */
  readonly cloudNow?: number | undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function judge(payload: Uint8Array, { site, gateway, keys, now, cloudNow }: Circumstances): Verdict {
  const nobody = (code: RefusalCode): Verdict => ({ kind: "refused", code, command: undefined, text: "" });
  if (payload.length > largestCommand) return nobody("unreadable");
  const envelope = json(new TextDecoder().decode(payload));
  if (!signed.Check(envelope)) return nobody("unreadable");
  if (keys.length === 0) return nobody("no-key");
  const text = envelope.command;
  if (!isSignedBy(keys, { text, key: envelope.key, signature: envelope.signature })) return nobody("signature");
  const command = json(text);
  if (!shape.Check(command)) return nobody("unreadable");
  if (command.site !== site || command.gateway !== gateway) return nobody("wrong-gateway");
  const code = unfit(command, now, cloudNow);
  return code === undefined ? { kind: "command", command, text } : { kind: "refused", code, command, text };
}

function unfit(command: Command, now: Stamp, cloudNow: number | undefined): RefusalCode | undefined {
  const { lifetime_s, dangerous } = actions[command.action];
  if (!args[command.action].Check({ args: command.args })) return "arguments";
  if (!now.synchronised) return "clock-unset";
  if (command.expires_at - command.issued_at > lifetime_s * 1000) return "too-long";
  if (command.issued_at - now.wall > clockSlack_ms) return "not-yet";
  if (now.wall >= command.expires_at || (cloudNow !== undefined && cloudNow - clockSlack_ms >= command.expires_at)) return "expired";
  if (dangerous && (command.approver === null || command.approver === command.person)) return "one-person";
  return undefined;
}
