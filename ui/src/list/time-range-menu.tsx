import { Button, Menu, Text } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconClock } from "@tabler/icons-react";
import type { Ref } from "react";
import type { Thing } from "../api/types.ts";
import {
  isBeyondSignals,
  presets,
  type Range,
  rangeFieldsOf,
  rangeLabel,
  readRange,
  signalDays,
} from "./time-ranges.ts";

interface RangeMenuProps {
  on: Thing;
  value: string | undefined;
  field: string;
  onChoose: (range: Range, field?: string) => void;
  onCustom: () => void;
  target: Ref<HTMLButtonElement>;
}

/** The usual ranges, and the way to any other. */
export function RangeMenu({ on, value, field, onChoose, onCustom, target }: RangeMenuProps) {
  const range = readRange(value);
  const fields = rangeFieldsOf(on);
  const isTooEarly = on === "signals" && isBeyondSignals(value, Date.now());
  const Icon = isTooEarly ? IconAlertTriangle : IconClock;
  const label = `${fields.length > 1 && value !== undefined ? `${fieldLabel(on, field)}: ` : ""}${rangeLabel(value)}`;
  return (
    <Menu position="bottom-end" shadow="sm" width={230}>
      <Menu.Target>
        <Button
          ref={target}
          variant="default"
          h={36}
          fw={500}
          leftSection={<Icon size={15} color={isTooEarly ? "var(--warn)" : "var(--ink-2)"} />}
          rightSection={<IconChevronDown size={14} color="var(--ink-2)" />}
          aria-label={`Time range: ${label}`}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {fields.length > 1 && (
          <>
            <Menu.Label>When it was</Menu.Label>
            <Menu.RadioGroup value={field} onChange={(next) => onChoose(range, next)}>
              {fields.map((one) => (
                <Menu.RadioItem key={one.field} value={one.field}>
                  {one.label}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Divider />
          </>
        )}
        <Menu.RadioGroup value={range.type === "last" ? range.preset.value : range.type}>
          {presets.map((preset) => (
            <Menu.RadioItem
              key={preset.value}
              value={preset.value}
              closeMenuOnClick
              onChange={() => onChoose({ type: "last", preset })}
            >
              {preset.label}
            </Menu.RadioItem>
          ))}
          <Menu.RadioItem value="any" closeMenuOnClick onChange={() => onChoose({ type: "any" })}>
            Any time
          </Menu.RadioItem>
          <Menu.RadioItem value="between" closeMenuOnClick onChange={onCustom}>
            Between two times…
          </Menu.RadioItem>
        </Menu.RadioGroup>
        {on === "signals" && (
          <Text fz="xs" c={isTooEarly ? "var(--warn)" : "dimmed"} px="sm" py={6}>
            Signals are kept for {signalDays} days, unless Weir was told to keep them longer.
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function fieldLabel(on: Thing, field: string): string {
  return rangeFieldsOf(on).find((one) => one.field === field)!.label;
}
