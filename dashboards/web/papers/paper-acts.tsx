// What follows on a paper that was issued: served, signed for, taken back. Each says how, when and by whom; a refusal keeps what was typed, and nothing is sent twice.
import { useState } from "preact/hooks";
import { type IssuedPaper, type PaperStep, serviceWays, stepPaper } from "../data/papers-api.ts";
import { inputToRfc3339 } from "../format/moments.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { person } from "../shell/session.ts";
import { mayStep } from "./may.ts";
import { say } from "./say.ts";

type Kind = PaperStep["step"];
interface Typed {
  readonly how: string;
  readonly at: string;
  readonly by: string;
  readonly why: string;
}

function saidOf(step: Kind, { how, at, by, why }: Typed): PaperStep {
  const when = at === "" ? {} : { at: inputToRfc3339(at) };
  const who = by.trim() === "" ? {} : { by: by.trim() };
  if (step === "serve") return { step, how, ...when, ...who };
  return step === "receive" ? { step, ...when, ...who } : { step, why: why.trim() };
}

function StepForm({ paper, step, done, close }: { paper: IssuedPaper; step: Kind; done: () => void; close: () => void }) {
  const t = say.value;
  const [typed, setTyped] = useState<Typed>({ how: serviceWays[0], at: "", by: person.value?.name ?? "", why: "" });
  const form = useSending(
    () => stepPaper(paper.id, saidOf(step, typed)),
    () => {
      close();
      done();
    },
  );
  return (
    <form class="form paper-form" data-form={step} onSubmit={form.go}>
      {step === "serve" && (
        <label>
          {t.how}
          <select name="how" value={typed.how} onChange={(event) => setTyped({ ...typed, how: event.currentTarget.value })}>
            {serviceWays.map((way) => (
              <option key={way} value={way}>
                {t.ways[way] ?? way}
              </option>
            ))}
          </select>
        </label>
      )}
      {step === "withdraw" ? (
        <label>
          {t.why}
          <input
            name="why"
            required
            maxLength={300}
            value={typed.why}
            onInput={(event) => setTyped({ ...typed, why: event.currentTarget.value })}
          />
          <small class="muted">{t.whyHint}</small>
        </label>
      ) : (
        <div class="form-pair">
          <label>
            {step === "serve" ? t.serveBy : t.receiveBy}
            <input name="by" maxLength={120} value={typed.by} onInput={(event) => setTyped({ ...typed, by: event.currentTarget.value })} />
          </label>
          <label>
            {t.at}
            <input
              name="at"
              type="datetime-local"
              value={typed.at}
              onInput={(event) => setTyped({ ...typed, at: event.currentTarget.value })}
            />
          </label>
        </div>
      )}
      <SendFoot form={form} send={t.send} busy={t.sending}>
        <button type="button" onClick={close}>
          {t.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

export function PaperActs({ paper, done }: { paper: IssuedPaper; done: () => void }) {
  const t = say.value;
  const [open, setOpen] = useState<Kind | null>(null);
  const may = mayStep(paper, person.value);
  if (may.length === 0) return null;
  const words: Readonly<Record<Kind, string>> = { serve: t.serve, receive: t.receive, withdraw: t.withdraw };
  return (
    <div class="paper-acts">
      <span class="action-buttons">
        {may.map((step) => (
          <button
            key={step}
            type="button"
            class={step === "withdraw" ? "quiet" : ""}
            aria-expanded={open === step}
            data-step-of={step}
            onClick={() => setOpen(open === step ? null : step)}
          >
            {words[step]}
          </button>
        ))}
      </span>
      {open !== null && may.includes(open) && <StepForm key={open} paper={paper} step={open} done={done} close={() => setOpen(null)} />}
    </div>
  );
}
