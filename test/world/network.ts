// Two network namespaces joined by one link of a test's own making: as narrow as it says, and silent when it is told. Nothing of the machine's own network is touched.
import { execFileSync } from "node:child_process";
import { commandPath, hasCommand } from "../debian.ts";

/** Namespaces are root's, and need iproute2. */
export const canMakeNetworks = process.getuid?.() === 0 && ["ip", "tc", "nft"].every(hasCommand);

export interface TestNetwork {
  /** Where the gateway is. */
  readonly near: TestHost;
  /** Where the cloud is. */
  readonly far: TestHost;
  /** Both directions carry so much; what does not fit waits in a modem's queue of `queue` bytes. */
  narrow(kbit: number, queue?: number): void;
  /** From now on every packet vanishes, and nobody is told: a half-open link. */
  silence(): void;
  /** Packets pass again. */
  hear(): void;
  remove(): void;
}

export interface TestHost {
  readonly namespace: string;
  readonly address: string;
  /** The words before a command that is to run there (`startProgram`'s `through`). */
  readonly through: readonly string[];
}

let made = 0;

export function makeNetwork(): TestNetwork {
  made += 1;
  const ip = commandPath("ip") ?? "ip";
  const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  const host = (side: "near" | "far", address: string): TestHost => {
    const namespace = `cuobian-${process.pid}-${made}-${side}`;
    run(ip, "netns", "add", namespace);
    return { namespace, address, through: [ip, "netns", "exec", namespace] };
  };
  const near = host("near", "10.64.0.1");
  const far = host("far", "10.64.0.2");
  const hosts = [near, far];
  const within = ({ namespace }: TestHost, command: string, ...args: string[]): void =>
    run(ip, "netns", "exec", namespace, commandPath(command) ?? command, ...args);
  run(ip, "link", "add", "name", "wire", "netns", near.namespace, "type", "veth", "peer", "name", "wire", "netns", far.namespace);
  for (const one of hosts) {
    within(one, "ip", "address", "add", `${one.address}/24`, "dev", "wire");
    within(one, "ip", "link", "set", "lo", "up");
    within(one, "ip", "link", "set", "wire", "up");
  }
  return {
    near,
    far,
    narrow: (kbit, queue = 32_768) => {
      for (const one of hosts)
        within(one, "tc", "qdisc", "replace", "dev", "wire", "root", "tbf", "rate", `${kbit}kbit`, "burst", "1600", "limit", String(queue));
    },
    silence: () => {
      for (const one of hosts)
        within(
          one,
          "nft",
          "add table inet silence; add chain inet silence all { type filter hook input priority 0; }; add rule inet silence all iif wire drop",
        );
    },
    hear: () => {
      for (const one of hosts) within(one, "nft", "delete table inet silence");
    },
    remove: () => {
      for (const { namespace } of hosts) run(ip, "netns", "delete", namespace);
    },
  };
}
