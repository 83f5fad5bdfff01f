// What it may be when no camera answered, and what to do about it: the likeliest first.
import type { SearchState } from "./search.ts";

export interface Words {
  readonly zh: string;
  readonly en: string;
}

const noWay: Words = {
  zh: "本机没有一个网口能发出询问：网线插好了吗？有 IPv4 地址吗？",
  en: "no question left this machine: is its network cable in, and has it an IPv4 address?",
};
const usual: readonly Words[] = [
  {
    zh: "相机在别的网段（出厂常是 192.168.1.x 或 192.168.0.x）：给本机加一个同网段的地址再找，或在“另问一个地址”里填相机标签上的地址",
    en: "the camera is in another subnet (from the factory often 192.168.1.x or 192.168.0.x): give this machine an address there, or name the camera's own address, as on its label",
  },
  {
    zh: "交换机、无线或 VLAN 挡了组播（239.255.255.250，UDP 3702）：把本机和相机接到同一台交换机上再找，或单独询问它的地址",
    en: "a switch, wireless or VLAN keeps multicast back (239.255.255.250, UDP 3702): put both on one switch, or ask the camera's own address",
  },
  {
    zh: "相机关了 ONVIF：在相机网页里打开“ONVIF”或“集成协议”，并允许被发现",
    en: "ONVIF is off in the camera: switch it on in the camera's own page (ONVIF, integration protocol), discoverable",
  },
  {
    zh: "本机防火墙挡了应答：放行来自 UDP 3702 端口的包",
    en: "this machine's firewall keeps answers back: let datagrams from UDP port 3702 in",
  },
  {
    zh: "这种相机没有 ONVIF（不少车牌相机没有）：看机身标签上的地址，或让它推送到本机",
    en: "this camera has no ONVIF (many plate cameras have none): its label says its address; or let it push to this machine",
  },
];

/** Nothing while it goes on, or when a camera was found. */
export function searchAdvice({ running, done, of, cameras, ways, heard, refused, others, why }: SearchState): Words[] {
  // Stopped by hand: nobody has waited for the answers.
  const stopped = !running && done < of && ways.some(({ wrong }) => wrong === null);
  if (running || stopped || cameras.length > 0) return [];
  if (ways.every(({ wrong }) => wrong !== null)) return [noWay];
  const unread =
    refused === 0 ? [] : [{ zh: `有 ${refused} 个应答不能用（${why ?? ""}）`, en: `${refused} answers could not be used (${why ?? ""})` }];
  const other =
    others === 0 || heard === refused
      ? []
      : [{ zh: `有 ${others} 台别的设备应答，都不是相机`, en: `${others} other devices answered, none of them a camera` }];
  return [...unread, ...other, ...usual];
}
