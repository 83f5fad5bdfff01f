// Where the cloud calls out to: no address of the inside in any dress, a robot only at its vendor, and nothing of a key in what is shown.
import { expect, test } from "vitest";
import { maskedTarget, targetComplaint } from "./channel.ts";
import { isInside, type LookUp, whereTo } from "./guard.ts";

const channel = { name: "值班群", up_to: 4, recovery: true, hourly: 100, inside: true } as const;
const never: LookUp = async (host) => {
  throw Object.assign(new Error(host), { code: "ENOTFOUND" });
};

const outside = [
  "8.8.8.8",
  "2001:4860:4860::8888",
  "::ffff:8.8.8.8",
  "64:ff9b::8.8.8.8",
  "2002:0808:0808::1",
  "::ffff:0:8.8.8.8",
  "2400:3200::5efe:808:808",
  "2001:250::1",
  "2400:3200::1",
];
const within4 = [
  "127.1.2.3",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
];
const within6 = [
  "::1",
  "::",
  "fe80::1%eth0",
  "fc00::1",
  "fd12::1",
  "ff02::1",
  "::ffff:10.0.0.1",
  "::ffff:7f00:1",
  "::ffff:0:127.0.0.1",
  "2400:3200::5efe:10.0.0.1",
  "2400:3200::200:5efe:169.254.169.254",
  "::10.0.0.1",
  "2002:7f00:1::1",
  "2001::1",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2001:0:ffff:ffff:ffff:ffff:f5ff:fffe",
];
test("addresses of the inside in every dress, and some that only look like it", () => {
  expect(outside.filter(isInside)).toEqual([]);
  const all = [...within4, "255.255.255.255", ...within6, "64:ff9b::10.0.0.1", "64:ff9b:1::1", "nonsense"];
  expect(all.filter((one) => !isInside(one))).toEqual([]);
});

test("an address written as a number or in brackets is looked at as what it is", async () => {
  const dresses = [
    "2130706433",
    "0x7f000001",
    "127.1",
    "017700000001",
    "0x7f.1",
    "[::1]",
    "[::ffff:a9fe:a9fe]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "2852039166",
  ];
  for (const host of dresses) {
    const { hostname } = new URL(`https://${host}/`);
    expect(await whereTo(hostname, { lookUp: never, allowed: false }), host).toMatchObject({ code: "inside-address" });
  }
});

test("a robot's address is https and its vendor's; what is shown of it holds no key", () => {
  const url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
  expect(targetComplaint({ kind: "wecom", inside: false }, url)).toBeUndefined();
  expect(targetComplaint({ kind: "wecom", inside: false }, url.replace("https", "http"))?.en).toBe("must be https");
  expect(targetComplaint({ kind: "feishu", inside: false }, url)?.en).toContain("open.feishu.cn");
  expect(targetComplaint({ kind: "webhook", inside: false }, "https://me:secret@example.cn/")?.en).toContain("name or password");
  expect(maskedTarget({ ...channel, id: "a", kind: "wecom", target: { url } })).toBe("https://qyapi.weixin.qq.com/…5aaa");
});
