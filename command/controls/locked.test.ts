// What is locked: every package with its hash and from the registry, none below the version that mended a known weakness, no install script that nobody decided about.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { componentsOf, type Lock, sbomOf } from "./sbom.ts";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
const { packages } = json("package-lock.json") as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path, { link }]) => path.startsWith("node_modules/") && link !== true);

test("lock: what stands in a package's place is a folder of this repository, and there is one", () => {
  const folders = Object.keys(packages).filter((path) => path !== "" && !path.startsWith("node_modules/"));
  expect(folders).toEqual(["gateway/drivers/gates/no-epoll"]);
});

test("lock: every package has its hash, and comes from the registry", (context) => {
  for (const [path, { integrity, resolved }] of installed) {
    expect(integrity, path).toMatch(/^sha512-/);
    if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
  counted(context, { packages: installed.length });
});

test("lock: an install script runs only where somebody decided so", () => {
  const { allowScripts } = json("package.json") as { allowScripts: Record<string, boolean> };
  const scripted = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
  expect(scripted.filter((name) => !(name in allowScripts))).toEqual([]);
});

test("SBOM: every locked package once, by name, version and hash, and nothing that is not locked", (context) => {
  const lock = json("package-lock.json") as Lock;
  const { components, bomFormat, specVersion } = sbomOf(lock);
  const locked = new Set(installed.map(([path, { version = "" }]) => `${path.replace(/^.*node_modules\//, "")}@${version}`));
  expect([bomFormat, specVersion]).toEqual(["CycloneDX", "1.6"]);
  expect(components.map(({ name, version }) => `${name}@${version}`).sort()).toEqual([...locked].sort());
  for (const { purl, hashes } of components) {
    expect(purl).toMatch(/^pkg:npm\/(%40[^/@]+\/)?[^/@]+@[^@]+$/);
    expect(hashes?.[0]?.content, purl).toMatch(/^[0-9a-f]{128}$/);
  }
  counted(context, { components: components.length });
  // Somebody's second copy is not a second component; another version is, and one that only builds is excluded.
  const two = componentsOf({
    packages: {
      "node_modules/a": { version: "1.0.0", dev: true },
      "node_modules/b/node_modules/a": { version: "1.0.0" },
      "node_modules/@c/a": { version: "2.0.0", dev: true },
      "gateway/own": { version: "0.0.0" },
      "node_modules/own": { link: true },
    },
  });
  expect(two.map(({ purl, scope }) => `${purl} ${scope}`)).toEqual(["pkg:npm/%40c/a@2.0.0 excluded", "pkg:npm/a@1.0.0 required"]);
});

/** The first version without the weakness that its advisory names. */
const floors: readonly (readonly [name: string, floor: string, why: string])[] = [
  ["aedes", "1.1.1", "GHSA-xxqp-5qx8-gj5q: topics of more than 100 levels end the process"],
  ["fastify", "5.12.1", "CVE-2026-25223, -25224, -3419, -3635, -33806"],
  ["@fastify/static", "10.1.1", "GHSA-x428-ghpx-8j92, CVE-2026-15074: a guard's path is bypassed"],
  ["fast-xml-parser", "5.10.1", "CVE-2026-26278, -33036, -73569: entities"],
];
const numbers = (version: string): number[] => version.split(".").map(Number);
const below = (version: string, floor: string): boolean => {
  const [a, b] = [numbers(version), numbers(floor)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
};

test.each(floors)("floor: %s is not below %s (%s)", (name, floor) => {
  const found = installed.filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(found.length).toBeGreaterThan(0);
  for (const [path, { version = "0" }] of found) expect(below(version, floor), `${path} ${version}`).toBe(false);
});

test("the comparison of floors: parts are numbers", () => {
  expect([below("5.9.9", "5.12.1"), below("5.12.1", "5.12.1"), below("6.0.0", "5.12.1"), below("5.12.0", "5.12.1")]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("SECURITY.md: where to tell of a weakness, within which time one hears, and for how long versions are mended", () => {
  const text = readFileSync(new URL("../../SECURITY.md", import.meta.url), "utf8");
  for (const said of [/security@|advisor/i, /24/, /72/, /14/, /5 年|five years/]) expect(text).toMatch(said);
});
