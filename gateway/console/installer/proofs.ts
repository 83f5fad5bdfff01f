// What a commissioning record holds: what the gateway proves by itself, now, and what only a person on site can do. What is not known is not passed.
import type { SiteOverview } from "#protocols/api/installer.ts";

export interface Proof {
  readonly zh: string;
  readonly en: string;
  readonly ok: boolean;
}

const bad = ["latched", "blind", "welded"];

export function proofsOf(view: Omit<SiteOverview, "proofs">): Proof[] {
  const { well, clock_true, uplink, lines, stations, lanes } = view;
  return [
    { zh: "网关自检全部通过", en: "every check of the gateway passes", ok: well },
    { zh: "已对时", en: "the clock is set", ok: clock_true },
    {
      zh: "云端已连接，无积压",
      en: "the cloud is connected, and nothing waits for it",
      ok: uplink.connected === true && uplink.waiting === 0,
    },
    ...lines.map(({ line, open, late, rotation_ms, promised_ms }) => ({
      zh: `线路 ${line} 已打开，一轮不超过承诺`,
      en: `line ${line} is open, and its round is within its promise`,
      ok: open === true && !late && rotation_ms !== null && (promised_ms === null || rotation_ms <= promised_ms),
    })),
    ...stations.map(({ name, sockets }) => ({
      zh: `充电站 ${name} 每一路读数有效，无锁定`,
      en: `station ${name}: every socket is read, none is locked`,
      ok: sockets.length > 0 && sockets.every((one) => one.quality === "good" && !bad.includes(one.state)),
    })),
    ...lanes.map(({ name, board, camera }) => ({
      zh: `车道 ${name} 控制板有应答，相机在线`,
      en: `lane ${name}: its board answers, its camera is heard`,
      ok: board && camera,
    })),
  ];
}

export interface Hand {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
}

const hand = (id: string, zh: string, en: string): Hand => ({ id, zh, en });
export const hands: readonly Hand[] = [
  hand(
    "lanes-passed",
    "每条车道过车三次：识别、开闸、落闸、计数均正确",
    "three cars through each lane: read, opened, closed and counted right",
  ),
  hand("sockets-plugged", "每一路插座插拔一次，通电断电与指示一致", "each socket plugged and unplugged once: power and lamp agree"),
  hand("alarms-raised", "每种告警各触发一次，值班台看到并确认", "each alarm raised once, seen and acknowledged at the duty desk"),
  hand("network-cut", "断网 60 秒后恢复，事件不丢不重", "network away for 60 s: no event lost or doubled"),
  hand(
    "power-cut",
    "断电重启后，插座全部断开，会话按规定处理",
    "power away: afterwards every socket is open, and sessions are handled as agreed",
  ),
  hand("emergency", "急停、消防触点动作，道闸常开、充电断电", "emergency stop and fire contact: arms stay up, charging is off"),
];
