import { Button, Kbd, Text } from "@mantine/core";
import type { QueryProblem } from "../../api/query-language.ts";
import { bareMessage, type Edit } from "./problems.ts";
import classes from "./query-bar.module.css";

interface ProblemNoteProps {
  problem: QueryProblem;
  edit: Edit | null;
  onCorrect: (edit: Edit) => void;
  /** Whether Tab would correct it just now. */
  hasKey: boolean;
}

/** What is wrong, what was probably meant, and how it would be right. */
export function ProblemNote({ problem, edit, onCorrect, hasKey }: ProblemNoteProps) {
  return (
    <div className={classes.problem}>
      <Text span fz="sm" c="var(--bad)" className="foreign">
        {bareMessage(problem)}
      </Text>{" "}
      {edit !== null && (
        <Text span fz="sm">
          Did you mean{" "}
          <Button
            size="compact-xs"
            variant="default"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onCorrect(edit)}
          >
            {problem.suggestion}
          </Button>
          ?{" "}
          {hasKey && (
            <span className={classes.keys}>
              <Kbd size="xs">Tab</Kbd>{" "}
            </span>
          )}
        </Text>
      )}
      {problem.example !== undefined && (
        <Text span fz="sm" c="dimmed">
          For example <code className={classes.example}>{problem.example}</code>
        </Text>
      )}
    </div>
  );
}
