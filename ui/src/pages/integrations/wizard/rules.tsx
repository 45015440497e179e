import { Button, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { IdentificationRule } from "../../../../../src/model.ts";
import { defaultsOf, rulesQuery } from "../../../api/identification.ts";
import { AppLink } from "../../../kit/link.tsx";
import { Failure, RowSkeletons } from "../../../kit/states.tsx";
import { hrefs } from "../../../places.ts";
import { isSameRules } from "../form/rules-choice.ts";
import { RulesField } from "../form/rules-field.tsx";

interface RulesProps {
  /** `null`: those that are on by default. */
  value: IdentificationRule[] | null;
  onChange: (rules: IdentificationRule[] | null) => void;
  error: string | undefined;
}

/** what decides which asset a record belongs to; the defaults can be left as they are. */
export function Rules({ value, onChange, error }: RulesProps) {
  const { data: rules, error: failure, refetch } = useQuery(rulesQuery);
  return (
    <section aria-label="Identification rules" style={{ maxWidth: 760 }}>
      <Title order={2} fz="md" mb={4}>
        How Weir tells which asset a record belongs to
      </Title>
      <RulesLead />
      {failure !== null && rules === undefined && <Failure error={failure} onRetry={() => void refetch()} />}
      {rules === undefined && failure === null && <RowSkeletons rows={9} />}
      {rules !== undefined && (
        <>
          <RulesField
            rules={rules}
            value={value ?? defaultsOf(rules)}
            onChange={(chosen) => onChange(isSameRules(chosen, defaultsOf(rules)) ? null : chosen)}
            error={error}
          />
          <Text fz="sm" c="dimmed" mt="sm" component="div">
            {value === null ? (
              "These are the defaults: go on with them, and change them later when you like."
            ) : (
              <>
                Not the defaults.{" "}
                <Button variant="subtle" size="compact-sm" onClick={() => onChange(null)}>
                  Take the defaults
                </Button>
              </>
            )}
          </Text>
        </>
      )}
    </section>
  );
}

/** how they are tried, and what they are for. */
export function RulesLead() {
  return (
    <Text fz="sm" c="dimmed" mb="md" component="div">
      A machine that several integrations see, or that Wiz lists again under another id, is one asset. The rules are
      tried in this order, within one cloud account; the first that gives exactly one match decides, and several matches
      decide nothing. They apply to <b>compute only</b>: assets of other classes stay untouched by them. A rule joins
      two records only where it is on for both their integrations.{" "}
      <AppLink href={hrefs.help("identification")} fz="inherit" underline="always">
        Help: identification
      </AppLink>
    </Text>
  );
}
