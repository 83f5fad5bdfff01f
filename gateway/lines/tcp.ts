// Modbus TCP through modbus-serial's client. Its transaction numbers keep late answers apart; it never reconnects by itself, so the line's supervisor opens anew.
import modbus from "modbus-serial";
import type { Request } from "#protocols/modbus/frame.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import { type Exchange, judgePdu, type Outcome } from "./exchange.ts";

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly answerWithin_ms?: number;
}

export const defaultAnswerWithin_ms = 500;
const connectWithin_ms = 3_000;
const ModbusClient = modbus.default;
type ModbusClient = InstanceType<typeof ModbusClient>;

const wordOf = (pdu: Uint8Array, at: number): number => ((pdu[at] ?? 0) << 8) | (pdu[at + 1] ?? 0);
const words = (values: readonly number[]): number[] => values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]);

/** The bytes of the data field as they came: the library's numbers would hide a wrong length. */
function readPdu(fn: number, result: { buffer: Buffer }): Uint8Array {
  return Uint8Array.of(fn, result.buffer.length, ...result.buffer);
}

async function perform(client: ModbusClient, { unit, pdu, registerBytes }: Request): Promise<Uint8Array> {
  if (registerBytes === 4) throw new Error("this client reads registers of two bytes only; a device with four is read over a serial line");
  client.setID(unit);
  const [fn = 0] = pdu;
  const address = wordOf(pdu, 1);
  const value = wordOf(pdu, 3);
  switch (fn) {
    case 1:
      return readPdu(fn, await client.readCoils(address, value));
    case 2:
      return readPdu(fn, await client.readDiscreteInputs(address, value));
    case 3:
      return readPdu(fn, await client.readHoldingRegisters(address, value));
    case 4:
      return readPdu(fn, await client.readInputRegisters(address, value));
    case 5: {
      if (value !== 0xff00 && value !== 0) throw new Error("this client writes a coil on or off only");
      const echo = await client.writeCoil(address, value === 0xff00);
      return Uint8Array.of(fn, ...words([echo.address, echo.state ? 0xff00 : 0]));
    }
    case 6: {
      const echo = await client.writeRegister(address, value);
      return Uint8Array.of(fn, ...words([echo.address, echo.value]));
    }
    case 15: {
      const echo = await client.writeCoils(
        address,
        Array.from({ length: value }, (_, at) => (((pdu[6 + (at >> 3)] ?? 0) >> (at & 7)) & 1) === 1),
      );
      return Uint8Array.of(fn, ...words([echo.address, echo.length]));
    }
    case 16: {
      const echo = await client.writeRegisters(
        address,
        Array.from({ length: value }, (_, at) => wordOf(pdu, 6 + 2 * at)),
      );
      return Uint8Array.of(fn, ...words([echo.address, echo.length]));
    }
    default:
      throw new Error(`function ${fn} is not used on this line`);
  }
}

function faultOf(error: unknown): DeviceFault {
  const { message = String(error), modbusCode, errno } = error as { message?: string; modbusCode?: number; errno?: string };
  if (modbusCode !== undefined) return deviceFault("exception", `exception ${modbusCode}`);
  if (errno === "ETIMEDOUT" || /timed out/i.test(message)) return deviceFault("timeout", message);
  if (/port not open|ECONN|EPIPE/i.test(`${message} ${errno ?? ""}`)) return deviceFault("closed", message);
  return deviceFault("bad-frame", message);
}

/** Connects; rejects with words that say what to check. */
export async function openTcpExchange(settings: TcpSettings): Promise<Exchange> {
  const { host, port, clock } = settings;
  const answerWithin_ms = settings.answerWithin_ms ?? defaultAnswerWithin_ms;
  const client = new ModbusClient();
  client.setTimeout(answerWithin_ms);
  try {
    await client.connectTCP(host, { port, timeout: connectWithin_ms });
  } catch (error) {
    throw new Error(
      `${host}:${port} cannot be reached: is the device on, and the port right? (${error instanceof Error ? error.message : error})`,
    );
  }
  return exchangeOf(client, { clock, answerWithin_ms });
}

function exchangeOf(client: ModbusClient, settings: { clock: Clock; answerWithin_ms: number }): Exchange {
  const { clock, answerWithin_ms } = settings;
  const counts = { frames: 0, timeouts: 0, badFrames: 0 };
  let question = 0;
  let open: { number: number; done: (outcome: Outcome) => void; cancel: Cancel } | undefined;
  let closed = false;
  let onFree = (): void => undefined;
  let onClose = (_: string): void => undefined;

  function settle(number: number, outcome: Outcome): void {
    const settled = open;
    if (settled?.number !== number) return; // our own deadline was first
    open = undefined;
    settled.cancel();
    if (outcome.kind === "answer") counts.frames += 1;
    else if (outcome.code === "timeout") counts.timeouts += 1;
    else if (outcome.code === "bad-frame") counts.badFrames += 1;
    settled.done(outcome);
    // After a reset the library only clears its flag and says nothing: the next look at it is ours.
    if (!closed && outcome.kind !== "answer" && !client.isOpen) gone(outcome.detail);
    if (!closed) onFree();
  }
  function gone(why: string): void {
    if (closed) return;
    closed = true;
    if (open !== undefined) settle(open.number, deviceFault("closed", why));
    onClose(why);
  }
  client.on("close", () => gone("the device closed the connection"));
  client.on("error", (error: unknown) => gone(error instanceof Error ? error.message : String(error)));

  return {
    free: () => !closed && open === undefined,
    ask(request, done) {
      if (closed || open !== undefined) throw new Error("the line is not free");
      question += 1;
      const number = question;
      // The client's own time-out is not relied on alone: a line must never wait for ever.
      const cancel = clock.wake(after(clock.monotonic(), answerWithin_ms + 100), () => settle(number, deviceFault("timeout", "no answer")));
      open = { number, done, cancel };
      perform(client, request).then(
        (pdu) => settle(number, judgePdu(request.pdu, pdu) ?? { kind: "answer", pdu, seen: clock.monotonic() }),
        (error: unknown) => settle(number, faultOf(error)),
      );
    },
    onFree: (listener) => {
      onFree = listener;
    },
    onClose: (listener) => {
      onClose = listener;
    },
    counts: () => ({ ...counts }),
    close: () => {
      client.destroy(() => undefined);
      gone("closed by us");
    },
  };
}
