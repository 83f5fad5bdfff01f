// How far a hand-over has come; a table of its own, so that a page which names the states does not bring the schemas along.
export const handoverStates = ["signed", "accepted", "refused", "withdrawn"] as const;
export type HandoverState = (typeof handoverStates)[number];
