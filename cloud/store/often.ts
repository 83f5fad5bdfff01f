// A query that is asked thousands of times a second: built once for each database, afterwards only its values change. Building it anew costs several times what SQLite needs to answer it.
import type { CompiledQuery } from "kysely";
import type { Queries } from "./store.ts";

type Value = string | number | null;
type Values = Readonly<Record<string, Value>>;

interface Built<Row> {
  readonly query: CompiledQuery<Row>;
  /** For each parameter the value's name, or the parameter itself where the query always says the same. */
  readonly parameters: readonly ({ readonly name: string } | { readonly always: unknown })[];
}

const lead = "\u0001value:";
/** While the query is built every value is its own name. Taken by name only: what is spread or listed would be missing from the query. */
const names = new Proxy(
  {},
  {
    get: (_target, name) => `${lead}${String(name)}`,
    ownKeys() {
      throw new TypeError("a query that is built once takes its values by name");
    },
  },
);

/** `build` must make the same query whatever the values are. */
export function often<V extends Values, Row>(
  build: (db: Queries, value: V) => { compile(): CompiledQuery<Row> },
): (db: Queries, values: V) => Promise<Row[]> {
  const built = new WeakMap<object, Built<Row>>();
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    let known = built.get(adapter);
    if (known === undefined) {
      const query = build(db, names as V).compile();
      const parameters = query.parameters.map((one) =>
        typeof one === "string" && one.startsWith(lead) ? { name: one.slice(lead.length) } : { always: one },
      );
      known = { query, parameters };
      built.set(adapter, known);
    }
    const parameters = known.parameters.map((one) => ("name" in one ? values[one.name] : one.always));
    return (await db.executeQuery<Row>({ ...known.query, parameters })).rows;
  };
}
