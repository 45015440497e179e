import { Button, Text, Textarea } from "@mantine/core";
import { projectIds } from "./draft.ts";

interface ProjectsFieldProps {
  value: string;
  onChange: (text: string) => void;
  error: string | undefined;
  /** Those that the test says the service account is limited to. */
  limiting: readonly string[];
}

/** Ids of projects; names change, so Wiz is asked by id. */
export function ProjectsField({ value, onChange, error, limiting }: ProjectsFieldProps) {
  const named = projectIds(value);
  const unnamed = limiting.filter((id) => !named.includes(id));
  return (
    <>
      <Textarea
        label="Projects"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        placeholder="Empty: everything that the service account sees"
        autosize
        minRows={1}
        maxRows={8}
        size="sm"
        error={error}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mono)", fontSize: 13 } }}
      />
      {unnamed.length > 0 && (
        <Text fz="sm" mt={6} component="div">
          The test found that this service account sees {limiting.length === 1 ? "one project" : "some projects"} only.{" "}
          <Button variant="default" size="compact-xs" onClick={() => onChange(limiting.join("\n"))}>
            Name {limiting.length === 1 ? "it" : `these ${limiting.length}`}
          </Button>
        </Text>
      )}
    </>
  );
}
