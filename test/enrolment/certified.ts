// Gateways with certificates for tests of brokers: enrolled by the authority itself, connected by TLS.
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import type { Authority } from "#cloud/enrolment/authority.ts";
import { type Identity, newRequest } from "#gateway/uplink/identity.ts";

export interface Member extends Identity {
  readonly gateway: string;
  readonly serial: string;
}

export function member(authority: Authority, gateway: string, now = Date.now()): Member {
  const { key, request } = newRequest({ site: "jinxiu", gateway });
  const issued = authority.issueGateway({ site: "jinxiu", gateway, request, now });
  if ("kind" in issued) throw new Error(issued.en);
  return { gateway, key, certificate: issued.pem, authority: authority.pem, serial: issued.serial };
}

export async function comes(
  url: string,
  { key, certificate, authority, gateway }: Omit<Member, "serial">,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const tls = { key, cert: certificate, ca: authority, rejectUnauthorized: true };
  const client = await connectAsync(url, { ...tls, clientId: gateway, reconnectPeriod: 0, connectTimeout: 20_000, ...options }, false);
  client.on("error", () => undefined);
  return client;
}

/** Words, when it is not let in. */
export async function isRefused(url: string, one: Omit<Member, "serial">, options: IClientOptions = {}): Promise<string> {
  try {
    await (await comes(url, one, options)).endAsync(true);
    return "let in";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
