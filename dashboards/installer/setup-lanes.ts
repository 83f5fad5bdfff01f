// The lanes of the first run: cameras appear as they push, with the picture and the plate that they read; each lane has one, and an arm.
import type { SetupCameras, SetupLane } from "#protocols/api/setup-lanes.ts";
import { element as h } from "../booth/elements.ts";
import { count, findShown, setCount } from "./setup-find.ts";
import { forgetBoards, laneShown } from "./setup-lane.ts";
import { mostLanes, state, value } from "./setup-state.ts";
import { buttons, complaintOf, field, head, pair, type Show, taken, working } from "./setup-steps.ts";

const look_ms = 1_000;
type Camera = SetupCameras["cameras"][number];

/** Pictures by camera and number: each is fetched once. */
const pictures = new Map<string, string>();
let listening = false;

const here = (): boolean => state.step === "lanes" && !state.restoring && state.done === undefined;

/** Asks while this step is open, and draws anew only when somebody was heard. */
async function listen(show: Show): Promise<void> {
  if (listening) return;
  listening = true;
  for (let before = ""; here() && state.api !== undefined; ) {
    try {
      const cameras = await state.api.cameras();
      const now = JSON.stringify(cameras);
      if (now !== before) {
        before = now;
        state.cameras = cameras;
        show();
      }
    } catch {
      // the next look tells
    }
    await new Promise((next) => setTimeout(next, look_ms));
  }
  listening = false;
}

function pictureOf({ camera, frame, serialno }: Camera, show: Show): HTMLElement {
  const words = state.words.lanes;
  const { api } = state;
  const name = `${camera} ${frame}`;
  const known = pictures.get(name);
  if (frame === 0 || api === undefined) return h("p", { class: "muted frame" }, words.noFrame);
  if (known === undefined) {
    pictures.set(name, "");
    api.cameraFrame(camera).then(
      (picture) => {
        pictures.set(name, URL.createObjectURL(picture));
        show();
      },
      () => pictures.delete(name),
    );
  }
  return known === undefined || known === ""
    ? h("p", { class: "muted frame" }, "…")
    : h("img", { class: "frame", src: known, alt: serialno });
}

/** Into the fields of a lane: what the camera itself says. */
function use(lane: number, { protocol, serialno, address }: Camera): void {
  Object.assign(state.typed, { [`${lane}.protocol`]: protocol, [`${lane}.serialno`]: serialno, [`${lane}.address`]: address });
}

function cameraShown(camera: Camera, show: Show): HTMLElement {
  const words = state.words.lanes;
  const read =
    camera.frame === 0 && camera.plate === null && camera.confidence === null
      ? words.beat
      : camera.plate === null
        ? words.noPlate
        : camera.plate;
  const sure = camera.confidence === null ? "" : ` ${camera.confidence} %`;
  const each = camera.characters.length === 0 ? "" : ` (${camera.characters.join(" ")})`;
  const put = (lane: number) => (): void => {
    if (lane === count()) setCount(lane + 1);
    use(lane, camera);
    show();
  };
  const lanes = Array.from({ length: count() }, (_, lane) => lane);
  return h(
    "li",
    { class: "panel", "data-camera": camera.serialno, "data-plate": camera.plate === null ? "" : camera.plate },
    pictureOf(camera, show),
    h("p", {}, h("b", {}, `${read}${sure}`), each),
    h(
      "p",
      { class: "muted" },
      `${camera.protocol} · ${camera.serialno} · ${camera.address} · ${camera.at.slice(11, 19)} · ${words.heard(camera.pushes)}`,
    ),
    h(
      "p",
      { class: "does" },
      ...lanes.map((lane) =>
        h("button", { type: "button", "data-key": `use ${camera.camera} ${lane}`, click: put(lane) }, words.use(lane + 1)),
      ),
      lanes.length < mostLanes && h("button", { type: "button", "data-key": `add ${camera.camera}`, click: put(lanes.length) }, words.add),
    ),
  );
}

function camerasShown(show: Show): HTMLElement {
  const words = state.words.lanes;
  const { cameras } = state;
  const heard = cameras === undefined ? [] : cameras.cameras;
  return h(
    "section",
    { class: "panel" },
    h("h3", { "data-heard": heard.length }, `${words.cameras} ${heard.length}`),
    h("p", { class: "muted" }, words.hearing),
    h(
      "details",
      { open: heard.length === 0 },
      h("summary", {}, words.pushTo),
      h(
        "ul",
        { class: "paths" },
        ...(cameras === undefined ? [] : cameras.paths).map(({ protocol, path }) =>
          h("li", {}, `${protocol} `, h("code", {}, `${location.origin}${path}`)),
        ),
      ),
    ),
    cameras !== undefined &&
      cameras.refused > 0 &&
      h("p", { class: "wrong" }, words.refusedPushes(cameras.refused, cameras.why === null ? "" : cameras.why)),
    h("ul", { class: "cards" }, ...heard.map((camera) => cameraShown(camera, show))),
  );
}

function lanesTyped(): SetupLane[] {
  return Array.from({ length: count() }, (_, lane) => {
    const said = (name: string): string => value(`${lane}.${name}`).trim();
    return {
      ...{ name: said("name"), direction: said("direction") as "entry", protocol: said("protocol"), serialno: said("serialno") },
      ...{ address: said("address"), profile: said("profile"), host: said("host"), port: Number(said("port")), unit: Number(said("unit")) },
    };
  });
}

/** The lanes behind it move up. */
function drop(lane: number): void {
  const all = lanesTyped();
  all.splice(lane, 1);
  for (const [at, one] of all.entries()) for (const [name, text] of Object.entries(one)) state.typed[`${at}.${name}`] = String(text);
  setCount(all.length);
  forgetBoards();
}

function tariff(show: Show): (HTMLElement | false)[] {
  const words = state.words.lanes;
  const text = value("tariff");
  const later = value("tariffLater") === "yes";
  const choose = (event: Event): void => {
    const { files } = event.target as HTMLInputElement;
    const file = files === null ? null : files[0];
    if (file === null || file === undefined) return;
    void file.text().then((read) => {
      state.typed.tariff = read;
      show();
    });
  };
  const tick = (event: Event): void => {
    state.typed.tariffLater = (event.target as HTMLInputElement).checked ? "yes" : "";
    show();
  };
  return [
    ...(later
      ? []
      : [
          h(
            "label",
            { class: "button photo" },
            words.tariff,
            h("input", { type: "file", name: "tariff", accept: ".yaml,.yml", "data-key": "tariff", change: choose }),
          ),
          complaintOf("tariff"),
          ...(text === "" ? [] : [h("p", { class: "fine" }, `✓ ${words.tariffKept} · ${text.length}`)]),
        ]),
    h(
      "label",
      { class: "tick" },
      h("input", { type: "checkbox", name: "tariffLater", "data-key": "tariffLater", checked: later, change: tick }),
      words.later,
    ),
  ];
}

export function lanesStep(show: Show): HTMLElement[] {
  const words = state.words.lanes;
  const { api, known, busy } = state;
  if (api === undefined || known === undefined) return [];
  void listen(show);
  const send = async (): Promise<void> => {
    const lot = {
      ...{ name: value("lotName").trim() || words.lotUsual, capacity: Number(value("capacity")) },
      tariff: value("tariffLater") === "yes" ? null : value("tariff"),
    };
    taken(await api.give({ step: "lanes", answers: { lot, lanes: lanesTyped() } }), "finish");
  };
  const skip = (): void =>
    void working(show, async () => taken(await api.give({ step: "lanes", answers: { lot: null, lanes: [] } }), "finish"));
  const add = (): void => {
    setCount(count() + 1);
    show();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void working(show, send);
  };
  return [
    head(words.title, words.note),
    camerasShown(show),
    findShown(show),
    h(
      "form",
      { class: "panel setup-form", novalidate: true, submit },
      h(
        "fieldset",
        { class: "group lane" },
        h("legend", {}, words.lot),
        pair(field("lotName", words.lotName, { placeholder: words.lotUsual }), field("capacity", words.capacity, { inputmode: "numeric" })),
        ...tariff(show),
        complaintOf("lot"),
      ),
      ...Array.from({ length: count() }, (_, lane) =>
        laneShown(lane, show, () => {
          drop(lane);
          show();
        }),
      ),
      complaintOf("lanes"),
      count() < mostLanes && h("p", { class: "does" }, h("button", { type: "button", "data-key": "add-lane", click: add }, words.addLane)),
      buttons("lanes", show, h("button", { type: "button", "data-key": "skip", disabled: busy, click: skip }, words.skip)),
    ),
  ];
}
