// What a change touched, named so that after the commit the live stream can show it. A mark is a name, never the thing itself: the view is read when it is sent.
export type Mark =
  | { readonly kind: "gateway"; readonly site: string; readonly gateway: string }
  | { readonly kind: "lane"; readonly site: string; readonly gateway: string; readonly id: string }
  | { readonly kind: "socket"; readonly site: string; readonly gateway: string; readonly id: string }
  | { readonly kind: "shed"; readonly site: string; readonly gateway: string; readonly id: string }
  | { readonly kind: "alarm"; readonly id: string }
  | { readonly kind: "entry"; readonly id: string }
  | { readonly kind: "hazard"; readonly id: string }
  /** A file that is made aside: how far it is. */
  | { readonly kind: "export"; readonly id: string }
  | { readonly kind: "event"; readonly ordinal: number }
  | { readonly kind: "counts" };

/** Sites, gateways and what stands there have no spaces in their names. */
function nameOf(mark: Mark): string {
  if (mark.kind === "counts") return mark.kind;
  if (mark.kind === "event") return `event ${mark.ordinal}`;
  if (mark.kind === "gateway") return `gateway ${mark.site} ${mark.gateway}`;
  return "site" in mark ? `${mark.kind} ${mark.site} ${mark.gateway} ${mark.id}` : `${mark.kind} ${mark.id}`;
}

export class Marks {
  readonly #marks = new Map<string, Mark>();

  add(mark: Mark): void {
    this.#marks.set(nameOf(mark), mark);
  }

  addAll(others: Iterable<Mark>): void {
    for (const mark of others) this.add(mark);
  }

  get size(): number {
    return this.#marks.size;
  }

  get all(): readonly Mark[] {
    return [...this.#marks.values()];
  }

  /** All, in the order in which they were first touched; the set is empty afterwards. */
  take(): Mark[] {
    const taken = [...this.#marks.values()];
    this.#marks.clear();
    return taken;
  }
}
