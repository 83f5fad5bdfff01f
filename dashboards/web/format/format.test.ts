// Times are China's whatever the machine's zone; quantities carry their units, spans never fall below zero.
import { expect, test } from "vitest";
import { fromRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { clock, endOfDay, fullMoment, inputToRfc3339, monthOf, preciseClock, shortMoment, spanOf } from "./moments.ts";
import { bounded, current, energy, fieldText, plateText, pointText, power, size, temperature, whole, yuan } from "./quantities.ts";

const noon = fromRfc3339("2026-11-25T12:03:21.040+08:00") ?? wall(0);

test("times are China's, whatever zone the machine is in", () => {
  expect(clock(noon)).toBe("12:03:21");
  expect(preciseClock(noon)).toBe("12:03:21.040");
  expect(fullMoment(noon)).toBe("2026-11-25 12:03:21");
  expect(fromRfc3339(inputToRfc3339("2026-11-25T12:03"))).toBe(noon - 21_040);
  // Due on a day: late once the day is over; a month begins at China's midnight.
  expect(fromRfc3339(endOfDay("2026-11-25"))).toBe((fromRfc3339("2026-11-26T00:00:00+08:00") ?? 0) - 1_000);
  expect([monthOf(noon), monthOf(wall(Date.UTC(2026, 11, 31, 16)))]).toEqual(["2026-11", "2027-01"]);
});

test.each([
  ["2026-11-25T00:00:01+08:00", "00:00:01"],
  ["2026-11-24T23:59:59+08:00", "11-24 23:59"],
  ["2025-11-25T12:03:21+08:00", "11-25 12:03"],
])("the day stands there only when it is another: %s", (text, wanted) => {
  expect(shortMoment(fromRfc3339(text) ?? wall(0), noon)).toBe(wanted);
});

test("spans count down to seconds and never below zero", () => {
  expect(spanOf(93_784_999)).toEqual({ days: 1, hours: 2, minutes: 3, seconds: 4 });
  expect(spanOf(-5)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
});

test.each([
  [power(null), "—"],
  [pointText(420_000, "Pa"), "0.42 MPa"],
  [pointText(1_500, "mm"), "1500 mm"],
  [bounded(800, 2_500, "mm"), "≥ 800 mm, ≤ 2500 mm"],
  [bounded(null, 95_000, "mC"), "≤ 95.0 °C"],
  [power(0), "0 W"],
  [power(449_600), "450 W"],
  [power(10_000_000), "10.0 kW"],
  [current(2_149), "2.15 A"],
  [temperature(-3_500), "-3.5 °C"],
  [energy(312_000), "0.312 kWh"],
  [yuan(1_205), "¥12.05"],
  [yuan(8_642_000), "¥86,420.00"],
  [yuan(-123_456_789), "¥-1,234,567.89"],
  [yuan(99_999), "¥999.99"],
  [yuan(null), "—"],
  [whole(1_284), "1\u202f284"],
  [whole(999), "999"],
  [size(null), "—"],
  [size(812_000_000), "812 MB"],
  [size(40_270_000_000), "40.3 GB"],
])("a quantity reads %s", (shown, wanted) => {
  expect(shown).toBe(wanted);
});

test.each([
  ["闽CD12345", "闽C·D12345"],
  ["闽C8K721", "闽C·8K721"],
  ["粤BD**45", "粤B·D**45"],
  ["闽C1234学", "闽C·1234学"],
  ["WJ闽01234", "WJ闽01234"],
  ["使014578", "使014578"],
])("a plate %s is shown as %s", (plate, wanted) => {
  expect(plateText(plate)).toBe(wanted);
});

test.each([
  ["due_fen", 500, "¥5.00"],
  ["off_after_ms", 14, "14 ms"],
  ["current_mA", 10_000, "10.00 A"],
  ["energy_mWh", 1_000_000, "1.000 kWh"],
  ["count", 7, "7"],
  ["visit", null, "—"],
  ["plate", "闽CD12345", "闽C·D12345"],
  ["lines", [{ amount_fen: 5 }], '[{"amount_fen":5}]'],
])("a field %s of an event carries its unit", (name, value, wanted) => {
  expect(fieldText(name, value)).toBe(wanted);
});
