// Pictures of the commissioning record: taken with the phone's camera, made small here, kept at the gateway, and shown from there.
import type { ReportState } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import type { Api } from "./api.ts";
import { state } from "./state.ts";

const widest = 1_280;
const quality = 0.8;

/** A camera's picture has megabytes; what a reader sees in a report has not. */
export async function small(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, widest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", quality).replace(/^data:[^,]*,/, "");
}

/** Addresses of pictures that were fetched, by their hash: each once. */
const fetched = new Map<string, string>();
const asked = new Set<string>();

function address(api: Api, sha256: string, show: () => void): string | undefined {
  const known = fetched.get(sha256);
  if (known !== undefined || asked.has(sha256)) return known;
  asked.add(sha256);
  api.photo(sha256).then(
    (picture) => {
      fetched.set(sha256, URL.createObjectURL(picture));
      show();
    },
    () => asked.delete(sha256),
  );
  return undefined;
}

export interface PhotoParts {
  readonly item: string;
  readonly what: string;
  readonly report: ReportState;
  readonly busy: boolean;
  readonly add: (file: Blob) => void;
  readonly drop: (sha256: string) => void;
  readonly show: () => void;
}

export function photosOf({ item, what, report, busy, add, drop, show }: PhotoParts): HTMLElement {
  const { report: words } = state.words;
  const { api } = state;
  const change = (event: Event): void => {
    const files = (event.target as HTMLInputElement).files;
    const file = files === null ? undefined : files[0];
    if (file !== undefined) add(file);
  };
  const mine = report.photos.filter((one) => one.item === item);
  return h(
    "div",
    { class: "photos", "data-photos": item, "data-count": mine.length },
    ...mine.map(({ sha256, at }) => {
      const src = api === undefined ? undefined : address(api, sha256, show);
      return h(
        "figure",
        { "data-photo": sha256 },
        src === undefined ? h("span", { class: "photo-waits" }) : h("img", { src, alt: what, width: 160 }),
        h("figcaption", { class: "muted" }, words.photoAt(at.slice(0, 19).replace("T", " "), sha256.slice(0, 12))),
        h(
          "button",
          { type: "button", class: "no-print", "data-key": `drop ${sha256}`, disabled: busy, click: () => drop(sha256) },
          words.drop,
        ),
      );
    }),
    h(
      "label",
      { class: "button no-print photo" },
      busy ? words.keeping : words.photo,
      h("input", {
        type: "file",
        accept: "image/*",
        capture: "environment",
        "aria-label": words.photoOf(what),
        "data-key": `photo ${item}`,
        disabled: busy,
        change,
      }),
    ),
  );
}
