// Cameras of the network in the first run: an address that was found goes into a lane, with all else that is known of it.
import type { SearchedCamera } from "#protocols/api/camera-search.ts";
import { element as h } from "../booth/elements.ts";
import { finderShown } from "./found.ts";
import { Refused } from "./setup-api.ts";
import { mostLanes, state, value } from "./setup-state.ts";
import type { Show } from "./setup-steps.ts";
import { zh } from "./setup-words.ts";

export const count = (): number => Number(value("lanes"));
export const setCount = (lanes: number): void => {
  state.typed.lanes = String(lanes);
};

/** What it pushed says more than what it was called. */
function use(lane: number, address: string, { protocol }: SearchedCamera): void {
  if (lane === count()) setCount(lane + 1);
  const heard = state.cameras === undefined ? undefined : state.cameras.cameras.find((one) => one.address === address);
  state.typed[`${lane}.address`] = address;
  if (heard !== undefined) Object.assign(state.typed, { [`${lane}.protocol`]: heard.protocol, [`${lane}.serialno`]: heard.serialno });
  else if (protocol !== null) state.typed[`${lane}.protocol`] = protocol;
}

export function findShown(show: Show): HTMLElement {
  const { api } = state;
  const words = state.words.lanes;
  if (api === undefined) return h("section");
  const lanes = (): number[] => Array.from({ length: count() }, (_, lane) => lane);
  return finderShown({
    ...{ api, show, english: state.words !== zh },
    refusal: (error) => (error instanceof Refused ? error.said : { zh: String(error), en: String(error) }),
    uses: (camera, address) => {
      const put = (lane: number, label: string): HTMLElement => {
        const click = (): void => {
          use(lane, address, camera);
          show();
        };
        return h("button", { type: "button", "data-key": `at ${address} ${lane}`, click }, label);
      };
      const taken = lanes().filter((lane) => value(`${lane}.address`) === address);
      const free = lanes().filter((lane) => !taken.includes(lane));
      return [
        ...taken.map((lane) => h("span", { class: "fine", "data-used": lane }, `✓ ${words.lane(lane + 1)}`)),
        ...free.map((lane) => put(lane, words.useAt(lane + 1))),
        count() < mostLanes && taken.length === 0 && put(count(), words.useNew),
      ];
    },
  });
}
