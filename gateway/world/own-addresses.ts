// This machine's own IPv4 addresses. The service units allow no netlink socket, by which the system lists interfaces; there the kernel's table of routes says them, without names.
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

export interface OwnAddress {
  /** Of the interface; "" where it is not known. */
  readonly name: string;
  readonly address: string;
  /** Of this machine alone. */
  readonly internal: boolean;
}

export function ownAddresses(listed: typeof networkInterfaces = networkInterfaces, table = "/proc/net/fib_trie"): OwnAddress[] {
  try {
    return Object.entries(listed()).flatMap(([name, all]) =>
      (all ?? []).filter(({ family }) => family === "IPv4").map(({ address, internal }) => ({ name, address, internal })),
    );
  } catch {
    return addressesInRoutes(readTable(table)).map((address) => ({ name: "", address, internal: address.startsWith("127.") }));
  }
}

function readTable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Each leaf is a line with its address, and below it what it is: `/32 host LOCAL` is one of ours. */
export function addressesInRoutes(table: string): string[] {
  const own = [...table.matchAll(/\|-- (\d{1,3}(?:\.\d{1,3}){3})\n((?: +\/\d+ .*\n?)+)/g)].filter(([, , kinds]) =>
    /\/32 host LOCAL/.test(kinds ?? ""),
  );
  return [...new Set(own.map(([, address = ""]) => address))];
}
