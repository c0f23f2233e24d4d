import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";

/** A copy of a fixture project, outside of the repository, that commands and tests may write into. */
export interface ProjectCopy {
  dir: string;
  read(file: string): string;
  write(file: string, content: string): void;
  /** Replaces `from`, which must be there, in a file. */
  edit(file: string, from: string, to: string): void;
  remove(): void;
}

export function copyProject(fixture: string): ProjectCopy {
  const dir = mkdtempSync(join(tmpdir(), "switchboard-project-"));
  cpSync(fixture, dir, { recursive: true });
  symlinkSync(join(PROJECT_DIR, "node_modules"), join(dir, "node_modules"));
  const read = (file: string) => readFileSync(join(dir, file), "utf8");
  const write = (file: string, content: string) => writeFileSync(join(dir, file), content);
  return {
    dir,
    read,
    write,
    edit: (file, from, to) => {
      const before = read(file);
      if (!before.includes(from)) throw new Error(`${file} does not hold ${from}`);
      write(file, before.replace(from, to));
    },
    remove: () => rmSync(dir, { recursive: true }),
  };
}
