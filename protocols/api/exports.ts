// Files of the ledger that are made aside, as the API and the live stream show them to whoever asked.
import Type, { type Static } from "typebox";

const text = Type.String();
const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(one: S) => Type.Union([one, Type.Null()]);

export const exportStates = ["queued", "running", "ready", "failed", "cancelled"] as const;
export const ExportView = Type.Object({
  ...{ id: text, name: text, state: Type.Enum([...exportStates]) },
  /** So many files before it; so many rows written, of so many. */
  ...{ ahead: Type.Integer(), done: Type.Integer(), total: orNull(Type.Integer()), bytes: Type.Integer(), sha256: orNull(text) },
  ...{ why: orNull(text), asked_at: text, ended_at: orNull(text), expires_at: text, file: orNull(text) },
});
export type ExportView = Static<typeof ExportView>;
