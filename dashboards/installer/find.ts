// Cameras of the network beside the lanes of the site file: which lane has whom already, and the line for the file of whom no lane has.
import type { SearchedCamera } from "#protocols/api/camera-search.ts";
import { element as h } from "../booth/elements.ts";
import { Refused } from "./api.ts";
import { finderShown, finding } from "./found.ts";
import { state } from "./state.ts";
import { zh } from "./words.ts";

/** Whose line was asked for, and whether the browser has taken it. */
const chosen: { address: string; copied: boolean } = { address: "", copied: false };

export const findKey = (): unknown => [finding.now, finding.refused, chosen];

const lineOf = ({ protocol }: SearchedCamera, address: string): string =>
  `camera: { ${protocol === null ? "" : `protocol: ${protocol}, `}address: ${address} }`;

/** Also where a page over plain HTTP has no clipboard of its own. */
function copy(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function findView(show: () => void): HTMLElement[] {
  const { api, words } = state;
  const { find } = words;
  if (api === undefined) return [];
  return [
    finderShown({
      ...{ api, show, english: words !== zh },
      refusal: (error) => (error instanceof Refused ? error.said : { zh: String(error), en: String(error) }),
      uses: (camera, address) => {
        const use = (): void => {
          Object.assign(chosen, { address, copied: copy(lineOf(camera, address)) });
          show();
        };
        return [
          ...camera.lanes.map((lane) => h("span", { class: "fine", "data-lane-of": lane }, `✓ ${lane}`)),
          camera.lanes.length === 0 && h("button", { type: "button", "data-key": `at ${address}`, click: use }, find.use),
          chosen.address === address &&
            h(
              "p",
              { role: "status", "data-line-of": address },
              h("code", {}, lineOf(camera, address)),
              ` ${chosen.copied ? find.copied : ""} ${find.into}`,
            ),
        ];
      },
    }),
  ];
}
