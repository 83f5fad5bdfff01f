// May a person take a shed's trip back? Only the one they name, and only while nothing shows it any more.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { shedLatches } from "./facts.ts";
import { provenClear } from "./inputs.ts";
import type { Shed, StationShows } from "./shed.ts";

export function resetRefusal(shed: Shed, asked: { trip: string; stations: readonly StationShows[]; now: Monotonic }): Refusal | undefined {
  const { tripped } = shed;
  if (tripped === undefined || !shedLatches(tripped.cause) || tripped.trip !== asked.trip)
    return refusal("no-such-trip", "该棚没有这次锁定", "this shed holds no such trip");
  const active = shed.inputs.find((input) => input.active === true);
  if (active !== undefined)
    return refusal("input-active", `输入 ${active.id} 仍在报警，先排除再复位`, `input ${active.id} is still active: clear it first`);
  const [burning] = shed.told;
  if (burning !== undefined)
    return refusal("input-active", `${burning} 仍在报火警，先排除再复位`, `${burning} still says fire: clear it first`);
  const lost = shed.inputs.find((input) => !provenClear(input, asked.now));
  if (lost !== undefined)
    return refusal(
      "input-blind",
      `读不到输入 ${lost.id}，不能证明已安全`,
      `input ${lost.id} cannot be read: nothing proves that it is safe`,
    );
  const smoking = asked.stations.find(({ smoke }) => smoke === true);
  if (smoking !== undefined)
    return refusal("input-active", `充电站 ${smoking.station} 仍报烟雾`, `station ${smoking.station} still says smoke`);
  // The station whose own detector tripped the shed must be heard saying that it is quiet.
  const own = asked.stations.find(({ station }) => station === tripped.source);
  if (own !== undefined && own.smoke !== false)
    return refusal(
      "input-blind",
      `读不到充电站 ${own.station}，不能证明已安全`,
      `station ${own.station} cannot be read: nothing proves that it is safe`,
    );
  const live = asked.stations.find((station) => station.live !== undefined)?.live;
  if (live !== undefined) return refusal("still-live", `插座 ${live} 仍带电，先处理`, `socket ${live} is still live: deal with it first`);
  if (shed.contactor?.stuck === true)
    return refusal("contactor-stuck", "上级接触器未断开，先更换", "the contactor above did not open: replace it first");
  return undefined;
}
