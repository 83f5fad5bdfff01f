// Lists come in pages behind a cursor: stable while new rows arrive at the front.
import Type from "typebox";

export const Cursor = {
  limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,2}$", description: "at most 500, 50 if not said" })),
  after: Type.Optional(Type.String({ maxLength: 200, description: "`next` of the page before" })),
};

export const limitOf = ({ limit }: { limit?: string }): number => Math.min(500, Number(limit ?? 50));

/** The parts of a cursor; undefined for the first page. */
export const cursorOf = ({ after }: { after?: string }): string[] | undefined => (after === undefined ? undefined : after.split("~"));
