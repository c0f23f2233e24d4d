import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { useCan, useOrgQuery } from "../../lib/org";
import type { SearchKind } from "../../lib/search-params";
import { AccountHit, TaskHit } from "./hits";
import { plainWords } from "./plain-words";

/** Of each kind; there is a list with all of them. */
const SHOWN = 5;

type BesideProps = {
  text: string;
  onShow: (kind: SearchKind) => void;
  /** Nothing else was found. */
  isAlone: boolean;
};

/** The organisations and tasks that the words of a search mean, for those who may see such. */
export function Beside({ text, onShow, isAlone }: BesideProps) {
  const { t } = useTranslation();
  const words = plainWords(text);
  const asked = { text: words, paginationOpts: { cursor: null, numItems: SHOWN } };
  const mayRead = { accounts: useCan("contacts.read"), tasks: useCan("tasks.read") };
  const accounts = useOrgQuery(
    api.contacts.accounts.queries.list,
    words === "" || !mayRead.accounts ? "skip" : asked,
  )?.page;
  const tasks = useOrgQuery(api.tasks.queries.find, words === "" || !mayRead.tasks ? "skip" : asked)?.page;
  const isLoading =
    words !== "" && ((mayRead.accounts && accounts === undefined) || (mayRead.tasks && tasks === undefined));
  if (isAlone && !isLoading && [...(accounts ?? []), ...(tasks ?? [])].length === 0) {
    return <EmptyState icon={SearchX} title={t("search.nothing")} text={t("search.nothingText")} />;
  }
  return (
    <>
      <Section kind="accounts" onShow={onShow} rows={accounts ?? []}>
        {(account) => <AccountHit account={account} text={text} />}
      </Section>
      <Section kind="tasks" onShow={onShow} rows={(tasks ?? []).slice(0, SHOWN)}>
        {(task) => <TaskHit task={task} text={text} />}
      </Section>
    </>
  );
}

type SectionProps<Row> = {
  kind: "accounts" | "tasks";
  rows: readonly Row[];
  onShow: (kind: SearchKind) => void;
  children: (row: Row) => ReactNode;
};

function Section<Row extends { id: string }>({ kind, rows, onShow, children }: SectionProps<Row>) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <section className="flex flex-col gap-1">
      <h2 className="text-xs font-semibold text-faint">{t(`search.kinds.${kind}`)}</h2>
      <ul className="flex flex-col">
        {rows.map((row) => (
          <li key={row.id}>{children(row)}</li>
        ))}
      </ul>
      {rows.length === SHOWN && (
        <Button size="sm" className="self-start" onPress={() => onShow(kind)}>
          {t(`search.allOf.${kind}`)}
        </Button>
      )}
    </section>
  );
}
