import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "./button";

type FileButtonProps = {
  label: string;
  accept: string;
  onFile: (file: File) => void;
  /** Primary where choosing a file is what the screen is for. */
  variant?: "primary" | "secondary";
};

/** Lets a person choose one file; the same one can be chosen again. */
export function FileButton({ label, accept, onFile, variant = "primary" }: FileButtonProps) {
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
        variant={variant}
        className="self-start"
        icon={<FileUp aria-hidden size={14} />}
        onPress={() => input.current?.click()}
      >
        {label}
      </Button>
    </>
  );
}
