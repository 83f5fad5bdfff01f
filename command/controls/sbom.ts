// The software bill of materials (CycloneDX 1.6, JSON), made from the lock file alone: what is installed is what is locked, each with its version and its hash.
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
}
export interface Lock {
  readonly version?: string;
  readonly packages: Readonly<Record<string, Locked>>;
}

export interface Component {
  readonly type: "library";
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: "required" | "excluded";
  readonly licenses?: readonly { readonly license: { readonly name: string } }[];
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
}

/** The last part of "node_modules/a/node_modules/@scope/b". */
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
/** In a package URL the @ of a scope is written out. */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace("@", "%40")}@${version}`;

/** `dev` packages are named too, as excluded from what runs. */
export function componentsOf({ packages }: Lock): Component[] {
  const found = new Map<string, Component>();
  for (const [path, { version, integrity, license, link, dev }] of Object.entries(packages)) {
    if (!path.startsWith("node_modules/") || link === true || version === undefined) continue;
    const name = nameOf(path);
    const purl = purlOf(name, version);
    const scope = dev === true && found.get(purl)?.scope !== "required" ? "excluded" : "required";
    const hash = integrity?.startsWith("sha512-") === true ? Buffer.from(integrity.slice(7), "base64").toString("hex") : undefined;
    found.set(purl, {
      ...{ type: "library", name, version, purl, scope },
      ...(license === undefined ? {} : { licenses: [{ license: { name: license } }] }),
      ...(hash === undefined ? {} : { hashes: [{ alg: "SHA-512", content: hash }] }),
    });
  }
  return [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

export const sbomOf = (lock: Lock) => ({
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: { type: "application", name: "cuobian", version: lock.version ?? "0" } },
  components: componentsOf(lock),
});
