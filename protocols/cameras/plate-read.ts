// One recognition by one camera, whatever its make: what it saw, what it claims about when, and what makes a repeat of it recognisable.
import type { Plate, PlateColour } from "#protocols/vocabulary/plate.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";

/** The camera's own reason for reading. "turn-back": a car that left the way it came. */
export const triggers = ["automatic", "input", "software", "virtual-loop", "dwell", "dwell-ended", "turn-back", "unknown"] as const;
export type Trigger = (typeof triggers)[number];

export interface PlateRead {
  /** The camera's own serial number: which camera spoke. */
  readonly serialno: string;
  /** Canonical; null when the car has no plate, or the text is no plate of any kind (`noPlate` tells which). */
  readonly plate: Plate | null;
  readonly noPlate: boolean;
  /** As the camera sent it, at most 64 characters. */
  readonly text: string;
  readonly colour: PlateColour;
  /** 0–100; null when the camera does not say. */
  readonly confidence: number | null;
  /** The two times that a camera claims: seconds since 1970, and civil time (China). They can disagree, and both can lie. */
  readonly seen: { readonly sec: Wall | null; readonly dec: Wall | null };
  /** Kept while the server was away and sent later: history, never a reason to open. */
  readonly offline: boolean;
  /** The camera opened the gate by itself (its offline list). */
  readonly openedByCamera: boolean;
  /** Equal for every repeat of one recognition, different for any other of this camera. */
  readonly key: string;
  /** The vendor's number of the recognition; replies name it. */
  readonly id: number | null;
  readonly trigger: Trigger;
  /** How the car moved before the camera, where the camera says it. */
  readonly heading?: "forward" | "reverse";
  /** 0–100 of each character, where the camera says it; as long as its own text. */
  readonly characters?: readonly number[];
  /** Where the camera keeps the picture; the picture itself is not carried. */
  readonly image: string | null;
}
