import { Switch, Text } from "@mantine/core";
import type { IdentificationRule } from "../../../../../src/model.ts";
import type { RuleInfo } from "../../../api/identification.ts";
import { onlyOneLeft, toggled } from "./rules-choice.ts";
import classes from "./rules-field.module.css";

interface RulesFieldProps {
  rules: readonly RuleInfo[];
  value: readonly IdentificationRule[];
  onChange: (rules: IdentificationRule[]) => void;
  error: string | undefined;
}

/** the rules in the order in which they are tried, each with what it compares; at least one stays on. */
export function RulesField({ rules, value, onChange, error }: RulesFieldProps) {
  const last = onlyOneLeft(value);
  return (
    <>
      <ol className={classes.rules} aria-label="Identification rules">
        {rules.map((rule) => (
          <li key={rule.id} className={classes.rule} data-off={!rule.isFixed && !value.some((id) => id === rule.id)}>
            <span className={classes.place}>{rule.position}</span>
            <div>
              <Text fz="sm" fw={600} component="label" htmlFor={rule.isFixed ? undefined : `rule-${rule.id}`}>
                {rule.title}
              </Text>
              <Text fz={12.5} c="dimmed">
                {rule.description}
              </Text>
              <p className={classes.fields}>
                <span>Compares</span> {rule.fields.join(" + ")}
              </p>
              {rule.warning !== null && (
                <Text fz={12.5} mt={4} c="var(--warn)">
                  <b>Weak.</b> {rule.warning}
                </Text>
              )}
            </div>
            {rule.isFixed ? (
              <span className={classes.fixed}>Always on</span>
            ) : (
              <Switch
                id={`rule-${rule.id}`}
                aria-label={rule.title}
                checked={value.some((id) => id === rule.id)}
                disabled={rule.id === last}
                onChange={() => onChange(toggled(value, rule.id as IdentificationRule))}
              />
            )}
          </li>
        ))}
      </ol>
      {last !== null && (
        <Text fz={12.5} c="dimmed" mt={6}>
          At least one rule stays on: turn on another one first.
        </Text>
      )}
      {error !== undefined && (
        <Text fz="sm" c="var(--bad)" mt={6} role="alert">
          {error}
        </Text>
      )}
    </>
  );
}
