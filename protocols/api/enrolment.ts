// Enrolment of gateways as the API shows it.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(shape: S) => Type.Union([shape, Type.Null()]);
const pem = (description: string) => Type.String({ minLength: 100, maxLength: 8_192, description });

export const CodeMade = Type.Object({ site: text, gateway: text, code: text, until: time }, strict);

export const EnrolAsked = Type.Object(
  {
    code: Type.String({ minLength: 8, maxLength: 40 }),
    request: pem("certificate request (PKCS #10, PEM) of a P-256 key made on the gateway"),
  },
  strict,
);
export const RenewAsked = Type.Object(
  {
    certificate: pem("the certificate that is held, PEM"),
    request: pem("certificate request of a new key"),
    signature: Type.String({
      maxLength: 200,
      description: 'ECDSA by the held key over "cuobian renewal\\n" and the request, SHA-256, DER, base64',
    }),
  },
  strict,
);
export const FarewellAsked = Type.Object(
  {
    certificate: pem("the certificate that is held, PEM"),
    signature: Type.String({
      maxLength: 200,
      description: 'ECDSA by its key over "cuobian farewell\\n" and the certificate, SHA-256, DER, base64',
    }),
    reason: Type.Optional(Type.String({ minLength: 4, maxLength: 150, description: "why what was not sent is given up" })),
  },
  strict,
);
export const FarewellDone = Type.Object({ site: text, gateway: text, ended: Type.Integer() }, strict);
export const Enrolled = Type.Object({ site: text, gateway: text, serial: text, until: time, certificate: text, authority: text }, strict);
export type Enrolled = Static<typeof Enrolled>;

export const CertificateView = Type.Object(
  {
    serial: text,
    site: text,
    gateway: text,
    state: Type.Enum(["good", "ended", "revoked"]),
    issued: time,
    until: time,
    before: maybe(text),
    revoked: maybe(time),
    revoked_by: maybe(text),
    reason: maybe(text),
  },
  strict,
);
export type CertificateView = Static<typeof CertificateView>;
export const Revocation = Type.Object({ reason: Type.String({ minLength: 2, maxLength: 200 }) }, strict);
