// One line for `systemctl status`: how much there is, how much of it is on, and how fast it is looked at.
import type { SafetyToSite } from "../../link/messages.ts";

type Readings = Extract<SafetyToSite, { type: "readings" }>;

export function statusLine({ sockets, lines }: Readings): string {
  const on = sockets.filter(({ state }) => state === "charging" || state === "energising").length;
  const locked = sockets.filter(({ state }) => state === "latched" || state === "welded").length;
  const closed = lines.filter(({ open }) => !open).map(({ line }) => line);
  const slowest = Math.max(0, ...lines.map(({ rotation_ms }) => rotation_ms ?? 0));
  const zh = [`${sockets.length} 个插座`, `通电 ${on}`, `锁定 ${locked}`, `最慢一轮 ${slowest} ms`];
  const en = [`${sockets.length} sockets`, `${on} on`, `${locked} locked`, `slowest rotation ${slowest} ms`];
  if (closed.length > 0) {
    zh.push(`打不开的线路 ${closed.join(" ")}`);
    en.push(`lines not open: ${closed.join(" ")}`);
  }
  return `${zh.join("，")} / ${en.join(", ")}`;
}
