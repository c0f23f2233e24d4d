import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { COMPARISONS, OUTCOMES } from "../../../../../convex/sequences/closedSets";
import { api } from "../../../../../convex/_generated/api";
import { CHANNELS, PURPOSES } from "../../../../../convex/lib/closedSets";
import { Button, IconButton } from "../../../../components/ui/button";
import { Select } from "../../../../components/ui/select";
import { useOrgQuery } from "../../../../lib/org";
import type { Condition, Test } from "../../../../lib/api-types";
import { useBuilder } from "../context";
import { TypedField, wordsIn } from "./fields";

type Props<T> = { value: T; onChange: (value: T) => void; isDisabled: boolean };
type Group = Condition["groups"][number];

const MATCHES = ["all", "any"] as const;
const TEST_KINDS = ["fact", "consent", "channel", "outcome", "reply"] as const;

const NEW_TEST: Record<Test["kind"], Test> = {
  fact: { kind: "fact", key: "booking.title", comparison: "contains", value: "" },
  consent: { kind: "consent", purpose: "marketing", channel: "email", isGiven: true },
  channel: { kind: "channel", channel: "whatsapp", isAvailable: true },
  outcome: { kind: "outcome", stepId: "", outcome: "opened", hasHappened: true },
  reply: { kind: "reply", words: [], hasHappened: true },
};

/** What must hold: groups of tests, each with "all of" or "any of" (product.md B-23). */
export function ConditionFields({ value, onChange, isDisabled }: Props<Condition>) {
  const { t } = useTranslation();
  const groups = value.groups.length === 0 ? [{ match: "all" as const, tests: [] }] : value.groups;
  const setGroup = (index: number, group: Group | null) => {
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
          // A group has nothing else to be known by.
          key={i}
          value={group}
          isDisabled={isDisabled}
          onChange={(next) => setGroup(i, next)}
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

function MatchSelect({ label, ...rest }: Props<"all" | "any"> & { label: string }) {
  const { t } = useTranslation();
  return <Select label={label} {...rest} options={MATCHES.map((id) => ({ id, label: t(`builder.matches.${id}`) }))} />;
}

function GroupFields({ value, onChange, onRemove, isDisabled }: Props<Group> & { onRemove: (() => void) | null }) {
  const { t } = useTranslation();
  const setTest = (index: number, test: Test | null) =>
    onChange({ ...value, tests: value.tests.flatMap((old, i) => (i !== index ? [old] : test === null ? [] : [test])) });
  return (
    <div role="group" aria-label={t("builder.group")} className="flex flex-col gap-2 rounded-md border border-line p-2">
      {(value.tests.length > 1 || onRemove !== null) && (
        <div className="flex items-end gap-2">
          <div className="grow">
            <MatchSelect
              label={t("builder.testsMatch")}
              value={value.match}
              isDisabled={isDisabled}
              onChange={(match) => onChange({ ...value, match })}
            />
          </div>
          {onRemove !== null && !isDisabled && (
            <IconButton label={t("builder.removeGroup")} icon={<X size={14} />} onPress={onRemove} />
          )}
        </div>
      )}
      {value.tests.map((test, i) => (
        <TestFields
          key={i}
          value={test}
          isDisabled={isDisabled}
          onChange={(next) => setTest(i, next)}
          onRemove={() => setTest(i, null)}
        />
      ))}
      {!isDisabled && (
        <Button
          size="sm"
          icon={<Plus aria-hidden size={14} />}
          className="self-start"
          onPress={() => onChange({ ...value, tests: [...value.tests, NEW_TEST.fact] })}
        >
          {t("builder.addTest")}
        </Button>
      )}
    </div>
  );
}

function TestFields({ value, onChange, onRemove, isDisabled }: Props<Test> & { onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-2 border-b border-line pb-2">
      <div className="flex items-end gap-2">
        <Select
          label={t("builder.test")}
          className="min-w-0 grow"
          value={value.kind}
          isDisabled={isDisabled}
          options={TEST_KINDS.map((id) => ({ id, label: t(`builder.testKinds.${id}`) }))}
          onChange={(kind) => kind !== value.kind && onChange(NEW_TEST[kind])}
        />
        {!isDisabled && <IconButton label={t("builder.removeTest")} icon={<X size={14} />} onPress={onRemove} />}
      </div>
      <TestBody value={value} onChange={onChange} isDisabled={isDisabled} />
    </div>
  );
}

function TestBody({ value, onChange, isDisabled }: Props<Test>) {
  const { t } = useTranslation();
  const channel = (chosen: (typeof CHANNELS)[number], set: (channel: (typeof CHANNELS)[number]) => void) => (
    <Select
      label={t("builder.channel")}
      value={chosen}
      isDisabled={isDisabled}
      options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
      onChange={set}
    />
  );
  const yesNo = (names: "given" | "available" | "happened", isYes: boolean, set: (isYes: boolean) => void) => (
    <Select
      label={t("builder.is")}
      value={isYes ? "yes" : "no"}
      isDisabled={isDisabled}
      options={[
        { id: "yes", label: t(`builder.yesNo.${names}.yes`) },
        { id: "no", label: t(`builder.yesNo.${names}.no`) },
      ]}
      onChange={(next) => set(next === "yes")}
    />
  );
  switch (value.kind) {
    case "fact":
      return <FactFields value={value} onChange={onChange} isDisabled={isDisabled} />;
    case "consent":
      return (
        <div className="grid grid-cols-2 gap-2">
          <Select
            label={t("builder.purpose")}
            value={value.purpose}
            isDisabled={isDisabled}
            options={PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }))}
            onChange={(purpose) => onChange({ ...value, purpose })}
          />
          {channel(value.channel, (next) => onChange({ ...value, channel: next }))}
          {yesNo("given", value.isGiven, (isGiven) => onChange({ ...value, isGiven }))}
        </div>
      );
    case "channel":
      return (
        <div className="grid grid-cols-2 gap-2">
          {channel(value.channel, (next) => onChange({ ...value, channel: next }))}
          {yesNo("available", value.isAvailable, (isAvailable) => onChange({ ...value, isAvailable }))}
        </div>
      );
    case "outcome":
      return (
        <>
          <OutcomeFields value={value} onChange={(next) => onChange({ ...value, ...next })} isDisabled={isDisabled} />
          {yesNo("happened", value.hasHappened, (hasHappened) => onChange({ ...value, hasHappened }))}
        </>
      );
    case "reply":
      return (
        <>
          <WordsField value={value.words} isDisabled={isDisabled} onChange={(words) => onChange({ ...value, words })} />
          {yesNo("happened", value.hasHappened, (hasHappened) => onChange({ ...value, hasHappened }))}
        </>
      );
  }
}

/** Any of these words; none: whatever is written. */
export function WordsField({ value, onChange, isDisabled }: Props<string[]>) {
  const { t } = useTranslation();
  return (
    <TypedField
      label={t("builder.words")}
      value={value.join(", ")}
      description={t("builder.wordsText")}
      isDisabled={isDisabled}
      onCommit={(text) => onChange(wordsIn(text))}
    />
  );
}

type Asked = { stepId: string; outcome: (typeof OUTCOMES)[number] };

/** What became of which message. */
export function OutcomeFields({ value, onChange, isDisabled }: Props<Asked>) {
  const { t } = useTranslation();
  const { flow } = useBuilder();
  const messages = flow.nodes.flatMap(({ kind, stepId, name }) =>
    kind === "message" ? [{ id: stepId, label: name }] : [],
  );
  const isKnown = messages.some(({ id }) => id === value.stepId);
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        label={t("builder.message")}
        value={value.stepId}
        isDisabled={isDisabled}
        options={isKnown ? messages : [{ id: value.stepId, label: t("builder.choose") }, ...messages]}
        onChange={(stepId) => onChange({ stepId, outcome: value.outcome })}
      />
      <Select
        label={t("builder.outcome")}
        value={value.outcome}
        isDisabled={isDisabled}
        options={OUTCOMES.map((id) => ({ id, label: t(`builder.outcomes.${id}`) }))}
        onChange={(outcome) => onChange({ stepId: value.stepId, outcome })}
      />
    </div>
  );
}

/** Facts every booking and person has, with the names of their texts. */
const FACTS = [
  ["booking.title", "booking_title"],
  ["booking.status", "booking_status"],
  ["booking.isOnline", "booking_isOnline"],
  ["contact.name", "contact_name"],
  ["contact.language", "contact_language"],
  ["contact.tags", "contact_tags"],
] as const;
const BOOKING_ATTRIBUTE = "booking.attributes.";

function FactFields({ value, onChange, isDisabled }: Props<Extract<Test, { kind: "fact" }>>) {
  const { t } = useTranslation();
  const fields = useOrgQuery(api.contacts.fields.queries.list, {}) ?? [];
  const own = fields.filter(({ isArchived }) => !isArchived);
  const options = [
    ...FACTS.map(([id, name]) => ({ id: String(id), label: t(`builder.facts.${name}`) })),
    ...own.map(({ key, label }) => ({ id: `contact.attributes.${key}`, label })),
    { id: BOOKING_ATTRIBUTE, label: t("builder.bookingAttribute") },
  ];
  const isAttribute = value.key.startsWith(BOOKING_ATTRIBUTE);
  const chosen = isAttribute ? BOOKING_ATTRIBUTE : value.key;
  const known = options.some(({ id }) => id === chosen) ? options : [...options, { id: chosen, label: chosen }];
  const needsValue = value.comparison !== "is_set" && value.comparison !== "is_not_set";
  return (
    <>
      <Select
        label={t("builder.fact")}
        value={chosen}
        isDisabled={isDisabled}
        options={known}
        onChange={(key) => onChange({ ...value, key })}
      />
      {isAttribute && (
        <TypedField
          label={t("builder.attributeKey")}
          value={value.key.slice(BOOKING_ATTRIBUTE.length)}
          isDisabled={isDisabled}
          onCommit={(key) => onChange({ ...value, key: `${BOOKING_ATTRIBUTE}${key.trim()}` })}
        />
      )}
      <div className="grid grid-cols-2 gap-2">
        <Select
          label={t("builder.comparison")}
          value={value.comparison}
          isDisabled={isDisabled}
          options={COMPARISONS.map((id) => ({ id, label: t(`builder.comparisons.${id}`) }))}
          onChange={(comparison) => onChange({ ...value, comparison })}
        />
        {needsValue && (
          <TypedField
            label={t("builder.value")}
            value={String(value.value ?? "")}
            isDisabled={isDisabled}
            onCommit={(text) => onChange({ ...value, value: text.trim() })}
          />
        )}
      </div>
    </>
  );
}
