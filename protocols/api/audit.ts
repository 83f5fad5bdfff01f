// The audit log as the API shows it.
import Type, { type Static } from "typebox";

const text = Type.String();
const maybe = Type.Union([Type.String(), Type.Null()]);

export const AuditRowView = Type.Object(
  {
    row: Type.Integer(),
    at: Type.String({ description: "RFC 3339 with +08:00" }),
    person: maybe,
    person_name: text,
    role: maybe,
    organisation: maybe,
    site: maybe,
    action: text,
    zh: text,
    en: text,
    object: maybe,
    outcome: Type.Enum(["done", "refused"]),
    code: maybe,
    detail: Type.Record(Type.String(), Type.Unknown()),
    hash: text,
  },
  { additionalProperties: false },
);
export type AuditRowView = Static<typeof AuditRowView>;
