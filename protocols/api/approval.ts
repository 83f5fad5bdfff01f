// For how long a second person's approval is awaited. Apart from the schemas: the page needs the numbers alone.

/** Of a command: what was right to do a quarter of an hour ago may be wrong now. */
export const commandApprovalWithin_ms = 15 * 60_000;
/** Of a document for a gateway. */
export const documentApprovalWithin_ms = 24 * 60 * 60_000;
