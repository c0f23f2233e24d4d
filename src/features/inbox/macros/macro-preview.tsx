import { Ban, Check, type LucideIcon, Minus } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import type { api } from "../../../../convex/_generated/api";
import type { StepPlan } from "../../../../convex/inbox/macros/rules";
import { useStepWords } from "../../../components/macros/use-step-words";

export type Preview = FunctionReturnType<typeof api.inbox.macros.queries.preview>;

const LOOKS: Record<StepPlan["outcome"], { icon: LucideIcon; tone: string }> = {
  change: { icon: Check, tone: "text-ok" },
  same: { icon: Minus, tone: "text-faint" },
  refused: { icon: Ban, tone: "text-danger" },
};

/** What a macro would do, before it does it: each step, and which conversations it leaves alone and why. */
export function MacroPreview({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { steps, problems, threads, count, isMore } = preview;
  const only = count === 1 && threads.length === 1 ? threads[0] : undefined;
  return (
    <div className="flex flex-col gap-4">
      {problems.length > 0 && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          {t("macros.cannotRun")}
        </p>
      )}
      {only?.outcome === "refused" && (
        <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {t("macros.leftAloneOne")}
        </p>
      )}
      {only?.outcome === "same" && <p className="text-sm text-muted">{t("macros.nothingToDo")}</p>}
      <Steps steps={steps} plans={only?.plans} problems={problems} />
      {only !== undefined && only.replyText !== null && (
        <blockquote className="max-h-40 overflow-y-auto rounded-md border border-line bg-canvas px-3 py-2 text-sm whitespace-pre-wrap">
          {only.replyText}
        </blockquote>
      )}
      {only === undefined && problems.length === 0 && <Threads threads={threads} count={count} isMore={isMore} />}
      <p className="text-xs text-muted">{t("macros.undoHint")}</p>
    </div>
  );
}

type StepsProps = Pick<Preview, "steps" | "problems"> & { plans: readonly StepPlan[] | undefined };

function Steps({ steps, plans, problems }: StepsProps) {
  const { t } = useTranslation();
  const words = useStepWords();
  return (
    <ol aria-label={t("macros.steps")} className="divide-y divide-line rounded-md border border-line text-sm">
      {steps.map((step, index) => {
        const problem = problems.find((each) => each.index === index);
        const plan = plans?.[index];
        const outcome = problem === undefined ? (plan?.outcome ?? "change") : "refused";
        const why =
          problem !== undefined
            ? t(`macros.problems.${problem.reason}`)
            : plan?.reason !== undefined
              ? t(`macros.reasons.${plan.reason}`)
              : outcome === "same"
                ? t("macros.already")
                : null;
        const { icon: Icon, tone } = LOOKS[outcome];
        return (
          <li key={index} className="flex items-start gap-2 px-3 py-2">
            <Icon aria-hidden size={15} className={`mt-0.5 shrink-0 ${tone}`} />
            <span className="min-w-0">
              <span className={outcome === "same" ? "text-muted" : ""}>{words(step)}</span>
              {why !== null && <span className="block text-xs text-muted">{why}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** The first of many: what becomes of each, and why some are left alone. */
function Threads({ threads, count, isMore }: Pick<Preview, "threads" | "count" | "isMore">) {
  const { t } = useTranslation();
  const left = threads.filter(({ outcome }) => outcome === "refused").length;
  const further = count - threads.length;
  return (
    <section aria-label={t("macros.where")} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-muted">
        {t("macros.whereCount", { count, number: `${count}${isMore ? "+" : ""}` })}
      </h3>
      {left > 0 && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{t("macros.leftAlone", { count: left })}</p>
      )}
      <ul className="max-h-48 overflow-y-auto rounded-md border border-line text-sm">
        {threads.map(({ threadId, number, subject, outcome, plans }) => {
          const { icon: Icon, tone } = LOOKS[outcome];
          const reason = plans.find((plan) => plan.reason !== undefined)?.reason;
          return (
            <li key={threadId} className="flex items-center gap-2 border-b border-line px-3 py-1.5 last:border-0">
              <Icon aria-hidden size={14} className={`shrink-0 ${tone}`} />
              <span className="sr-only">{t(`macros.outcomes.${outcome}`)}</span>
              <span className="min-w-0 grow truncate">
                {t("thread.number", { number })} {subject}
              </span>
              {outcome !== "change" && (
                <span className="shrink-0 text-xs text-muted">
                  {reason === undefined ? t(`macros.outcomes.${outcome}`) : t(`macros.reasons.${reason}`)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {further > 0 && <p className="text-xs text-muted">{t("macros.further", { count: further })}</p>}
    </section>
  );
}
