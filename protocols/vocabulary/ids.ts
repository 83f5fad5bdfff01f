// Names that travel. They stand in topics, file names and keys, so their alphabet is narrow.
export const idPattern = "^[a-z0-9][a-z0-9-]{0,39}$";
const idExpression = new RegExp(idPattern);
export const isId = (text: string): boolean => idExpression.test(text);

/** Why four parts: seq is durable and gapless in its stream; the epoch is the journal's own id, new whenever a journal is made or restored, so that a restored gateway never uses a key again. */
export interface EventKey {
  readonly gateway: string;
  readonly epoch: string;
  readonly stream: Stream;
  readonly seq: number;
}

/** Uplink classes; each is one stream with its own window, so that none waits behind another. */
export const streams = ["urgent", "money", "state", "bulk"] as const;
export type Stream = (typeof streams)[number];

export const eventKeyText = (key: EventKey): string => `${key.gateway}/${key.epoch}/${key.stream}/${key.seq}`;
