import "@mantine/dates/styles.css";
import { Button, Group, Stack, Text } from "@mantine/core";
import { DatePicker, TimePicker } from "@mantine/dates";
import { useState } from "react";
import { type LocalTime, localInstant, localTime, minuteMs, type Range } from "./time-ranges.ts";

interface CustomRangeProps {
  range: Range;
  onChoose: (range: Range) => void;
}

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Two days in a calendar and a time on each, in the viewer's zone. The last minute counts. */
export function CustomRange({ range, onChoose }: CustomRangeProps) {
  const known = range.type === "between" ? range : null;
  const [from, setFrom] = useState<LocalTime>(localTime(known?.from ?? null, 0) ?? { day: null, time: "00:00" });
  const [to, setTo] = useState<LocalTime>(localTime(known?.to ?? null, -minuteMs) ?? { day: null, time: "23:59" });
  const chosen = { from: localInstant(from, 0), to: localInstant(to, minuteMs) };
  const isBackwards = chosen.from !== null && chosen.to !== null && chosen.from >= chosen.to;
  return (
    <Stack gap="sm" w={260}>
      <DatePicker
        type="range"
        allowSingleDateInRange
        size="sm"
        firstDayOfWeek={1}
        weekendDays={[]}
        hideOutsideDates
        maxDate={new Date()}
        defaultDate={to.day ?? from.day ?? new Date()}
        value={[from.day, to.day]}
        onChange={([first, last]) => {
          setFrom({ ...from, day: first });
          setTo({ ...to, day: last });
        }}
        ariaLabels={{ nextMonth: "Next month", previousMonth: "Previous month" }}
      />
      <Group grow align="flex-start">
        <Clock label="From" value={from} onChange={setFrom} />
        <Clock
          label="To"
          value={to}
          onChange={setTo}
          error={isBackwards ? "This is before the beginning" : undefined}
        />
      </Group>
      <Group justify="space-between" wrap="nowrap">
        <Text fz="xs" c="dimmed">
          {to.day === null && from.day !== null ? "Up to now, unless you choose a second day" : zone}
        </Text>
        <Button disabled={from.day === null || isBackwards} onClick={() => onChoose({ type: "between", ...chosen })}>
          Apply
        </Button>
      </Group>
    </Stack>
  );
}

interface ClockProps {
  label: string;
  value: LocalTime;
  onChange: (value: LocalTime) => void;
  error?: string | undefined;
}

function Clock({ label, value, onChange, error }: ClockProps) {
  return (
    <TimePicker
      label={value.day === null ? label : `${label} ${dayText(value.day)}`}
      size="sm"
      disabled={value.day === null}
      value={value.time}
      error={error}
      onChange={(time) => onChange({ ...value, time })}
      hoursInputLabel={`${label}, hour`}
      minutesInputLabel={`${label}, minute`}
    />
  );
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

function dayText(text: string): string {
  return day.format(new Date(`${text}T00:00:00Z`));
}
