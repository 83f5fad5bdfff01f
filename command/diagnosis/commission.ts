// Relay n, meter n, label n: what a test load and one closed relay at a time prove, and what they do not. A meter that moves with another relay is a crossed
// wire, one that counts backwards a turned transformer, one that shows half the power another phase's voltage: none of them is a weld, and none is called so.

/** undefined: this meter does not measure it, or did not say it. */
export interface Meter {
  readonly voltage_mV: number | undefined;
  readonly current_mA: number | undefined;
  readonly power_mW: number | undefined;
}

export interface Seen {
  /** What the board says of the relay. */
  readonly relay: boolean | undefined;
  /** undefined: the meter did not answer. */
  readonly meter: Meter | undefined;
}
/** Every socket of the site at one moment, by name. */
export type Look = ReadonlyMap<string, Seen>;

/** One relay told to close, and told to open again. */
export interface Step {
  readonly socket: string;
  /** Where a test load is plugged in. */
  readonly loads: readonly string[];
  /** With every relay open. */
  readonly before: Look;
  readonly closed: Look;
  readonly after: Look;
}

export interface Setup {
  readonly sockets: readonly string[];
  /** The test load; undefined: nothing is plugged in. */
  readonly load_mW: number | undefined;
  /** A heater or a lamp with a filament: its power factor is 1, so that another one is the meter's. */
  readonly resistive: boolean;
  /** Meters that tell which way power flows. */
  readonly signed: ReadonlySet<string>;
}

export type Finding =
  | { readonly code: "meter-silent" | "meter-empty" | "meter-frozen" | "reversed" | "wrong-phase" | "two-phases" | "no-voltage" }
  | { readonly code: "odd-factor"; readonly permille: number }
  | { readonly code: "scale"; readonly permille: number }
  | { readonly code: "relay-silent" | "relay-did-not-close" | "relay-did-not-open" | "welded" | "always-live" | "no-current" }
  | { readonly code: "relay-also"; readonly others: readonly string[] }
  | { readonly code: "crossed" | "shared"; readonly meters: readonly string[] }
  | { readonly code: "fed-by"; readonly relay: string }
  | { readonly code: "not-proved" };
export type FindingCode = Finding["code"];

export interface Judged {
  readonly socket: string;
  /** The relay moves its own meter, and nothing is odd about either. */
  readonly proved: boolean;
  readonly findings: readonly Finding[];
}

export const bounds = {
  /** Below this a meter shows nothing; what flows with every relay open must be more. */
  live_mA: 50,
  live_mW: 5_000,
  /** Of the declared load, to be its current and nobody else's. */
  movedPermille: 300,
  least_mA: 30,
  /** Between two of a line's conductors, or none. */
  twoPhases_mV: 320_000,
  noVoltage_mV: 100_000,
  usual_mV: 230_000,
  /** Beyond this the load is another than declared, or the transformer is. */
  scalePermille: [650, 1_450],
  /** cos 120° is a half; a filament's own factor is near one. */
  phasePermille: [350, 650],
  resistiveFrom: 850,
  frozenLooks: 4,
} as const;

const number = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

function live(meter: Meter | undefined): boolean {
  if (meter === undefined) return false;
  return (
    (number(meter.current_mA) && Math.abs(meter.current_mA) > bounds.live_mA) ||
    (number(meter.power_mW) && Math.abs(meter.power_mW) > bounds.live_mW)
  );
}

/** How much of the test load this meter showed between two looks, in thousandths; undefined: it shows neither current nor power. */
function moved(from: Meter | undefined, to: Meter | undefined, load_mW: number): number | undefined {
  const shares: number[] = [];
  const volts = Math.max(bounds.noVoltage_mV, Math.min(bounds.twoPhases_mV, to?.voltage_mV ?? bounds.usual_mV));
  const expected_mA = Math.max(bounds.least_mA / (bounds.movedPermille / 1_000), (load_mW * 1_000) / volts);
  if (number(from?.current_mA) && number(to?.current_mA))
    shares.push(((Math.abs(to.current_mA) - Math.abs(from.current_mA)) * 1_000) / expected_mA);
  if (number(from?.power_mW) && number(to?.power_mW)) shares.push((Math.abs(to.power_mW - from.power_mW) * 1_000) / load_mW);
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/** Meters that moved with this relay, the one that moved most first. */
export function metersOf({ before, closed }: Step, { sockets, load_mW }: Setup): string[] {
  if (load_mW === undefined) return [];
  return sockets
    .map((socket) => ({ socket, share: moved(before.get(socket)?.meter, closed.get(socket)?.meter, load_mW) ?? 0 }))
    .filter(({ share }) => share >= bounds.movedPermille)
    .sort((a, b) => b.share - a.share)
    .map(({ socket }) => socket);
}

export function judgeCommission(steps: readonly Step[], setup: Setup): Judged[] {
  return setup.sockets.map((socket) => {
    const meter = meterFindings(socket, steps, setup);
    // A meter that cannot say anything does not say that nothing flows.
    const mute = meter.some(({ code }) => code === "meter-silent" || code === "meter-empty" || code === "meter-frozen");
    const relay = relayFindings(socket, steps, setup).filter(({ code }) => !(mute && code === "no-current"));
    const findings = [...meter, ...relay];
    const own = steps.some((step) => step.socket === socket && metersOf(step, setup).includes(socket));
    if (!own && findings.length === 0) findings.push({ code: "not-proved" });
    return { socket, proved: own && findings.length === 0, findings };
  });
}

// ---- relays

function relayFindings(socket: string, steps: readonly Step[], setup: Setup): Finding[] {
  const step = steps.find((one) => one.socket === socket && (one.loads.includes(socket) || one.loads.length === 0));
  if (step === undefined) return [];
  return [...contactFindings(step), ...wireFindings(step, steps, setup)];
}

/** What the board itself says of its relays. */
function contactFindings({ socket, before, closed, after }: Step): Finding[] {
  const relay = closed.get(socket)?.relay;
  if (relay === undefined) return [{ code: "relay-silent" }];
  const others = [...closed].filter(([name, seen]) => name !== socket && seen.relay === true && before.get(name)?.relay !== true);
  return [
    ...(relay ? [] : [{ code: "relay-did-not-close" } as const]),
    ...(after.get(socket)?.relay === true ? [{ code: "relay-did-not-open" } as const] : []),
    ...(others.length === 0 ? [] : [{ code: "relay-also", others: others.map(([name]) => name) } as const]),
  ];
}

/** Where the current of this relay went. */
function wireFindings(step: Step, steps: readonly Step[], setup: Setup): Finding[] {
  const { socket, closed, after, before } = step;
  if (live(before.get(socket)?.meter)) return [{ code: "always-live" }];
  if (setup.load_mW === undefined || !step.loads.includes(socket) || closed.get(socket)?.relay !== true) return [];
  const meters = metersOf(step, setup);
  if (meters.length === 0) return [noCurrent(socket, steps, setup)];
  const stays = meters.some((name) => {
    const share = moved(before.get(name)?.meter, after.get(name)?.meter, setup.load_mW ?? 0);
    return share !== undefined && share >= bounds.movedPermille;
  });
  return [
    // Current goes on at the very meter that this relay moved: that is a weld, at whichever place the meter sits.
    ...(stays ? [{ code: "welded" } as const] : []),
    ...(meters.includes(socket)
      ? meters.length === 1
        ? []
        : [{ code: "shared", meters: meters.filter((name) => name !== socket) } as const]
      : [{ code: "crossed", meters } as const]),
  ];
}

/** No meter moved. Did another relay feed the load that stood here? Or is this socket's own meter unable to say? */
function noCurrent(socket: string, steps: readonly Step[], setup: Setup): Finding {
  const other = steps.find(
    (step) => step.socket !== socket && step.loads.length === 1 && step.loads[0] === socket && metersOf(step, setup).length > 0,
  );
  return other === undefined ? { code: "no-current" } : { code: "fed-by", relay: other.socket };
}

// ---- meters

function meterFindings(socket: string, steps: readonly Step[], setup: Setup): Finding[] {
  const seen = steps.flatMap(({ before, closed, after }) => [before, closed, after].map((look) => look.get(socket)?.meter));
  const said = seen.filter((meter) => meter !== undefined);
  if (seen.length === 0) return [];
  if (said.length === 0) return [{ code: "meter-silent" }];
  if (!said.some(({ current_mA, power_mW }) => number(current_mA) || number(power_mW))) return [{ code: "meter-empty" }];
  const loaded = steps.filter((step) => metersOf(step, setup).includes(socket)).flatMap((step) => step.closed.get(socket)?.meter ?? []);
  const frozen = loaded.length === 0 && frozenAt(socket, steps) ? [{ code: "meter-frozen" } as const] : [];
  return [
    ...frozen,
    ...voltageFindings(said),
    ...loaded.slice(0, 1).flatMap((meter) => loadFindings(meter, setup, setup.signed.has(socket))),
  ];
}

/** A mains voltage is never the same to the last digit for long; where the other meters move and this one does not, it stands still. */
function frozenAt(socket: string, steps: readonly Step[]): boolean {
  const volts = (name: string): number[] =>
    steps.flatMap(({ before, closed, after }) => [before, closed, after].flatMap((look) => look.get(name)?.meter?.voltage_mV ?? []));
  const stands = (name: string): boolean => new Set(volts(name)).size === 1;
  const own = volts(socket);
  if (own.length < bounds.frozenLooks || !stands(socket) || own[0] === 0) return false;
  const others = [...(steps[0]?.before.keys() ?? [])].filter((name) => name !== socket && volts(name).length >= bounds.frozenLooks);
  return others.length > 0 && others.every((name) => !stands(name));
}

function voltageFindings(said: readonly Meter[]): Finding[] {
  const volts = said.flatMap(({ voltage_mV }) => (number(voltage_mV) ? [voltage_mV] : []));
  if (volts.length === 0) return [];
  if (Math.min(...volts) > bounds.twoPhases_mV) return [{ code: "two-phases" }];
  return Math.max(...volts) < bounds.noVoltage_mV ? [{ code: "no-voltage" }] : [];
}

/** Volts × amperes × factor must be watts. Which of them lies is told by how far they are apart. */
function loadFindings({ voltage_mV, current_mA, power_mW }: Meter, { load_mW, resistive }: Setup, signed: boolean): Finding[] {
  if (!number(voltage_mV) || !number(current_mA) || !number(power_mW) || load_mW === undefined) return [];
  if (voltage_mV > bounds.twoPhases_mV || voltage_mV < bounds.noVoltage_mV) return [];
  const apparent_mW = (voltage_mV * Math.abs(current_mA)) / 1_000;
  const factor = Math.round((power_mW * 1_000) / apparent_mW);
  const size = Math.abs(factor);
  const [low, high] = bounds.phasePermille;
  const scale = scaleFinding(apparent_mW, load_mW);
  // A negative half of what flows is 120° away whatever the load: no charger feeds back.
  if (size >= low && size <= high && (resistive || factor < 0)) return [{ code: "wrong-phase" }, ...scale];
  if (size < bounds.resistiveFrom && resistive) return [{ code: "odd-factor", permille: factor }, ...scale];
  return factor < 0 && signed ? [{ code: "reversed" }, ...scale] : scale;
}

function scaleFinding(apparent_mW: number, load_mW: number): Finding[] {
  const permille = Math.round((apparent_mW * 1_000) / load_mW);
  const [least, most] = bounds.scalePermille;
  return permille < least || permille > most ? [{ code: "scale", permille }] : [];
}
