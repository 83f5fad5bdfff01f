// The monthly forms of fire protection: which month, which form, what stands in it, and it as a file to print or to compute with. Empty cells are what nobody recorded.
import { useState } from "preact/hooks";
import { formPath, readForm, saidFor } from "../data/api.ts";
import { serverNow } from "../data/live.ts";
import { fullMoment, monthOf, parseMoment } from "../format/moments.ts";
import { Empty } from "../parts/small.tsx";
import { language, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";
import { PatrolForm } from "./patrol-form.tsx";

const kinds = ["duty", "test", "repair", "patrol"] as const;

/** The file's cells are for a machine too: a time of theirs is read here as everywhere on the page. */
function shown(cell: string): string {
  const at = /^\d{4}-\d\d-\d\dT/.test(cell) ? parseMoment(cell) : undefined;
  return at === undefined ? cell : fullMoment(at);
}

export function Forms({ site }: { site: string }) {
  const say = words.value.care.forms;
  const [kind, setKind] = useState<(typeof kinds)[number]>("duty");
  const [month, setMonth] = useState(() => monthOf(serverNow.peek()));
  const query = { site, kind, month };
  const loaded = useLoaded(() => readForm(query), `${site} ${kind} ${month}`);
  return (
    <>
      <p class="form-acts care-pick">
        <label class="care-site">
          {say.month}
          <input
            type="month"
            required
            name="month"
            value={month}
            max={monthOf(serverNow.value)}
            onChange={(event) => {
              // A month that is half typed is none.
              if (/^20\d\d-\d\d$/.test(event.currentTarget.value)) setMonth(event.currentTarget.value);
            }}
          />
        </label>
        {kinds.map((one) => (
          <button key={one} type="button" class={one === kind ? "primary" : ""} aria-pressed={one === kind} onClick={() => setKind(one)}>
            {say.kinds[one]}
          </button>
        ))}
      </p>
      <p class="form-acts">
        <a class="button" href={saidFor(formPath(query, "xlsx"))} download data-form="xlsx">
          {say.workbook}
        </a>
        <a class="button" href={saidFor(formPath(query, "csv"))} download data-form="csv">
          {say.csv}
        </a>
      </p>
      {kind === "patrol" && <PatrolForm site={site} done={loaded.again} />}
      <Shown loaded={loaded}>
        {({ title_zh, title_en, columns, rows }) => (
          <>
            <h2 class="care-head">
              {language.value === "en" ? title_en : title_zh} {month} <span class="muted">{say.rows(rows.length)}</span>
            </h2>
            {rows.length === 0 ? (
              <Empty>{say.none}</Empty>
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard
              <section class="care-table" tabIndex={0} aria-label={title_zh}>
                <table data-form-rows={rows.length}>
                  <thead>
                    <tr>
                      {columns.map((column) => (
                        <th key={column} scope="col">
                          {column}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <tr key={row.join("\u0000")}>
                        {row.map((cell, at) => (
                          <td key={columns[at]}>{shown(cell)}</td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            )}
          </>
        )}
      </Shown>
    </>
  );
}
