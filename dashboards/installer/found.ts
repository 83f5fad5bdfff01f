// Cameras that answered, as they come, with counts; and when none did, what it may be. Shared by the first run and the gateway's own page, which say what can be done with an address.
import type { CameraSearch, SearchedCamera } from "#protocols/api/camera-search.ts";
import { element as h } from "../booth/elements.ts";
import { progress } from "../booth/progress.ts";
import { foundEn, foundZh } from "./found-words.ts";

const look_ms = 300;

export interface SearchApi {
  searchCameras(also: string): Promise<CameraSearch>;
  cameraSearch(): Promise<CameraSearch>;
  stopCameraSearch(): Promise<CameraSearch>;
}

/** Kept over everything that is drawn anew. */
export const finding: { now: CameraSearch | undefined; also: string; refused: { zh: string; en: string } | undefined } = {
  ...{ now: undefined, also: "", refused: undefined },
};

export interface Finder {
  readonly api: SearchApi;
  readonly english: boolean;
  readonly show: () => void;
  /** What the gateway said instead of beginning. */
  readonly refusal: (error: unknown) => { zh: string; en: string };
  /** What can be done with an address of a camera. */
  readonly uses: (camera: SearchedCamera, address: string) => readonly (HTMLElement | false)[];
}

async function find({ api, show, refusal }: Finder): Promise<void> {
  finding.refused = undefined;
  try {
    finding.now = await api.searchCameras(finding.also.trim());
  } catch (error) {
    finding.refused = refusal(error);
  }
  show();
  while (finding.now?.running === true) {
    await new Promise((next) => setTimeout(next, look_ms));
    try {
      finding.now = await api.cameraSearch();
    } catch {
      // it goes on; the next look tells
    }
    show();
  }
}

const stop = ({ api, show }: Finder): void =>
  void api.stopCameraSearch().then(
    (now) => {
      finding.now = now;
      show();
    },
    () => undefined,
  );

function cameraShown(camera: SearchedCamera, { english, uses }: Finder): HTMLElement {
  const words = english ? foundEn : foundZh;
  const { name, hardware, location, addresses, heard_from: from, maker, protocol } = camera;
  const about = [hardware, location].filter((one) => one !== "").join(" · ");
  const itself = addresses.some((address) => from.includes(address));
  return h(
    "li",
    { class: "panel", "data-found-camera": camera.endpoint },
    h("p", {}, h("b", {}, name === "" ? words.unnamed : name), about === "" ? "" : ` · ${about}`),
    maker !== null && h("p", { class: "muted" }, words.maker(maker, protocol === null ? "" : protocol)),
    !itself && h("p", { class: "wrong" }, words.elsewhere(from.join(" "))),
    from.length > 1 && h("p", { class: "muted" }, words.twins(from.length)),
    ...addresses.map((address) => h("div", { class: "does at", "data-at": address }, h("code", {}, address), ...uses(camera, address))),
  );
}

function countsShown(now: CameraSearch, finder: Finder): HTMLElement {
  const words = finder.english ? foundEn : foundZh;
  const more = [`${words.found} ${now.cameras.length}`, `${words.answers} ${now.heard}`];
  if (now.others > 0) more.push(`${words.others} ${now.others}`);
  if (now.refused > 0) more.push(`${words.refused} ${now.refused}`);
  return h(
    "div",
    { "data-search": now.running ? "running" : "over" },
    progress(
      { done: now.done, of: now.of, ran_ms: now.running ? now.ran_ms : null, unit: "steps" },
      {
        ...{ label: words.find, english: finder.english, more },
        ...(now.running ? { stop: { label: words.stop, click: () => stop(finder) } } : {}),
      },
    ),
  );
}

function searchShown(now: CameraSearch, finder: Finder): (HTMLElement | false)[] {
  const words = finder.english ? foundEn : foundZh;
  const way = ({ name, address, wrong }: CameraSearch["ways"][number]): string =>
    `${name === "→" ? words.own : name} ${address}${wrong === null ? "" : ` (${words.failed}: ${wrong})`}`.trim();
  return [
    countsShown(now, finder),
    now.ways.length > 0 && h("p", { class: "muted" }, words.asked(now.ways.map(way).join(" · "))),
    now.why !== null && h("p", { class: "muted", "data-why": true }, `${words.last}: `, h("span", { lang: "en" }, now.why)),
    h("ul", { class: "cards" }, ...now.cameras.map((camera) => cameraShown(camera, finder))),
    now.advice.length > 0 &&
      h(
        "div",
        { "data-none": now.advice.length },
        h("p", { class: "wrong" }, words.nothing),
        h("ol", {}, ...now.advice.map(({ zh, en }) => h("li", {}, finder.english ? en : zh))),
      ),
  ];
}

export function finderShown(finder: Finder): HTMLElement {
  const words = finder.english ? foundEn : foundZh;
  const { now, refused } = finding;
  const typed = (event: Event): void => {
    finding.also = (event.target as HTMLInputElement).value;
  };
  const enter = (event: Event): void => {
    if ((event as KeyboardEvent).key !== "Enter") return;
    event.preventDefault();
    void find(finder);
  };
  const more = { inputmode: "decimal", placeholder: "192.168.1.64", autocomplete: "off", input: typed, keydown: enter };
  const running = now?.running === true;
  return h(
    "section",
    { class: "panel", "data-finder": true },
    h("h3", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h("label", {}, words.also, h("input", { name: "also", value: finding.also, "data-key": "also", ...more })),
    h(
      "p",
      { class: "does" },
      h(
        "button",
        { type: "button", "data-key": "find", disabled: running, click: () => void find(finder) },
        now === undefined ? words.find : words.again,
      ),
    ),
    refused !== undefined &&
      h("p", { class: "wrong", role: "alert", "data-refused-search": true }, finder.english ? refused.en : refused.zh),
    ...(now === undefined ? [] : searchShown(now, finder)),
  );
}
