// The lists that cameras keep: what is asked and understood of each maker, and two lists compared.
import { describe, expect, test } from "vitest";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import * as dahua from "./dahua/list.ts";
import * as hikClock from "./hikvision/clock.ts";
import * as hik from "./hikvision/list.ts";
import { differences, inWords, isSame, type Listed, type ListRow, listed } from "./listed.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const at = (text: string): Wall => fromRfc3339(text) as Wall;
const row = (plate: string, from = "2026-01-01 00:00:00", until = "2026-12-31 23:59:59"): ListRow => ({
  plate: plate as Plate,
  from_at: at(from),
  until_at: at(until),
});
const there = (plate: string, from = "2026-01-01 00:00:00", until = "2026-12-31 23:59:59", key = plate): Listed =>
  listed({ key, text: plate, from, until });

describe("two lists", () => {
  test.each<[string, ListRow[], Listed[], string[], string]>([
    ["both empty", [], [], [], ""],
    ["the same", [row("闽CD12345")], [there("闽CD12345")], [], ""],
    ["a colour before it, a dot in it", [row("闽CD12345")], [there("绿闽C·D12345")], [], ""],
    ["missing", [row("闽CD12345")], [], ["闽CD12345"], "1 missing"],
    ["another end", [row("闽CD12345")], [there("闽CD12345", "2026-01-01 00:00:00", "2026-06-30 23:59:59")], [], "1 with another span"],
    ["an end that is not told does not differ", [row("闽CD12345")], [there("闽CD12345", "", "")], [], ""],
    [
      "half a second is nothing",
      [{ ...row("闽CD12345"), until_at: (at("2026-12-31 23:59:59") + 999) as Wall }],
      [there("闽CD12345")],
      [],
      "",
    ],
    ["ours, wanted no more", [], [there("闽CD12345")], ["闽CD12345"], "1 still there"],
    ["another's", [], [there("闽CD12345")], [], "1 not put there from here"],
    ["no plate at all is another's", [], [there("VISITOR")], ["闽CD12345"], "1 not put there from here"],
    ["twice", [row("闽CD12345")], [there("闽CD12345"), there("闽CD12345", undefined, undefined, "2")], [], "1 still there"],
  ])("%s", (_, wanted, found, ours, words) => {
    const said = differences(wanted, found, new Set(ours));
    expect(inWords(said)).toBe(words);
    expect(isSame(said)).toBe(words === "" || words.includes("not put there"));
  });
});

test("hikvision: a page as a DS-TCG406-E tells it, of both words, and without those that are kept out", () => {
  const info = (plate: string, type: string) =>
    `<LicensePlateInfo><id>${plate}</id><LicensePlate>${plate}</LicensePlate><type>${type}</type><effectiveTime>2099-12-31T23:59:59+03:00</effectiveTime><createTime>2000-01-01T00:00:00+03:00</createTime></LicensePlateInfo>`;
  const page = (status: string, list: string, head = "") =>
    bytes(
      `<?xml version="1.0" encoding="UTF-8"?><LPListAuditSearchResult version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><searchID>0</searchID><responseStatus>true</responseStatus><responseStatusStrg>${status}</responseStatusStrg>${head}<LicensePlateInfoList>${list}</LicensePlateInfoList></LPListAuditSearchResult>`,
    );
  const three = `<numOfMatches>3</numOfMatches><totalMatches>7</totalMatches>${info("闽CD12345", "whiteList")}${info("蓝浙AX2P12", "allowList")}${info("闽C12345", "blackList")}`;
  expect(hik.decodePage(page("MORE", three))).toMatchObject({
    count: 3,
    total: 7,
    entries: [
      { plate: "闽CD12345", until_at: at("2099-12-31T23:59:59+03:00") },
      { key: "蓝浙AX2P12", plate: "浙AX2P12" },
    ],
  });
  expect(hik.decodePage(page("NO MATCHES", "", "<numOfMatches>0</numOfMatches><totalMatches>0</totalMatches>"))).toEqual({
    entries: [],
    count: 0,
    total: 0,
  });
  expect(hik.decodePage(page("OK", info("闽CD12345", "whiteList")))).toMatchObject({ count: 1, total: 1 });
  expect(hik.decodePage(page("FAILED", ""))).toMatchObject({ kind: "undecodable" });
  expect(hik.decodePage(bytes("<!DOCTYPE x [<!ENTITY a 'a'>]><LPListAuditSearchResult/>"))).toMatchObject({ kind: "undecodable" });
  expect([
    hik.isWritten(bytes('{"statusCode":1,"statusString":"OK"}')),
    hik.isWritten(bytes('{"statusCode":6}')),
    hik.isWritten(bytes("OK")),
  ]).toEqual([true, false, false]);
});

test("hikvision: what is written", () => {
  expect(JSON.parse(hik.putRequest([row("闽CD12345")], "allowList").body)).toEqual({
    LicensePlateInfoList: [
      {
        LicensePlate: "闽CD12345",
        listType: "allowList",
        createTime: "2026-01-01T00:00:00",
        effectiveStartDate: "2026-01-01T00:00:00",
        effectiveTime: "2026-12-31T23:59:59",
        id: "",
      },
    ],
  });
  expect(hikClock.setTimeRequest(at("2026-11-26 12:00:01")).body).toContain(
    "<localTime>2026-11-26T12:00:01+08:00</localTime><timeZone>CST-8:00:00</timeZone>",
  );
  expect(hikClock.decodeTime(bytes("<Time><timeMode>NTP</timeMode><localTime>2026-07-05T20:44:40+01:00</localTime></Time>"))).toEqual({
    at: at("2026-07-05T20:44:40+01:00"),
  });
  expect(hikClock.decodeTime(bytes("<Time><localTime>soon</localTime></Time>"))).toMatchObject({ kind: "undecodable" });
});

test("dahua: what is asked, found and answered, in UTF-8 and in GBK", () => {
  expect(dahua.insertRequest(row("闽CD12345")).path).toBe(
    "/cgi-bin/recordUpdater.cgi?action=insert&name=TrafficRedList&PlateNumber=%E9%97%BDCD12345&BeginTime=2026-01-01%2000%3A00%3A00&CancelTime=2026-12-31%2023%3A59%3A59&OpenGate=true&AuthorityList.OpenGate=true",
  );
  const text =
    "totalCount=1200\r\nfound=1\r\nrecords[0].RecNo=12\r\nrecords[0].PlateNumber=\u95fdCD12345\r\nrecords[0].BeginTime=2026-01-01 00:00:00\r\nrecords[0].CancelTime=2026-12-31 23:59:59\r\nrecords[0].AuthorityList.OpenGate=true\r\n";
  const gbk = Buffer.from(Buffer.from(text, "utf8").toString("hex").replace(Buffer.from("闽").toString("hex"), "c3f6"), "hex");
  for (const given of [bytes(text), new Uint8Array(gbk)])
    expect(dahua.decodeFound(given)).toEqual({ count: 1, total: 1200, entries: [there("闽CD12345", undefined, undefined, "12")] });
  expect(dahua.decodeFound(bytes("found=2\r\nrecords[0].RecNo=1\r\n"))).toMatchObject({ kind: "undecodable", reason: "2 found, 1 told" });
  expect(dahua.decodeFound(bytes("Error\r\nBad Request!"))).toMatchObject({ kind: "undecodable" });
  expect(["OK\r\n", "RecNo=12\r\n", "RecNo = 12", "Error\r\n", ""].map((said) => dahua.isWritten(bytes(said)))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(["result=2026-11-26 09:02:03\r\n", "result = 2026-11-26 9:2:3"].map((said) => dahua.decodeTime(bytes(said)))).toEqual([
    { at: at("2026-11-26 09:02:03") },
    { at: at("2026-11-26 09:02:03") },
  ]);
  expect(dahua.decodeTime(bytes("Error"))).toMatchObject({ kind: "undecodable" });
});
