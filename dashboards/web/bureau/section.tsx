// The pages that belong together: one entry in the rail, these links above each of them.

import type { Page } from "../shell/address.ts";
import { pageHash } from "../shell/address.ts";
import { openPages } from "../shell/navigation.tsx";
import { words } from "../words/language.ts";

export function Section({ of, page }: { of: readonly Page[]; page: Page }) {
  const say = words.value;
  return (
    <nav class="views section" aria-label={say.bureau.section}>
      {of
        .filter((one) => openPages.value.includes(one))
        .map((one) => (
          <a key={one} href={pageHash(one)} aria-current={one === page ? "page" : undefined}>
            {say.nav[one]}
          </a>
        ))}
    </nav>
  );
}
