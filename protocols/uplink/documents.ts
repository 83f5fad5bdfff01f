// What a gateway works by, sent as documents: each has a version, is signed like a command, and stands in for one file that lies on the gateway.
import Type, { type Static } from "typebox";
import { kindNames, longestText } from "#protocols/vocabulary/documents.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";

export { type DocumentKind, documentKinds, kindNames, longestText } from "#protocols/vocabulary/documents.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const person = Type.String({ minLength: 1, maxLength: 64 });

/** The one name of the kinds of which a gateway has one. */
export const soleName = { site: "site", list: "register", price: "charging" } as const;

export const hashPattern = "^sha256:[0-9a-f]{64}$";

export const ConfigDocument = Type.Object(
  {
    v: Type.Literal(1),
    id: Type.String({ pattern: "^[0-9a-f-]{8,64}$" }),
    site: id,
    gateway: id,
    kind: Type.Enum(kindNames),
    /** site: "site"; limits: their id in the site file; tariff: the lot's id; price: "charging"; list: "register". */
    name: id,
    /** Rises by each document of this name, also by one that brings an older text back: an older document is never taken again. */
    version: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    /** Hash of the file on the gateway that it stands in for. Who edits that file on site has the last word: then the document no longer stands. null: a list. */
    over: Type.Union([Type.String({ pattern: hashPattern }), Type.Null()]),
    text: Type.String({ minLength: 1, maxLength: longestText }),
    person,
    approver: Type.Union([person, Type.Null()]),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
    issued_at: Type.Integer(),
  },
  strict,
);
export type ConfigDocument = Static<typeof ConfigDocument>;

export const SignedDocument = Type.Object(
  {
    v: Type.Literal(1),
    /** ConfigDocument as JSON text, byte for byte what was signed. */
    document: Type.String({ minLength: 2, maxLength: 224 * 1024 }),
    key: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    /** Ed25519 over the UTF-8 bytes of `document`, base64. */
    signature: Type.String({ minLength: 88, maxLength: 88 }),
  },
  strict,
);
export type SignedDocument = Static<typeof SignedDocument>;
/** Fits into one MQTT packet that the embedded broker takes. */
export const largestDocument = 250 * 1024;

/** Why a gateway does not work by a document. */
export const documentRefusals = {
  unreadable: { zh: "文件无法解析", en: "the document cannot be read" },
  "no-key": {
    zh: "网关未配置云端公钥，不接受远程配置",
    en: "the gateway holds no key of the cloud (commands.key_file): it takes no document",
  },
  signature: { zh: "签名不符", en: "the signature is not the cloud's" },
  "wrong-gateway": { zh: "文件是发给别的网关的", en: "the document is for another gateway" },
  "one-person": { zh: "该类文件须另一人批准", en: "this kind of document takes another person's approval" },
  "no-such-name": { zh: "现场没有这一项", en: "the site has nothing of this name" },
  older: { zh: "版本不高于已收到的版本", en: "its version is not above the newest that was taken" },
  "another-base": { zh: "现场文件已被改动，与该文件编写时不同", en: "the file on site is not the one that this document was written over" },
  ground: {
    zh: "站点、网关编号、数据目录与云端公钥只能在现场更改",
    en: "site, gateway, data folder and the cloud's key are changed on site alone",
  },
  wrong: { zh: "内容不符合约定或超出硬性边界", en: "its text is wrong, or beyond the hard bounds" },
  "did-not-start": { zh: "按此配置未能正常运行，已退回", en: "the gateway did not run well by it, and has gone back" },
} as const;
export type DocumentRefusal = keyof typeof documentRefusals;
