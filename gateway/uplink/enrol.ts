// How a gateway gets its certificate: once by a one-time code, then each time by the one that it holds. The key is made here for each; only a request leaves.
import { createPrivateKey, sign } from "node:crypto";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type GatewayName, type Identity, newRequest, readIdentity, writeIdentity } from "./identity.ts";

/** One question to the cloud: its status, and what it answered. */
export type Ask = (path: string, body: object) => Promise<{ readonly status: number; readonly body: unknown }>;

const answerWithin_ms = 20_000;

export const askCloud =
  (cloud: string): Ask =>
  async (path, body) => {
    const answer = await fetch(new URL(path, cloud), {
      method: "POST",
      headers: { "content-type": "application/json", "x-cuobian": "1" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(answerWithin_ms),
    });
    return { status: answer.status, body: await answer.json() };
  };

/** What is taken into the file fits the key that was made here, and names this gateway. */
function keep(path: string, key: string, { site, gateway }: GatewayName, answer: Awaited<ReturnType<Ask>>): Identity | Refusal {
  const { certificate = "", authority = "", title, site: at, gateway: named } = (answer.body ?? {}) as Readonly<Record<string, string>>;
  if (answer.status !== 200)
    return refusal("refused", `云端拒绝：${title ?? answer.status}`, `the cloud refused: ${title ?? answer.status}`);
  if (at !== site || named !== gateway)
    return refusal("another", `注册码属于另一网关：${at}/${named}`, `this code belongs to another gateway: ${at}/${named}`);
  writeIdentity(path, { key, certificate, authority });
  return readIdentity(path) ?? refusal("wrong", "云端给出的证书与密钥不符", "the certificate that came does not fit the key");
}

export async function enrolWithCode(
  of: GatewayName & { readonly file: string; readonly code: string; readonly ask: Ask },
): Promise<Identity | Refusal> {
  const { key, request } = newRequest(of);
  return keep(of.file, key, of, await of.ask("/api/v1/enrol", { code: of.code, request }));
}

/** Must be what the cloud verifies (cloud/enrolment/enrolment.ts). */
export const renewalText = (request: string): string => `cuobian renewal\n${request}`;

export async function renewWith(
  of: GatewayName & { readonly file: string; readonly held: Identity; readonly ask: Ask },
): Promise<Identity | Refusal> {
  const { key, request } = newRequest(of);
  const signature = sign("sha256", Buffer.from(renewalText(request)), createPrivateKey(of.held.key)).toString("base64");
  const answer = await of.ask("/api/v1/enrol/renewal", { certificate: of.held.certificate, request, signature });
  return keep(of.file, key, of, answer);
}
