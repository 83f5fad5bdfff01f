// What a maker's HTTP push is to the lanes: where it posts, how its bytes are read, and what it must hear. One file a maker.
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";

export type Heard =
  /** `pushed`: what came with them, where a picture may be in it. */
  | { readonly kind: "plates"; readonly reads: readonly PlateRead[]; readonly pushed?: Uint8Array }
  /** A picture of a read that was told before. */
  | { readonly kind: "picture"; readonly serialno: string; readonly key: string; readonly bytes: Uint8Array }
  /** A heartbeat or registration: the camera lives. */
  | { readonly kind: "alive"; readonly serialno: string }
  /** One program speaks for the cameras that it watches. */
  | { readonly kind: "watching"; readonly serialnos: readonly string[] }
  /** What a command of ours came to: 200 is a yes. */
  | { readonly kind: "replied"; readonly serialno: string; readonly id: string; readonly code: number }
  /** Understood, and nothing for a lane; "" where it names no camera. */
  | { readonly kind: "other"; readonly serialno: string };

/** How the lane answered the newest read of the push. */
export interface Answered {
  readonly opens: boolean;
  readonly read: PlateRead | undefined;
  /** Bytes for the display and voice card behind the camera, where its answer can carry them. */
  readonly card?: readonly { readonly port: number; readonly data: Uint8Array }[];
  /** What the camera's own loudspeaker and screen are to say. */
  readonly own?: OwnWords;
}

export interface OwnWords {
  readonly voice?: { readonly text: string; readonly volume: number; readonly encoding: "utf-8" | "gbk" };
  readonly screen?: { readonly scene: string; readonly lines: readonly string[]; readonly code?: string };
}

export interface PushPath {
  readonly path: string;
  readonly longest: number;
  /** The HTTP content types that are taken; "" (none) always is. Firmware and curl call JSON many things. */
  readonly types: RegExp;
  /** What a stranger is told to send. */
  readonly expected: string;
}

export interface CameraProtocol {
  /** As the site file says it. */
  readonly id: string;
  readonly paths: readonly PushPath[];
  /** "reply": the camera opens its own output when the answer says so. "board": it cannot, and the lane pulses the barrier board. */
  readonly opensBy: "reply" | "board";
  decode(from: { readonly path: string; readonly contentType: string }, bytes: Uint8Array): Heard | Undecodable;
  /** Its answer can carry bytes to the card behind the camera. */
  readonly carriesCard?: true;
  /** A post to this path is held until there is something to say. */
  polls?(path: string): boolean;
  /** What a body that cannot be read is answered with besides the reason, or its maker's camera sends it again and again. */
  readonly settles?: Readonly<Record<string, unknown>>;
  /** The body of a 200; without the words that its maker expects a camera sends the same for ever. */
  reply(heard: Heard, answered: Answered): { readonly type: string; readonly body: string };
}

export const json = "application/json; charset=utf-8";
export const jsonTypes = /^(application\/(json|x-www-form-urlencoded|octet-stream)|text\/(json|plain))\b/i;
export const formTypes = /^multipart\/form-data\b/i;
