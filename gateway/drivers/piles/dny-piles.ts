// DNY piles as the sessions know piles. What its codes mean for a charge stands here in two tables; nothing here decides.
import type { UpMessage } from "#protocols/piles/dny/codec.ts";
import { alarmKinds, portStates, startAnswers, stopReasons } from "#protocols/piles/dny/codes.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import type { Clock } from "../../ports.ts";
import type { Told } from "./dny-host.ts";
import { type DnyServer, openDnyServer } from "./dny-server.ts";
import type { PileAlarm, PileDriver, PileDriverParts, PortSeen, SettledCause, StartOutcome, StopOutcome } from "./pile.ts";

type Settlement = Extract<UpMessage, { kind: "settlement" }>;
type Said = Extract<Told, { kind: "said" }>["message"];

/** Why its firmware ended a charge, in our words (vendor's guide V8.6 §3.3). What is not here is an interruption. */
const causes: Readonly<Record<number, SettledCause>> = {
  ...{ 1: "full", 2: "max-time", 3: "time", 4: "energy", 5: "unplugged", 6: "over-power", 7: "released", 8: "over-power", 9: "no-load" },
  ...{ 10: "over-temperature", 11: "over-temperature", 12: "over-current", 13: "unplugged", 17: "smoke", 18: "smoke", 19: "released" },
  ...{ 21: "released", 22: "released", 23: "released", 24: "smoke", 26: "over-voltage", 27: "under-voltage", 28: "no-load" },
};
/** §4.2: these two are refusals, and the pile switches on all the same. */
const chargesAllTheSame = new Set([3, 9]);
const welded = new Set([9, 14]);
const alarms: Readonly<Record<number, PileAlarm["of"]>> = {
  ...{ 1: "power-lost", 2: "water", 3: "hot-melt", 4: "smoke", 5: "heat", 6: "water-level", 7: "door" },
};
/** §3.4.1: why a card begins nothing. */
const cardAnswers: Readonly<Record<string, number>> = { "no-such-card": 1, "card-lost": 11, "balance-low": 6, busy: 4, locked: 8 };
const anyPort = 0xff;

const two = (words: { zh: string; en: string } | undefined, number: number): { zh: string; en: string } =>
  words === undefined ? { zh: `代码 ${number}`, en: `code ${number}` } : { zh: words.zh, en: words.en };

export function portOf(state: number): PortSeen {
  if (state === 0) return { state: "idle" };
  if (state === 1 || state === 5) return { state: "charging" };
  if (state === 2 || state === 3) return { state: "plugged" };
  return { state: "fault", fault: { code: `dny-${state}`, ...two(portStates[state], state), welded: welded.has(state) } };
}

function startOutcome(answer: UpMessage | DeviceFault): StartOutcome {
  if (answer.kind === "device-fault") return { kind: "unknown", why: answer.detail };
  if (answer.kind !== "charge-answer") return { kind: "unknown", why: `answered with ${answer.kind}` };
  const { result } = answer;
  if (result === 0) return { kind: "started" };
  // "Already in that state": whether it is this order that charges is not said.
  if (result === 2 || result === 14) return { kind: "unknown", why: two(startAnswers[result], result).en };
  return {
    ...{ kind: "refused", code: `dny-${result}`, ...two(startAnswers[result], result), charges: chargesAllTheSame.has(result) },
    ...(result === 9 ? { welded: true } : {}),
  };
}

const stopOutcome = (answer: UpMessage | DeviceFault): StopOutcome => ({
  kind:
    answer.kind !== "charge-answer"
      ? "unknown"
      : answer.result === 0
        ? "stopped"
        : answer.result === 2 || answer.result === 1
          ? "idle"
          : "unknown",
});

export interface DnyPilesParts extends PileDriverParts {
  readonly clock: Clock;
  /** How its piles reach it: a TCP port, if not said. */
  readonly open?: typeof openDnyServer;
}

export async function openDnyPiles({ clock, host, port, piles, listener, open = openDnyServer }: DnyPilesParts): Promise<PileDriver> {
  const ids = new Map(piles.map((pile) => [Number.parseInt(pile.number, 16), pile]));
  const numbers = new Map(piles.map(({ id, number }) => [id, Number.parseInt(number, 16)]));
  const heard = (pile: string, message: Said): void => {
    if (message.kind === "heartbeat" || message.kind === "old-heartbeat")
      listener.alive({ pile, at: clock.monotonic(), voltage_mV: message.voltage_mV ?? null, ports: message.port_states.map(portOf) });
    else if (message.kind === "power")
      listener.power({
        ...{ pile, port: message.port + 1, order: message.order, charged_s: message.charged_s, energy_mWh: message.energy_mWh },
        ...{ power_mW: message.power_mW, mean_mW: message.power_mean_mW },
        ...{ voltage_mV: message.voltage_mV ?? null, current_mA: message.current_mA ?? null },
        temperature_mC: message.port_temperature_mC ?? message.temperature_mC ?? null,
      });
    else if (message.kind === "alarm") {
      const of = alarms[message.alarm];
      const known = ids.get(numbers.get(pile) ?? -1);
      // A detector's address on its bus stands in the same field: only a number that is a port is one.
      const own = known !== undefined && message.port < known.ports && message.alarm !== 4 && message.alarm !== 5;
      if (of === undefined) listener.odd({ pile, why: `alarm ${message.alarm}` });
      else listener.alarm({ pile, port: own ? message.port + 1 : null, of, ...two(alarmKinds[message.alarm], message.alarm) });
    }
  };
  const server: DnyServer = await open({
    clock,
    host,
    port,
    tell: (told) => {
      if (told.kind === "modem") return;
      const pile = told.device === undefined ? undefined : ids.get(told.device)?.id;
      if (told.kind === "odd") listener.odd({ pile, why: told.why });
      else if (pile === undefined)
        listener.odd({ pile, why: `a pile that the site file does not name: ${told.device.toString(16).toUpperCase().padStart(8, "0")}` });
      else heard(pile, told.message);
    },
    settle: (device, message) => {
      const pile = ids.get(device)?.id;
      return pile !== undefined && listener.settle(settledOf(pile, message));
    },
    card: (device, { port: at, card }) => {
      const pile = ids.get(device)?.id;
      const answer = pile === undefined ? undefined : listener.card({ pile, port: at === anyPort ? null : at + 1, card });
      return {
        ...{ kind: "card-answer", card, rate_mode: 0, port: at, balance_or_expiry: answer?.balance_fen ?? 0 },
        account: answer === undefined ? 12 : answer.kind === "good" ? 0 : (cardAnswers[answer.code] ?? 8),
      };
    },
  });
  const at = (pile: string): { device: number; host: ReturnType<DnyServer["hostOf"]> } => {
    const device = numbers.get(pile) ?? -1;
    return { device, host: server.hostOf(device) };
  };
  return {
    port: server.port,
    start({ pile, port: n, order, ...asked }, answer) {
      const there = at(pile);
      // Nothing was sent: this is no doubt.
      if (there.host === undefined)
        answer({ kind: "refused", code: "not-connected", zh: "桩未连接", en: "the pile is not connected", charges: false });
      else there.host.start(there.device, { ...asked, port: n - 1, order }, (said) => answer(startOutcome(said)));
    },
    stop({ pile, port: n, order }, answer) {
      const there = at(pile);
      if (there.host === undefined) answer({ kind: "unknown" });
      else there.host.stop(there.device, { port: n - 1, order }, (said) => answer(stopOutcome(said)));
    },
    close: () => server.close(),
  };
}

const settledOf = (pile: string, { port, order, charged_s, energy_mWh, stop_reason }: Settlement) =>
  ({
    ...{ pile, port: port + 1, order, charged_s, energy_mWh, cause: causes[stop_reason] ?? "interrupted" },
    ...two(stopReasons[stop_reason], stop_reason),
  }) as const;
