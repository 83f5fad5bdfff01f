// What is wrong with a line that was asked once by a person, in words: what was seen, what it most often comes from, how to mend it. Pure: from what the machine said of the port, what the
// device answered, and what the bytes prove. The bytes are judged in command/diagnosis.

import { type HeardKind, sortHeard, type Try } from "#command/diagnosis/heard.ts";
import { judgeLine, type LineCode } from "#command/diagnosis/line.ts";
import { lineWords } from "#command/diagnosis/line-words.ts";
import type { BenchLine, LineFinding } from "#protocols/api/installer.ts";
import { exceptionNames } from "#protocols/modbus/frame.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import type { Problem } from "../problem.ts";

type Words = readonly [zh: string, en: string];
interface Known {
  readonly code: string;
  readonly says: Words;
  readonly toDo: readonly Words[];
}

const gone: Known = {
  code: "port-gone",
  says: [
    "读到一半线路断开了：转换器被拔出、供电不稳，或对方关了连接",
    "the line went away in the middle: the adapter was pulled out, its supply is weak, or the other end closed the connection",
  ],
  toDo: [
    ["插紧转换器，换一个 USB 口或不经集线器再读", "plug the adapter in firmly, at another USB port and without a hub, and read again"],
    ["重新插上后名字可能变了：用 /dev/serial/by-id/ 下的名字", "its name may be another now: use the one under /dev/serial/by-id/"],
  ],
};
const portFaults: readonly (readonly [RegExp, Known])[] = [
  [
    /No such file|ENOENT/,
    {
      code: "port-missing",
      says: ["没有这个串口：转换器没插上，或名字不同", "there is no such port: the adapter is not plugged in, or has another name"],
      toDo: [
        ["插上转换器，看 ls /dev/serial/by-id/ 里的名字", "plug the adapter in and look at ls /dev/serial/by-id/"],
        ["灯不亮就换线、换口", "no light on it: another cable, another USB port"],
      ],
    },
  ],
  [
    /Permission denied|EACCES|EPERM/,
    {
      code: "port-forbidden",
      says: ["网关没有权限打开这个串口", "the gateway may not open this port"],
      toDo: [["把运行网关的用户加入 dialout 组，重启网关", "put the gateway's user into the group dialout, and start the gateway anew"]],
    },
  ],
  [
    /lock|busy|EBUSY|EAGAIN|temporarily unavailable/i,
    {
      code: "port-taken",
      says: ["这个串口正被别的程序占用", "another program holds this port"],
      toDo: [
        ["关掉占用它的程序：fuser -v 加串口名可看是谁", "end the program that holds it: fuser -v and the port's name say which"],
        ["一条 RS-485 线只能有一个主机", "a line of RS-485 has one master"],
      ],
    },
  ],
  [/Input\/output error|EIO|No such device|ENXIO|ENODEV/, gone],
  [
    /Inappropriate ioctl|ENOTTY|Invalid argument|EINVAL|not a (tty|character)|Is a directory|EISDIR/i,
    {
      code: "no-port",
      says: ["这不是串口，或它不支持这个波特率", "this is no serial port, or it does not know this speed"],
      toDo: [
        ["核对名字：/dev/ttyUSB0、/dev/ttyS0、/dev/serial/by-id/…", "check its name: /dev/ttyUSB0, /dev/ttyS0, /dev/serial/by-id/…"],
        ["换一个常用波特率：9600、19200", "try a usual speed: 9600, 19200"],
      ],
    },
  ],
];
const unreached: Known = {
  code: "unreachable",
  says: ["连不上设备", "the device cannot be reached"],
  toDo: [
    [
      "看供电、网线和指示灯；核对地址与端口（Modbus TCP 多为 502）",
      "power, cable and lights; its address and port (Modbus TCP is 502 mostly)",
    ],
    ["网关与设备须在同一网段", "gateway and device must be of one network"],
  ],
};

const numbered = (toDo: readonly Words[], at: 0 | 1): string =>
  toDo.map((one, index) => `${index + 1}. ${one[at]}`).join(at === 0 ? "；" : "; ");

/** What was said and the steps, in the two texts of a problem, and again as a finding that a page can lay out. */
function problemWith(status: number, { code, says, toDo }: Known, detail = ""): Problem {
  const more = detail === "" ? "" : ` (${detail})`;
  const finding: LineFinding = {
    ...{ code, zh: `${says[0]}${more}`, en: `${says[1]}${more}` },
    todo: toDo.map(([zh, en]) => ({ zh, en })),
  };
  return problemOfFinding(status, finding);
}
const problemOfFinding = (status: number, finding: LineFinding): Problem => ({
  ...{ status, code: finding.code },
  zh: `${finding.zh}。${numbered(
    finding.todo.map(({ zh, en }) => [zh, en]),
    0,
  )}`,
  en: `${finding.en}. ${numbered(
    finding.todo.map(({ zh, en }) => [zh, en]),
    1,
  )}`,
  also: { finding },
});

/** The line did not come open. `why`: as the machine says it. */
export function openProblem(why: string, { kind }: Pick<BenchLine, "kind">): Problem {
  if (kind !== "serial") return problemWith(502, unreached, why);
  const known = portFaults.find(([says]) => says.test(why))?.[1];
  return known === undefined
    ? problemWith(502, { ...unreached, says: ["串口打不开", "the port cannot be opened"] }, why)
    : problemWith(502, known);
}

/** Somebody speaks on it already: nothing was asked. */
export function spokenProblem(): Problem {
  return problemOfFinding(409, {
    ...findingWords("stranger"),
    zh: `${lineWords.stranger.zh}；为不打扰它，没有发出询问`,
    en: `${lineWords.stranger.en}; so that nobody is disturbed, nothing was asked`,
  });
}

const exceptions: Readonly<Record<string, Words>> = {
  "1": ["设备不支持此功能码：换一种寄存器", "the device does not know this function: another table"],
  "2": ["没有这个地址，或中间有空洞：换地址，或减小数量", "no such address, or a hole between: another address, or fewer"],
  "3": ["一次读得太多：减小数量", "too many at once: fewer"],
  "4": ["设备自己读不出来：断电重启；仍如此就更换", "the device cannot read it itself: off and on again; replace it if that stays"],
  "5": ["设备收到了，要过一会才答：稍后再读", "the device has it and needs a while: read again later"],
  "6": ["设备正忙：稍后再读；常常如此就放慢轮询", "the device is busy: read again later, and poll it less often if it is so always"],
  "8": ["设备的存储校验出错：断电重启；仍如此就更换", "the device's memory fails its check: off and on again; replace it if that stays"],
  "10": ["网桥没有通往这个设备的路：查网桥的从站表", "the bridge has no way to this device: look at its table of units"],
  "11": [
    "网桥后面的设备没有应答：查它的供电、A/B 与从站号",
    "the device behind the bridge does not answer: its power, A and B, and its unit",
  ],
};

/** What the device itself said, or did not. */
export function faultProblem({ code, detail }: DeviceFault): Problem {
  if (code === "closed") return problemWith(502, gone);
  if (code === "timeout")
    return {
      ...{ status: 504, code: "no-answer" },
      zh: "没有应答：A/B 对调？波特率？校验？从站地址？终端电阻？",
      en: "no answer: A and B swapped? baud rate? parity? unit? terminating resistor?",
    };
  const number = /^exception (\d+)$/.exec(detail)?.[1];
  if (number === undefined)
    return {
      ...{ status: 502, code: "bad-answer" },
      zh: `应答有误（${detail}）：再读一次；仍如此就核对从站号，查接线与干扰`,
      en: `a wrong answer (${detail}): read again; if it stays, check the unit, the wires and what disturbs them`,
    };
  const [zh, en] = exceptions[number] ?? [
    `厂家自定的异常码 ${number}：查设备手册`,
    `exception ${number} is the maker's own: see the device's manual`,
  ];
  const name = exceptionNames[Number(number)] ?? `exception ${number}`;
  return { status: 502, code: "exception", zh: `设备拒绝了：${zh}（${name}）`, en: `the device refused: ${en} (${name})` };
}

const findingWords = (code: LineCode): LineFinding => {
  const { zh, en, toDo } = lineWords[code];
  return { code, zh, en, todo: toDo.map(([first, second]) => ({ zh: first, en: second })) };
};

/** Who answers instead is worth its number. */
const foreignWords = (unit: number): LineFinding => ({
  code: "foreign",
  zh: `应答的是从站 ${unit}，不是所问的：地址写错，或网桥改了地址`,
  en: `unit ${unit} answers, and not the one that was asked: a wrong unit, or a bridge that changes it`,
  todo: [{ zh: `把从站地址改为 ${unit} 再读`, en: `ask unit ${unit}` }, ...findingWords("foreign").todo],
});

const quiet: readonly HeardKind[] = ["nothing", "echo", "zeros"];
/** Whether the last question brought anything that somebody said. */
export function lastSpeaks(tries: readonly Try[]): boolean {
  const last = tries.at(-1);
  return last !== undefined && !quiet.includes(sortHeard(last).kind);
}

/** What the bytes of one visit prove about the wiring; undefined: the line works, and what is wrong is the device's own. */
export function findingOf(tries: readonly Try[], unasked: number): LineFinding | undefined {
  if (tries.length === 0) return undefined;
  const sorted = tries.map((one) => ({ unit: one.asked[0] ?? 0, sorted: sortHeard(one) }));
  const byUnit = Map.groupBy(sorted, ({ unit }) => unit);
  const addresses = [...byUnit].map(([unit, own]) => ({ unit, tries: own.map((one) => one.sorted) }));
  const [code] = judgeLine({ addresses, unasked }).codes;
  if (code === undefined || code === "works") return undefined;
  const foreign = sorted.find((one) => one.sorted.kind === "foreign")?.sorted.frame?.[0];
  return code === "foreign" && foreign !== undefined ? foreignWords(foreign) : findingWords(code);
}

/** Of a line of RS-485 the bytes say more than "no answer". */
export function wiringProblem(fault: DeviceFault, heard: { tries(): readonly Try[]; unasked(): number }): Problem {
  const plain = faultProblem(fault);
  const own = fault.code === "closed" || plain.code === "exception";
  const finding = own ? undefined : findingOf(heard.tries(), heard.unasked());
  return finding === undefined ? plain : problemOfFinding(plain.status, finding);
}
