// The pages that need no sign-in have one look: what the cloud publishes and what the gateway shows on a phone name the same colours, in the light and in the dark. Neither room may lean on the other, so
// each has them written down in its own style; this holds them together.
import { expect, test } from "vitest";
import { readSource } from "./reading.ts";

/** The first block of names is the light one, the second the dark. */
function palettes(path: string): Map<string, string>[] {
  const blocks = [...readSource(path).text.matchAll(/:root \{([^}]*)\}/g)].slice(0, 2);
  return blocks.map(
    ([, block = ""]) => new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = "", colour = ""]) => [name, colour])),
  );
}

test("a colour that both styles name is the same in both, in the light and in the dark", () => {
  const [published, shown] = ["cloud/pub/style.css", "gateway/console/phone/page.css"].map(palettes);
  expect([published?.length, shown?.length]).toEqual([2, 2]);
  for (const [at, colours] of (published ?? []).entries()) {
    const both = [...colours].filter(([name]) => shown?.[at]?.has(name));
    expect(both.length).toBeGreaterThan(8);
    for (const [name, colour] of both) expect(shown?.[at]?.get(name), name).toBe(colour);
  }
});
