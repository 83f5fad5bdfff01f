// A gateway's retained word about itself; the broker says "offline" for it when the connection is gone.
import { Compile } from "typebox/compile";
import { GatewayStatus } from "#protocols/uplink/envelope.ts";

const validator = Compile(GatewayStatus);

export function readStatus(payload: Buffer): GatewayStatus | undefined {
  try {
    const parsed: unknown = JSON.parse(payload.toString("utf8"));
    return validator.Check(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
