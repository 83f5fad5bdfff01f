// Who does what with a paper that was issued: its issuer serves it and takes it back, somebody of another house signs for it. The cloud asks the same; the page offers nothing that it refuses. Pure.
import type { IssuedPaper, PaperStep } from "../data/papers-api.ts";

export interface Asker {
  readonly role: string;
  readonly organisation: string;
}

const issuing: readonly string[] = ["community-officer", "street-officer", "bureau-officer", "alliance"];
export function mayStep(
  paper: Pick<IssuedPaper, "organisation" | "addressee" | "served_at" | "received_at" | "withdrawn_at">,
  asker: Asker | null,
): PaperStep["step"][] {
  if (asker === null || paper.withdrawn_at !== null) return [];
  const own = asker.organisation === paper.organisation;
  // An officer signs for what is for his own house; that the cloud would let him sign for another's is no reason to offer it.
  const signs = asker.role === "property-manager" || (issuing.includes(asker.role) && asker.organisation === paper.addressee);
  return [
    ...(own && issuing.includes(asker.role) && paper.served_at === null ? (["serve"] as const) : []),
    ...(!own && signs && paper.received_at === null ? (["receive"] as const) : []),
    ...(own && issuing.includes(asker.role) ? (["withdraw"] as const) : []),
  ];
}
