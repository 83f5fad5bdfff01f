// For how long a gateway's word about itself holds. Apart from its schema: the page needs the number alone.

/** Older than three of its rounds, or of a gateway that is not online, it says nothing about now. */
export const healthHolds_ms = 15 * 60_000;
