// This machine's addresses, also where the system may not list its interfaces.
import { expect, test } from "vitest";
import { addressesInRoutes, ownAddresses } from "./own-addresses.ts";

/** As the kernel writes /proc/net/fib_trie: a tree of routes, each leaf with what it is. */
const table = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.168.1.0/24 2 0 2
        |-- 192.168.1.0
           /24 link UNICAST
Local:
  +-- 0.0.0.0/0 2 0 2
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.0
           /8 host LOCAL
        |-- 127.0.0.1
           /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 192.168.1.0/24 2 0 2
        |-- 192.168.1.5
           /32 host LOCAL
        |-- 192.168.1.255
           /32 link BROADCAST
`;

test("where no netlink socket is allowed the kernel's table of routes says this machine's own addresses, each once", () => {
  expect(addressesInRoutes(table)).toEqual(["127.0.0.1", "192.168.1.5"]);
  expect(addressesInRoutes(table + table)).toEqual(["127.0.0.1", "192.168.1.5"]);
  expect(addressesInRoutes("")).toEqual([]);
  const refused = () => {
    throw new Error("EAFNOSUPPORT");
  };
  expect(ownAddresses(refused, "/no/such/table")).toEqual([]);
  const listed = {
    lo: [{ family: "IPv4", address: "127.0.0.1", internal: true }],
    eth0: [{ family: "IPv6", address: "fe80::1", internal: false }],
  };
  expect(ownAddresses(() => listed as unknown as ReturnType<Parameters<typeof ownAddresses>[0] & object>)).toEqual([
    { name: "lo", address: "127.0.0.1", internal: true },
  ]);
});
