// The first run's other beginning: a gateway that takes another's place from its sealed backup.
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const Words = Type.Object({ zh: Type.String(), en: Type.String() }, strict);
const Said = Type.Union([Type.Null(), Type.String()]);

/** PUT /api/v1/setup/restore?at=&of=: the file in pieces of at most this, in their order. */
export const restorePiece = 2 * 1024 * 1024;
export const SetupRestorePlace = Type.Object(
  { at: Type.String({ pattern: "^\\d{1,13}$" }), of: Type.String({ pattern: "^[1-9]\\d{0,12}$" }) },
  strict,
);
/** POST /api/v1/setup/restore begins to open it. */
export const SetupRestoreOpen = Type.Object({ passphrase: Type.String({ maxLength: 400 }) }, strict);

/** GET /api/v1/setup/restore; DELETE gives it up; POST …/restore/apply puts it in its place. */
export const SetupRestore = Type.Object(
  {
    stage: Type.Enum(["none", "receiving", "received", "opening", "shown", "failed", "done"]),
    /** Bytes, of the piece of work that runs. */
    done: Type.Integer(),
    of: Type.Integer(),
    trouble: Type.Union([Type.Null(), Words]),
    /** What the backup holds, when it was opened. */
    found: Type.Union([
      Type.Null(),
      Type.Object(
        {
          /** null: an older backup, without the site file. */
          ...{ site: Said, gateway: Said, name: Said },
          events: Type.Integer(),
          epoch: Type.String(),
          /** Of its newest event. */
          until: Said,
          files: Type.Array(Type.String()),
        },
        strict,
      ),
    ]),
  },
  strict,
);
export type SetupRestore = Static<typeof SetupRestore>;
