// What a broker that is not ours must be told, so that it keeps gateways apart as ours does: a certificate for each, its name as the user, and below it its own topics alone.
import type { Authority } from "./authority.ts";
import { caFile } from "./authority.ts";
import { revocationFile } from "./certificates.ts";

export type BrokerKind = "mosquitto" | "emqx";

export interface BrokerFiles {
  /** Name -> content; what is secret ends in .key.pem. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Wanted {
  readonly kind: BrokerKind;
  /** Where the files will lie on the broker's machine. */
  readonly folder: string;
  readonly names: readonly string[];
  readonly port: number;
  readonly now: number;
  readonly revocations: string;
  /** Gateways none of whose certificates is good: EMQX, which reads no list of ours, shuts their names out. */
  readonly barred?: readonly string[];
}

export function brokerFiles(authority: Authority, { kind, folder, names, port, now, revocations, barred = [] }: Wanted): BrokerFiles {
  const server = authority.issueServer({ names, now });
  const shared = { [caFile]: authority.pem, "broker.pem": server.pem, "broker.key.pem": server.key, [revocationFile]: revocations };
  const own =
    kind === "mosquitto"
      ? { "mosquitto.conf": mosquittoConf(folder, port), acl: mosquittoAcl }
      : { "emqx.conf": emqxConf(folder, port), "acl.conf": `${barred.map(barring).join("")}${emqxAcl}` };
  return { files: { ...shared, ...own } };
}

// `%u` is the certificate's CN (use_identity_as_username). The cloud's own user has a password on a listener of its own.
const mosquittoConf = (
  folder: string,
  port: number,
): string => `# Cuobian: gateways by certificate on ${port}; the cloud by password on 127.0.0.1:1883.
# Nothing that belongs to a listener may stand above the first one: Mosquitto would open another, on every address.
per_listener_settings true
persistence false

listener ${port}
cafile ${folder}/${caFile}
certfile ${folder}/broker.pem
keyfile ${folder}/broker.key.pem
crlfile ${folder}/${revocationFile}
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
# Nobody comes under another's name, and so nobody pushes another off.
use_username_as_clientid true
allow_anonymous false
allow_zero_length_clientid false
acl_file ${folder}/acl

listener 1883 127.0.0.1
allow_anonymous false
password_file ${folder}/passwords
acl_file ${folder}/acl
`;

export const mosquittoAcl = `# A gateway speaks only below its own name; the cloud hears and answers all.
pattern write cuobian/v1/+/%u/up/+
pattern write cuobian/v1/+/%u/frame
pattern write cuobian/v1/+/%u/status
pattern read cuobian/v1/+/%u/ack
pattern read cuobian/v1/+/%u/command
pattern read cuobian/v1/+/%u/config

user ingest
topic readwrite cuobian/v1/#
`;

const emqxConf = (folder: string, port: number): string => `# Cuobian: gateways by certificate. EMQX 5.
listeners.ssl.gateways {
  bind = "0.0.0.0:${port}"
  enable_authn = false
  ssl_options {
    cacertfile = "${folder}/${caFile}"
    certfile = "${folder}/broker.pem"
    keyfile = "${folder}/broker.key.pem"
    verify = verify_peer
    fail_if_no_peer_cert = true
    versions = ["tlsv1.3", "tlsv1.2"]
  }
}
mqtt.peer_cert_as_username = cn
mqtt.peer_cert_as_clientid = cn
authorization {
  no_match = deny
  deny_action = disconnect
  sources = [{ type = file, enable = true, path = "${folder}/acl.conf" }]
}
`;

const barring = (gateway: string): string => `{deny, {username, "${gateway}"}, all, ["#"]}.\n`;
const emqxAcl = `{allow, {username, "ingest"}, all, ["cuobian/v1/#"]}.
{allow, all, publish, ["cuobian/v1/+/\${username}/up/+", "cuobian/v1/+/\${username}/frame", "cuobian/v1/+/\${username}/status"]}.
{allow, all, subscribe, ["cuobian/v1/+/\${username}/ack", "cuobian/v1/+/\${username}/command", "cuobian/v1/+/\${username}/config"]}.
{deny, all}.
`;
