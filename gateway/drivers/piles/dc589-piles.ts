// dc589 boards as the sessions know piles. A start never uses the long modes, which ignore full; a board whose own stop-when-full is off, or was not read yet, begins nothing.

import type { Dc589Message } from "#protocols/piles/dc589/codec.ts";
import { faults, portStates, startAnswers, stopReasons } from "#protocols/piles/dc589/codes.ts";
import type { Clock } from "../../ports.ts";
import { boardBeats_s, type Finished } from "./dc589-host.ts";
import { type Dc589Server, openDc589Server } from "./dc589-server.ts";
import type { PileDriver, PileDriverParts, PileStart, PortSeen, SettledCause, StartOutcome } from "./pile.ts";

/** §30. What is not here is an interruption. */
const causes: Readonly<Record<number, SettledCause>> = {
  ...{ 0: "time", 1: "unplugged", 2: "full", 4: "over-power", 5: "released", 6: "never-charging", 7: "released", 8: "smoke" },
  ...{ 9: "over-temperature", 10: "energy" },
};
const two = (words: { zh: string; en: string } | undefined, number: number) =>
  words === undefined ? { zh: `代码 ${number}`, en: `code ${number}` } : { zh: words.zh, en: words.en };
const wholeBoard = 0xff;
const smoke = 0xbb;
const hot = 0xaa;
const [modeTime, modeEnergy, scanned] = [0, 1, 2];
const orderDigits = 16;
/** Beats come every few seconds: power is told on at most so often. */
const powerEvery_ms = boardBeats_s * 1000;

function portOf(state: number): PortSeen {
  if (state === 0) return { state: "idle" };
  if (state === 1) return { state: "charging" };
  return { state: "fault", fault: { code: `dc589-${state}`, ...two(portStates[state], state), welded: state === 4 } };
}

export interface Dc589PilesParts extends PileDriverParts {
  readonly clock: Clock;
  readonly open?: typeof openDc589Server;
}

export async function openDc589Piles({ clock, host, port, piles, listener, open = openDc589Server }: Dc589PilesParts): Promise<PileDriver> {
  const byNumber = new Map(piles.map((pile) => [pile.number, pile]));
  const numberOf = new Map(piles.map(({ id, number }) => [id, number]));
  const told = new Map<string, number>();
  /** Alarms are bits of every beat: each is said once while it stands. */
  const burning = new Map<string, number>();
  let number = Math.floor(clock.wall() / 1000);

  const beat = (pile: string, message: Extract<Dc589Message, { kind: "heartbeat" | "ports" }>): void => {
    const { port_states, voltage_mV, board_status = 0, temperature_mC } = message;
    if (port_states === undefined) return;
    const at = clock.monotonic();
    listener.alive({ pile, at, voltage_mV: voltage_mV ?? null, ports: port_states.map(portOf) });
    const before = burning.get(pile) ?? 0;
    burning.set(pile, board_status);
    if ((board_status & 2) !== 0 && (before & 2) === 0)
      listener.alarm({ pile, port: null, of: "smoke", zh: "烟雾报警", en: "smoke alarm" });
    if ((board_status & 1) !== 0 && (before & 1) === 0) listener.alarm({ pile, port: null, of: "heat", zh: "温度高", en: "too hot" });
    for (const one of message.charging ?? []) {
      const socket = `${pile}/${one.port}`;
      if (at - (told.get(socket) ?? Number.NEGATIVE_INFINITY) < powerEvery_ms) continue;
      told.set(socket, at);
      listener.power({
        ...{ pile, port: one.port, order: null, charged_s: one.charged_min * 60 + one.charged_s, energy_mWh: one.energy_mWh },
        ...{
          power_mW: one.power_mW,
          mean_mW: one.power_mW,
          voltage_mV: voltage_mV ?? null,
          current_mA: null,
          temperature_mC: temperature_mC ?? null,
        },
      });
    }
  };
  const heard = (pile: string, message: Dc589Message): void => {
    if (message.kind === "heartbeat" || message.kind === "ports") beat(pile, message);
    else if (message.kind === "online-card") card(pile, message);
    else if (message.kind === "fault") fault(pile, message);
  };
  const fault = (pile: string, message: Extract<Dc589Message, { kind: "fault" }>): void => {
    const { port: at, fault: code } = message;
    const words = two(faults[code], code);
    const one = at === wholeBoard ? null : at;
    if (code === smoke) listener.alarm({ pile, port: one, of: "smoke", ...words });
    else if (code === hot) listener.alarm({ pile, port: one, of: "heat", ...words });
    else listener.odd({ pile, why: `fault ${code} at ${at}: ${words.en}` });
  };
  const card = (pile: string, { port: at, card: digits }: Extract<Dc589Message, { kind: "online-card" }>): void => {
    const answer = listener.card({ pile, port: at, card: String(digits) });
    // A start follows by itself where it may begin.
    if (answer.kind === "no")
      server.hostOf(numberOf.get(pile) ?? "")?.say({
        ...{ kind: "card-refused", reason: answer.code === "balance-low" ? 0 : 1, card: digits, reserved: "0000" },
        balance_fen: Math.min(655_350, Math.floor(answer.balance_fen / 10) * 10),
      });
  };
  const settle = (board: string, message: Finished): boolean => {
    const pile = byNumber.get(board)?.id;
    if (pile === undefined) return false;
    const { port: at, order, charged_min, charged_s, energy_mWh, stop_reason } = message;
    return listener.settle({
      ...{ pile, port: at, order, charged_s: charged_min * 60 + charged_s, energy_mWh },
      ...{ cause: causes[stop_reason] ?? "interrupted", ...two(stopReasons[stop_reason], stop_reason) },
    });
  };
  const server: Dc589Server = await open({
    ...{ clock, host, port, settle },
    said: (board, message) => {
      const pile = byNumber.get(board)?.id;
      if (pile === undefined) listener.odd({ pile, why: `a board that the site file does not name: ${board}` });
      else heard(pile, message);
    },
    odd: (board, why) => listener.odd({ pile: byNumber.get(board ?? "")?.id, why }),
    numbers: () => {
      number += 1;
      return number;
    },
  });
  const refusedAs = (code: string, zh: string, en: string): StartOutcome => ({ kind: "refused", code, zh, en, charges: false });
  return {
    port: server.port,
    start({ pile, ...asked }, answer) {
      const there = server.hostOf(numberOf.get(pile) ?? "");
      if (there === undefined) return answer(refusedAs("not-connected", "桩未连接", "the pile is not connected"));
      const settings = there.settings();
      if (settings === undefined)
        return answer(refusedAs("settings-unread", "尚未读到主板的充满自停设置", "the board's stop-when-full was not read yet"));
      if (settings.stop_when_full !== 1)
        return answer(refusedAs("no-auto-stop", "主板的充满自停已关闭，不启动", "the board's stop-when-full is off: nothing begins"));
      there.ask(startOf(asked), (said) => {
        if (said.kind !== "start-answer") return answer({ kind: "unknown", why: said.kind === "device-fault" ? said.detail : said.kind });
        if (said.result === 0) return answer({ kind: "started" });
        answer({ kind: "refused", code: `dc589-${said.result}`, ...two(startAnswers[said.result], said.result), charges: false });
      });
    },
    stop({ pile, port: at }, answer) {
      const there = server.hostOf(numberOf.get(pile) ?? "");
      if (there === undefined) return answer({ kind: "unknown" });
      there.ask({ kind: "stop", port: at }, (said) => {
        if (said.kind !== "stop-answer") return answer({ kind: "unknown" });
        answer({ kind: said.result === 16 ? "stopped" : said.result === 1 || said.result === 0 ? "idle" : "unknown" });
      });
    },
    close: () => server.close(),
  };
}

/** By time, where it is to run until full: its longest, and the board's own stop-when-full ends it before. Minutes are not exceeded. */
function startOf({ port, order, until, time_most_s }: Omit<PileStart, "pile">): Dc589Message {
  const energy = until.kind === "energy";
  const time_s = until.kind === "time" ? Math.min(until.time_s, time_most_s) : time_most_s;
  return {
    ...{ kind: "start", port, order: order.slice(0, orderDigits), consumer: scanned as 2, card: 0, balance_fen: 0 },
    mode: energy ? modeEnergy : modeTime,
    amount: energy ? Math.min(65_535, Math.floor(until.energy_mWh / 1000)) : Math.max(1, Math.floor(time_s / 60)),
  } as Dc589Message;
}
