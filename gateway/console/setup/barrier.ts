// An arm in the first run: looked at as often as somebody asks; opened once, when a person says that he stands there, typed the word, and nothing stands under it. The order
// is on the disk before its pulse is sent: the journal that will keep such things is not there yet.
import { openWords, type SetupBarrier, type SetupBarrierAsked } from "#protocols/api/setup-lanes.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { type BarrierBoard, type BoardLook, startBoard } from "../../drivers/barrier-board.ts";
import type { Exchange } from "../../lines/exchange.ts";
import type { Clock } from "../../ports.ts";
import type { Problem } from "../problem.ts";

const answersWithin_ms = 4_000;
const pulseWithin_ms = 1_000;
/** Barriers take up to six seconds. */
const movesWithin_ms = 10_000;

export interface BarrierParts {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly connect: () => Promise<Exchange>;
  /** Durable when it returns. */
  readonly write: () => void;
}

const silent: Problem = {
  ...{ status: 504, code: "no-answer" },
  zh: "控制板没有应答：地址、端口、从站号？控制板上电了吗？网线？",
  en: "the board does not answer: address, port, unit? has it power? its network cable?",
};

/** Why it is not opened; undefined: it may be. */
export function refusedOpening({ at_gate, confirm }: SetupBarrierAsked, look: BoardLook): Problem | undefined {
  if (!at_gate)
    return {
      status: 422,
      code: "at-gate",
      where: "/at_gate",
      zh: "先到道闸旁边，看清楚再打勾",
      en: "stand beside the gate and look first, then tick it",
    };
  if (!openWords.includes(confirm.trim().toLowerCase()))
    return { status: 422, code: "confirm", where: "/confirm", zh: "请输入“开闸”以确认", en: 'type "open" to confirm' };
  if (look.fault)
    return { status: 409, code: "board-fault", zh: "控制板自报故障：先排除", en: "the board says that it has a fault: mend it first" };
  if (look.under)
    return {
      status: 409,
      code: "under",
      zh: "闸下有车或人（地感有信号）：不开",
      en: "something stands under the arm (its loop is occupied): it is not moved",
    };
  if (look.moving || look.open)
    return { status: 409, code: "not-closed", zh: "闸杆没有落到位：等它落下再试", en: "the arm is not down: wait until it is" };
  return undefined;
}

export async function tryBarrier(
  asked: SetupBarrierAsked,
  { profile, clock, connect, write }: BarrierParts,
): Promise<SetupBarrier | Problem> {
  const looks = waiter<BoardLook>(clock);
  const board = startBoard({ id: "setup", profile, unit: asked.unit, clock, connect }, { onLook: looks.told, onFault: () => undefined });
  try {
    const first = await looks.next(after(clock.monotonic(), answersWithin_ms), () => true);
    if (first === undefined) return silent;
    if (!asked.open) return { board: shownOf(first), opened: null };
    const refused = refusedOpening(asked, first);
    if (refused !== undefined) return refused;
    write();
    return await openOnce(board, looks, clock);
  } finally {
    board.stop();
  }
}

async function openOnce(board: BarrierBoard, looks: Waiter<BoardLook>, clock: Clock): Promise<SetupBarrier | Problem> {
  const sent = clock.monotonic();
  const since = ({ asked }: BoardLook): number => asked - sent;
  const echo = await new Promise<"done" | DeviceFault>((resolve) => board.pulseOpen(after(sent, pulseWithin_ms), resolve));
  if (echo !== "done" && echo.code !== "timeout")
    return { status: 502, code: "pulse", zh: `开闸脉冲没有送出：${echo.detail}`, en: `the pulse was not sent: ${echo.detail}` };
  const echoed_ms = echo === "done" ? clock.monotonic() - sent : null;
  const until = after(sent, movesWithin_ms);
  let moving: BoardLook | undefined;
  const open = await looks.next(until, (look) => {
    if (look.moving || look.open) moving ??= look;
    return look.asked > sent && look.open;
  });
  const last = open ?? looks.last();
  if (last === undefined) return silent;
  const opened = { echoed_ms, moving_ms: moving === undefined ? null : since(moving), open_ms: open === undefined ? null : since(open) };
  return { board: shownOf(last), opened };
}

const shownOf = ({ open, closed, moving, approach, under, fault, opened, passed }: BoardLook): SetupBarrier["board"] => ({
  ...{ open, closed, moving, approach, under, fault, opened, passed },
});

interface Waiter<Told> {
  told(one: Told): void;
  last(): Told | undefined;
  /** The first that fits, told from now on; undefined when none came in time. */
  next(until: Monotonic, fits: (one: Told) => boolean): Promise<Told | undefined>;
}

function waiter<Told>(clock: Clock): Waiter<Told> {
  let last: Told | undefined;
  let listener: (one: Told) => void = () => undefined;
  return {
    told(one) {
      last = one;
      listener(one);
    },
    last: () => last,
    next: (until, fits) =>
      new Promise((resolve) => {
        const cancel = clock.wake(until, () => resolve(undefined));
        listener = (one) => {
          if (!fits(one)) return;
          cancel();
          listener = () => undefined;
          resolve(one);
        };
      }),
  };
}
