// HTTP digest (RFC 7616, and 2617 as cameras speak it): the password never goes over the wire. A wrong one locks the account of some makers, so it is tried once and then left alone.
import { createHash, randomBytes } from "node:crypto";

export interface Account {
  readonly user: string;
  readonly password: string;
}

export type Challenge = Readonly<Record<string, string>>;

export function challengeOf(header: string | null): Challenge | undefined {
  if (header === null || !/^digest\s/i.test(header)) return undefined;
  return Object.fromEntries(
    [...header.slice(7).matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name = "", quoted, bare]) => [
      name.toLowerCase(),
      quoted ?? bare ?? "",
    ]),
  );
}

const hashes: Readonly<Record<string, string>> = { "": "md5", MD5: "md5", "SHA-256": "sha256" };

/** undefined: a challenge that is not understood here. */
export function authorization(
  challenge: Challenge,
  { user, password }: Account,
  of: { readonly method: string; readonly uri: string; readonly cnonce?: string },
): string | undefined {
  const { realm = "", nonce = "", opaque, qop, algorithm = "" } = challenge;
  const hash = hashes[algorithm.toUpperCase()];
  const auth =
    qop === undefined
      ? undefined
      : qop
          .split(",")
          .map((one) => one.trim())
          .includes("auth");
  if (hash === undefined || nonce === "" || auth === false) return undefined;
  const h = (text: string): string => createHash(hash).update(text).digest("hex");
  const cnonce = of.cnonce ?? randomBytes(8).toString("hex");
  const count = "00000001";
  const [secret, what] = [h(`${user}:${realm}:${password}`), h(`${of.method}:${of.uri}`)];
  const response = auth ? h(`${secret}:${nonce}:${count}:${cnonce}:auth:${what}`) : h(`${secret}:${nonce}:${what}`);
  const fields = [
    `username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${of.uri}"`,
    `response="${response}"`,
    ...(algorithm === "" ? [] : [`algorithm=${algorithm}`]),
    ...(auth ? ["qop=auth", `nc=${count}`, `cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ];
  return `Digest ${fields.join(", ")}`;
}
