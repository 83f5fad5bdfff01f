// Sheds in the property's own list: one entry for the whole, however many sockets it cut. Fire, a leaking feeder and a contactor that does not open become hazards.
import type { Effect, Happening } from "#cloud/store/happening.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { enter, promote } from "./entries.ts";
import type { Compound } from "./hazards.ts";

type Of<T extends "shed.tripped" | "shed.leaking" | "shed.contactor-stuck"> = Happening<T, EventData<T>>;

const words: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  smoke: ["烟雾报警，整棚断电", "smoke: whole shed cut off"],
  heat: ["温度报警，整棚断电", "heat: whole shed cut off"],
  panel: ["消防主机联动，整棚断电", "fire panel: whole shed cut off"],
  welded: ["继电器粘连，整棚断电", "welded relay: whole shed cut off"],
  blind: ["触点读不到，整棚断电", "a contact cannot be read: whole shed cut off"],
};

export async function enterShed(effect: Effect, event: Of<"shed.tripped">, compound: Compound): Promise<void> {
  const { shed, trip, cause, source, contactor, decided_after_ms, off_after_ms } = event.data;
  const [zh, en] = words[cause] ?? ["整棚断电", "whole shed cut off"];
  const above = contactor === "none" ? ["；无上级接触器", "; no contactor above"] : ["", ""];
  const entry = await enter(effect, event, {
    ...{ source: shed, trip, cause: `shed-${cause}`, zh: `${zh}（${source}${above[0]}）`, en: `${en} (${source}${above[1]})` },
    ...{ seen_at: event.at.wall - decided_after_ms, decided_after_ms, off_after_ms },
  });
  await promote(effect, event, { entry, socket: shed, cause, compound });
}

const untimed = { seen_at: null, decided_after_ms: null, off_after_ms: null };

export async function enterLeak(effect: Effect, event: Of<"shed.leaking">, compound: Compound): Promise<void> {
  const { shed, value, limit } = event.data;
  const said = { zh: `进线剩余电流 ${value} mA，达到 ${limit} mA`, en: `residual current of the feeder ${value} mA, alarm at ${limit} mA` };
  const entry = await enter(effect, event, { source: shed, trip: null, cause: "shed-leaking", ...said, ...untimed });
  await promote(effect, event, { entry, socket: shed, cause: "leaking", compound });
}

export async function enterContactor(effect: Effect, event: Of<"shed.contactor-stuck">, compound: Compound): Promise<void> {
  const { shed } = event.data;
  const said = { zh: "上级接触器断不开", en: "the contactor above did not open" };
  const entry = await enter(effect, event, { source: shed, trip: null, cause: "shed-contactor", ...said, ...untimed });
  await promote(effect, event, { entry, socket: shed, cause: "contactor", compound });
}
