import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/button";
import { Select } from "../ui/select";

type Match = "all" | "any";
type Group<Test> = { match: Match; tests: Test[] };
type Condition<Test> = { match: Match; groups: Group<Test>[] };

type OfKind = { kind: string };

type GroupsProps<Test extends OfKind> = {
  value: Condition<Test>;
  onChange: (value: Condition<Test>) => void;
  isDisabled: boolean;
  /** The kinds of tests by name; a new test is of the first. */
  kinds: readonly { id: Test["kind"]; label: string }[];
  /** What a test of a kind is at first. */
  newTests: Readonly<Record<Test["kind"], Test>>;
  /** The fields of one test below its kind. */
  children: (test: Test, onChange: (test: Test) => void) => ReactNode;
};

const MATCHES = ["all", "any"] as const;

/** What must hold: groups of tests, each with "all of" or "any of" (product.md B-23). */
export function GroupsField<Test extends OfKind>(props: GroupsProps<Test>) {
  const { t } = useTranslation();
  const { value, onChange, isDisabled } = props;
  const groups: Group<Test>[] = value.groups.length === 0 ? [{ match: "all", tests: [] }] : value.groups;
  const setGroup = (index: number, group: Group<Test> | null) => {
    const next = groups.flatMap((old, i) => (i !== index ? [old] : group === null ? [] : [group]));
    onChange({ ...value, groups: next });
  };
  return (
    <div className="flex flex-col gap-2">
      {groups.length > 1 && (
        <MatchSelect
          label={t("builder.groupsMatch")}
          value={value.match}
          isDisabled={isDisabled}
          onChange={(match) => onChange({ ...value, match })}
        />
      )}
      {groups.map((group, i) => (
        <GroupFields
          {...props}
          // A group has nothing else to be known by.
          key={i}
          group={group}
          onGroup={(next) => setGroup(i, next)}
          onRemove={groups.length > 1 ? () => setGroup(i, null) : null}
        />
      ))}
      {!isDisabled && (
        <Button
          size="sm"
          variant="quiet"
          icon={<Plus aria-hidden size={14} />}
          className="self-start"
          onPress={() => onChange({ ...value, groups: [...groups, { match: "all", tests: [] }] })}
        >
          {t("builder.addGroup")}
        </Button>
      )}
    </div>
  );
}

type MatchProps = { label: string; value: Match; onChange: (match: Match) => void; isDisabled: boolean };

function MatchSelect(props: MatchProps) {
  const { t } = useTranslation();
  return <Select {...props} options={MATCHES.map((id) => ({ id, label: t(`builder.matches.${id}`) }))} />;
}

type GroupProps<Test extends OfKind> = Omit<GroupsProps<Test>, "value" | "onChange"> & {
  group: Group<Test>;
  onGroup: (group: Group<Test>) => void;
  onRemove: (() => void) | null;
};

function GroupFields<Test extends OfKind>(props: GroupProps<Test>) {
  const { t } = useTranslation();
  const { group, onGroup, onRemove, isDisabled, kinds, newTests } = props;
  const [first] = kinds;
  const setTest = (index: number, test: Test | null) =>
    onGroup({ ...group, tests: group.tests.flatMap((old, i) => (i !== index ? [old] : test === null ? [] : [test])) });
  return (
    <div role="group" aria-label={t("builder.group")} className="flex flex-col gap-2 rounded-md border border-line p-2">
      {(group.tests.length > 1 || onRemove !== null) && (
        <div className="flex items-end gap-2">
          <div className="grow">
            <MatchSelect
              label={t("builder.testsMatch")}
              value={group.match}
              isDisabled={isDisabled}
              onChange={(match) => onGroup({ ...group, match })}
            />
          </div>
          {onRemove !== null && !isDisabled && (
            <IconButton label={t("builder.removeGroup")} icon={<X size={14} />} onPress={onRemove} />
          )}
        </div>
      )}
      {group.tests.map((test, i) => (
        <TestFields
          {...props}
          key={i}
          test={test}
          onTest={(next) => setTest(i, next)}
          onRemoveTest={() => setTest(i, null)}
        />
      ))}
      {!isDisabled && first !== undefined && (
        <Button
          size="sm"
          icon={<Plus aria-hidden size={14} />}
          className="self-start"
          onPress={() => onGroup({ ...group, tests: [...group.tests, newTests[first.id]] })}
        >
          {t("builder.addTest")}
        </Button>
      )}
    </div>
  );
}

type TestProps<Test extends OfKind> = Pick<GroupsProps<Test>, "isDisabled" | "kinds" | "newTests" | "children"> & {
  test: Test;
  onTest: (test: Test) => void;
  onRemoveTest: () => void;
};

function TestFields<Test extends OfKind>(props: TestProps<Test>) {
  const { t } = useTranslation();
  const { test, onTest, onRemoveTest, isDisabled, kinds, newTests, children } = props;
  const kind: Test["kind"] = test.kind;
  return (
    <div className="flex flex-col gap-2 border-b border-line pb-2">
      <div className="flex items-end gap-2">
        <Select
          label={t("builder.test")}
          className="min-w-0 grow"
          value={kind}
          isDisabled={isDisabled}
          options={kinds}
          onChange={(next) => next !== kind && onTest(newTests[next])}
        />
        {!isDisabled && <IconButton label={t("builder.removeTest")} icon={<X size={14} />} onPress={onRemoveTest} />}
      </div>
      {children(test, onTest)}
    </div>
  );
}
