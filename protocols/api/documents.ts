// Documents of gateways as the API shows them.
import Type, { type Static } from "typebox";
import { kindNames, longestText } from "#protocols/vocabulary/documents.ts";
import { idPattern } from "#protocols/vocabulary/ids.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();
const time = Type.String({ description: "RFC 3339" });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(shape: S) => Type.Union([shape, Type.Null()]);
const id = Type.String({ pattern: idPattern });
const kind = Type.Enum(kindNames);
const version = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

export const documentStates = ["waiting", "issued", "taken", "running", "replaced", "refused", "superseded"] as const;

export const DocumentAsked = Type.Object(
  {
    site: id,
    gateway: id,
    kind,
    name: id,
    text: Type.Optional(Type.String({ minLength: 1, maxLength: longestText, description: "the new text; or back_to" })),
    back_to: Type.Optional({ ...version, description: "the text of that version again; 0: of the file on the gateway" } as typeof version),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  strict,
);
export type DocumentAsked = Static<typeof DocumentAsked>;

export const DocumentView = Type.Object(
  {
    id: text,
    site: text,
    gateway: text,
    kind,
    kind_zh: text,
    kind_en: text,
    name: text,
    version,
    hash: text,
    over: maybe(text),
    person: text,
    approver: maybe(text),
    reason: text,
    dangerous: Type.Boolean(),
    state: Type.Enum([...documentStates]),
    asked: time,
    issued: maybe(time),
    taken: maybe(time),
    ended: maybe(time),
    code: maybe(text),
    zh: maybe(text),
    en: maybe(text),
  },
  strict,
);
export type DocumentView = Static<typeof DocumentView>;

export const RunningView = Type.Object(
  {
    site: text,
    gateway: text,
    kind,
    kind_zh: text,
    kind_en: text,
    name: text,
    version,
    hash: maybe(text),
    local: maybe(text),
    trial: Type.Boolean(),
    said: time,
  },
  strict,
);
export type RunningView = Static<typeof RunningView>;

export const DifferenceView = Type.Object({ path: text, before: maybe(text), after: maybe(text) }, strict);
