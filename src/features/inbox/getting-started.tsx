import { Link } from "@tanstack/react-router";
import { CircleCheck, Circle } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { useCan, useOrg, useOrgQuery } from "../../lib/org";
import { useStored } from "../../lib/stored";

const STEPS = ["mailbox", "account", "colleague", "bookings", "journey"] as const;
type Step = (typeof STEPS)[number];

const SECTIONS = {
  mailbox: "channels",
  account: "connections",
  colleague: "members",
  bookings: "sources",
} as const satisfies Record<Exclude<Step, "journey">, string>;

/** What an admin of a new workspace does first, where the inbox is still empty; otherwise what stands there anyway. */
export function GettingStarted({ children }: { children: ReactNode }) {
  const { orgId, membership } = useOrg();
  const mayManage = useCan("org.manage") && !membership.isDemo;
  const [isDismissed, setDismissed] = useStored<boolean>(`gettingStarted:${orgId}`, false);
  const done = useStepsDone(mayManage && !isDismissed);
  if (done === null || STEPS.every((step) => done[step])) return children;
  return <Steps done={done} onDismiss={() => setDismissed(true)} />;
}

/** Which steps are done, by what is there; null while nobody knows, or nobody asks. */
function useStepsDone(isAsked: boolean): Record<Step, boolean> | null {
  const args = isAsked ? {} : "skip";
  const channels = useOrgQuery(api.connections.queries.channels, args);
  const accounts = useOrgQuery(api.connections.queries.list, args);
  const members = useOrgQuery(api.orgs.queries.members, args);
  const invitations = useOrgQuery(api.orgs.queries.invitations, args);
  const sources = useOrgQuery(api.bookings.queries.sources, args);
  const journeys = useOrgQuery(api.sequences.queries.list, args);
  if (!isAsked || !channels || !accounts || !members || !invitations || !sources || !journeys) return null;
  return {
    mailbox: channels.some(({ isActive }) => isActive),
    account: accounts.some(({ channel, check }) => channel === "email" && check?.kind === "ok"),
    colleague: members.length > 1 || invitations.length > 0,
    bookings: sources.length > 0,
    journey: journeys.length > 0,
  };
}

function Steps({ done, onDismiss }: { done: Record<Step, boolean>; onDismiss: () => void }) {
  const { t } = useTranslation();
  const count = STEPS.filter((step) => done[step]).length;
  return (
    <section aria-labelledby="getting-started" className="flex flex-col gap-4 p-5">
      <div className="flex flex-col gap-1">
        <h2 id="getting-started" className="text-base font-semibold">
          {t("gettingStarted.title")}
        </h2>
        <p className="text-sm text-muted">{t("gettingStarted.done", { count, all: STEPS.length })}</p>
      </div>
      <ul className="flex flex-col gap-1">
        {STEPS.map((step) => (
          <li key={step} className="flex items-start gap-2 py-1.5 text-sm" data-testid={`step-${step}`}>
            {done[step] ? (
              <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-ok" />
            ) : (
              <Circle aria-hidden size={16} className="mt-0.5 shrink-0 text-faint" />
            )}
            <span className="flex min-w-0 flex-col">
              <StepLink step={step}>{t(`gettingStarted.steps.${step}`)}</StepLink>
              <span className="text-xs text-muted">
                {done[step] ? t("gettingStarted.isDone") : t(`gettingStarted.texts.${step}`)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <Button variant="quiet" className="self-start" onPress={onDismiss}>
        {t("gettingStarted.dismiss")}
      </Button>
    </section>
  );
}

const LINK = "font-medium text-accent-text underline underline-offset-2 hover:no-underline";

function StepLink({ step, children }: { step: Step; children: ReactNode }) {
  if (step === "journey") {
    return (
      <Link to="/sequences" className={LINK}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/settings/$section" params={{ section: SECTIONS[step] }} className={LINK}>
      {children}
    </Link>
  );
}
