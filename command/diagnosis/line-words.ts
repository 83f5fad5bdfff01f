// What each finding of a line means and what to do about it, in the order in which it is worth trying.
import type { AddressVerdict, LineCode } from "./line.ts";

export interface Finding {
  readonly zh: string;
  readonly en: string;
  readonly toDo: readonly (readonly [zh: string, en: string])[];
}

export const lineWords: Readonly<Record<LineCode, Finding>> = {
  works: { zh: "线路正常", en: "the line works", toDo: [] },
  conflict: {
    zh: "一个地址上有两台设备：一次询问收到两份应答，或长过一份的应答",
    en: "two devices share an address: one question brought two answers, or more bytes than one answer has",
    toDo: [
      ["拔掉其中一台的 A/B 线或电源，再扫描一次", "take one of them off the line (A/B, or its power) and scan again"],
      [
        "只留一台，改地址：cuobian device address --profile … --from N --to M",
        "with one left: cuobian device address --profile … --from N --to M",
      ],
      ["在外壳贴上新地址，再接下一台", "write the new address on its case, then connect the next"],
    ],
  },
  "perhaps-conflict": {
    zh: "这个地址有人听懂了询问，但应答是坏的：多半是两台设备同地址、应答撞在一起；也可能是这一台的接线或驱动坏了",
    en: "somebody at this address understands the question, but the answer is broken: most likely two devices share it and speak at once; or this one device's wires or driver are bad",
    toDo: [
      [
        "断开这一组里的一台，再扫描：变好了就是地址冲突",
        "disconnect one of the candidates and scan again: if it is well then, it was the address",
      ],
      ["只有一台：换校验（无/偶）与停止位再读", "only one there: try another parity (none, even) and other stop bits"],
      ["仍然坏：重接这一台的线，看它的接头", "still broken: renew this device's wires and look at its terminals"],
    ],
  },
  stranger: {
    zh: "没有询问时线上就有字节：另有主机在说话、有设备自己发送，或线路悬空感应",
    en: "bytes came before anybody was asked: another master speaks, a device sends by itself, or the pair floats and picks up noise",
    toDo: [
      ["停掉网关和其他软件：一条线只能有一个主机", "stop the gateway and other programs: a line has one master"],
      ["逐台断开，看谁在自己说话", "disconnect device by device: who speaks by itself?"],
      ["检查偏置与终端电阻", "look at bias and terminators"],
    ],
  },
  floating: {
    zh: "应答完整，但前后多出零散字节：线路没有偏置或终端电阻，空闲时悬空",
    en: "answers are whole, with stray bytes around them: the pair has no bias or terminator and floats between frames",
    toDo: [
      ["最远两端各接一只 120 Ω", "120 Ω at both far ends"],
      [
        "主机端加偏置（A 上拉、B 下拉各 560 Ω–1 kΩ），或换带偏置的转换器",
        "bias at the master's end (560 Ω–1 kΩ, A up and B down), or an adapter that has it",
      ],
      ["接上公共地线", "connect the common ground"],
    ],
  },
  noise: {
    zh: "应答时好时坏：干扰、反射或线路过长",
    en: "answers are spoiled now and then: interference, reflections, or too long a line",
    toDo: [
      ["两端接 120 Ω，去掉星形分支", "120 Ω at both ends, and no star"],
      ["双绞屏蔽线，远离动力线", "twisted and shielded, away from power cables"],
      ["降低波特率再试", "try a lower baud rate"],
    ],
  },
  swapped: {
    zh: "每次询问后只收到 00：A/B 接反（线路静止时电平相反），或两线短接",
    en: "after each question only 00 came: A and B are exchanged (the pair rests at the wrong level), or the two wires touch",
    toDo: [
      ["在转换器处对调 A、B，再扫描", "exchange A and B at the adapter, and scan again"],
      ["仍是 00：查两线是否短接", "still 00: look for a short between the two"],
    ],
  },
  "echo-only": {
    zh: "转换器听得见自己，没有别人应答：转换器是好的，问题在设备一侧",
    en: "the adapter hears itself, and nobody else answers: the adapter is well, the trouble is on the devices' side",
    toDo: [
      ["设备的灯亮吗？先看供电", "do the devices have power?"],
      ["在设备一侧对调 A、B；再用 --find 找速率", "exchange A and B on the devices' side; then find the speed with --find"],
    ],
  },
  half: {
    zh: "应答只来了前一半：设备或转换器的发送中途被关断",
    en: "only the first part of the answer came: the device's or the adapter's driver is switched off in the middle of it",
    toDo: [
      ["少读几个寄存器再试：短的能读，就是发送被关断", "read fewer registers: if that comes whole, a driver is switched off too soon"],
      [
        "核对波特率：自动换向的转换器在低速时关得太早，换一只，或提高两端的波特率",
        "check the speed: adapters that turn round by themselves do it too soon at low ones; another adapter, or a higher speed at both ends",
      ],
      ["看设备的供电：一发送就掉电也会这样", "look at the device's supply: one that sags while it sends looks like this"],
    ],
  },
  headless: {
    zh: "应答的头一两个字节丢了，其余完好：转换器从发送换到接收太慢，设备答得太快",
    en: "the answer lacks its first byte or two, and the rest is sound: the adapter turns from sending to receiving too late, or the device answers too soon",
    toDo: [
      ["换一只硬件自动换向的转换器（不靠 RTS）", "an adapter that turns round in hardware, not by RTS"],
      ["设备里有“应答延时”的，设为 10–50 ms", "where the device has a reply delay, set 10–50 ms"],
      ["两端接 120 Ω 与偏置", "120 Ω at both ends, and bias"],
    ],
  },
  settings: {
    zh: "每次应答都一样，却读不懂：设备听懂了询问，校验、停止位或波特率与它不同",
    en: "the answer is the same each time and cannot be read: the device understands the question, but its parity, stop bits or speed differ",
    toDo: [
      ["换校验再读：无 → 偶 → 奇", "another parity: none, even, odd"],
      ["换停止位（1、2）再读", "other stop bits (1, 2)"],
      ["换波特率再读：9600、4800、19200、2400", "another speed: 9600, 4800, 19200, 2400"],
    ],
  },
  foreign: {
    zh: "应答完整，但来自别的从站号：地址写错，或网桥改了地址",
    en: "the answer is whole, and of another unit: a wrong unit, or a bridge that changes it",
    toDo: [
      ["按设备上的拨码或标签核对从站号", "compare the unit with the device's switches or label"],
      ["断开其他设备，只留一台再扫描", "leave one device on the line and scan again"],
    ],
  },
  garbage: {
    zh: "有字节但没有一帧完整：线路静止电平不对、悬空、强干扰，或波特率、校验不同；凭这些字节还分不清",
    en: "bytes came, but no whole frame: the pair rests wrongly, floats, is full of noise, or speed or parity differ; these bytes do not tell which",
    toDo: [
      ["对调 A、B 再扫描", "exchange A and B, and scan again"],
      ["换波特率与校验再试：9600、4800、19200；无、偶", "another speed and parity: 9600, 4800, 19200; none, even"],
      ["拔掉所有设备再扫描：仍有字节就是线路或转换器", "disconnect every device: bytes that still come are the line's or the adapter's"],
      ["接 120 Ω 与偏置", "120 Ω and bias"],
    ],
  },
  silence: {
    zh: "一个字节也没有收到。没有供电、A/B 接反、波特率或校验不对、地址不对、断线：凭无声分不清，按此顺序试",
    en: "not a byte came. No power, A and B exchanged, wrong speed or parity, other addresses, a broken wire: silence does not tell which; try in this order",
    toDo: [
      ["设备的灯亮吗？先看供电", "do the devices have power?"],
      ["对调 A、B 再扫描（最常见）", "exchange A and B and scan again (the commonest)"],
      ["换波特率与校验再读：9600、4800、19200、2400；无、偶", "another speed and parity: 9600, 4800, 19200, 2400; none, even"],
      ["自动找速率：cuobian modbus scan --serial … --find", "find baud rate and parity: cuobian modbus scan --serial … --find"],
      ["扫全部地址与功能：--from 1 --to 247 --thorough", "all addresses and functions: --from 1 --to 247 --thorough"],
      ["用万用表量：空闲时 A 应比 B 高 0.2 V 以上", "measure: at rest A should be at least 0.2 V above B"],
    ],
  },
};

export const addressWords: Readonly<Record<AddressVerdict, readonly [zh: string, en: string]>> = {
  silent: ["无应答", "silent"],
  answers: ["正常", "answers"],
  "two-devices": ["两台设备同地址", "two devices at this address"],
  "perhaps-two": ["应答是坏的，多半两台同地址", "broken answers: perhaps two devices"],
  unsteady: ["时好时坏", "spoiled now and then"],
  foreign: ["别的地址在应答", "another unit answers"],
};

/** A finding with its numbered remedies, as it is printed. */
export function findingText(code: LineCode): string {
  const { zh, en, toDo } = lineWords[code];
  return [`! ${zh}`, `  ${en}`, ...toDo.map(([first, second], at) => `  ${at + 1}. ${first} / ${second}`)].join("\n");
}
