// Ten-socket stations on serial lines, for the cut-off benchmark: `node stations.ts --lines 2 --units 2 --baud 19200`. A process of its own, paced by the monotonic clock to a fraction of
// a millisecond: it sleeps until shortly before, and looks at the clock from there on. Its own lateness is counted. Currents are set over standard input; each OFF is told on standard output.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { characterMs, rtuFrame } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import profile from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { answerPdu, type Memory } from "#sim/modbus/answer.ts";
import { hear, newHearing } from "#sim/modbus/hearing.ts";
import { registerImage } from "#sim/modbus/image.ts";
import { openPseudoTerminal, type PseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";

export interface Trip {
  readonly line: number;
  readonly unit: number;
  readonly socket: number;
  /** When the current rose. */
  readonly risen_ms: number;
  /** First bytes of the answers that showed it, oldest first; the last completed the decision. */
  readonly shown_ms: readonly number[];
  /** First byte of this station's answer before the last: the rotation is between the two. */
  readonly before_ms: number;
  readonly off_ms: number;
}

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "1" },
    units: { type: "string", default: "1" },
    baud: { type: "string", default: "19200" },
  },
});
const baud = Number(values.baud);
const turnaround_ms = [5, 20] as const;
const pieceBytes = 16;
const spin_ms = 1.5;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** What is to happen, by its moment. */
const agenda: { at: number; run: () => void }[] = [];
const lateness: number[] = [];
let armed: NodeJS.Timeout | undefined;

function at(moment: number, run: () => void): void {
  agenda.push({ at: moment, run });
  agenda.sort((a, b) => a.at - b.at);
  arm();
}

function arm(): void {
  clearTimeout(armed);
  const [next] = agenda;
  if (next === undefined) return;
  const wait = next.at - now();
  if (wait > spin_ms + 1) armed = setTimeout(arm, wait - spin_ms);
  else setImmediate(look); // between two looks the loop hears what has come
}

function look(): void {
  for (let next = agenda[0]; next !== undefined && next.at <= now(); next = agenda[0]) {
    agenda.shift();
    lateness.push(now() - next.at);
    next.run();
  }
  arm();
}

interface Socket {
  closed: boolean;
  energy_mWh: number;
  counted_ms: number;
  current_mA: number;
  risen_ms: number | undefined;
  shown_ms: number[];
}
interface Unit {
  readonly sockets: Socket[];
  answers_ms: number[];
}

const usual_mA = 1_400;
const units = (): Map<number, Unit> =>
  new Map(
    Array.from({ length: Number(values.units) }, (_, i) => [
      i + 1,
      {
        sockets: Array.from({ length: 10 }, () => ({
          closed: false,
          energy_mWh: 0,
          counted_ms: now(),
          current_mA: usual_mA,
          risen_ms: undefined,
          shown_ms: [],
        })),
        answers_ms: [],
      },
    ]),
  );

/** A meter's unrest: a reading that never changes is a frozen one. */
const unrest = (value: number): number => Math.round(value * (0.99 + 0.02 * Math.random()));

const volts = 228;
/** The energy counter follows the power: one that does not is caught as a meter that lies. */
function count(socket: Socket, moment: number): void {
  if (socket.closed) socket.energy_mWh += (socket.current_mA * volts * (moment - socket.counted_ms)) / 3_600_000;
  socket.counted_ms = moment;
}

function imageOf(unit: Unit, began: number): Uint16Array {
  for (const socket of unit.sockets) count(socket, now());
  return registerImage(profile as Profile, (point, index) => {
    const socket = index === undefined ? undefined : unit.sockets[index];
    const current = socket?.closed ? unrest(socket.current_mA) : 0;
    switch (point) {
      case "hold_ms":
        return 4_000;
      case "inputs":
        return { smoke: false, door_open: false };
      case "state":
        return { relay_closed: socket?.closed ?? false, plugged: true };
      case "voltage_mV":
        return unrest(volts * 1_000);
      case "current_mA":
        return current;
      case "power_mW":
        return current * volts;
      case "temperature_mC":
        return 30_000 + Math.round(1_000 * Math.random());
      case "energy_mWh":
        return Math.round(socket?.energy_mWh ?? 0);
      case "uptime_s":
        return Math.round((now() - began) / 1000);
      default:
        return 1;
    }
  });
}

function memoryOf(unit: Unit, image: Uint16Array, onOff: (socket: number) => void): Memory {
  return {
    word: (address) => (address === 256 ? 1 : image[address]),
    coil: (address) => unit.sockets[address]?.closed,
    holdsCoil: (address) => unit.sockets[address] !== undefined,
    writeCoil(address, value) {
      const socket = unit.sockets[address];
      if (socket === undefined) return "value";
      count(socket, now());
      if (value === 0) onOff(address);
      socket.closed = value !== 0;
      return "done";
    },
    holdsRegister: (address) => address === 256,
    writeRegister: () => "done",
  };
}

function serve(line: number, terminal: PseudoTerminal): Map<number, Unit> {
  const all = units();
  const hearing = newHearing();
  const began = now();

  function speak(answer: Uint8Array, from: number): void {
    for (let sent = 0; sent < answer.length; sent += pieceBytes) {
      const piece = answer.subarray(sent, sent + pieceBytes);
      at(from + sent * characterMs(baud), () => terminal.write(piece));
    }
  }

  function heard(frame: Uint8Array, moment: number): void {
    const number = frame[0] ?? 0;
    const unit = all.get(number);
    if (unit === undefined) return;
    const isPoll = frame[1] === 4;
    const onOff = (socket: number): void => told(unit, { line, unit: number, socket, moment });
    const pdu = answerPdu(memoryOf(unit, imageOf(unit, began), onOff), frame.slice(1, -2));
    if (pdu === undefined) return;
    const answer = rtuFrame({ unit: number, pdu });
    const [least, most] = turnaround_ms;
    // The question has still to leave the wire; its bytes came to us as one lump.
    const first = moment + frame.length * characterMs(baud) + least + (most - least) * Math.random();
    if (isPoll) {
      unit.answers_ms = [...unit.answers_ms, first].slice(-8);
      for (const socket of unit.sockets) if (socket.risen_ms !== undefined && socket.closed) socket.shown_ms.push(first);
    }
    speak(answer, first);
  }

  function told(
    unit: Unit,
    { line: of, unit: number, socket: index, moment }: { line: number; unit: number; socket: number; moment: number },
  ): void {
    const socket = unit.sockets[index];
    if (socket?.risen_ms === undefined || !socket.closed) return;
    const last = socket.shown_ms.at(-1) ?? Number.NaN;
    const trip: Trip = {
      line: of,
      unit: number,
      socket: index,
      risen_ms: socket.risen_ms,
      shown_ms: socket.shown_ms,
      before_ms: unit.answers_ms.filter((one) => one < last).at(-1) ?? Number.NaN,
      off_ms: moment,
    };
    socket.risen_ms = undefined;
    socket.shown_ms = [];
    socket.current_mA = usual_mA;
    say({ trip });
  }

  terminal.onBytes((bytes) => {
    const moment = now();
    for (const frame of hear(hearing, bytes, { now: moment, baud })) heard(frame, moment);
  });
  return all;
}

const terminals = await Promise.all(Array.from({ length: Number(values.lines) }, () => openPseudoTerminal()));
const lines = terminals.map((terminal, line) => serve(line, terminal));
createInterface({ input: process.stdin }).on("line", (text) => {
  const order = JSON.parse(text) as { rise?: { line: number; unit: number; socket: number; current_mA: number }; report?: true };
  if (order.rise !== undefined) {
    const { line, unit, socket: index, current_mA } = order.rise;
    const socket = lines[line]?.get(unit)?.sockets[index];
    if (socket !== undefined) count(socket, now());
    if (socket !== undefined) Object.assign(socket, { current_mA, risen_ms: now(), shown_ms: [] });
  }
  if (order.report) say({ lateness: lateness.splice(0) });
});
process.stdin.on("end", () => {
  for (const terminal of terminals) terminal.close();
  process.exit(0);
});
say({ ready: "stations", paths: terminals.map(({ path }) => path) });
