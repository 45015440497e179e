import { Checkbox, Radio, SimpleGrid, Stack, Text } from "@mantine/core";
import { type AssetClass, assetClasses } from "../../../../../src/model.ts";
import type { Connector } from "../../../api/connectors.ts";
import { classTitles } from "../words.ts";

interface ClassesFieldProps {
  connector: Connector;
  /** `null`: all. */
  value: AssetClass[] | null;
  onChange: (classes: AssetClass[] | null) => void;
  error: string | undefined;
}

/** all assets, or those of some classes; those that the vendor's page names come first. */
export function ClassesField({ connector, value, onChange, error }: ClassesFieldProps) {
  const named = connector.choices.assetClasses.map(({ name }) => name);
  const others = assetClasses.filter((name) => !named.includes(name));
  const chosen = value ?? [];
  return (
    <Radio.Group
      label="Assets to fetch"
      value={value === null ? "all" : "some"}
      onChange={(choice) => onChange(choice === "all" ? null : named)}
      error={error}
    >
      <Stack gap={8} mt={6}>
        <Radio size="sm" value="all" label="Assets of every class" />
        <Radio size="sm" value="some" label="Assets of some classes, and findings on them" />
        {value !== null && (
          <Checkbox.Group
            value={chosen}
            onChange={(names) => onChange(assetClasses.filter((name) => names.includes(name)))}
            pl={28}
            aria-label="Classes of assets"
          >
            <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="md" verticalSpacing={10}>
              {[...named, ...others].map((name) => (
                <Checkbox key={name} size="xs" value={name} label={classTitles[name]} />
              ))}
            </SimpleGrid>
            <Text fz="xs" c="dimmed" mt={8}>
              Findings whose asset is of another class are left out, too.
            </Text>
          </Checkbox.Group>
        )}
      </Stack>
    </Radio.Group>
  );
}
