import { Tooltip } from "@mantine/core";
import type { Integration } from "../../api/types.ts";
import classes from "./state-line.module.css";
import { sentence, stateMeanings, stateSteps, stateTitles } from "./words.ts";

/** The four states of an integration, with the one that it is in. */
export function StateLine({ state, text }: Pick<Integration, "state"> & { text: string }) {
  const at = stateSteps.indexOf(state);
  return (
    <div className={classes.line}>
      <ol className={classes.steps} aria-label="State">
        {stateSteps.map((step, index) => (
          <Tooltip key={step} label={stateMeanings[step]}>
            <li
              className={classes.step}
              data-is={index < at ? "past" : index === at ? "now" : "ahead"}
              aria-current={index === at ? "step" : undefined}
            >
              {stateTitles[step]}
            </li>
          </Tooltip>
        ))}
      </ol>
      <span className={classes.text}>{sentence(text)}</span>
    </div>
  );
}
