// The pages about who may come in; whoever may open only one of them sees no choice.
import { Section } from "../bureau/section.tsx";
import type { Page } from "../shell/address.ts";
import { openPages } from "../shell/navigation.tsx";
import { accessPages } from "../shell/sections.ts";

export function AccessSection({ page }: { page: Page }) {
  const open = accessPages.filter((one) => openPages.value.includes(one));
  return open.length < 2 ? null : <Section of={open} page={page} />;
}
