// The relays of a device made from its profile: closed and opened by coils or by registers, all at once, for a while (flash), or held only as long as they are re-armed.
import type { Profile } from "#protocols/modbus/profile.ts";
import { type Pulse, type Relays, type Switching, switchAddress, switchedBy } from "#protocols/modbus/switching.ts";
import type { Written } from "./answer.ts";

/** How something comes to its end. Without it nothing opens by itself. */
export type After = ((ms: number, run: () => void) => void) | undefined;

export interface Contacts {
  closed(relay: number): boolean;
  /** Grows with every change, so that nobody need look at all relays to see that none has moved. */
  changes(): number;
  /** Which relay (from 0) is read back as the coil at this address. */
  relayAt(coil: number): number | undefined;
  set(relay: number, closed: boolean): void;
  holds(fn: 5 | 6, address: number): boolean;
  write(fn: 5 | 6, at: { readonly address: number; readonly value: number }): Written;
}

/** A value written there; `undefined`: it is not this order. */
interface Order {
  readonly fn: 5 | 6;
  readonly address: number;
  readonly act: (value: number) => "done" | undefined;
}

class Bank {
  readonly closed = new Set<number>();
  changes = 0;
  /** The latest re-arm, or closing, wins: only what nobody renewed opens. */
  #renewed = 0;
  readonly after: After;
  readonly every: readonly number[];

  constructor(count: number, after: After) {
    this.every = Array.from({ length: count }, (_, relay) => relay);
    this.after = after;
  }

  /** A later order to a relay, whatever it is, ends the pulse before it; a later pulse goes on without a gap. */
  readonly #ordered = new Map<number, number>();

  set(relay: number, to: boolean): void {
    this.changes += 1;
    this.#ordered.set(relay, this.changes);
    if (to) this.closed.add(relay);
    else this.closed.delete(relay);
  }

  renew(hold_ms: number): void {
    this.#renewed += 1;
    const mine = this.#renewed;
    this.after?.(hold_ms, () => {
      if (mine === this.#renewed) for (const relay of this.every) this.set(relay, false);
    });
  }

  /** on, off, toggle. */
  plain(relays: readonly number[], values: { readonly on: number; readonly off: number; readonly toggle?: number }): Order["act"] {
    return (value) => {
      if (value !== values.on && value !== values.off && value !== values.toggle) return undefined;
      for (const relay of relays) this.set(relay, value === values.toggle ? !this.closed.has(relay) : value === values.on);
      return "done";
    };
  }

  flash(relay: number, own: NonNullable<Relays["flash"]>): Order["act"] {
    return (value) => {
      const steps = value - (own.add ?? 0);
      if (steps < 1 || steps > own.most) return undefined;
      if (this.after === undefined) return "done";
      this.set(relay, true);
      const mine = this.#ordered.get(relay);
      this.after(steps * own.step_ms, () => {
        if (this.#ordered.get(relay) === mine) this.set(relay, false);
      });
      return "done";
    };
  }
}

function relayOrders(bank: Bank, relays: Relays): Order[] {
  const { fn } = switchedBy(relays);
  const { all, flash } = relays;
  return [
    ...bank.every.map((relay): Order => ({ fn, address: switchAddress(relays, relay), act: bank.plain([relay], relays) })),
    ...(all === undefined ? [] : [{ fn, address: all, act: bank.plain(bank.every, relays) }]),
    ...(flash === undefined
      ? []
      : bank.every.map((relay): Order => {
          const places = { ...flash, stride: relays.stride ?? 1 };
          return { fn: switchedBy(places).fn, address: switchAddress(places, relay), act: bank.flash(relay, flash) };
        })),
  ];
}

function stationOrders(bank: Bank, switching: Switching): Order[] {
  const renewing =
    (act: Order["act"]): Order["act"] =>
    (value) => {
      const done = act(value);
      if (done !== undefined && bank.closed.size > 0) bank.renew(switching.hold_ms);
      return done;
    };
  const rearm: Order["act"] = (value) => {
    if (value !== switching.rearm.value) return undefined;
    bank.renew(switching.hold_ms);
    return "done";
  };
  const { fn } = switchedBy(switching);
  return [
    ...bank.every.map(
      (socket): Order => ({ fn, address: switchAddress(switching, socket), act: renewing(bank.plain([socket], switching)) }),
    ),
    { fn: 6, address: switching.rearm.register, act: rearm },
  ];
}

/** A pulse only confirms: what it moves is not of this device's registers. */
const pulseOrder = (pulse: Pulse): Order =>
  typeof pulse === "number"
    ? { fn: 5, address: pulse, act: (value) => (value === 0xff00 || value === 0 ? "done" : undefined) }
    : { fn: 6, address: pulse.register, act: (value) => (value === pulse.value ? "done" : undefined) };

export function contactsOf({ relays, switching, sockets, pulses }: Profile, after: After): Contacts {
  const bank = new Bank(relays?.count ?? (switching === undefined ? 0 : (sockets?.count ?? 0)), after);
  const orders = [
    ...(relays === undefined ? [] : relayOrders(bank, relays)),
    ...(switching === undefined ? [] : stationOrders(bank, switching)),
    ...Object.values(pulses ?? {}).map(pulseOrder),
  ];
  const readBack = relays ?? switching;
  const coils = new Map(
    readBack === undefined || switchedBy(readBack).fn !== 5 ? [] : bank.every.map((relay) => [switchAddress(readBack, relay), relay]),
  );
  return {
    closed: (relay) => bank.closed.has(relay),
    changes: () => bank.changes,
    relayAt: (coil) => coils.get(coil),
    set: (relay, closed) => bank.set(relay, closed),
    holds: (fn, address) => orders.some((order) => order.fn === fn && order.address === address),
    write: (fn, { address, value }) =>
      orders.some((order) => order.fn === fn && order.address === address && order.act(value) === "done") ? "done" : "value",
  };
}
