// What a gateway says of its configuration: what it took, what it did not, and what it runs. A part of the catalogue (events.ts).
import Type, { type TSchema } from "typebox";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";
import { type DocumentRefusal, documentRefusals, hashPattern, kindNames, longestText } from "./documents.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const hash = Type.String({ pattern: hashPattern });
const document = Type.String({ minLength: 8, maxLength: 64 });
const kind = Type.Enum(kindNames);
const version = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
const words = Type.String({ maxLength: 2_000 });
const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });

export const configEvents = {
  "config.taken": define(
    "money",
    "收到配置文件",
    "document taken",
    Type.Object({ document, kind, name: id, version, hash, person: Type.String({ maxLength: 64 }) }, strict),
  ),
  "config.refused": define(
    "money",
    "配置文件未采用",
    "document refused",
    Type.Object(
      {
        document,
        kind,
        name: id,
        version,
        code: Type.Enum(Object.keys(documentRefusals) as DocumentRefusal[]),
        zh: words,
        en: words,
      },
      strict,
    ),
  ),
  /** At each start, and whenever it changes. */
  "config.running": define(
    "money",
    "正在使用的配置",
    "what the gateway runs",
    Type.Object(
      {
        /** A document on trial goes back by itself unless the gateway runs well by it. */
        trial: Type.Boolean(),
        items: Type.Array(
          Type.Object(
            {
              kind,
              name: id,
              /** 0: the file that lies on the gateway. */
              version,
              hash: Type.Union([hash, Type.Null()]),
              /** Of the file on the gateway; null: there is none. */
              local: Type.Union([hash, Type.Null()]),
            },
            strict,
          ),
          { maxItems: 256 },
        ),
        troubles: Type.Array(words, { maxItems: 20 }),
      },
      strict,
    ),
  ),
  /** The text of a file on the gateway, once for each hash: what the cloud compares with and goes back to. */
  "config.local": define(
    "state",
    "现场文件内容",
    "text of a file on site",
    Type.Object({ kind, name: id, hash, text: Type.String({ maxLength: longestText }) }, strict),
  ),
};
