import { Pencil } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { isOnlineAt } from "../../../../convex/orgs/teams/presence";
import { Avatar } from "../../../components/ui/avatar";
import { Badge } from "../../../components/ui/badge";
import { IconButton } from "../../../components/ui/button";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Switch } from "../../../components/ui/switch";
import { TextField } from "../../../components/ui/text-field";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useCan, useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import { CardList } from "../card-list";
import { useFormProblem } from "./use-form-problem";

type Person = (typeof api.inbox.teams.queries.people)["_returnType"][number];

/** What each knows, how much they take, and whether they are there. */
export function People() {
  const { t } = useTranslation();
  const people = useOrgQuery(api.inbox.teams.queries.people, {});
  const [edited, setEdited] = useState<Person | null>(null);
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-sm font-semibold">{t("assignment.people")}</h3>
      <CardList
        intro={t("assignment.peopleIntro")}
        rows={people?.filter(({ status }) => status === "active")}
        keyOf={({ memberId }) => memberId}
      >
        {(person) => <PersonRow person={person} onEdit={() => setEdited(person)} />}
      </CardList>
      {edited !== null && <PersonDialog person={edited} onClose={() => setEdited(null)} />}
    </section>
  );
}

function PersonRow({ person, onEdit }: { person: Person; onEdit: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const language = useLanguage();
  const { membership } = useOrg();
  const mayManage = useCan("assignment.manage");
  const setAway = useOrgMutation(api.inbox.teams.mutations.setAway);
  const { memberId, name, capacity, load, skills, away } = person;
  const change = (isHere: boolean) => {
    setAway({ memberId, isAway: !isHere }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const facts = [
    capacity === null ? t("assignment.load", { count: load }) : t("assignment.loadOf", { load, capacity }),
    ...skills,
  ];
  const back = away?.until === undefined ? null : t("assignment.backAt", { when: dateTime(away.until, language, now) });
  const awayWords = [back, away?.note].filter((words) => words !== undefined && words !== null);
  const state = away !== null ? "away" : isOnlineAt(person.seenAt, now) ? "online" : "offline";
  return (
    <>
      <Avatar name={name} tone="accent" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{name}</span>
        <span className="block text-xs text-faint tabular-nums">{facts.join(" · ")}</span>
        {awayWords.length > 0 && <span className="block truncate text-xs text-muted">{awayWords.join(" · ")}</span>}
      </span>
      <Badge tone={state === "online" ? "ok" : state === "away" ? "warn" : "neutral"}>
        {t(`assignment.states.${state}`)}
      </Badge>
      {(mayManage || memberId === membership.memberId) && (
        <Switch label={t("assignment.isAvailable", { name })} isOn={away === null} onChange={change} />
      )}
      {mayManage && (
        <IconButton
          size="sm"
          label={t("assignment.editPerson", { name })}
          icon={<Pencil size={14} />}
          onPress={onEdit}
        />
      )}
    </>
  );
}

function PersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const saveProfile = useOrgMutation(api.inbox.teams.mutations.setWorkProfile);
  const [skills, setSkills] = useState(person.skills.join(", "));
  const [capacity, setCapacity] = useState(person.capacity === null ? "" : String(person.capacity));
  const { errorOf, save } = useFormProblem(onClose);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { memberId } = person;
    const limit = capacity.trim() === "" ? null : Number(capacity);
    await save(() => saveProfile({ memberId, skills: skills.split(","), capacity: limit }));
  };
  return (
    <FormDialog title={t("assignment.editPerson", { name: person.name })} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t("assignment.skills")}
        description={t("assignment.skillsHint")}
        value={skills}
        onChange={setSkills}
        error={errorOf("skills")}
        autoFocus
      />
      <TextField
        label={t("assignment.capacity")}
        description={t("assignment.capacityHint")}
        inputMode="numeric"
        value={capacity}
        onChange={setCapacity}
        error={errorOf("capacity")}
      />
    </FormDialog>
  );
}
