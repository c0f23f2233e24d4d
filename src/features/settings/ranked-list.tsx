import { Ellipsis, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Menu } from "../../components/ui/menu";
import { Switch } from "../../components/ui/switch";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { CardList } from "./card-list";

type Ranked = { id: string; name: string; isEnabled: boolean };

type RankedListProps<T extends Ranked> = {
  title: string;
  intro: string;
  rows: readonly T[] | undefined;
  mayManage: boolean;
  /** Above the rows. */
  action: ReactNode;
  empty: { icon: LucideIcon; title: string; action: string; onAction: () => void };
  setEnabled: (row: T, isEnabled: boolean) => Promise<unknown>;
  move: (row: T, index: number) => Promise<unknown>;
  remove: (row: T) => Promise<unknown>;
  onEdit: (row: T) => void;
  children: (row: T, index: number) => ReactNode;
};

/** Things of which the first that fits counts: each can be switched off, moved, changed and removed. */
export function RankedList<T extends Ranked>(props: RankedListProps<T>) {
  const { title, intro, rows, mayManage, action, empty, children } = props;
  return (
    <section className="flex flex-col gap-3">
      <header className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{title}</h3>
        {mayManage && action}
      </header>
      {rows?.length === 0 ? (
        <EmptyState
          icon={empty.icon}
          title={empty.title}
          text={intro}
          action={
            mayManage && (
              <Button variant="primary" onPress={empty.onAction}>
                {empty.action}
              </Button>
            )
          }
        />
      ) : (
        <CardList intro={intro} rows={rows} keyOf={({ id }) => id}>
          {(row) => (
            <>
              {children(row, rows?.indexOf(row) ?? 0)}
              {mayManage && <Actions {...props} row={row} />}
            </>
          )}
        </CardList>
      )}
    </section>
  );
}

function Actions<T extends Ranked>({ row, rows, setEnabled, move, remove, onEdit }: RankedListProps<T> & { row: T }) {
  const { t } = useTranslation();
  const run = (work: () => Promise<unknown>) => () => {
    work().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const { name, isEnabled } = row;
  const index = rows?.indexOf(row) ?? 0;
  const isLast = index === (rows?.length ?? 0) - 1;
  const label = t("settings.actionsOf", { name });
  const items = [
    { id: "edit", label: t("settings.edit"), onAction: () => onEdit(row) },
    { id: "up", label: t("settings.moveUp"), isDisabled: index === 0, onAction: run(() => move(row, index - 1)) },
    { id: "down", label: t("settings.moveDown"), isDisabled: isLast, onAction: run(() => move(row, index + 1)) },
    { id: "remove", label: t("settings.remove"), isDanger: true, onAction: run(() => remove(row)) },
  ];
  return (
    <>
      <Switch
        label={t("settings.isInForce", { name })}
        isOn={isEnabled}
        onChange={(isOn) => run(() => setEnabled(row, isOn))()}
      />
      <Menu
        label={label}
        trigger={<IconButton size="sm" label={label} icon={<Ellipsis size={16} />} />}
        groups={[{ id: "actions", items }]}
      />
    </>
  );
}
