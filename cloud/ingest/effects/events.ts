// The happening as the effects' files see it: `data` narrows with `type`.
import type { Happening } from "#cloud/store/happening.ts";
import type { EventData, EventType } from "#protocols/uplink/events.ts";

export type Of<T extends EventType> = Happening<T, EventData<T>>;
export type AnyHappening = { [T in EventType]: Of<T> }[EventType];
