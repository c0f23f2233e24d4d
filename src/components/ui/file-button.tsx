import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "./button";

type FileButtonProps = { label: string; accept: string; onFile: (file: File) => void };

/** Lets a person choose one file; the same one can be chosen again. */
export function FileButton({ label, accept, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
      <Button
        variant="primary"
        className="self-start"
        icon={<FileUp aria-hidden size={14} />}
        onPress={() => input.current?.click()}
      >
        {label}
      </Button>
    </>
  );
}
