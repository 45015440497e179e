import { Box, Button, Loader, Menu, Popover, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconChevronDown, IconClock } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Thing } from "../api/types.ts";
import {
  isBeyondSignals,
  presets,
  printRange,
  type Range,
  rangeField,
  rangeFieldsOf,
  rangeLabel,
  readRange,
  signalDays,
} from "./time-ranges.ts";

/** The calendar comes with styles of its own: it is fetched by whoever opens it. */
const CustomRange = lazy(async () => ({ default: (await import("./time-range-custom.tsx")).CustomRange }));

interface TimeRangeProps {
  on: Thing;
  /** See `readRange`; `undefined`: any time. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** From when what is listed is. */
export function TimeRange({ on, value, onChange }: TimeRangeProps) {
  const [isCustom, custom] = useDisclosure(false);
  // Which time is meant can be said before any range is chosen.
  const [said, say] = useState<string | null>(null);
  const field = value === undefined && said !== null ? said : rangeField(value, on);
  const choose = (range: Range, of = field) => {
    custom.close();
    say(of);
    onChange(printRange(range, of, on));
  };
  return (
    <Popover
      opened={isCustom}
      onChange={(isOpen) => isOpen || custom.close()}
      position="bottom-end"
      shadow="sm"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Box>
          <RangeMenu on={on} value={value} field={field} onChoose={choose} onCustom={custom.open} />
        </Box>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Time range">
        <Suspense fallback={<Loader size="sm" m="xl" aria-label="Loading the calendar" />}>
          <CustomRange range={readRange(value)} onChoose={choose} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}

interface RangeMenuProps {
  on: Thing;
  value: string | undefined;
  field: string;
  onChoose: (range: Range, field?: string) => void;
  onCustom: () => void;
}

function RangeMenu({ on, value, field, onChoose, onCustom }: RangeMenuProps) {
  const range = readRange(value);
  const fields = rangeFieldsOf(on);
  const isTooEarly = on === "signals" && isBeyondSignals(value, Date.now());
  const Icon = isTooEarly ? IconAlertTriangle : IconClock;
  const label = `${fields.length > 1 && value !== undefined ? `${fieldLabel(on, field)}: ` : ""}${rangeLabel(value)}`;
  return (
    <Menu position="bottom-end" shadow="sm" width={230}>
      <Menu.Target>
        <Button
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
