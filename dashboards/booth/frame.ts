// The picture of the read that the chosen exception was said of; never another one's: the box bears the read's name, and what arrives for another read is dropped.
import { draw, element as h } from "./elements.ts";
import { exceptionNow, moment, state } from "./state.ts";

/** The one picture that is held, and of which read. */
let held: { readonly frame: string; readonly address: string } | undefined;
let asked: string | undefined;

export function showFrame(): void {
  const place = document.getElementById("frame") as HTMLElement;
  const one = exceptionNow();
  const { words, api } = state;
  place.hidden = one === undefined || api === undefined;
  if (one === undefined || api === undefined) return;
  const { exception, frame, kept, plate, at } = one;
  if (held !== undefined && held.frame !== frame) {
    URL.revokeObjectURL(held.address);
    held = undefined;
  }
  if (frame !== null && kept && held === undefined && asked !== frame) {
    asked = frame;
    api
      .frame(exception)
      .then((picture) => {
        if (exceptionNow()?.frame !== frame || held !== undefined) return;
        held = { frame, address: URL.createObjectURL(picture) };
      })
      .catch(() => undefined)
      .finally(() => {
        if (asked === frame) asked = undefined;
        showFrame();
      });
  }
  const address = held?.address;
  draw(place, [words.title, exception, frame, address, kept], () => [
    h(
      "figure",
      { "data-frame": frame ?? "" },
      address === undefined || !kept
        ? h("p", { class: "muted no-frame" }, words.noFrame)
        : h("img", { src: address, alt: words.frameOf(plate ?? "—") }),
      h("figcaption", { class: "muted" }, `${plate ?? "—"} · ${moment(at)}`),
    ),
  ]);
}
