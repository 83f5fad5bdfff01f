// systemd's end of the notify protocol, played by a stranger: Python's own datagram socket, with credentials passed as systemd asks for them. Every message with when it came.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { commandPath } from "../debian.ts";

const listener = `
import json, socket, struct, sys, time
address = sys.argv[1]
ears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ears.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
ears.bind("\\0" + address[1:] if address.startswith("@") else address)
print(json.dumps({"bound": True}), flush=True)
while True:
    said, rest, _, _ = ears.recvmsg(4096, 256)
    pid = struct.unpack("iII", rest[0][2][:12])[0] if rest else 0
    print(json.dumps({"ms": time.monotonic_ns() / 1e6, "pid": pid, "words": said.decode().split("\\n")}), flush=True)
`;

export interface Heard {
  /** The machine's monotonic clock. */
  readonly ms: number;
  /** Who sent it, by the kernel's word. */
  readonly pid: number;
  readonly words: readonly string[];
}

export interface NotifySocket {
  readonly address: string;
  readonly heard: readonly Heard[];
  /** Moments of WATCHDOG=1. */
  pings(): number[];
  close(): void;
}

/** A path, or "@name". */
export async function notifySocket(address: string): Promise<NotifySocket> {
  const child: ChildProcess = spawn(commandPath("python3") ?? "python3", ["-c", listener, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const heard: Heard[] = [];
  if (child.stdout === null) throw new Error("python3 has no output");
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  lines.on("line", (line) => heard.push(JSON.parse(line) as Heard));
  return {
    address,
    heard,
    pings: () => heard.filter(({ words }) => words.includes("WATCHDOG=1")).map(({ ms }) => ms),
    close: () => void child.kill("SIGKILL"),
  };
}

export const monotonicNow = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
