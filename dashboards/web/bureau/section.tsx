// The pages that belong together: one entry in the rail, these links above each of them.

import type { Page } from "../shell/address.ts";
import { pageHash } from "../shell/address.ts";
import { openPages } from "../shell/navigation.tsx";
import { words } from "../words/language.ts";

export function Section({ of, page }: { of: readonly Page[]; page: Page }) {
  const say = words.value;
  // What this post may not open is no choice of his, and one page alone is none either.
  const open = of.filter((one) => openPages.value.includes(one));
  if (open.length < 2) return null;
  return (
    <nav class="views section" aria-label={say.bureau.section}>
      {open.map((one) => (
        <a key={one} href={pageHash(one)} aria-current={one === page ? "page" : undefined}>
          {say.nav[one]}
        </a>
      ))}
    </nav>
  );
}
