// What each gateway runs beside what it should run, what differs, and the way back. Nothing here is done by one person alone.
import { useRef, useState } from "preact/hooks";
import type { DocumentView, RunningView } from "#protocols/api/documents.ts";
import { approveDocument, goBack, readDifferences } from "../data/devices-api.ts";
import { serverNow } from "../data/live.ts";
import { newName } from "../data/order-name.ts";
import { Approval } from "../parts/approval.tsx";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { compoundName } from "../parts/place.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { person, personName } from "../shell/session.ts";
import { said, words } from "../words/language.ts";
import { say } from "./say.ts";
import { type DocumentRow, earlier, mayApproveDocument, stillWaits } from "./wanted.ts";

const handlers: readonly string[] = ["installer", "property-manager", "operating-company"];
const mayHandle = (): boolean => handlers.includes(person.value?.role ?? "");
const versionText = (version: number): string => (version === 0 ? say.value.documents.file : say.value.documents.version(version));

function Differences({ document, name, close }: { document: DocumentView; name: string; close: () => void }) {
  const words_ = say.value.documents;
  const { value, problem, again } = useAsked(document.id, () => readDifferences(document.id));
  return (
    <Drawer title={words_.differTitle(name, versionText(document.version))} onClose={close}>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && value.differences.length === 0 && <p class="muted">{words_.same_}</p>}
      {value !== null && value.differences.length > 0 && (
        <table class="fields differences" data-differences={value.differences.length}>
          <thead>
            <tr>
              <th scope="col">{words_.path}</th>
              <th scope="col">
                {words_.before} <small>{versionText(value.against)}</small>
              </th>
              <th scope="col">
                {words_.after} <small>{versionText(document.version)}</small>
              </th>
            </tr>
          </thead>
          <tbody>
            {value.differences.map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td>{before === null ? <span class="muted">{words_.absent}</span> : <del>{before}</del>}</td>
                <td>{after === null ? <span class="muted">{words_.absent}</span> : <ins>{after}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Drawer>
  );
}

function BackForm({
  row,
  runs,
  version,
  done,
  cancel,
}: {
  row: DocumentRow;
  runs: RunningView;
  version: number;
  done: (made: DocumentView) => void;
  cancel: () => void;
}) {
  const words_ = say.value.documents;
  const name = useRef(newName());
  const [reason, setReason] = useState("");
  const { site, gateway, kind } = row;
  const form = useSending(
    () => goBack({ site, gateway, kind, name: row.name, back_to: version, reason: reason.trim() }, runs, name.current),
    done,
  );
  return (
    <form class="form back-form" onSubmit={form.go} data-back-to={version}>
      <p>
        <b>{words_.backTo(versionText(version))}</b> <span class="muted">{words_.backAbout}</span>
      </p>
      <label>
        {words_.reason}
        <input
          name="reason"
          required
          minLength={2}
          maxLength={200}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <SendFoot form={form} busy={words_.sending} send={words_.send}>
        <button type="button" onClick={cancel}>
          {words_.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

function Versions({
  row,
  compare,
  back,
}: {
  row: DocumentRow;
  compare: (document: DocumentView) => void;
  back: (version: number) => void;
}) {
  const words_ = say.value.documents;
  const possible = earlier(row);
  return (
    <ul class="versions">
      {row.versions.map((document) => (
        <li key={document.id} data-version={document.version} data-state={document.state}>
          <b>{versionText(document.version)}</b>
          <span class="tag">{words_.state[document.state]}</span>
          <span>{document.reason}</span>
          <span class="muted">
            {words_.by(personName(document.person))}
            {document.approver !== null && ` · ${words_.approved(personName(document.approver))}`} · <Moment at={document.asked} />
          </span>
          {document.zh !== null && document.en !== null && <span class="amiss">{said({ zh: document.zh, en: document.en })}</span>}
          <span class="form-acts">
            <button type="button" data-act="differ" onClick={() => compare(document)}>
              {words_.differ}
            </button>
            {possible.includes(document.version) && (
              <button type="button" data-act="back" onClick={() => back(document.version)}>
                {words_.back}
              </button>
            )}
          </span>
        </li>
      ))}
      {possible.includes(0) && (
        <li data-version="0">
          <b>{words_.file}</b>
          <span class="form-acts">
            <button type="button" data-act="back" onClick={() => back(0)}>
              {words_.back}
            </button>
          </span>
        </li>
      )}
    </ul>
  );
}

const calm: readonly DocumentRow["course"][] = ["as-wanted", "local"];

function One({ row, again }: { row: DocumentRow; again: () => void }) {
  const words_ = say.value.documents;
  const [open, setOpen] = useState(false);
  const [compared, setCompared] = useState<DocumentView | null>(null);
  const [back, setBack] = useState<number | null>(null);
  const [asked, setAsked] = useState<DocumentView | null>(null);
  const { runs, wanted, course } = row;
  const name = `${said({ zh: row.kind_zh, en: row.kind_en })} ${row.name}`;
  const waits = row.versions.find((one) => stillWaits(one, serverNow.value));
  return (
    <>
      <tr data-document={`${row.gateway}/${row.kind}/${row.name}`} data-course={course}>
        <th scope="row">
          {name}
          <small class="muted">
            {compoundName(row.site)} {row.gateway}
          </small>
        </th>
        <td data-column={words_.columns.runs}>
          {runs === null ? <span class="muted">{words_.nothing}</span> : <b>{versionText(runs.version)}</b>}
          {runs !== null && (
            <small class="muted">
              <Moment at={runs.said} />
            </small>
          )}
        </td>
        <td data-column={words_.columns.wanted}>
          {wanted === null ? <span class="muted">{words_.same}</span> : <b>{versionText(wanted.version)}</b>}
          {wanted !== null && <small class="muted">{wanted.reason}</small>}
        </td>
        <td data-column={words_.columns.course}>
          <span class={`course ${calm.includes(course) ? "" : course}`}>
            {course === "refused" && <PriorityGlyph priority={3} />} {words_.course[course]}
          </span>
          {course === "refused" && wanted?.zh != null && wanted.en !== null && <small>{said({ zh: wanted.zh, en: wanted.en })}</small>}
        </td>
        <td data-column={words_.columns.acts} class="acts">
          {wanted !== null && waits !== undefined && (
            <Approval may={mayApproveDocument(waits, person.value)} say={words_} ask={() => approveDocument(waits.id)} done={again} />
          )}
          {mayHandle() && (
            <span class="form-acts">
              {wanted !== null && (
                <button type="button" data-act="differ" onClick={() => setCompared(wanted)}>
                  {words_.differ}
                </button>
              )}
              {(row.versions.length > 0 || earlier(row).length > 0) && (
                <button type="button" data-act="versions" aria-expanded={open} onClick={() => setOpen(!open)}>
                  {words_.history} {row.versions.length}
                </button>
              )}
            </span>
          )}
          {compared !== null && <Differences document={compared} name={name} close={() => setCompared(null)} />}
        </td>
      </tr>
      {open && (
        <tr class="versions-row">
          <td colSpan={5}>
            {asked !== null && (
              <p class="notice" role="status">
                {words_.asked(versionText(asked.version))}
              </p>
            )}
            {back !== null && runs !== null && (
              <BackForm
                key={back}
                row={row}
                runs={runs}
                version={back}
                cancel={() => setBack(null)}
                done={(made) => {
                  setBack(null);
                  setAsked(made);
                  again();
                }}
              />
            )}
            <Versions row={row} compare={setCompared} back={setBack} />
          </td>
        </tr>
      )}
    </>
  );
}

export function Documents({ rows, again }: { rows: readonly DocumentRow[]; again: () => void }) {
  const words_ = say.value.documents;
  if (rows.length === 0) return <Empty>{words_.none}</Empty>;
  const ordered = [...rows.filter(({ course }) => !calm.includes(course)), ...rows.filter(({ course }) => calm.includes(course))];
  return (
    <>
      {!mayHandle() && <p class="muted about">{words_.forbidden}</p>}
      <table class="ledger documents-table live-region">
        <caption class="unseen">{say.value.view.documents}</caption>
        <thead>
          <tr>
            {(["name", "runs", "wanted", "course", "acts"] as const).map((column) => (
              <th key={column} scope="col">
                {words_.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <One key={row.key} row={row} again={again} />
          ))}
        </tbody>
      </table>
    </>
  );
}
