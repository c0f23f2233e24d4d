import { People } from "./people";
import { Rules } from "./rules";
import { Settings } from "./rest";
import { Sorting } from "./sorting/sorting";
import { Teams } from "./teams";

/**
 * Who gets which conversation: teams, what people know and how much they take, what conversations are, rules, and what
 * happens besides.
 */
export function Assignment() {
  return (
    <div className="flex flex-col gap-8">
      <Teams />
      <People />
      <Sorting />
      <Rules />
      <Settings />
    </div>
  );
}
