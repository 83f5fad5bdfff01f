// Whether the files that let somebody in can be used: without the token's file nobody opens the pages, without the cloud's key no order is taken. Said with its place in the
// site file, for who has only /healthz and the page's door.
import { complaintText } from "../config/complaint.ts";
import { namedFileComplaints } from "../config/named-files.ts";
import type { SiteFile } from "../config/read.ts";
import type { Clock } from "../ports.ts";
import type { Check } from "../site-context.ts";

/** Tariffs and prices have checks of their own, and the cloud may stand in for them. */
const ours = /^(booth|commands)\b|\.secret_file$/;
const again_ms = 30_000;

export function filesCheck(file: SiteFile, clock: Pick<Clock, "monotonic">): () => Check {
  let looked: { readonly at: number; readonly check: Check } | undefined;
  return () => {
    const now = clock.monotonic();
    if (looked === undefined || now - looked.at > again_ms) looked = { at: now, check: look(file) };
    return looked.check;
  };
}

function look(file: SiteFile): Check {
  const wrong = namedFileComplaints(file).filter(({ path }) => ours.test(path));
  const [first] = wrong;
  if (first === undefined) return { name: "files", ok: true, zh: "口令与密钥文件可用", en: "the files of tokens and keys can be used" };
  const place = complaintText({ ...first, zh: "", en: "" }).split("  ")[0];
  return {
    ...{ name: "files", ok: false },
    zh: `${wrong.length} 个口令或密钥文件不能用。${place} ${first.path}：${first.zh}`,
    en: `${wrong.length} files of tokens or keys cannot be used. ${place} ${first.path}: ${first.en}`,
  };
}
