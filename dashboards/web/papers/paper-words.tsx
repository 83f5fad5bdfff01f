// How far a paper has come, in words: when it was to be served and how it was, who signed for it, why it was taken back.
import type { IssuedPaper } from "../data/papers-api.ts";
import { monthDay, parseMoment } from "../format/moments.ts";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { Moment } from "../parts/small.tsx";
import { say } from "./say.ts";

export const shortDay = (at: string | null): string => {
  const moment = parseMoment(at);
  return moment === undefined ? "—" : monthDay(moment);
};

export function Service({ paper }: { paper: IssuedPaper }) {
  const t = say.value;
  const { service } = paper;
  return (
    <>
      <span class={`paper-service ${service}`} data-service={service}>
        {(service === "late" || service === "served-late") && <PriorityGlyph priority={3} hollow={service === "served-late"} />}
        {service === "served" && <Icon name="check" />}
        {t.service[service]}
      </span>
      {paper.withdrawn_at !== null ? (
        <small class="muted">
          <Moment at={paper.withdrawn_at} /> {paper.withdrawn_why}
        </small>
      ) : paper.served_at !== null ? (
        <small class="muted">
          <Moment at={paper.served_at} /> {t.servedBy(t.ways[paper.served_how ?? ""] ?? paper.served_how ?? "", paper.served_by ?? "")}
        </small>
      ) : (
        paper.serve_due !== null && <small class="muted">{t.due(shortDay(paper.serve_due), paper.provisional)}</small>
      )}
    </>
  );
}

export function Receipt({ paper }: { paper: IssuedPaper }) {
  if (paper.received_at === null) return <span class="muted">{paper.withdrawn_at === null ? say.value.notReceived : "—"}</span>;
  return (
    <>
      <Moment at={paper.received_at} />
      <small class="muted">{paper.received_by}</small>
    </>
  );
}
