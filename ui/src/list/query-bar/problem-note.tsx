import { Button, Kbd } from "@mantine/core";
import type { QueryProblem } from "../../api/query-language.ts";
import { bareMessage } from "./problems.ts";
import classes from "./query-bar.module.css";

interface ProblemNoteProps {
  id: string;
  problem: QueryProblem;
  /** `null`: nobody knows what was meant. */
  onCorrect: (() => void) | null;
  /** Whether Tab would correct it just now. */
  hasKey: boolean;
}

/** What is wrong, what was probably meant, and how it would be right. */
export function ProblemNote({ id, problem, onCorrect, hasKey }: ProblemNoteProps) {
  const { suggestion, example } = problem;
  return (
    <div className={classes.problem} id={id}>
      <div className={`${classes.message} foreign`}>{bareMessage(problem)}</div>
      <div className={classes.help}>
        {onCorrect !== null && (
          <span>
            Did you mean{" "}
            <Button
              size="compact-sm"
              variant="default"
              className="mono"
              rightSection={
                hasKey ? (
                  <Kbd size="xs" aria-hidden="true">
                    Tab
                  </Kbd>
                ) : undefined
              }
              onMouseDown={(event) => event.preventDefault()}
              onClick={onCorrect}
            >
              {suggestion}
            </Button>
          </span>
        )}
        {example !== undefined && (
          <span className={classes.example}>
            For example <code className="mono">{example}</code>
          </span>
        )}
      </div>
    </div>
  );
}
