// A step with its picture: the picture first, for the step may need it; what was uploaded stays if the step is refused.
import type { HazardTransition, HazardView } from "#protocols/api/views.ts";
import { type Answer, addEvidence, moveHazard } from "../data/api.ts";

/** Base64 without the "data:…," before it. */
const bytesOf = (file: File): Promise<string> =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });

type Mime = "image/jpeg" | "image/png" | "image/webp";

export async function sendAll(
  id: string,
  { transition, photo, version }: { readonly transition: HazardTransition; readonly photo: File | null; readonly version: number },
): Promise<Answer<HazardView>> {
  if (photo !== null) {
    const kind = transition.action === "request-reinspection" ? "after" : "other";
    const added = await addEvidence(id, { kind, mime: photo.type as Mime, base64: await bytesOf(photo) });
    if (!added.ok) return added;
    // The picture was a step of its own.
    return moveHazard(id, transition, version + 1);
  }
  return moveHazard(id, transition, version);
}
